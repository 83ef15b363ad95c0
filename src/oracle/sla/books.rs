//! What was promised of the books: how long an acknowledged event takes into them, and how far they may differ.

use std::time::Duration;

use super::wording::{Rounding, at_least, at_most, between, confidence, number, percent, span};
use super::{Desync, Ingestion};
use crate::model::{Check, Verdict};
use crate::scenario::SlaPlan;
use crate::stats::{ALPHA, Count, Judgement, Levels, MeanBounds, judge, mean_bounds};

/// Canaries from which on the bound of a mean is believed (the delays are far from normal; their mean no longer is).
const FEWEST_CANARIES: u64 = 100;

/// What is told without books.
const NO_BOOKS: &str = "the books cannot be read: give --read-back";

/// The mean delay from the acknowledgement to the books.
pub(super) fn ingestion(plan: &SlaPlan, ingestion: Option<Ingestion<'_>>) -> Option<Check> {
    let limit = plan.ingestion_lag_mean?;
    let expected = format!(
        "acknowledged events are booked within {} on average, at least {} sure",
        span(limit),
        confidence(ALPHA)
    );
    let (verdict, observed) = match ingestion {
        None => (without_books(plan.ingestion_declared), NO_BOOKS.to_owned()),
        Some(ingestion) => lag(limit, &ingestion),
    };
    Some(Check::new("sla.ingestion-lag", verdict, expected, observed))
}

/// Delays are seen at the first look that finds the event, so that the true one is shorter by up to one poll interval;
/// clocks being what they are, the interval is granted to either side.
fn lag(limit: Duration, ingestion: &Ingestion<'_>) -> (Verdict, String) {
    // Those that never appeared have taken at least as long as they were waited for.
    let delays: Vec<f64> = ingestion.delays.iter().chain(ingestion.unseen).map(Duration::as_secs_f64).collect();
    let (limit, poll) = (limit.as_secs_f64(), ingestion.poll.as_secs_f64());
    let seen = ingestion.delays.len() as u64;
    let Some(bounds) = mean_bounds(&delays, ALPHA).filter(|bounds| bounds.count >= FEWEST_CANARIES) else {
        let canaries = number(delays.len() as u64);
        let missing = number(FEWEST_CANARIES.saturating_sub(delays.len() as u64));
        return (Verdict::Inconclusive, format!("{canaries} canaries: needs {missing} more"));
    };
    let (least, most) = ((bounds.lower - poll).max(0.0), bounds.upper + poll);
    let told = average(&bounds, ingestion);
    if least > limit {
        let least = seconds(least, f64::floor);
        (Verdict::Fail, format!("{told}; at least {least} with {} confidence", confidence(ALPHA)))
    } else if !ingestion.unseen.is_empty() {
        let unseen = number(bounds.count - seen);
        (Verdict::Inconclusive, format!("{told}; {unseen} of {} never appeared", number(bounds.count)))
    } else if most <= limit {
        let most = seconds(most, f64::ceil);
        (Verdict::Pass, format!("{told}; at most {most} with {} confidence", confidence(ALPHA)))
    } else {
        (
            Verdict::Inconclusive,
            format!(
                "{told}; it may be from {} to {}: watch more canaries",
                seconds(least, f64::floor),
                seconds(most, f64::ceil)
            ),
        )
    }
}

fn average(bounds: &MeanBounds, ingestion: &Ingestion<'_>) -> String {
    let (mean, count, poll) =
        (seconds(bounds.mean, f64::round), number(bounds.count), seconds(ingestion.poll.as_secs_f64(), f64::round));
    format!("{mean} on average over {count} canaries, looked for every {poll}")
}

/// The share by which acknowledged and booked events differ.
pub(super) fn desync(plan: &SlaPlan, desync: Option<Desync>) -> Option<Check> {
    let limit = plan.desync?;
    let expected = format!(
        "acknowledged and booked events differ by at most {}, at least {} sure",
        percent(limit, Rounding::Near),
        confidence(ALPHA)
    );
    let (verdict, observed) = match desync {
        None => (without_books(plan.desync_declared), NO_BOOKS.to_owned()),
        Some(desync) => difference(limit, desync),
    };
    Some(Check::new("sla.desync", verdict, expected, observed))
}

fn difference(limit: f64, Desync { acknowledged, booked }: Desync) -> (Verdict, String) {
    let told = format!("{} acknowledged, {} booked", number(acknowledged), number(booked));
    // Books with more than twice what was acknowledged differ by all of it, as far as a share can say.
    let count = Count { bad: acknowledged.abs_diff(booked).min(acknowledged), total: acknowledged };
    match judge(count, limit, ALPHA) {
        Judgement::Kept => (Verdict::Pass, format!("{told} ({})", at_most(count, ALPHA))),
        Judgement::Broken => (Verdict::Fail, format!("{told} ({})", at_least(count, ALPHA))),
        Judgement::Undecided { needed } => {
            let bounds = between(count, Levels { kept: ALPHA, broken: ALPHA });
            let missing = needed.map_or_else(
                || "so near the promise that no number of events within reach would tell".to_owned(),
                |needed| format!("needs {} more events like these", number(needed)),
            );
            (Verdict::Inconclusive, format!("{told} ({bounds}): {missing}"))
        }
    }
}

/// What was asked for and cannot be tested is inconclusive; what nobody asked for is skipped.
fn without_books(declared: bool) -> Verdict {
    if declared { Verdict::Inconclusive } else { Verdict::Skipped }
}

/// A measured time in whole milliseconds, brought there by `round`.
fn seconds(seconds: f64, round: fn(f64) -> f64) -> String {
    // What lies within the noise of floats of a whole millisecond is that millisecond.
    let millis = round((seconds * 1e6).round() / 1e3);
    span(Duration::try_from_secs_f64(millis / 1e3).map_or(Duration::MAX, to_millis))
}

/// Without what floats leave below a millisecond.
fn to_millis(span: Duration) -> Duration {
    Duration::from_millis(u64::try_from(span.saturating_add(Duration::from_micros(1)).as_millis()).unwrap_or(u64::MAX))
}
