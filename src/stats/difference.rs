//! The difference of two runs, with its confidence: of a quantile of their latencies, and of a share of their attempts.

use std::time::Duration;

use jiff::SignedDuration;
use statrs::distribution::{ContinuousCDF, Normal};

use super::binomial::real;
use super::bounds::share;
use super::quantile::quantile_bounds;
use super::{Count, Latency};

/// How much later a quantile of the second run is than that of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuantileDifference {
    /// The difference of the samples' quantiles.
    pub by: SignedDuration,
    /// With the confidence asked for, the true difference is no smaller; `None` where the first run has too few samples to say.
    pub least: Option<SignedDuration>,
    /// With the confidence asked for, the true difference is no larger; `None` where the second run has too few samples to say.
    pub most: Option<SignedDuration>,
}

/// How much larger the bad share of the second run is than that of the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareDifference {
    /// The difference of the shares, −1 to 1.
    pub by: f64,
    /// With the confidence asked for, the true difference is no smaller.
    pub least: f64,
    /// With the confidence asked for, the true difference is no larger.
    pub most: f64,
}

/// The difference of the quantile `q`, each bound of it with confidence 1 − `alpha`. Each run's own bound takes half of
/// `alpha`, so that both are wrong together no more often (Bonferroni); nothing is asked of how latencies are spread.
/// `None` where a run has no samples.
pub fn quantile_difference(first: &Latency, second: &Latency, q: f64, alpha: f64) -> Option<QuantileDifference> {
    let (before, after) = (quantile_bounds(first, q, alpha / 2.0)?, quantile_bounds(second, q, alpha / 2.0)?);
    Some(QuantileDifference {
        by: minus(after.value, before.value),
        least: before.upper.map(|upper| minus(after.lower, upper)),
        most: after.upper.map(|upper| minus(upper, before.lower)),
    })
}

/// The difference of two independent shares, each bound of it with confidence 1 − `alpha` (below one half), by Newcombe's
/// hybrid score interval (Statistics in Medicine 17, 1998, page 873, method 10). `None` where a run has no samples.
pub fn share_difference(first: Count, second: Count, alpha: f64) -> Option<ShareDifference> {
    if first.total == 0 || second.total == 0 {
        return None;
    }
    let z = Normal::standard().inverse_cdf(1.0 - alpha);
    let (before, after) = (Score::of(first, z), Score::of(second, z));
    let by = after.share - before.share;
    let least = by - (after.share - after.lower).hypot(before.upper - before.share);
    let most = by + (after.upper - after.share).hypot(before.share - before.lower);
    Some(ShareDifference { by, least: least.max(-1.0), most: most.min(1.0) })
}

/// A share with its score bounds (Wilson, Journal of the American Statistical Association 22, 1927).
struct Score {
    share: f64,
    lower: f64,
    upper: f64,
}

impl Score {
    fn of(count: Count, z: f64) -> Self {
        let (total, share) = (real(count.total), share(count));
        let middle = share + z * z / (2.0 * total);
        let reach = z * (share * (1.0 - share) / total + z * z / (4.0 * total * total)).max(0.0).sqrt();
        let whole = 1.0 + z * z / total;
        // The noise of floats must not push a bound past the share itself.
        let (lower, upper) = ((middle - reach) / whole, (middle + reach) / whole);
        Self { share, lower: lower.clamp(0.0, share), upper: upper.clamp(share, 1.0) }
    }
}

/// The difference of two latencies, which are a minute at most.
fn minus(one: Duration, other: Duration) -> SignedDuration {
    let signed = |span: Duration| SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    signed(one).saturating_sub(signed(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(bad: u64, total: u64) -> Count {
        Count { bad, total }
    }

    #[test]
    fn shares_differ_as_newcombe_published() {
        for (second, first, least, most) in [
            (of(56, 70), of(48, 80), 0.0524, 0.3339),
            (of(9, 10), of(3, 10), 0.1705, 0.8090),
            (of(6, 7), of(2, 7), 0.0582, 0.8062),
            (of(5, 56), of(0, 29), -0.0381, 0.1926),
            (of(0, 10), of(0, 10), -0.2775, 0.2775),
            (of(10, 10), of(0, 10), 0.6075, 1.0),
        ] {
            let found = share_difference(first, second, 0.025).expect("samples");
            assert!((found.least - least).abs() < 5e-5 && (found.most - most).abs() < 5e-5, "{second:?} {found:?}");
        }
        assert_eq!(share_difference(of(0, 0), of(1, 2), 0.05), None);
    }

    fn latencies(millis: std::ops::Range<u64>) -> Latency {
        let mut latency = Latency::new();
        for millis in millis {
            latency.record(Duration::from_millis(millis));
        }
        latency
    }

    #[test]
    fn a_slower_run_is_slower_for_certain() {
        let found = quantile_difference(&latencies(0..1000), &latencies(300..1300), 0.95, 0.05).expect("samples");
        assert!(found.by.as_millis().abs_diff(300) <= 2, "{found:?}");
        assert!(found.least.is_some_and(|least| least.as_millis() > 250), "{found:?}");
        assert!(found.most.is_some_and(|most| most.as_millis() < 350), "{found:?}");
    }

    #[test]
    fn equal_runs_are_not_told_apart() {
        let found = quantile_difference(&latencies(0..1000), &latencies(5..1005), 0.95, 0.05).expect("samples");
        assert!(found.least.is_some_and(|least| least.is_negative()), "{found:?}");
        assert!(found.most.is_some_and(|most| most.is_positive()), "{found:?}");
    }

    #[test]
    fn a_run_with_too_few_samples_bounds_one_side_only() {
        let found = quantile_difference(&latencies(0..50), &latencies(0..1000), 0.95, 0.05).expect("samples");
        assert!(found.least.is_none() && found.most.is_some());
        assert_eq!(quantile_difference(&Latency::new(), &latencies(0..9), 0.95, 0.05), None);
    }

    proptest! {
        #[test]
        fn shares_differ_within_their_bounds(a in 0_u64..500, m in 1_u64..500, b in 0_u64..500, n in 1_u64..500) {
            let found = share_difference(of(a % (m + 1), m), of(b % (n + 1), n), 0.05).expect("samples");
            prop_assert!(found.least <= found.by && found.by <= found.most);
            prop_assert!(found.least >= -1.0 && found.most <= 1.0);
        }

        #[test]
        fn swapped_runs_differ_the_other_way(a in 0_u64..500, m in 1_u64..500, b in 0_u64..500, n in 1_u64..500) {
            let (first, second) = (of(a % (m + 1), m), of(b % (n + 1), n));
            let there = share_difference(first, second, 0.05).expect("samples");
            let back = share_difference(second, first, 0.05).expect("samples");
            prop_assert!((there.least + back.most).abs() < 1e-12 && (there.by + back.by).abs() < 1e-12);
        }
    }
}
