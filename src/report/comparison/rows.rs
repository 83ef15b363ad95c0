//! The figures of two runs, row by row.

use std::time::Duration;

use super::{Row, Side, Tolerance};
use crate::model::Verdict;
use crate::stats::{ALPHA, Count, Latency, lower_bound, quantile_bounds, share, upper_bound};

/// The quantiles that are compared.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

/// Claims that may each be wrong: three quantiles of two latencies, and availability.
const CLAIMS: f64 = 7.0;

/// What the samples of a run agree with. An end is open where there are too few of them.
type Interval<T> = (Option<T>, Option<T>);

/// Every row.
pub(super) fn all(before: &Side, after: &Side, tolerance: Tolerance) -> Vec<Row> {
    let doubt = before.doubt.is_some() || after.doubt.is_some();
    let mut rows = Vec::new();
    for (name, one, two) in
        [("response", &before.response, &after.response), ("service", &before.service, &after.service)]
    {
        for (quantile, q) in QUANTILES {
            let mut row = quantile_row(format!("{name} {quantile}"), (one, two), q, tolerance.share);
            if doubt && row.verdict != Verdict::Skipped {
                row.verdict = Verdict::Inconclusive;
            }
            rows.push(row);
        }
        let change = ratio(one.max(), two.max()).map_or_else(String::new, signed);
        rows.push(shown(format!("{name} max"), millis(one.max()), millis(two.max()), change));
    }
    rows.push(availability(before.availability, after.availability, tolerance));
    rows.push(rate(before, after, tolerance.share));
    rows.extend(troubles(before, after));
    rows
}

fn quantile_row(what: String, (before, after): (&Latency, &Latency), q: f64, tolerated: f64) -> Row {
    if before.count() == 0 || after.count() == 0 {
        return shown(what, "none".to_owned(), "none".to_owned(), "no samples to compare".to_owned());
    }
    let bounds = |alpha: f64| (of_quantile(before, q, alpha / 2.0), of_quantile(after, q, alpha / 2.0));
    // Worse for certain: what the later one agrees with at least, against the earlier one at most.
    let ((_, high), (low, _)) = bounds(ALPHA / CLAIMS);
    let least = high.zip(low).and_then(|(high, low)| ratio(high, low));
    let ((low_before, high_before), (low_after, high_after)) = bounds(ALPHA);
    let most = low_before.zip(high_after).and_then(|(low, high)| ratio(low, high));
    let verdict = match (least, most) {
        (Some(least), _) if least > tolerated => Verdict::Fail,
        (_, Some(most)) if most <= tolerated => Verdict::Pass,
        _ => Verdict::Inconclusive,
    };
    let (one, two) = (before.quantile(q), after.quantile(q));
    let from = high_before.zip(low_after).and_then(|(high, low)| ratio(high, low));
    let certain = match (from, most) {
        (Some(from), Some(most)) => format!(" ({} to {})", signed(from), signed(most)),
        _ => " (too few samples)".to_owned(),
    };
    let change = ratio(one, two).map_or_else(String::new, signed) + &certain;
    Row { what, before: millis(one), after: millis(two), change, verdict }
}

fn availability(before: Count, after: Count, tolerance: Tolerance) -> Row {
    let what = "availability".to_owned();
    if before.total == 0 || after.total == 0 {
        return shown(what, "none".to_owned(), "none".to_owned(), "no samples to compare".to_owned());
    }
    let tolerated = tolerance.share * tolerance.budget;
    // Each run's own bound takes half of the chance of being wrong.
    let least = |alpha: f64| lower_bound(after, alpha / 2.0) - upper_bound(before, alpha / 2.0);
    let (from, most) = (least(ALPHA), upper_bound(after, ALPHA / 2.0) - lower_bound(before, ALPHA / 2.0));
    let verdict = if least(ALPHA / CLAIMS) > tolerated {
        Verdict::Fail
    } else if most <= tolerated {
        Verdict::Pass
    } else {
        Verdict::Inconclusive
    };
    let of = |count| format!("{:.3} %", (1.0 - share(count)) * 100.0);
    let points = |share: f64| format!("{:+.3}", 0.0 - share * 100.0);
    let change = format!("{} points ({} to {})", points(share(after) - share(before)), points(most), points(from));
    Row { what, before: of(before), after: of(after), change, verdict }
}

/// What was achieved of what was planned; rates are counted, not sampled.
fn rate(before: &Side, after: &Side, tolerated: f64) -> Row {
    let part = |side: &Side| (side.planned_per_s > 0.0).then(|| side.achieved_per_s / side.planned_per_s);
    let text = |side: &Side| format!("{:.1} of {:.1}/s", side.achieved_per_s, side.planned_per_s);
    let (what, one, two) = ("rate achieved".to_owned(), text(before), text(after));
    match part(before).zip(part(after)) {
        Some((earlier, later)) if earlier > 0.0 => {
            let verdict = if later < earlier * (1.0 - tolerated) { Verdict::Fail } else { Verdict::Pass };
            Row { what, before: one, after: two, change: signed(later / earlier - 1.0) + " of its plan", verdict }
        }
        _ => shown(what, one, two, String::new()),
    }
}

/// What became of events: none of these should be, so one more is worse, whatever is tolerated.
fn troubles(before: &Side, after: &Side) -> Vec<Row> {
    let names = after.troubles.as_ref().or(before.troubles.as_ref());
    let of = |side: &Side, name: &str| {
        let troubles = side.troubles.as_ref()?;
        troubles.iter().find(|(known, _)| known == name).map(|(_, count)| *count)
    };
    let text = |count: Option<u64>| count.map_or_else(|| "not proved".to_owned(), |count| count.to_string());
    let row = |(name, _): &(String, u64)| {
        let (one, two) = (of(before, name), of(after, name));
        let verdict = match (one, two) {
            (Some(one), Some(two)) if two > one => Verdict::Fail,
            (Some(_), Some(_)) => Verdict::Pass,
            _ => Verdict::Skipped,
        };
        Row { what: name.clone(), before: text(one), after: text(two), change: String::new(), verdict }
    };
    names.into_iter().flatten().map(row).collect()
}

fn shown(what: String, before: String, after: String, change: String) -> Row {
    Row { what, before, after, change, verdict: Verdict::Skipped }
}

fn of_quantile(latency: &Latency, q: f64, alpha: f64) -> Interval<Duration> {
    let bounds = quantile_bounds(latency, q, alpha);
    (bounds.map(|bounds| bounds.lower), bounds.and_then(|bounds| bounds.upper))
}

/// By what share the second is longer.
fn ratio(one: Duration, two: Duration) -> Option<f64> {
    (!one.is_zero()).then(|| two.as_secs_f64() / one.as_secs_f64() - 1.0)
}

fn signed(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

/// A share in percent.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", (share * 100_000.0).round() / 1000.0)
}

fn millis(latency: Duration) -> String {
    format!("{:.2} ms", latency.as_secs_f64() * 1000.0)
}
