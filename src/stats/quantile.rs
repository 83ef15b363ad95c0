//! Bounds of a quantile by order statistics, which ask nothing of how latencies are spread (contract.md §5): the number of
//! samples below a quantile is binomial, so that a sample of fitting rank lies below or above it with a known confidence.

use std::time::Duration;

use super::Latency;
use super::binomial::at_most;

/// A quantile with what it agrees with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantileBounds {
    /// The quantile of the samples.
    pub value: Duration,
    /// With the confidence asked for, the true one is no smaller; zero where there are too few samples to say more.
    pub lower: Duration,
    /// With the confidence asked for, the true one is no larger; `None` where there are too few samples to say, or the bound
    /// lies beyond what the histogram tells apart.
    pub upper: Option<Duration>,
}

/// The ranks, from 1, of the samples that bound a quantile from below and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ranks {
    lower: Option<u64>,
    upper: Option<u64>,
}

/// The quantile `q` (above 0, below 1) with its bounds, each with confidence 1 − `alpha`; `None` without samples.
pub fn quantile_bounds(latency: &Latency, q: f64, alpha: f64) -> Option<QuantileBounds> {
    let count = latency.count();
    if count == 0 {
        return None;
    }
    let ranks = ranks(count, q, alpha);
    let exact = count.saturating_sub(latency.clamped());
    let histogram = latency.histogram();
    Some(QuantileBounds {
        value: latency.quantile(q),
        lower: ranks
            .lower
            .map_or(Duration::ZERO, |rank| Duration::from_micros(histogram.lowest_equivalent(value_at(latency, rank)))),
        upper: ranks
            .upper
            .filter(|&rank| rank <= exact)
            .map(|rank| Duration::from_micros(histogram.highest_equivalent(value_at(latency, rank)))),
    })
}

/// P(X₍ᵣ₎ ≤ quantile) = P(Bin(n, q) ≥ r): the highest rank that lies below it for certain, and the lowest that lies above.
fn ranks(count: u64, q: f64, alpha: f64) -> Ranks {
    let below = places(count, |hits| at_most(hits, count, q) <= alpha);
    let above = places(count, |hits| at_most(hits, count, q) < 1.0 - alpha) + 1;
    Ranks { lower: (below > 0).then_some(below), upper: (above <= count).then_some(above) }
}

/// How many of 0, 1, … `count` − 1 fit, where the first do and the rest do not.
fn places(count: u64, fits: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if fits(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The sample of a rank, in microseconds, as far as the histogram tells.
fn value_at(latency: &Latency, rank: u64) -> u64 {
    let mut seen = 0;
    for bucket in latency.histogram().iter_recorded() {
        seen += bucket.count_since_last_iteration();
        if seen >= rank {
            return bucket.value_iterated_to();
        }
    }
    latency.histogram().max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_are_the_published_ones() {
        for (count, lower, upper, one_sided) in
            [(100, 90, 100, 99), (200, 184, 197, 196), (1_000, 936, 964, 962), (10_000, 9457, 9543, 9537)]
        {
            let expected = Ranks { lower: Some(lower), upper: Some(upper) };
            assert_eq!(ranks(count, 0.95, 0.025), expected, "{count} samples");
            assert_eq!(ranks(count, 0.95, 0.05).upper, Some(one_sided), "{count} samples");
        }
        // A finite bound from above takes 72 samples at two-sided 95 %.
        assert_eq!(ranks(71, 0.95, 0.025).upper, None);
        assert_eq!(ranks(72, 0.95, 0.025).upper, Some(72));
        assert_eq!(ranks(1, 0.95, 0.05), Ranks { lower: None, upper: None });
    }

    fn latencies(millis: impl IntoIterator<Item = u64>) -> Latency {
        let mut latency = Latency::new();
        for millis in millis {
            latency.record(Duration::from_millis(millis));
        }
        latency
    }

    #[test]
    fn bounds_are_samples_of_those_ranks() {
        let bounds = quantile_bounds(&latencies(1..=1000), 0.95, 0.025).expect("samples");
        let near = |bound: Duration, millis: u64| bound.abs_diff(Duration::from_millis(millis)) <= bound / 500;
        assert!(near(bounds.value, 950) && near(bounds.lower, 936), "{bounds:?}");
        assert!(near(bounds.upper.expect("enough samples"), 964), "{bounds:?}");
    }

    #[test]
    fn too_few_samples_and_clamped_ones_have_no_upper_bound() {
        assert_eq!(quantile_bounds(&Latency::new(), 0.95, 0.05), None);
        assert_eq!(quantile_bounds(&latencies(1..=58), 0.95, 0.05).expect("samples").upper, None);
        assert!(quantile_bounds(&latencies(1..=59), 0.95, 0.05).expect("samples").upper.is_some());
        let clamped = latencies((1..=900).chain([70_000; 100]));
        assert_eq!(quantile_bounds(&clamped, 0.95, 0.05).expect("samples").upper, None);
    }

    proptest! {
        #[test]
        fn bounds_stand_on_both_sides(
            micros in prop::collection::vec(1_u64..70_000_000, 1..300),
            q in 0.01_f64..0.99,
        ) {
            let mut latency = Latency::new();
            for micros in micros {
                latency.record(Duration::from_micros(micros));
            }
            let bounds = quantile_bounds(&latency, q, 0.05).expect("samples");
            prop_assert!(bounds.lower <= bounds.value);
            prop_assert!(bounds.upper.is_none_or(|upper| upper >= bounds.value));
        }
    }
}
