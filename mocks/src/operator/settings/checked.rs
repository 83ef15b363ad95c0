//! Settings that hold: every number in its range, every template readable, no two networks alike.

use std::collections::HashSet;
use std::time::Duration;

use super::super::retry::Retry;
use super::network::Network;
use super::problem::SettingsError;
use super::raw::{RawRetry, RawSettings};

/// What an operator is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub(in crate::operator) networks: Vec<Network>,
    pub(in crate::operator) retry: Retry,
    /// How long a click id stays with a visitor.
    pub(in crate::operator) session_life: Duration,
    /// How long after a visit an installation may be matched to it.
    pub(in crate::operator) match_window: Duration,
    /// How late postbacks leave where they do.
    pub(in crate::operator) late_by: Duration,
}

/// Each network has a task and connections of its own.
const MOST_NETWORKS: u64 = 16;

const DAY_MS: u64 = 86_400_000;

impl Settings {
    /// Checks what was written.
    pub fn check(raw: RawSettings) -> Result<Self, SettingsError> {
        in_range("networks", raw.networks.len().try_into().unwrap_or(u64::MAX), 0, MOST_NETWORKS)?;
        let networks = raw.networks.into_iter().map(Network::check).collect::<Result<Vec<_>, _>>()?;
        let (mut names, mut parameters) = (HashSet::new(), HashSet::from(["brand_id"]));
        for Network { name, click_parameter, .. } in &networks {
            let shared = |key| SettingsError::Shared { name: name.clone(), key };
            if !names.insert(name.as_str()) {
                return Err(shared("name"));
            }
            if !parameters.insert(click_parameter.as_str()) {
                return Err(shared("click_parameter"));
            }
        }
        let days = in_range("session_days", u64::from(raw.session_days), 1, 400)?;
        let hours = in_range("match_hours", u64::from(raw.match_hours), 1, 168)?;
        let (session_life, match_window) = (Duration::from_hours(24 * days), Duration::from_hours(hours));
        let late_by = Duration::from_mins(in_range("late_minutes", u64::from(raw.late_minutes), 1, 10_080)?);
        Ok(Self { networks, retry: retry(raw.retry)?, session_life, match_window, late_by })
    }
}

impl Default for Settings {
    /// The stack's own tracker and its two other networks.
    fn default() -> Self {
        Self::check(RawSettings::default()).expect("the default settings hold, as a test shows")
    }
}

fn retry(raw: RawRetry) -> Result<Retry, SettingsError> {
    let millis = |key: &str, found, least, most| in_range(key, found, least, most).map(Duration::from_millis);
    // It is at most 50.
    let attempts = in_range("retry.attempts", u64::from(raw.attempts), 1, 50)?;
    Ok(Retry {
        attempts: u32::try_from(attempts).unwrap_or(1),
        base: millis("retry.base_ms", raw.base_ms, 1, DAY_MS)?,
        cap: millis("retry.cap_ms", raw.cap_ms, raw.base_ms, DAY_MS)?,
        longest_wish: millis("retry.retry_after_ms", raw.retry_after_ms, 0, DAY_MS)?,
        timeout: millis("retry.timeout_ms", raw.timeout_ms, 10, 60_000)?,
    })
}

/// The number itself when it lies in its range.
pub(super) fn in_range(key: &str, found: u64, least: u64, most: u64) -> Result<u64, SettingsError> {
    if (least..=most).contains(&found) {
        return Ok(found);
    }
    Err(SettingsError::Range { key: key.to_owned(), found, least, most })
}

#[cfg(test)]
mod tests {
    use super::super::super::event::EventKind;
    use super::super::raw::RawNetwork;
    use super::*;

    fn problem(change: impl Fn(&mut RawSettings)) -> String {
        let mut raw = RawSettings::default();
        change(&mut raw);
        Settings::check(raw).expect_err("a mistake").to_string()
    }

    fn volta(raw: &mut RawSettings) -> &mut super::super::RawTemplate {
        match &mut raw.networks[1] {
            RawNetwork::Template(volta) => volta,
            RawNetwork::S2sJson(_) => panic!("volta takes parameters"),
        }
    }

    #[test]
    fn the_defaults_hold_and_know_their_goals() {
        let settings = Settings::default();
        let goals = |kind, first| -> Vec<_> { settings.networks.iter().map(|n| n.goal(kind, first)).collect() };
        assert_eq!(goals(EventKind::DepositSuccess, true), [Some("deposit_success"), Some("ftd"), Some("sale")]);
        assert_eq!(goals(EventKind::DepositSuccess, false), [Some("deposit_success"), Some("deposit"), Some("rebill")]);
        assert_eq!(goals(EventKind::KycApproved, false), [Some("kyc_approved"), None, None]);
        let hears: Vec<_> = settings.networks.iter().map(Network::hears_of_probability).collect();
        assert_eq!(hears, [true, false, false]);
        assert!(!format!("{settings:?}").contains("k3y5t0ne"));
    }

    #[test]
    fn mistakes_name_their_place_and_cure() {
        let unknown = problem(|raw| volta(raw).url = "{base}/?cid={clickid}".to_owned());
        assert!(unknown.starts_with("networks.volta.url: unknown macro {clickid}; there are {base}, "), "{unknown}");
        let event = problem(|raw| drop(volta(raw).events.insert("ftd".to_owned(), "x".to_owned())));
        assert!(event.contains("`ftd` is no event") && event.contains("first_deposit"), "{event}");
        assert!(problem(|raw| volta(raw).url = "{base}/?a=1".to_owned()).contains("without {click_id}"));
        assert!(problem(|raw| volta(raw).body = Some("a={key}".to_owned())).contains("`key_env` is not given"));
        assert!(problem(|raw| volta(raw).cpa = Some("ten".to_owned())).contains("networks.volta.cpa"));
        assert!(problem(|raw| volta(raw).name = "tracker".to_owned()).contains("networks.tracker.name: another"));
        assert!(problem(|raw| volta(raw).click_parameter = "subid".to_owned()).contains("click_parameter: another"));
        assert!(problem(|raw| volta(raw).click_parameter = "a b".to_owned()).contains("click_parameter: write 1 to"));
        assert!(problem(|raw| raw.retry.attempts = 0).contains("retry.attempts: 0 is out of range; write 1 to 50"));
        assert!(problem(|raw| raw.retry.cap_ms = 1).contains("retry.cap_ms"));
        assert!(problem(|raw| raw.session_days = 0).contains("session_days"));
    }

    #[test]
    fn files_are_read_key_by_key() {
        let text = r#"{"networks": [{"kind": "s2s-json", "name": "t", "url": "http://localhost/p",
            "click_parameter": "click_id", "events": ["deposit_success"], "kid": "k1"}], "session_days": 7}"#;
        let raw: RawSettings = serde_json::from_str(text).expect("readable");
        let settings = Settings::check(raw).expect("sound");
        assert_eq!(settings.networks[0].goal(EventKind::Refund, false), None);
        assert_eq!(settings.session_life, Duration::from_hours(168));
        for wrong in [r#"{"session_day": 7}"#, r#"{"networks": [{"kind": "carrier-pigeon"}]}"#] {
            serde_json::from_str::<RawSettings>(wrong).expect_err(wrong);
        }
        let stray = text.replace("\"kid\"", "\"kidd\"");
        assert!(serde_json::from_str::<RawSettings>(&stray).expect_err("a stray key").to_string().contains("kidd"));
    }
}
