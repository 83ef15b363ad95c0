//! Two methods that looked at the same things: the difference of what they saw, its interval, and how many things it takes to place
//! that difference (contract.md §5).
//!
//! The interval is Tango's, which inverts the efficient score test (Statistics in Medicine 17, 1998, pages 891–908): it is defined
//! without a single discordant pair, holds its confidence at small counts, and is the same as Wald's at large ones.

use statrs::distribution::{ContinuousCDF, Normal};

use super::binomial::{at_least, real};
use super::bounds::halved;

/// What two methods made of the same things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// Seen by the first method alone: contract.md's b.
    pub first_only: u64,
    /// Seen by the second method alone: contract.md's c.
    pub second_only: u64,
    /// All that there are: contract.md's n.
    pub total: u64,
}

/// What lies between two bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// What the difference is compared with: another difference that is itself only known so well.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reference {
    /// The difference, −1 to 1.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
}

impl Paired {
    /// d = (b − c) ÷ n, −1 to 1; 0 of nothing.
    pub fn difference(self) -> f64 {
        if self.total == 0 { 0.0 } else { (real(self.first_only) - real(self.second_only)) / real(self.total) }
    }

    /// ψ = (b + c) ÷ n, the share that only one of them saw, 0 to 1; 0 of nothing.
    pub fn discordant(self) -> f64 {
        if self.total == 0 { 0.0 } else { (real(self.first_only) + real(self.second_only)) / real(self.total) }
    }

    /// Wald's standard error √(b + c − (b − c)² ÷ n) ÷ n; 0 of nothing.
    pub fn standard_error(self) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        let (difference, total) = (self.difference(), real(self.total));
        ((self.discordant() - difference * difference).max(0.0) / total).sqrt()
    }

    /// Tango's score interval of the difference with confidence 1 − 2·`alpha` (`alpha` below one half); −1 to 1 of nothing.
    pub fn interval(self, alpha: f64) -> Interval {
        if self.total == 0 {
            return Interval { low: -1.0, high: 1.0 };
        }
        let z = Normal::standard().inverse_cdf(1.0 - alpha);
        let difference = self.difference();
        // The statistic falls as the assumed difference rises.
        let low = halved(-1.0, difference, |assumed| self.score(assumed) > z);
        let high = halved(difference, 1.0, |assumed| self.score(assumed) > -z);
        Interval { low, high }
    }

    /// The interval of the difference less a reference, with the same confidence. The reference's own error widens it by the square root
    /// of the sum of squares (Zou and Donner, Statistics in Medicine 27, 2008).
    pub fn interval_beyond(self, reference: Reference, alpha: f64) -> Interval {
        let z = Normal::standard().inverse_cdf(1.0 - alpha);
        let (difference, own) = (self.difference(), self.interval(alpha));
        let (middle, error) = (difference - reference.difference, z * reference.standard_error);
        Interval {
            low: middle - (difference - own.low).hypot(error),
            high: middle + (own.high - difference).hypot(error),
        }
    }

    /// The p-value of the claim that the difference lies further than `margin` from a reference, on the side on which it was found.
    pub fn p_beyond(self, reference: Reference, margin: f64) -> f64 {
        if self.total == 0 {
            return 1.0;
        }
        let sign = if self.difference() < reference.difference { -1.0 } else { 1.0 };
        let limit = (reference.difference + sign * margin).clamp(-1.0, 1.0);
        let variance = self.variance(limit) + reference.standard_error * reference.standard_error;
        let z = sign * (self.difference() - limit) / variance.max(f64::MIN_POSITIVE).sqrt();
        1.0 - Normal::standard().cdf(z)
    }

    /// The exact test of `McNemar` of whether one method alone sees as much as the other alone: two-sided, by the sign test on b of b + c.
    pub fn p_equal(self) -> f64 {
        let discordant = self.first_only.saturating_add(self.second_only);
        (2.0 * at_least(self.first_only.max(self.second_only), discordant, 0.5)).min(1.0)
    }

    /// Tango's statistic of the difference were it as assumed; standard normal for many pairs.
    fn score(self, assumed: f64) -> f64 {
        let distance = self.difference() - assumed;
        if distance == 0.0 { 0.0 } else { distance / self.variance(assumed).max(f64::MIN_POSITIVE).sqrt() }
    }

    /// The variance of the difference were it as assumed, with the most likely share of second-only pairs under that (Tango's q₂₁).
    fn variance(self, assumed: f64) -> f64 {
        let (b, c, n) = (real(self.first_only), real(self.second_only), real(self.total));
        let linear = -b - c + (2.0 * n - b + c) * assumed;
        let constant = -c * assumed * (1.0 - assumed);
        let root = (linear * linear - 8.0 * n * constant).max(0.0).sqrt();
        let share = (root - linear) / (4.0 * n);
        ((2.0 * share + assumed * (1.0 - assumed)) / n).max(0.0)
    }
}

/// How many things it takes to show, with confidence 1 − 2·`alpha` and the chance `power`, that a difference of the size `difference`
/// lies on its own side of `margin`, when the share `discordant` is seen by one method alone (contract.md §5). `None` where it lies on
/// the margin, or where no number within reach does.
pub fn pairs_needed(discordant: f64, difference: f64, margin: f64, alpha: f64, power: f64) -> Option<u64> {
    let normal = Normal::standard();
    let difference = difference.abs();
    // A difference of nothing has to be shown on both sides.
    let beta = if difference == 0.0 { (1.0 - power) / 2.0 } else { 1.0 - power };
    let z = normal.inverse_cdf(1.0 - alpha) + normal.inverse_cdf(1.0 - beta);
    let distance = margin - difference;
    let needed = z * z * (discordant - difference * difference).max(0.0) / (distance * distance);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and what is within reach"
    )]
    (needed.is_finite() && needed <= real(super::MOST_SAMPLES)).then(|| (needed.ceil() as u64).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(first_only: u64, second_only: u64, total: u64) -> Paired {
        Paired { first_only, second_only, total }
    }

    #[test]
    fn intervals_are_those_published() {
        for (counts, alpha, low, high, digits) in [
            // Airway reactivity (Fagerland, Lydersen and Laake 2014), as ratesci and contingencytables have it.
            (of(1, 7, 21), 0.025, -0.517, -0.026, 3),
            // Newcombe's spreadsheet of Tango's interval.
            (of(12, 2, 50), 0.025, 0.0611, 0.3447, 4),
            // PropCIs 0.3: scoreci.mp(25, 28, 618) at 90 %, whose difference is that of its second count.
            (of(28, 25, 618), 0.05, -0.0148, 0.0247, 4),
        ] {
            let found = counts.interval(alpha);
            let tolerance = 0.5 * 10_f64.powi(-digits);
            assert!(
                (found.low - low).abs() < tolerance && (found.high - high).abs() < tolerance,
                "{counts:?} {found:?}"
            );
        }
    }

    #[test]
    fn without_discordant_pairs_the_interval_is_tango_s_closed_form() {
        let z = Normal::standard().inverse_cdf(0.95);
        let expected = z * z / (44.0 + z * z);
        let found = of(0, 0, 44).interval(0.05);
        assert!((found.high - expected).abs() < 1e-9 && (found.low + expected).abs() < 1e-9, "{found:?}");
        assert_eq!(of(0, 0, 0).interval(0.05), Interval { low: -1.0, high: 1.0 });
    }

    #[test]
    fn of_many_pairs_it_is_wald_s() {
        let many = of(1_500, 40, 100_000);
        let reach = Normal::standard().inverse_cdf(0.95) * many.standard_error();
        let found = many.interval(0.05);
        assert!((many.difference() - reach - found.low).abs() < 5e-5, "{found:?}");
        assert!((many.difference() + reach - found.high).abs() < 5e-5, "{found:?}");
    }

    #[test]
    fn as_many_are_needed_as_published() {
        for (discordant, difference, needed) in
            [(0.05, 0.0, 217), (0.1, 0.0, 433), (0.04, 0.02, 377), (0.05, 0.03, 1052)]
        {
            assert_eq!(
                pairs_needed(discordant, difference, 0.05, 0.05, 0.9),
                Some(needed),
                "{discordant} {difference}"
            );
        }
        assert_eq!(pairs_needed(0.1, 0.05, 0.05, 0.05, 0.9), None);
    }

    #[test]
    fn the_direction_is_judged_by_the_sign_test() {
        // Two-sided binomial: 2 × (1 + 8) ÷ 2⁸.
        assert!((of(1, 7, 21).p_equal() - 18.0 / 256.0).abs() < 1e-12);
        assert!(of(0, 0, 10).p_equal() >= 1.0 && of(3, 3, 10).p_equal() >= 1.0);
        assert!(of(40, 0, 100).p_equal() < 1e-9);
    }

    #[test]
    fn a_reference_moves_the_interval_and_its_error_widens_it() {
        let counts = of(150, 0, 1_000);
        let exact = counts.interval_beyond(Reference { difference: 0.15, standard_error: 0.0 }, 0.05);
        let vague = counts.interval_beyond(Reference { difference: 0.15, standard_error: 0.01 }, 0.05);
        assert!(exact.low < 0.0 && exact.high > 0.0 && exact.high < 0.025, "{exact:?}");
        assert!(vague.low < exact.low && vague.high > exact.high, "{vague:?}");
    }

    #[test]
    fn what_lies_beyond_a_margin_is_told() {
        let reference = Reference::default();
        assert!(of(300, 0, 1_000).p_beyond(reference, 0.1) < 1e-6);
        assert!(of(0, 300, 1_000).p_beyond(reference, 0.1) < 1e-6);
        assert!(of(50, 0, 1_000).p_beyond(reference, 0.1) > 0.99);
        assert!(of(0, 0, 0).p_beyond(reference, 0.1) >= 1.0);
    }

    proptest! {
        #[test]
        fn intervals_stand_around_the_difference(b in 0_u64..300, c in 0_u64..300, both in 0_u64..5_000) {
            let counts = of(b, c, b + c + both);
            let Interval { low, high } = counts.interval(0.05);
            prop_assert!(low <= counts.difference() + 1e-12 && counts.difference() <= high + 1e-12);
            prop_assert!((-1.0..=1.0).contains(&low) && (-1.0..=1.0).contains(&high));
            let turned = of(c, b, b + c + both).interval(0.05);
            prop_assert!((turned.low + high).abs() < 1e-9 && (turned.high + low).abs() < 1e-9);
        }

        #[test]
        fn claims_agree_with_the_interval(b in 0_u64..400, both in 1_u64..4_000) {
            let counts = of(b, 0, b + both);
            let claimed = counts.p_beyond(Reference::default(), 0.1) <= 0.05;
            let low = counts.interval(0.05).low;
            prop_assert!((low - 0.1).abs() < 1e-6 || claimed == (low > 0.1));
        }
    }
}
