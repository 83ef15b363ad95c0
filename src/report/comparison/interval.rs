//! Which values samples agree with: of a quantile by order statistics, of a share by Clopper and Pearson (contract.md §5).

use std::time::Duration;

use super::binomial::{at_most, real};
use crate::stats::{Count, Latency};

/// Halvings of the interval 0 to 1, as many as a float has digits.
const HALVINGS: u32 = 60;

/// The values of the quantile `q` that the samples agree with, each end being wrong with a chance of at most `alpha`. An end
/// is open where there are too few samples.
pub(super) fn of_quantile(latency: &Latency, q: f64, alpha: f64) -> (Option<Duration>, Option<Duration>) {
    let n = latency.count();
    // P(X₍ᵣ₎ ≥ quantile) is at least P(Bin(n, q) ≤ r − 1), and P(X₍ᵣ₎ ≤ quantile) at least 1 less that.
    let upper = first(n, |rank| at_most(rank - 1, n, q) >= 1.0 - alpha);
    let lower = first(n, |rank| at_most(rank - 1, n, q) > alpha).map_or(n, |rank| rank - 1);
    let histogram = latency.histogram();
    let lower = value_at(latency, lower).map(|value| histogram.lowest_equivalent(value));
    let upper = upper.and_then(|rank| value_at(latency, rank)).map(|value| histogram.highest_equivalent(value));
    (lower.map(Duration::from_micros), upper.map(Duration::from_micros))
}

/// The shares of bad ones that a count agrees with, each end being wrong with a chance of at most `alpha`.
pub(super) fn of_share(count: Count, alpha: f64) -> (f64, f64) {
    let Count { bad, total } = count;
    if total == 0 {
        return (0.0, 1.0);
    }
    let lower = match bad.min(total).checked_sub(1) {
        None => 0.0,
        Some(fewer) => halved(|share| 1.0 - at_most(fewer, total, share) < alpha),
    };
    let upper = if bad >= total { 1.0 } else { halved(|share| at_most(bad, total, share) > alpha) };
    (lower, upper)
}

/// The share of bad ones as it was.
pub(super) fn share(count: Count) -> f64 {
    if count.total == 0 { 0.0 } else { real(count.bad) / real(count.total) }
}

/// The first rank from 1 to `n` that fits, where all later ones do too.
fn first(n: u64, fits: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (1, n);
    if n == 0 || !fits(n) {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        if fits(middle) { high = middle } else { low = middle + 1 }
    }
    Some(high)
}

/// The `rank`-th smallest value, from 1; `None` for rank 0.
fn value_at(latency: &Latency, rank: u64) -> Option<u64> {
    let mut before = 0;
    let values = latency.histogram().iter_recorded();
    let mut found = values.skip_while(|value| {
        before += value.count_since_last_iteration();
        before < rank
    });
    if rank == 0 { None } else { found.next().map(|value| value.value_iterated_to()) }
}

/// The place between 0 and 1 up to which a statement holds.
fn halved(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..HALVINGS {
        let middle = low.midpoint(high);
        if holds(middle) { low = middle } else { high = middle }
    }
    low.midpoint(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 ms, 2 ms, … so many: values that the histogram tells apart up to 1000.
    fn ramp(n: u64) -> Latency {
        let mut latency = Latency::new();
        (1..=n).for_each(|k| latency.record(Duration::from_millis(k)));
        latency
    }

    fn ranks(n: u64, alpha: f64) -> (Option<u64>, Option<u64>) {
        let rank = |value: Duration| u64::try_from((value.as_micros() + 500) / 1000).unwrap();
        let (lower, upper) = of_quantile(&ramp(n), 0.95, alpha);
        (lower.map(rank), upper.map(rank))
    }

    #[test]
    fn ranks_are_those_that_are_published() {
        // contract.md §5: two-sided 95 % ranks of p95, and the one-sided upper one.
        assert_eq!(ranks(100, 0.025), (Some(90), Some(100)));
        assert_eq!(ranks(200, 0.025), (Some(184), Some(197)));
        assert_eq!(ranks(1000, 0.025), (Some(936), Some(964)));
        assert_eq!(ranks(100, 0.05).1, Some(99));
        assert_eq!(ranks(1000, 0.05).1, Some(962));
        assert_eq!(ranks(58, 0.05).1, None, "59 samples are the fewest that bound a p95");
        assert!(ranks(59, 0.05).1.is_some());
        assert_eq!(ranks(0, 0.05), (None, None));
    }

    #[test]
    fn shares_are_bounded_exactly() {
        let upper = |bad, total| of_share(Count { bad, total }, 0.05).1;
        for (bad, total) in [(0, 598), (1, 947), (10, 3389)] {
            assert!(upper(bad, total) <= 0.005 && upper(bad, total - 1) > 0.005, "{bad} of {total}");
        }
        assert_eq!(of_share(Count { bad: 0, total: 0 }, 0.05), (0.0, 1.0));
        let (low, high) = of_share(Count { bad: 5, total: 5 }, 0.05);
        assert!(low > 0.5 && (high - 1.0).abs() < f64::EPSILON);
    }
}
