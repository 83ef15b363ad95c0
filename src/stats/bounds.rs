//! Exact one-sided bounds of a proportion (Clopper and Pearson, Biometrika 26, 1934; contract.md §5), and how many samples
//! a claim takes.

use super::Count;
use super::binomial::{at_least, at_most, real};

/// Halvings of an interval of shares or of their differences: as many as a float has digits.
const HALVINGS: u32 = 60;

/// More samples than any run takes; what would need more is out of reach.
pub const MOST_SAMPLES: u64 = 1_000_000_000;

/// The largest share of bad ones that a count agrees with: with confidence 1 − `alpha` the true one is no larger. 1 without
/// samples.
pub fn upper_bound(count: Count, alpha: f64) -> f64 {
    if count.bad >= count.total {
        return 1.0;
    }
    halved(0.0, 1.0, |share| at_most(count.bad, count.total, share) > alpha)
}

/// The smallest share of bad ones that a count agrees with: with confidence 1 − `alpha` the true one is no smaller. 0 without
/// bad ones.
pub fn lower_bound(count: Count, alpha: f64) -> f64 {
    if count.bad == 0 {
        return 0.0;
    }
    halved(0.0, 1.0, |share| at_least(count.bad, count.total, share) < alpha)
}

/// The fewest samples of which `bad` may be bad and still show that at most the share `allowed` is, with confidence
/// 1 − `alpha`; `None` when no number within reach does.
pub fn fewest(bad: u64, allowed: f64, alpha: f64) -> Option<u64> {
    first(bad.saturating_add(1), |total| at_most(bad, total, allowed) <= alpha)
}

/// The most bad ones of `total` that still show that at most the share `allowed` is bad, with confidence 1 − `alpha`;
/// `None` when not even none do.
pub fn most(total: u64, allowed: f64, alpha: f64) -> Option<u64> {
    let (mut shown, mut not_shown) = (None, total);
    while shown.map_or(0, |bad| bad + 1) < not_shown {
        let middle = shown.map_or(0, |bad: u64| bad + 1).midpoint(not_shown - 1);
        if at_most(middle, total, allowed) <= alpha {
            shown = Some(middle);
        } else {
            not_shown = middle;
        }
    }
    shown
}

/// The first number from `least` on that fits, where all later ones do too; `None` beyond [`MOST_SAMPLES`].
pub(super) fn first(least: u64, fits: impl Fn(u64) -> bool) -> Option<u64> {
    let least = least.max(1);
    let (mut low, mut high) = (least, least);
    while !fits(high) {
        if high >= MOST_SAMPLES {
            return None;
        }
        low = high + 1;
        high = high.saturating_mul(2).min(MOST_SAMPLES);
    }
    while low < high {
        let middle = low.midpoint(high);
        if fits(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

/// The share of bad ones as it is; 0 without samples.
pub fn share(count: Count) -> f64 {
    if count.total == 0 { 0.0 } else { real(count.bad) / real(count.total) }
}

/// The place between two bounds up to which a statement holds.
pub(super) fn halved(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = low.midpoint(high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low.midpoint(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(bad: u64, total: u64) -> Count {
        Count { bad, total }
    }

    #[test]
    fn availability_takes_as_many_samples_as_published() {
        for (bad, total) in [(0, 598), (1, 947), (2, 1258), (3, 1549), (5, 2100), (10, 3389), (20, 5808)] {
            assert_eq!(fewest(bad, 0.005, 0.05), Some(total), "{bad} bad ones");
        }
        assert_eq!(most(10_000, 0.005, 0.05), Some(38));
        assert_eq!(most(597, 0.005, 0.05), None);
        // Two-sided at 95 %.
        assert_eq!(fewest(0, 0.005, 0.025), Some(736));
    }

    #[test]
    fn quantiles_take_as_many_samples_as_published() {
        for (bad, total) in [(0, 59), (1, 93), (2, 124), (5, 208), (10, 336)] {
            assert_eq!(fewest(bad, 1.0 - 0.95, 0.05), Some(total), "{bad} slow ones");
            assert_eq!(most(total, 1.0 - 0.95, 0.05), Some(bad));
        }
        assert_eq!(fewest(0, 1.0 - 0.99, 0.05), Some(299));
    }

    #[test]
    fn what_no_number_of_samples_shows_is_told() {
        assert_eq!(fewest(0, 0.0, 0.05), None);
        assert_eq!(fewest(0, 1e-12, 0.05), None);
    }

    #[test]
    fn bounds_without_samples_say_nothing() {
        assert!(upper_bound(of(0, 0), 0.05) >= 1.0 && lower_bound(of(0, 0), 0.05) <= 0.0);
        assert!(upper_bound(of(7, 7), 0.05) >= 1.0 && lower_bound(of(0, 7), 0.05) <= 0.0);
    }

    #[test]
    fn bounds_are_the_textbook_s() {
        // Rule of three, exactly: 1 − 0.05^(1/n).
        let expected = 1.0 - 0.05_f64.powf(1.0 / 300.0);
        assert!((upper_bound(of(0, 300), 0.05) - expected).abs() < 1e-12);
        assert!((lower_bound(of(300, 300), 0.05) - (1.0 - expected)).abs() < 1e-12);
    }

    /// Whatever the true share, the bound lies above it in at least 95 of 100 runs: summed over every run that there can be.
    #[test]
    fn bounds_cover_what_they_promise() {
        for total in [10, 59, 200] {
            let bounds: Vec<f64> = (0..=total).map(|bad| upper_bound(of(bad, total), 0.05)).collect();
            for truth in [0.003, 0.01, 0.05, 0.2, 0.5, 0.9] {
                let missed = bounds.iter().take_while(|&&bound| bound < truth).count();
                let chance = if missed == 0 { 0.0 } else { at_most(missed as u64 - 1, total, truth) };
                assert!(chance <= 0.05 + 1e-9, "{total} samples, {truth}: {chance}");
            }
        }
    }

    proptest! {
        #[test]
        fn bounds_stand_on_both_sides(total in 1_u64..20_000, bad in 0_u64..20_000, alpha in 0.001_f64..0.4) {
            let count = of(bad % (total + 1), total);
            prop_assert!(lower_bound(count, alpha) <= share(count) + 1e-12);
            prop_assert!(upper_bound(count, alpha) >= share(count) - 1e-12);
        }

        #[test]
        fn more_good_ones_lower_the_bound(total in 1_u64..5_000, bad in 0_u64..100, more in 1_u64..500) {
            let bad = bad % (total + 1);
            prop_assert!(upper_bound(of(bad, total + more), 0.05) <= upper_bound(of(bad, total), 0.05) + 1e-12);
        }

        #[test]
        fn the_fewest_are_enough_and_one_less_is_not(bad in 0_u64..60, allowed in 0.001_f64..0.3) {
            let total = fewest(bad, allowed, 0.05).expect("within reach");
            prop_assert!(upper_bound(of(bad, total), 0.05) <= allowed + 1e-9);
            prop_assert!(upper_bound(of(bad, total - 1), 0.05) > allowed - 1e-9);
            prop_assert_eq!(most(total, allowed, 0.05), Some(bad));
        }
    }
}
