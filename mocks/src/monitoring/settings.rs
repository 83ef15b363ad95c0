//! What monitoring is configured with: as it is written, and checked.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use url::{Host, Url};

use super::alerts::{Measure, Rule};
use super::log::Place;
use super::retention::{self, Limits};
use super::span::{self, SpanError};

/// Most alert rules: each keeps its own minutes of samples, some 150 kB.
const MAX_ALERTS: usize = 32;

/// Longest time that a rule can look back on.
const LONGEST_WINDOW: Duration = Duration::from_hours(24);

/// Monitoring as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawMonitoring {
    /// The rules, `[[alerts]]` in TOML.
    pub alerts: Vec<RawAlert>,
    /// Hosts beside this machine that webhooks may be sent to.
    pub webhook_hosts: Vec<String>,
    /// Where the log goes.
    pub log: RawLog,
    /// How long things are kept.
    pub retention: RawRetention,
}

/// One alert rule as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAlert {
    /// What it is called in messages.
    pub name: String,
    /// `error-rate`, `failures`, `p95`, `ingestion-lag`, `discrepancy` or `dlq`.
    pub rule: String,
    /// What must be exceeded, in the rule's own unit: a share from 0 to 1, seconds, or a number.
    pub threshold: f64,
    /// How far back is looked; `5m` when absent.
    pub over: Option<String>,
    /// How long it has to hold before it is told, and to be over before that is told; `30s` when absent.
    #[serde(rename = "for")]
    pub hold: Option<String>,
    /// After which time it is told again while it holds; `4h` when absent.
    pub renotify: Option<String>,
    /// How many answers there must be for `error-rate` and `p95` to say anything; 20 when absent.
    pub at_least: Option<u64>,
    /// Where it is told; only at `GET /alerts` and in the log when absent.
    pub webhook: Option<String>,
}

/// The log as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawLog {
    /// `off`, `stderr` or `file`.
    pub to: String,
    /// The file, for `file`.
    pub file: Option<PathBuf>,
    /// Megabytes (of 1,048,576 bytes) after which it is full.
    pub max_megabytes: u32,
    /// How many full files are kept.
    pub keep: u32,
}

/// How long things are kept, as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRetention {
    /// Days that log lines are kept.
    pub logs_days: u32,
    /// Days after which the parameters of a click are blanked; its id stays.
    pub click_parameters_days: u32,
    /// Days after which the payload of a postback is blanked; its credit stays.
    pub payload_days: u32,
    /// Days that dead letters are kept.
    pub dlq_days: u32,
    /// How often the job runs.
    pub every: String,
}

/// Monitoring, checked. The default has no rules and no log.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) alerts: Vec<Rule>,
    pub(super) log: LogTo,
    pub(super) limits: Limits,
}

/// Where lines go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LogTo {
    Off,
    StandardError,
    File(Place),
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// There are too many rules.
    #[error("there are {0} alert rules; keep to {MAX_ALERTS}")]
    TooManyAlerts(usize),
    /// Two rules share a name, or one has none that can be shown.
    #[error("the alert name {0:?} is taken, empty, longer than 64 characters or not plain; name each rule on its own")]
    Name(String),
    /// A rule is not known.
    #[error("alert {alert}: there is no rule {rule:?}; use one of {}", Measure::names())]
    Rule {
        /// The alert's name.
        alert: String,
        /// What was written.
        rule: String,
    },
    /// A threshold makes no sense for its rule.
    #[error("alert {alert}: the threshold {threshold} is out of range; {rule} takes {range}")]
    Threshold {
        /// The alert's name.
        alert: String,
        /// What was written.
        threshold: f64,
        /// The rule.
        rule: &'static str,
        /// What it takes.
        range: &'static str,
    },
    /// A span of time cannot be read.
    #[error("alert {alert}: `{key}`: {source}")]
    Span {
        /// The alert's name.
        alert: String,
        /// The key.
        key: &'static str,
        /// Why.
        source: SpanError,
    },
    /// A span of time is too short or too long.
    #[error("alert {alert}: `{key}` has to lie between {range}")]
    SpanRange {
        /// The alert's name.
        alert: String,
        /// The key.
        key: &'static str,
        /// What it has to lie between.
        range: &'static str,
    },
    /// A webhook is no address that may be called.
    #[error(
        "alert {alert}: the webhook is no http or https URL of this machine or of a host in `webhook_hosts`; add its host there"
    )]
    Webhook {
        /// The alert's name.
        alert: String,
    },
    /// The log has no place.
    #[error(
        "log: `to` is off, stderr or file, and `file` goes with file alone, sizes are 1 to 4096 megabytes, at most 100 are kept; give `file` where `to` is \"file\", and nowhere else"
    )]
    Log,
    /// A time to keep something is out of range.
    #[error("retention: `{0}` has to lie between 1 and 3650 days")]
    Days(&'static str),
    /// The interval of the job is no span.
    #[error("retention: `every`: {0}")]
    EverySpan(#[source] SpanError),
    /// The interval of the job is too short or too long.
    #[error("retention: `every` has to lie between 1m and 30d")]
    Every,
}

impl SettingsError {
    /// The key that is wrong, from monitoring's own part of a configuration downwards.
    pub(crate) fn key(&self) -> String {
        let of = |alert: &str, key: &str| format!("alerts.{alert}.{key}");
        match self {
            Self::TooManyAlerts(_) => "alerts".to_owned(),
            Self::Name(name) => of(name, "name"),
            Self::Rule { alert, .. } => of(alert, "rule"),
            Self::Threshold { alert, .. } => of(alert, "threshold"),
            Self::Span { alert, key, .. } | Self::SpanRange { alert, key, .. } => of(alert, key),
            Self::Webhook { alert } => of(alert, "webhook"),
            Self::Log => "log".to_owned(),
            Self::Days(key) => format!("retention.{key}"),
            Self::EverySpan(_) | Self::Every => "retention.every".to_owned(),
        }
    }
}

impl Default for RawLog {
    fn default() -> Self {
        Self { to: "off".to_owned(), file: None, max_megabytes: 64, keep: 3 }
    }
}

impl Default for RawRetention {
    fn default() -> Self {
        Self { logs_days: 30, click_parameters_days: 90, payload_days: 90, dlq_days: 30, every: "24h".to_owned() }
    }
}

impl Default for Settings {
    fn default() -> Self {
        RawMonitoring::default().try_into().expect("the default settings are good")
    }
}

impl TryFrom<RawMonitoring> for Settings {
    type Error = SettingsError;

    fn try_from(raw: RawMonitoring) -> Result<Self, SettingsError> {
        if raw.alerts.len() > MAX_ALERTS {
            return Err(SettingsError::TooManyAlerts(raw.alerts.len()));
        }
        let mut alerts: Vec<Rule> = Vec::new();
        for alert in raw.alerts {
            let rule = rule(alert, &raw.webhook_hosts)?;
            if alerts.iter().any(|earlier| earlier.name == rule.name) {
                return Err(SettingsError::Name(rule.name));
            }
            alerts.push(rule);
        }
        Ok(Self { alerts, log: raw.log.check()?, limits: raw.retention.check()? })
    }
}

impl RawLog {
    fn check(self) -> Result<LogTo, SettingsError> {
        if !(1..=4096).contains(&self.max_megabytes) || self.keep > 100 {
            return Err(SettingsError::Log);
        }
        match (self.to.as_str(), self.file) {
            ("off", None) => Ok(LogTo::Off),
            ("stderr", None) => Ok(LogTo::StandardError),
            ("file", Some(path)) => {
                let max_bytes = u64::from(self.max_megabytes) << 20;
                Ok(LogTo::File(Place { path, max_bytes, keep: self.keep }))
            }
            _ => Err(SettingsError::Log),
        }
    }
}

impl RawRetention {
    fn check(&self) -> Result<Limits, SettingsError> {
        let days = |key, days: u32| {
            if (1..=3650).contains(&days) { Ok(days) } else { Err(SettingsError::Days(key)) }
        };
        let every = span::parse(&self.every).map_err(SettingsError::EverySpan)?;
        if !(Duration::from_mins(1)..=Duration::from_hours(30 * 24)).contains(&every) {
            return Err(SettingsError::Every);
        }
        let days = [
            days("logs_days", self.logs_days)?,
            days("click_parameters_days", self.click_parameters_days)?,
            days("payload_days", self.payload_days)?,
            days("dlq_days", self.dlq_days)?,
        ];
        Ok(Limits { days: retention::KINDS.into_iter().zip(days).collect(), every })
    }
}

/// Checks one rule.
fn rule(raw: RawAlert, hosts: &[String]) -> Result<Rule, SettingsError> {
    let alert = raw.name;
    if alert.is_empty() || alert.chars().count() > 64 || alert.chars().any(char::is_control) {
        return Err(SettingsError::Name(alert.chars().take(64).collect()));
    }
    let Some(measure) = Measure::by_name(&raw.rule) else {
        return Err(SettingsError::Rule { alert, rule: raw.rule.chars().take(64).collect() });
    };
    if !measure.takes(raw.threshold) {
        let (rule, range) = (measure.name(), measure.range());
        return Err(SettingsError::Threshold { alert, threshold: raw.threshold, rule, range });
    }
    let span = |key, text: Option<String>, absent| match text.as_deref().map(span::parse) {
        None => Ok(Duration::from_secs(absent)),
        Some(Ok(span)) => Ok(span),
        Some(Err(source)) => Err(SettingsError::Span { alert: alert.clone(), key, source }),
    };
    let over = span("over", raw.over, 300)?;
    let hold = span("for", raw.hold, 30)?;
    let renotify = span("renotify", raw.renotify, 4 * 3600)?;
    let out = |key, range| Err(SettingsError::SpanRange { alert: alert.clone(), key, range });
    if !(Duration::from_secs(1)..=LONGEST_WINDOW).contains(&over) {
        return out("over", "1s and 24h");
    }
    if hold > LONGEST_WINDOW {
        return out("for", "0s and 24h");
    }
    if renotify < Duration::from_mins(1) {
        return out("renotify", "1m and a hundred years");
    }
    let webhook = raw.webhook.map(|text| webhook(&text, hosts).ok_or(())).transpose();
    let Ok(webhook) = webhook else {
        return Err(SettingsError::Webhook { alert });
    };
    let at_least = raw.at_least.unwrap_or(20);
    Ok(Rule { name: alert, measure, threshold: raw.threshold, over, hold, renotify, at_least, webhook })
}

/// The URL, if it leads to this machine or to one of `hosts`.
fn webhook(text: &str, hosts: &[String]) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let near = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(ip) => IpAddr::from(ip).is_loopback(),
        Host::Ipv6(ip) => IpAddr::from(ip).is_loopback(),
    };
    let named = url.host_str().is_some_and(|name| hosts.iter().any(|host| host.eq_ignore_ascii_case(name)));
    if near || named { Some(url) } else { None }
}

#[cfg(test)]
mod tests;
