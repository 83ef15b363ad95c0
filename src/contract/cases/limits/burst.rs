//! `limits.burst`: genuine postbacks at once, clearly more than the declared rate lets through.

use std::time::Duration;

use crate::contract::{Card, Case, Draft, Finding, Heard, Owed, Reply, Scene, Terms, Trial, Tried, Unfit, grade};
use crate::model::{FailReason, InfoReason, Outcome, Verdict};

pub(super) struct Burst;

/// Most postbacks of a burst: each has a connection, and a process often may have no more than 1,024 files open.
const MOST: u32 = 800;
/// Longest wait that a target may ask for and have kept: the suite waits no longer than that before it asks again.
const KEPT: u64 = 3;

impl Case for Burst {
    fn card(&self) -> Card {
        Card {
            id: "limits.burst",
            rule: "seed 003 §5: rate limiting; RFC 6585 §4",
            expected: "429 with Retry-After to some, and each accepted and credited once in the end",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        match terms.contract.rate {
            Some(_) => Ok(()),
            None => Err("no rate is declared (rate in [contract])"),
        }
    }

    fn alone(&self) -> bool {
        true
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let rate = scene.terms.contract.rate.unwrap_or_default();
        let drafts: Vec<Draft> = (0..size(rate)).map(|_| scene.deposit(&player).repeat_deposit()).collect();
        scene.all_at_once(drafts, Owed::Judged);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let burst: Vec<(usize, &Heard)> = trial
            .shots()
            .filter(|(_, shot, _)| shot.owed == Owed::Judged)
            .map(|(place, _, heard)| (place, heard))
            .collect();
        let books = grade(trial);
        if books.verdict > Verdict::Pass || burst.is_empty() {
            return books;
        }
        limited(&burst, trial.terms.contract.rate.unwrap_or_default()).worse(accepted(&burst))
    }
}

/// How many postbacks are clearly more than a rate: what it lets through in three seconds, and at low rates some more,
/// though no more than it lets through while the suite goes on asking.
fn size(rate: u32) -> u32 {
    rate.saturating_mul(3).max((rate + 20).min(rate.saturating_mul(6))).min(MOST)
}

/// Whether some were told to wait, each with how long.
fn limited(burst: &[(usize, &Heard)], rate: u32) -> Finding {
    let told = burst.iter().flat_map(|(place, heard)| heard.0.iter().map(move |tried| (*place, tried)));
    let limited: Vec<(usize, &Reply)> = told.filter_map(|(place, tried)| Some((place, too_many(tried)?))).collect();
    let untold: Vec<usize> = limited
        .iter()
        .filter(|(_, reply)| reply.header("retry-after").is_none_or(|value| !is_wait(value)))
        .map(|(place, _)| *place)
        .collect();
    if !untold.is_empty() {
        let observed =
            format!("{} of {} answers 429 have no Retry-After that says how long", untold.len(), limited.len());
        return Finding::fail(observed, untold);
    }
    if !limited.is_empty() {
        return Finding::pass(format!("{} of {} were told to wait, and taken after it", limited.len(), burst.len()));
    }
    let longest =
        burst.iter().filter_map(|(_, heard)| heard.0.first()).map(|tried| tried.took).max().unwrap_or_default();
    // So slow a burst is none: then the rate was not passed, and nothing is told.
    if longest.mul_f64(f64::from(rate)) > Duration::from_secs(burst.len() as u64).mul_f64(0.75) {
        let observed = format!(
            "{} postbacks took {:.1} s, which is not clearly above {rate} a second",
            burst.len(),
            longest.as_secs_f64()
        );
        return Finding::inconclusive(observed);
    }
    let observed =
        format!("{} postbacks within {:.1} s, and none was answered 429", burst.len(), longest.as_secs_f64());
    Finding::fail(observed, burst.iter().map(|(place, _)| *place).take(1).collect())
}

/// Whether every one was taken in the end.
fn accepted(burst: &[(usize, &Heard)]) -> Finding {
    let ends: Vec<(usize, &Tried)> = burst.iter().filter_map(|(place, heard)| Some((*place, heard.last()?))).collect();
    let left: Vec<(usize, &Tried)> = ends.iter().copied().filter(|(_, tried)| !tried.outcome.is_ok()).collect();
    let Some((_, first)) = left.first() else { return Finding::pass(String::new()) };
    let observed =
        format!("{} of {} were never accepted, such as one that was {}", left.len(), burst.len(), first.outcome);
    if left.iter().all(|(_, tried)| tried.outcome == Outcome::Fail(FailReason::NotConnected)) {
        return Finding::inconclusive(format!("{observed}; so many connections at once were not to be had"));
    }
    let asked = left.iter().filter_map(|(_, tried)| too_many(tried)?.header("retry-after")?.trim().parse::<u64>().ok());
    if asked.max().is_some_and(|longest| longest > KEPT) {
        return Finding::inconclusive(format!("{observed}; the target asks for longer waits than the suite takes"));
    }
    Finding::fail(observed, left.into_iter().map(|(place, _)| place).collect())
}

/// The answer of a try that came too soon.
fn too_many(tried: &Tried) -> Option<&Reply> {
    tried.reply.as_ref().filter(|_| tried.outcome == Outcome::Info(InfoReason::Status(429)))
}

/// Whether a `Retry-After` says how long: seconds, or a date (RFC 9110 §10.2.3).
fn is_wait(value: &str) -> bool {
    let value = value.trim();
    value.parse::<u32>().is_ok() || jiff::fmt::rfc2822::parse(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(status: u16, header: Option<&str>, millis: u64) -> Tried {
        let headers = header.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect();
        let outcome = match status {
            200 => Outcome::Ok { repeat: Some(false) },
            status => Outcome::Info(InfoReason::Status(status)),
        };
        let reply = Some(Reply { status, headers, ..Reply::default() });
        Tried { outcome, took: Duration::from_millis(millis), reply, said: String::new(), leaks: Vec::new() }
    }

    fn verdicts(all: &[Vec<Tried>]) -> (Verdict, Verdict) {
        let all: Vec<Heard> = all.iter().cloned().map(Heard).collect();
        let burst: Vec<(usize, &Heard)> = all.iter().enumerate().collect();
        (limited(&burst, 10).verdict, accepted(&burst).verdict)
    }

    #[test]
    fn a_burst_is_beyond_the_rate_and_can_be_worked_off() {
        for (rate, postbacks) in [(1, 6), (5, 25), (10, 30), (100, 300), (5_000, MOST)] {
            assert_eq!(size(rate), postbacks, "{rate}");
        }
    }

    #[test]
    fn who_is_told_to_wait_is_told_how_long() {
        use Verdict::{Fail, Inconclusive, Pass};
        let fine = || vec![tried(200, None, 5)];
        let waited = |header| vec![tried(429, header, 5), tried(200, None, 5)];
        assert_eq!(verdicts(&[fine(), waited(Some("1"))]), (Pass, Pass));
        assert_eq!(verdicts(&[fine(), waited(Some("Wed, 21 Oct 2026 07:28:00 GMT"))]), (Pass, Pass));
        assert_eq!(verdicts(&[fine(), waited(None)]), (Fail, Pass));
        assert_eq!(verdicts(&[fine(), waited(Some("soon"))]), (Fail, Pass));
        assert_eq!(verdicts(&[fine(), vec![tried(429, Some("1"), 5)]]), (Pass, Fail));
        assert_eq!(verdicts(&[fine(), vec![tried(429, Some("60"), 5)]]), (Pass, Inconclusive));
        assert_eq!(verdicts(&[fine(), fine()]), (Fail, Pass), "nobody was");
        assert_eq!(verdicts(&[fine(), vec![tried(200, None, 900)]]), (Inconclusive, Pass), "too slow a burst");
    }
}
