//! What the probes of a suite come to: one check, with the least body that shows each kind of failure and how to send it
//! again. What the books alone show is told as it was sent.

use super::probing::{Fired, Probed};
use super::repro::Repro;
use super::summary::Setting;
use crate::contract::probe::{Answer, Breach, Class, PROBES};
use crate::model::{Check, Verdict};
use crate::oracle::Standing;
use crate::profile::Payload;
use crate::send::Redactor;

const EXPECTED: &str = "a mutated postback that is still valid is credited once as sent, a bad one is refused and not credited, \
                        and none is answered by 3xx or 5xx [seed 003 §5, §7, §13]";

/// How many failures that only the books show are told.
const TOLD: usize = 3;

/// Longest body that is shown whole, in characters.
const WHOLE: usize = 600;

/// The check; nothing where no probes were asked for. `standings` are those of each probe's own delivery.
pub(super) fn check(
    probed: &Probed,
    standings: &[&Standing],
    setting: &Setting<'_>,
    repro: &Repro<'_>,
) -> Option<Check> {
    if probed.wanted == 0 {
        return None;
    }
    let sent = probed.fired.get(..probed.probes).unwrap_or_default();
    let redactor = &setting.site.redactor;
    let mut told: Vec<String> = probed.shrunk.iter().filter_map(|&pair| shrunk(probed, pair, redactor)).collect();
    let failed = sent.iter().filter(|fired| fired.breach().is_some()).count();
    let more = failed.saturating_sub(told.len());
    if more > 0 {
        told.push(format!("{more} more failed"));
    }
    let mut booked: Vec<(&Fired, String)> = sent
        .iter()
        .zip(standings)
        .filter_map(|(fired, standing)| Some((fired, books(fired, standing, redactor)?)))
        .collect();
    // They are not shrunk, so those that are small as they are come first.
    booked.sort_by_key(|(fired, _)| (fired.recipe.mutations.len(), fired.aimed.body.len()));
    let wrongly_booked = booked.len();
    told.extend(booked.iter().take(TOLD).map(|(_, told)| told.clone()));
    if wrongly_booked > TOLD {
        told.push(format!("and {} more by the books", wrongly_booked - TOLD));
    }
    let (verdict, shortfall) = completeness(probed, sent, failed + wrongly_booked);
    told.extend(shortfall);
    let observed = format!("{}{}{}", counted(sent), if told.is_empty() { "" } else { "; " }, told.join("; "));
    let mut check = Check::new(PROBES, verdict, EXPECTED, observed);
    if verdict > Verdict::Warn {
        check.repro.push(setting.repeated());
        let least = probed.shrunk.iter().filter_map(|&(_, least)| probed.fired.get(least));
        let by_books = booked.iter().take(TOLD).map(|(fired, _)| *fired);
        check.repro.extend(least.chain(by_books).filter_map(|fired| {
            let probe = fired.aimed.plan.shots().count().checked_sub(1)?;
            repro.shell(&fired.aimed.plan, probe)
        }));
    }
    Some(check)
}

/// How many there were of each class.
fn counted(sent: &[Fired]) -> String {
    let of = |wanted: fn(Class) -> bool| sent.iter().filter(|fired| wanted(fired.aimed.class)).count();
    format!(
        "{} probes: {} valid, {} bad, {} open",
        sent.len(),
        of(|class| class == Class::Valid),
        of(|class| class == Class::Bad),
        of(|class| matches!(class, Class::Open | Class::Untold | Class::Unusable)),
    )
}

/// The verdict, and what could not be tested.
fn completeness(probed: &Probed, sent: &[Fired], failed: usize) -> (Verdict, Vec<String>) {
    let unanswered = |wanted: fn(Option<Answer>) -> bool| sent.iter().filter(|fired| wanted(fired.answer())).count();
    let silent = unanswered(|answer| answer == Some(Answer::Silent));
    let away = unanswered(|answer| matches!(answer, None | Some(Answer::Away)));
    let unsent = usize::try_from(probed.wanted).unwrap_or(usize::MAX).saturating_sub(sent.len());
    let mut told = Vec::new();
    if silent > 0 {
        told.push(format!("{silent} had no answer"));
    }
    if away > 0 {
        told.push(format!("{away} could not be judged: the target was busy or gone, or did not take what they need"));
    }
    if unsent > 0 {
        let why = probed.unsent.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
        told.push(format!("{unsent} were not sent{why}"));
    }
    let verdict = match (failed, away + unsent, silent) {
        (1.., _, _) => Verdict::Fail,
        // One in twenty that cannot be told leaves enough of them.
        (0, missing, _) if missing * 20 > sent.len() => Verdict::Inconclusive,
        (0, _, 1..) => Verdict::Warn,
        (0, _, 0) => Verdict::Pass,
    };
    (verdict, told)
}

/// A failure with the least that fails alike.
fn shrunk(probed: &Probed, (failed, least): (usize, usize), redactor: &Redactor) -> Option<String> {
    let (whole, least) = (probed.fired.get(failed)?, probed.fired.get(least)?);
    let breach = match least.breach()? {
        Breach::Refused => "was refused",
        Breach::Taken => "was taken",
        Breach::ServerError => "was answered by a 5xx",
        Breach::Redirected => "was redirected",
        Breach::Unclear => "was answered by neither yes nor no",
    };
    let tried = least.heard.last()?.last()?;
    let said = if tried.outcome.is_ok() || tried.said.is_empty() { String::new() } else { format!(" {}", tried.said) };
    Some(format!(
        "a postback that {} ({}) {breach}: {}{said}; {} of its {} mutations were needed{}; body {}",
        least.aimed.expected,
        class(least),
        tried.outcome,
        least.recipe.mutations.len(),
        whole.recipe.mutations.len(),
        mutations(least),
        body(least, redactor),
    ))
}

/// What only the books show: that what was answered as it should be was booked as it should not.
fn books(fired: &Fired, standing: &Standing, redactor: &Redactor) -> Option<String> {
    let told_already = matches!(standing, Standing::Accepted | Standing::Refused) || fired.breach().is_some();
    if standing.verdict() != Verdict::Fail || told_already {
        return None;
    }
    let wrong = match standing {
        Standing::Corrupt(wrong) => {
            format!(" with {}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        _ => String::new(),
    };
    Some(format!(
        "by the books a postback that {} ({}) is {}{wrong}{}; body {}",
        fired.aimed.expected,
        class(fired),
        standing.word(),
        mutations(fired),
        body(fired, redactor)
    ))
}

fn class(fired: &Fired) -> &'static str {
    if fired.aimed.class == Class::Valid { "it is valid" } else { fired.aimed.why }
}

fn mutations(fired: &Fired) -> String {
    let told: Vec<String> = fired.recipe.mutations.iter().map(ToString::to_string).collect();
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

/// The body in printable characters, without the player's data, shortened in the middle.
fn body(fired: &Fired, redactor: &Redactor) -> String {
    let mut hidden = redactor.clone().and("203.0.113.7").and("Mozilla/5.0");
    if let Ok(payload) = Payload::read(&fired.aimed.body) {
        hidden = ["ip", "ua"].into_iter().filter_map(|name| payload.text(name)).fold(hidden, Redactor::and);
    }
    shortened(&hidden.text(&fired.aimed.body))
}

fn shortened(text: &str) -> String {
    let text: Vec<char> = text.chars().collect();
    match (text.get(..WHOLE / 2), text.get(text.len().saturating_sub(WHOLE / 2)..)) {
        (Some(head), Some(tail)) if text.len() > WHOLE => {
            let left_out = text.len() - WHOLE;
            let (head, tail): (String, String) = (head.iter().collect(), tail.iter().collect());
            format!("{head}… {left_out} characters …{tail}")
        }
        _ => text.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_that_could_not_be_sent_are_no_pass() {
        let probed = Probed { wanted: 5, unsent: Some("there is no click id".to_owned()), ..Probed::default() };
        let (verdict, told) = completeness(&probed, &[], 0);
        assert_eq!(verdict, Verdict::Inconclusive);
        assert_eq!(told, ["5 were not sent (there is no click id)"]);
        assert_eq!(completeness(&probed, &[], 1).0, Verdict::Fail);
        assert_eq!(completeness(&Probed::default(), &[], 0).0, Verdict::Pass);
    }

    #[test]
    fn long_bodies_are_shortened_in_the_middle() {
        assert_eq!(shortened("{\"a\":1}"), "{\"a\":1}");
        let long = shortened(&format!("{{\"a\":\"{}\"}}", "x".repeat(5000)));
        assert!(long.starts_with("{\"a\":\"xxx") && long.ends_with("xxx\"}"), "{long}");
        assert!(long.contains("… 4408 characters …"), "{long}");
    }
}
