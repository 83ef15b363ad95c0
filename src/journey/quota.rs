//! Quotas: which players go on to the next step. A share is kept exactly, not only on average,
//! and every player can be asked about alone, without the others being made.

use crate::model::Mixer;

/// One step of the funnel: of `total` candidates, exactly `quota` go on, spread evenly over a scrambled order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    total: u64,
    chosen: u64,
    factor: u64,
    shift: u64,
}

impl Quota {
    /// A share of `total`, rounded to the nearest player; `mixer` scrambles the order.
    pub(super) fn new(total: u64, share: f64, mixer: Mixer) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "players are at most 10^9"
        )]
        let quota = ((total as f64 * share).round() as u64).min(total);
        let total_or_one = total.max(1);
        let mut factor = mixer.word(1).below(total_or_one) | 1;
        while greatest_common_divisor(factor, total_or_one) != 1 {
            factor += 2;
        }
        Self { total, chosen: quota, factor, shift: mixer.word(2).below(total_or_one) }
    }

    /// How many go on.
    pub(super) fn quota(&self) -> u64 {
        self.chosen
    }

    /// If this candidate goes on: its number among those who do, from 0 and without gaps.
    pub(super) fn take(&self, candidate: u64) -> Option<u64> {
        if candidate >= self.total {
            return None;
        }
        let (total, quota) = (u128::from(self.total), u128::from(self.chosen));
        // An affine map with a factor prime to the total is a permutation.
        let place = (u128::from(candidate) * u128::from(self.factor) + u128::from(self.shift)) % total;
        let (before, after) = (place * quota / total, (place + 1) * quota / total);
        (after > before).then(|| u64::try_from(before).unwrap_or(0))
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn exactly_the_quota_goes_on_and_is_numbered_without_gaps(total in 0..500_u64, percent in 0..=100_u32, seed: u64) {
            let quota = Quota::new(total, f64::from(percent) / 100.0, Mixer::new(seed));
            let numbers: BTreeSet<u64> = (0..total).filter_map(|candidate| quota.take(candidate)).collect();
            prop_assert_eq!(numbers.len() as u64, quota.quota());
            prop_assert_eq!(numbers, (0..quota.quota()).collect::<BTreeSet<_>>());
            prop_assert_eq!(quota.take(total), None);
        }
    }

    #[test]
    fn seeds_choose_different_players() {
        let chosen = |seed| {
            let quota = Quota::new(200, 0.1, Mixer::new(seed));
            (0..200).filter(|&n| quota.take(n).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(chosen(1).len(), 20);
        assert_ne!(chosen(1), chosen(2));
    }
}
