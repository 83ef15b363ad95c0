//! What the probes of a suite come to: one check, with the least body that shows each kind of failure and how to send it
//! again.

use super::probe_books::{SHRUNK, Wrong};
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
    let booked = booked(probed, standings);
    let wrongly_booked =
        sent.iter().zip(standings).filter(|(fired, standing)| Wrong::of(fired, standing).is_some()).count();
    told.extend(booked.iter().map(|booked| booked.told(redactor)));
    if wrongly_booked > booked.len() {
        told.push(format!("and {} more by the books", wrongly_booked - booked.len()));
    }
    let (verdict, shortfall) = completeness(probed, sent, failed + wrongly_booked);
    told.extend(shortfall);
    let observed = format!("{}{}{}", counted(sent), if told.is_empty() { "" } else { "; " }, told.join("; "));
    let mut check = Check::new(PROBES, verdict, EXPECTED, observed);
    if verdict > Verdict::Warn {
        check.repro.push(setting.repeated());
        let least = probed.shrunk.iter().filter_map(|&(_, least)| probed.fired.get(least));
        let by_books = booked.iter().map(|booked| booked.least);
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
struct Booked<'a> {
    whole: &'a Fired,
    /// The least that is booked as wrongly.
    least: &'a Fired,
    standing: &'a Standing,
}

/// Those that were shrunk. Where none were, because the suite was cut short or the books would not stand still, the first
/// few as they were sent, those first that are small as they are.
fn booked<'a>(probed: &'a Probed, standings: &[&'a Standing]) -> Vec<Booked<'a>> {
    let one = |(place, least): (usize, usize)| {
        let wrong = |place: usize| Some((probed.fired.get(place)?, *standings.get(place)?));
        let (whole, standing) = wrong(place)?;
        let owed = Wrong::of(whole, standing)?;
        // What was wrong at its step may have come right in the end.
        let least = wrong(least).filter(|(fired, standing)| Wrong::of(fired, standing).as_ref() == Some(&owed));
        let (least, standing) = least.unwrap_or((whole, standing));
        Some(Booked { whole, least, standing })
    };
    let shrunk: Vec<Booked<'_>> = probed.booked.iter().copied().filter_map(one).collect();
    if !shrunk.is_empty() {
        return shrunk;
    }
    let mut whole: Vec<Booked<'_>> = (0..probed.probes).filter_map(|place| one((place, place))).collect();
    whole.sort_by_key(|booked| (booked.whole.recipe.mutations.len(), booked.whole.aimed.body.len()));
    whole.truncate(SHRUNK);
    whole
}

impl Booked<'_> {
    fn told(&self, redactor: &Redactor) -> String {
        let Self { whole, least, standing } = self;
        let wrong = match standing {
            Standing::Corrupt(wrong) => {
                format!(" with {}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            }
            _ => String::new(),
        };
        format!(
            "by the books a postback that {} ({}) is {}{wrong}; {} of its {} mutations were needed{}; body {}",
            least.aimed.expected,
            class(least),
            standing.word(),
            least.recipe.mutations.len(),
            whole.recipe.mutations.len(),
            mutations(least),
            body(least, redactor)
        )
    }
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
