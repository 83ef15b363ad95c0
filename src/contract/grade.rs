//! Grading: answers and books are graded apart, and the worst of all grades is the case's finding.
//! A refusal passes only if nothing was credited; a 5xx or 3xx always fails, because senders retry the one and must not
//! follow the other (seed 003 §5, §6).

use super::plan::{Owed, Planned, Shot};
use super::selection::matches;
use super::trial::{Finding, Heard, Trial, Tried};
use crate::model::{FailReason, InfoReason, Outcome, Purpose, Verdict};
use crate::oracle::Standing;

/// How many observations a finding tells before it only counts.
const TOLD: usize = 3;

/// How many deliveries of the same observation are named before they are only counted.
const NAMED: usize = 4;

/// One observation.
struct Mark {
    verdict: Verdict,
    /// Of what.
    of: String,
    told: String,
    shot: Option<usize>,
}

/// The finding by answers and books alone, which is all that most cases need.
pub fn grade(trial: &Trial<'_>) -> Finding {
    if let Some(missing) = groundless(trial) {
        return missing;
    }
    finding(trial, answers(trial).chain(states(trial)).collect())
}

/// Why nothing can be told: what was sent to prepare the case was not taken, or nothing was sent at all.
pub(super) fn groundless(trial: &Trial<'_>) -> Option<Finding> {
    for (place, shot, heard) in trial.shots() {
        let Some(tried) = heard.last() else {
            return Some(Finding::inconclusive("it was cut short before everything was sent"));
        };
        if shot.owed == Owed::Ground && !tried.outcome.is_ok() {
            let event = event_of(trial, place);
            return Some(Finding::inconclusive(format!("the {event} that it takes was {}", described(tried))));
        }
    }
    None
}

/// What an attempt came to, with what the target said.
pub(super) fn described(tried: &Tried) -> String {
    let said =
        if tried.outcome.is_ok() || tried.said.is_empty() { String::new() } else { format!(" ({})", tried.said) };
    format!("{}{said}", tried.outcome)
}

/// What is told of an answer by what it owes; `None` where there is nothing to tell.
fn of_answer(owed: Owed, outcome: Outcome) -> Option<(Verdict, &'static str)> {
    use Verdict::{Fail, Inconclusive, Warn};
    if owed == Owed::Judged {
        return None;
    }
    match outcome {
        Outcome::Ok { repeat } => of_acceptance(owed, repeat),
        Outcome::Fail(FailReason::Refused(status)) | Outcome::Info(InfoReason::Status(status @ (408 | 409))) => {
            of_refusal(owed, status)
        }
        Outcome::Fail(FailReason::NotConnected) => Some((Inconclusive, "")),
        Outcome::Info(InfoReason::Status(429 | 503)) => Some((Inconclusive, ", again and again")),
        Outcome::Info(InfoReason::Status(_)) => Some((Fail, ": a sender retries it for ever")),
        Outcome::Info(InfoReason::Redirect(_)) => Some((Fail, ": a postback endpoint never redirects")),
        Outcome::Info(InfoReason::Unclear(_)) => Some((Fail, "")),
        // Nobody knows whether it was taken; the books say so, and without them it stays open.
        Outcome::Info(InfoReason::Timeout | InfoReason::Broken) => Some((Warn, ": its sender has to try again")),
        Outcome::Info(InfoReason::GaveUpWaiting | InfoReason::AckLost(_)) => None,
    }
}

fn of_acceptance(owed: Owed, repeat: Option<bool>) -> Option<(Verdict, &'static str)> {
    match (owed, repeat) {
        (Owed::Refusal(_), _) => Some((Verdict::Fail, "")),
        (Owed::Repeat, None) => Some((Verdict::Warn, " without the flag `idempotent`")),
        (Owed::Repeat, Some(false)) => Some((Verdict::Fail, " for an event that was known")),
        _ => None,
    }
}

fn of_refusal(owed: Owed, status: u16) -> Option<(Verdict, &'static str)> {
    match owed {
        Owed::Refusal(right) => other_status(right, status),
        Owed::Repeat if status == 409 => Some((Verdict::Warn, " to a repeat: 200 tells more")),
        Owed::Ground | Owed::Acceptance | Owed::Repeat => Some((Verdict::Fail, "")),
        Owed::Either | Owed::Judged => None,
    }
}

/// Which 4xx a refusal is should be right, and need not.
fn other_status(right: &[u16], status: u16) -> Option<(Verdict, &'static str)> {
    (!right.contains(&status)).then_some((Verdict::Warn, ", and another status would tell more"))
}

/// What is told of a flag that cannot be true: another body that is called new under a known id, or an event that is
/// called a repeat where nothing of it was ever sent before.
fn of_flag(trial: &Trial<'_>, place: usize, shot: &Shot, heard: &Heard) -> Option<(Verdict, &'static str)> {
    let Outcome::Ok { repeat: Some(repeat) } = heard.last()?.outcome else { return None };
    let delivery = shot.delivery?;
    let first = trial.plan.shots().position(|other| other.delivery == Some(delivery)) == Some(place);
    // What was turned away and came again may rightly be called a repeat.
    let sole = heard.0.len() == 1;
    match trial.plan.deliveries.get(delivery)?.purpose {
        Purpose::Conflicting(_) if !repeat => Some((Verdict::Fail, ", though its id was known")),
        Purpose::Genuine if repeat && first && sole && shot.owed == Owed::Acceptance => {
            Some((Verdict::Fail, ", though it was new"))
        }
        _ => None,
    }
}

/// Whether the scenario calls the status of a refusal as good as the case's own.
fn agreed(trial: &Trial<'_>, outcome: Outcome) -> bool {
    let statuses = trial.terms.contract.statuses.iter().filter(|(case, _)| matches(case, trial.case));
    outcome.status().is_some_and(|status| statuses.flat_map(|(_, all)| all).any(|agreed| *agreed == status))
}

fn answers<'a>(trial: &'a Trial<'a>) -> impl Iterator<Item = Mark> + 'a {
    trial.shots().filter_map(|(place, shot, heard)| {
        let tried = heard.last()?;
        let (verdict, why) = of_answer(shot.owed, tried.outcome).or_else(|| of_flag(trial, place, shot, heard))?;
        if verdict == Verdict::Warn && matches!(shot.owed, Owed::Refusal(_)) && agreed(trial, tried.outcome) {
            return None;
        }
        Some(Mark {
            verdict,
            of: event_of(trial, place),
            told: format!("was {}{why}", described(tried)),
            shot: Some(place),
        })
    })
}

fn states<'a>(trial: &'a Trial<'a>) -> impl Iterator<Item = Mark> + 'a {
    let told_of = |&(delivery, ..): &(usize, &Planned, &Standing)| !only_prepares(trial, delivery);
    trial.deliveries().filter(told_of).filter_map(|(delivery, planned, standing)| {
        let verdict = standing.verdict();
        // An answer that accepts a forgery has been told already, as has one that refuses a genuine event.
        let told_already = matches!(standing, Standing::Accepted | Standing::Refused);
        if verdict == Verdict::Pass || told_already {
            return None;
        }
        let told = match (standing, planned.purpose) {
            (Standing::Corrupt(wrong), _) => {
                let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                format!("was booked with {}", wrong.join(", "))
            }
            (Standing::Lost, _) => "was accepted and is not in the books".to_owned(),
            // Without books there is only the target's own word for it.
            (Standing::Double, _) if !trial.terms.read_back => "was called new more than once".to_owned(),
            (Standing::Double, _) => "was credited more than once".to_owned(),
            (Standing::Contradicted, _) => "was refused, and credited all the same".to_owned(),
            (Standing::Forged, Purpose::Conflicting(_)) => "was credited with its other value".to_owned(),
            (Standing::Forged, _) => "was credited".to_owned(),
            (standing, _) => format!("is {}", standing.word()),
        };
        Some(Mark { verdict, of: named(planned), told, shot: trial.shot_of(delivery) })
    })
}

/// Whether a delivery is no more than ground: then its place in the books is not what the case is about, and the checks
/// over all events tell of it. The first of two bodies under one id is what its case is about.
fn only_prepares(trial: &Trial<'_>, delivery: usize) -> bool {
    let deliveries = &trial.plan.deliveries;
    let event_id = |planned: &Planned| planned.sent.event_id.clone();
    let own = deliveries.get(delivery).map(event_id);
    let alone = deliveries.iter().filter(|other| Some(event_id(other)) == own).count() == 1;
    let mut shots = trial.plan.shots().filter(|shot| shot.delivery == Some(delivery));
    alone && shots.all(|shot| shot.owed == Owed::Ground)
}

fn event_of(trial: &Trial<'_>, shot: usize) -> String {
    let delivery = trial.plan.shots().nth(shot).and_then(|shot| shot.delivery);
    let planned = delivery.and_then(|place| trial.plan.deliveries.get(place));
    planned.map_or_else(|| "the request".to_owned(), named)
}

/// The event of a delivery, with what sets it apart.
fn named(planned: &Planned) -> String {
    let kind = planned.sent.kind().name();
    if planned.note.is_empty() { kind.to_owned() } else { format!("{kind} {}", planned.note) }
}

/// The worst of all marks, told by those that are as bad.
fn finding(trial: &Trial<'_>, marks: Vec<Mark>) -> Finding {
    let Some(verdict) = marks.iter().map(|mark| mark.verdict).max() else {
        return Finding::pass(well(trial));
    };
    let worst: Vec<Mark> = marks.into_iter().filter(|mark| mark.verdict == verdict).collect();
    let told = together(&worst);
    let more = told.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let observed = told.into_iter().take(TOLD).collect::<Vec<_>>().join("; ") + &more;
    Finding { verdict, observed, shown_by: worst.iter().filter_map(|mark| mark.shot).collect() }
}

/// Each observation once, behind the names of all of which it was made.
fn together(marks: &[Mark]) -> Vec<String> {
    let mut by_told: Vec<(&str, Vec<&str>)> = Vec::new();
    for mark in marks {
        match by_told.iter_mut().find(|(told, _)| *told == mark.told) {
            Some((_, of)) if of.contains(&mark.of.as_str()) => {}
            Some((_, of)) => of.push(&mark.of),
            None => by_told.push((&mark.told, vec![&mark.of])),
        }
    }
    let sentence = |(told, of): (&str, Vec<&str>)| {
        let plural = told.strip_prefix("was ").map(|rest| format!("were {rest}"));
        let plural = plural.or_else(|| told.strip_prefix("is ").map(|rest| format!("are {rest}")));
        let told = plural.filter(|_| of.len() > 1).unwrap_or_else(|| told.to_owned());
        let more = of.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let of: Vec<&str> = of.into_iter().take(NAMED).collect();
        format!("{}{more} {told}", of.join(", "))
    };
    by_told.into_iter().map(sentence).collect()
}

/// What is told of a case in which all was well: the answers, each kind once.
fn well(trial: &Trial<'_>) -> String {
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for (_, shot, heard) in trial.shots().filter(|(_, shot, _)| shot.owed != Owed::Ground) {
        let Some(outcome) = heard.last().map(|tried| tried.outcome) else { continue };
        let told = match (shot.owed, outcome) {
            (Owed::Acceptance, Outcome::Ok { .. }) => "accepted".to_owned(),
            _ => outcome.to_string(),
        };
        match kinds.iter_mut().find(|(known, _)| *known == told) {
            Some((_, count)) => *count += 1,
            None => kinds.push((told, 1)),
        }
    }
    let told = kinds.into_iter().map(|(told, count)| if count > 1 { format!("{count} × {told}") } else { told });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
