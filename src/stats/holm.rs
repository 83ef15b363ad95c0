//! Holm's correction for many claims at once (Scandinavian Journal of Statistics 6, 1979): of all claims together, any is
//! wrong with at most the chance `alpha`, however they hang together.

use super::binomial::real;

/// For each claim, by its p-value, the level at which it is tested: it may be made where the p-value is no larger.
/// The smallest of m is tested at `alpha` ÷ m, the next at `alpha` ÷ (m − 1), and so on until one fails; those behind it
/// are tested as it was.
pub fn holm_levels(p_values: &[f64], alpha: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut levels = vec![0.0; p_values.len()];
    let mut open = p_values.len() as u64;
    for claim in order {
        let level = alpha / real(open.max(1));
        levels[claim] = level;
        if p_values[claim] <= level {
            open -= 1;
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(p_values: &[f64]) -> Vec<bool> {
        holm_levels(p_values, 0.05).iter().zip(p_values).map(|(level, p)| p <= level).collect()
    }

    #[test]
    fn claims_are_made_from_the_surest_on_until_one_fails() {
        assert_eq!(made(&[0.01, 0.04, 0.03, 0.005]), [true, false, false, true]);
        assert_eq!(made(&[0.04]), [true]);
        assert_eq!(made(&[0.04, 0.03]), [false, false]);
        assert_eq!(made(&[0.02, 0.04]), [true, true]);
        assert!(made(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn it_lies_between_bonferroni_and_none(p_values in prop::collection::vec(0.0_f64..0.2, 1..20)) {
            let count = real(p_values.len() as u64);
            for (made, p) in made(&p_values).into_iter().zip(&p_values) {
                prop_assert!(!made || *p <= 0.05);
                prop_assert!(made || *p > 0.05 / count);
            }
        }

        #[test]
        fn a_surer_claim_is_never_dropped_for_another(p_values in prop::collection::vec(0.0_f64..0.2, 1..20)) {
            let made = made(&p_values);
            for (a, p) in p_values.iter().enumerate() {
                for (b, other) in p_values.iter().enumerate() {
                    prop_assert!(!made[b] || made[a] || p > other);
                }
            }
        }
    }
}
