//! Each promise on the whole run, in every sliding window of it: an hour's average hides no minute.
//!
//! A window is told to break the promise only where that is certain among so many windows. One that cannot be told says
//! nothing, as nobody declared it by itself; where no window could have told anything, the check is skipped and says so.

use super::Observed;
use super::objectives::is_latency;
use super::wording::{at_least, counted, moment, number, promise, share_of, span};
use crate::model::{Check, Verdict};
use crate::scenario::{Objective, Scope, SlaPlan};
use crate::stats::{ALPHA, Count, WorstWindow, worst_window};

/// One check for each objective on the whole run.
pub(super) fn checks(plan: &SlaPlan, observed: &Observed<'_>) -> Vec<Check> {
    let all = plan.objectives.iter().enumerate().filter(|(_, objective)| objective.scope == Scope::Whole);
    all.map(|(at, objective)| {
        let seconds = observed.objectives.get(at).map_or(&[][..], Vec::as_slice);
        let (verdict, told) = match observed.distrust {
            Some(reason) if is_latency(objective) => {
                (Verdict::Inconclusive, format!("latencies cannot be believed: {reason}"))
            }
            _ => told(plan, objective, seconds),
        };
        let expected = format!("{} in every {} of the run too", promise(objective.promise), span(plan.window));
        Check::new(format!("{}.windows", objective.id), verdict, expected, told)
    })
    .collect()
}

fn told(plan: &SlaPlan, objective: &Objective, seconds: &[Count]) -> (Verdict, String) {
    let length = usize::try_from(plan.window.as_secs()).unwrap_or(usize::MAX);
    let allowed = objective.promise.allowed();
    let Some(worst) = worst_window(seconds, length, allowed) else {
        return (Verdict::Skipped, "the run was shorter than that, or had no answers".to_owned());
    };
    let place = place(&worst, length);
    let counted = counted(worst.count, objective.promise);
    if worst.is_broken(ALPHA) {
        let bound = at_least(worst.count, worst.level(ALPHA));
        return (
            Verdict::Fail,
            format!("{counted} {place} ({bound}, corrected for {} windows)", number(worst.windows)),
        );
    }
    let share = share_of(worst.count);
    if worst.can_tell(allowed, ALPHA) {
        (
            Verdict::Pass,
            format!("no window of {} breaks it; the worst: {counted} {place} ({share})", number(worst.windows)),
        )
    } else {
        let few = format!("windows have {} samples at most, too few to tell", number(worst.fullest));
        (Verdict::Skipped, format!("{few}; the worst: {counted} {place} ({share})"))
    }
}

fn place(worst: &WorstWindow, length: usize) -> String {
    format!("from {} to {}", moment(worst.from), moment(worst.from.saturating_add(length)))
}
