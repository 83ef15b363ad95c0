//! The promises about answers: on the whole run, on its stages and on kinds of events.
//!
//! Each promise on the whole run is a claim of its own. Those on stages and kinds are many at once and are corrected together
//! (Holm), both as claims that they are kept and as claims that they are broken. Every one of them was declared, so that one
//! that cannot be told is inconclusive like any other.

use super::Observed;
use super::wording::{at_least, at_most, between, confidence, counted, number, promise};
use crate::model::{Check, Verdict};
use crate::scenario::{Objective, Promise, Scope, SlaPlan};
use crate::stats::{ALPHA, Count, Judgement, Levels, holm_levels, judge_at, p_broken, p_kept};

/// What is told of a claim that stands alone.
const ALONE: Levels = Levels { kept: ALPHA, broken: ALPHA };

/// One check for each objective, in the plan's order.
pub(super) fn checks(plan: &SlaPlan, observed: &Observed<'_>) -> Vec<Check> {
    let counts: Vec<Count> = (0..plan.objectives.len())
        .map(|at| observed.objectives.get(at).map_or_else(Count::default, |seconds| seconds.iter().sum()))
        .collect();
    let corrected = corrected(&plan.objectives, &counts, observed.distrust);
    let each = plan.objectives.iter().zip(counts).zip(corrected);
    each.map(|((objective, count), levels)| match observed.distrust {
        Some(reason) if is_latency(objective) => distrusted(objective, count, reason),
        _ => check(objective, count, levels),
    })
    .collect()
}

/// Whether an objective is about how long answers take.
pub(super) fn is_latency(objective: &Objective) -> bool {
    matches!(objective.promise, Promise::Quantile { .. })
}

/// The levels at which each objective is tested.
fn corrected(objectives: &[Objective], counts: &[Count], distrust: Option<&str>) -> Vec<Levels> {
    let in_family =
        |objective: &Objective| objective.scope != Scope::Whole && (distrust.is_none() || !is_latency(objective));
    let family: Vec<usize> = (0..objectives.len()).filter(|&at| in_family(&objectives[at])).collect();
    let p_values = |p: fn(Count, f64) -> f64| -> Vec<f64> {
        family.iter().map(|&at| p(counts[at], objectives[at].promise.allowed())).collect()
    };
    let (kept, broken) = (holm_levels(&p_values(p_kept), ALPHA), holm_levels(&p_values(p_broken), ALPHA));
    let mut levels = vec![ALONE; objectives.len()];
    for ((at, kept), broken) in family.into_iter().zip(kept).zip(broken) {
        levels[at] = Levels { kept, broken };
    }
    levels
}

fn check(objective: &Objective, count: Count, levels: Levels) -> Check {
    let allowed = objective.promise.allowed();
    let told = counted(count, objective.promise);
    let (verdict, observed) = match judge_at(count, allowed, levels) {
        Judgement::Kept => (Verdict::Pass, format!("{told} ({})", at_most(count, levels.kept))),
        Judgement::Broken => (Verdict::Fail, format!("{told} ({})", at_least(count, levels.broken))),
        Judgement::Undecided { needed } if count.total == 0 => {
            (Verdict::Inconclusive, format!("there was nothing to count: {}", missing(needed)))
        }
        Judgement::Undecided { needed } => {
            (Verdict::Inconclusive, format!("{told} ({}): {}", between(count, levels), missing(needed)))
        }
    };
    Check::new(&objective.id, verdict, expected(objective), observed)
}

fn distrusted(objective: &Objective, count: Count, reason: &str) -> Check {
    let counts =
        if count.total > 0 { format!("; counted were {}", counted(count, objective.promise)) } else { String::new() };
    let observed = format!("latencies cannot be believed: {reason}{counts}");
    Check::new(&objective.id, Verdict::Inconclusive, expected(objective), observed)
}

fn expected(objective: &Objective) -> String {
    let among = match objective.scope {
        Scope::Whole => String::new(),
        Scope::Stage(_) => " in this stage".to_owned(),
        Scope::Event(kind) => format!(" for {}", kind.name()),
    };
    format!("{}{among}, at least {} sure", promise(objective.promise), confidence(ALPHA))
}

/// What is missing to tell.
fn missing(needed: Option<u64>) -> String {
    match needed {
        Some(needed) => format!("needs {} more samples like these", number(needed)),
        None => "so near the promise that no number of samples within reach would tell".to_owned(),
    }
}
