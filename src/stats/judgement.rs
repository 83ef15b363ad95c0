//! The judgement of a promise that at most a certain share is bad: kept, broken, or not to be told yet.
//!
//! A promise on a quantile is one of these: "p95 ≤ 500 ms" says that at most 5 % take longer than 500 ms (contract.md §5).
//! It is kept when the exact upper bound of the bad share clears the promise, and broken when the lower bound breaks it.
//!
//! Attempts are taken to fail independently of each other. Failures that come in clusters make the bounds of a whole run
//! narrower than they should be; windows and burn rates, which look for clusters, stand beside it for that.

use super::Count;
use super::binomial::{at_least, at_most};
use super::bounds::{first, share};

/// One minus the confidence of each claim: one-sided at 95 %.
pub const ALPHA: f64 = 0.05;

/// What may be said of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken,
    /// There is too little to tell.
    Undecided {
        /// How many further samples would tell, if they are good and bad in the proportion of those so far. `None`: the
        /// share lies on the promise, or so near that no number of samples within reach would.
        needed: Option<u64>,
    },
}

/// The levels at which the two claims are tested: each is wrong with at most that chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Of the claim that the promise is kept.
    pub kept: f64,
    /// Of the claim that it is broken.
    pub broken: f64,
}

/// Judges the promise that at most the share `allowed` (0 to 1) is bad, each way with confidence 1 − `alpha`, `alpha` being
/// below one half.
pub fn judge(count: Count, allowed: f64, alpha: f64) -> Judgement {
    judge_at(count, allowed, Levels { kept: alpha, broken: alpha })
}

/// The same with a level for each claim, as a correction for many claims sets them.
pub fn judge_at(count: Count, allowed: f64, levels: Levels) -> Judgement {
    if p_kept(count, allowed) <= levels.kept {
        Judgement::Kept
    } else if p_broken(count, allowed) <= levels.broken {
        Judgement::Broken
    } else {
        Judgement::Undecided { needed: needed(count, allowed, levels) }
    }
}

/// The chance of so few bad ones, were the promise just broken: the p-value of the claim that it is kept.
pub fn p_kept(count: Count, allowed: f64) -> f64 {
    if count.bad >= count.total { 1.0 } else { at_most(count.bad, count.total, allowed) }
}

/// The chance of so many bad ones, were the promise just kept: the p-value of the claim that it is broken.
pub fn p_broken(count: Count, allowed: f64) -> f64 {
    at_least(count.bad.min(count.total), count.total, allowed)
}

/// How many more samples would tell, at the present share.
fn needed(count: Count, allowed: f64, levels: Levels) -> Option<u64> {
    let good = share(count) < allowed;
    let tells = |total: u64| {
        let bad = bad_among(count, total, good);
        if good { at_most(bad, total, allowed) <= levels.kept } else { at_least(bad, total, allowed) <= levels.broken }
    };
    first(count.total.saturating_add(1), tells).map(|total| total.saturating_sub(count.total))
}

/// How many of `total` are bad at the share of `count`, rounded to the side on which it is harder to tell.
fn bad_among(count: Count, total: u64, up: bool) -> u64 {
    let product = u128::from(count.bad) * u128::from(total);
    let whole = u128::from(count.total.max(1));
    let bad = if up { product.div_ceil(whole) } else { product / whole };
    u64::try_from(bad).unwrap_or(total).min(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{lower_bound, upper_bound};
    use proptest::prelude::*;

    fn of(bad: u64, total: u64) -> Count {
        Count { bad, total }
    }

    #[test]
    fn a_promise_is_kept_broken_or_open() {
        let judge = |bad, total| judge(of(bad, total), 0.005, ALPHA);
        assert_eq!(judge(0, 598), Judgement::Kept);
        assert_eq!(judge(38, 10_000), Judgement::Kept);
        assert_eq!(judge(0, 597), Judgement::Undecided { needed: Some(1) });
        assert_eq!(judge(0, 0), Judgement::Undecided { needed: Some(598) });
        assert!(matches!(judge(39, 10_000), Judgement::Undecided { needed: Some(1..) }));
        assert_eq!(judge(600, 100_000), Judgement::Broken);
        assert_eq!(judge(2, 2), Judgement::Broken);
    }

    #[test]
    fn errors_of_four_and_six_in_a_thousand_are_told_from_five() {
        for (bad, total, expected) in [
            (400, 100_000, Some(Judgement::Kept)),
            (600, 100_000, Some(Judgement::Broken)),
            (4, 1_000, None),
            (6, 1_000, None),
        ] {
            let judged = judge(of(bad, total), 0.005, ALPHA);
            match expected {
                Some(expected) => assert_eq!(judged, expected),
                None => assert!(matches!(judged, Judgement::Undecided { needed: Some(1..) }), "{judged:?}"),
            }
        }
    }

    #[test]
    fn a_share_that_lies_on_the_promise_is_never_told() {
        assert_eq!(judge(of(50, 10_000), 0.005, ALPHA), Judgement::Undecided { needed: None });
    }

    #[test]
    fn a_promise_without_budget_is_broken_or_open_but_never_kept() {
        assert_eq!(judge(of(0, 1_000_000), 0.0, ALPHA), Judgement::Undecided { needed: None });
        assert_eq!(judge(of(1, 1_000_000), 0.0, ALPHA), Judgement::Broken);
    }

    proptest! {
        #[test]
        fn judgements_agree_with_the_bounds(total in 0_u64..5_000, bad in 0_u64..5_000, allowed in 0.001_f64..0.5) {
            let count = of(bad % (total + 1), total);
            let (low, high) = (lower_bound(count, ALPHA), upper_bound(count, ALPHA));
            match judge(count, allowed, ALPHA) {
                Judgement::Kept => prop_assert!(high <= allowed + 1e-9),
                Judgement::Broken => prop_assert!(low >= allowed - 1e-9),
                Judgement::Undecided { .. } => prop_assert!(low <= allowed + 1e-9 && high >= allowed - 1e-9),
            }
        }

        #[test]
        fn the_samples_said_to_be_needed_tell(total in 1_u64..3_000, bad in 0_u64..300, allowed in 0.002_f64..0.3) {
            let count = of(bad % (total + 1), total);
            if let Judgement::Undecided { needed: Some(needed) } = judge(count, allowed, ALPHA) {
                let total = count.total + needed;
                let then = of(bad_among(count, total, share(count) < allowed), total);
                let told = judge(then, allowed, ALPHA);
                prop_assert!(!matches!(told, Judgement::Undecided { .. }), "{then:?}");
            }
        }

        #[test]
        fn a_stricter_level_never_tells_more(total in 1_u64..3_000, bad in 0_u64..300, allowed in 0.002_f64..0.3) {
            let count = of(bad % (total + 1), total);
            if !matches!(judge(count, allowed, ALPHA / 20.0), Judgement::Undecided { .. }) {
                prop_assert_eq!(judge(count, allowed, ALPHA / 20.0), judge(count, allowed, ALPHA));
            }
        }
    }
}
