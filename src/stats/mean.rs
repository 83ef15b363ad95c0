//! One-sided bounds of a mean by Student's t, for delays until the books. They lean on the mean of many being nearly normal,
//! so whoever asks sees to it that there are many.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::binomial::real;

/// Degrees of freedom beyond which Student's t is the normal distribution to five digits; more of them cost precision.
const MOST_FREEDOM: f64 = 100_000.0;

/// A mean with what it agrees with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanBounds {
    /// How many there are.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// With the confidence asked for, the true mean is no smaller.
    pub lower: f64,
    /// With the confidence asked for, the true mean is no larger.
    pub upper: f64,
}

/// The mean of finite numbers with its bounds, each with confidence 1 − `alpha` (`alpha` between 0 and one half); `None` for
/// fewer than two of them.
pub fn mean_bounds(samples: &[f64], alpha: f64) -> Option<MeanBounds> {
    let count = samples.len() as u64;
    if count < 2 {
        return None;
    }
    let mean = samples.iter().sum::<f64>() / real(count);
    let freedom = real(count - 1);
    let variance = samples.iter().map(|sample| (sample - mean) * (sample - mean)).sum::<f64>() / freedom;
    let t = StudentsT::new(0.0, 1.0, freedom.min(MOST_FREEDOM)).ok()?.inverse_cdf(1.0 - alpha);
    let reach = t * (variance / real(count)).sqrt();
    Some(MeanBounds { count, mean, lower: mean - reach, upper: mean + reach })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The factor of the standard error that the bound has, from samples that are half 0 and half 1.
    fn factor(count: u16) -> f64 {
        let samples: Vec<f64> = (0..count).map(|n| f64::from(n % 2)).collect();
        let bounds = mean_bounds(&samples, 0.05).expect("samples");
        let error = (0.25 / f64::from(count - 1)).sqrt();
        (bounds.upper - bounds.mean) / error
    }

    #[test]
    fn bounds_are_those_of_the_tables() {
        for (count, expected) in [(2, 6.3138), (10, 1.8331), (100, 1.6604), (1_000, 1.6464), (50_000, 1.6449)] {
            assert!((factor(count) - expected).abs() < 2e-4, "{count}: {}", factor(count));
        }
    }

    #[test]
    fn one_sample_says_nothing() {
        assert!(mean_bounds(&[3.0], 0.05).is_none() && mean_bounds(&[], 0.05).is_none());
    }

    #[test]
    fn equal_samples_have_no_spread() {
        let bounds = mean_bounds(&[2.0; 100], 0.05).expect("samples");
        assert!((bounds.upper - 2.0).abs() < 1e-12 && (bounds.lower - 2.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn bounds_stand_on_both_sides(samples in prop::collection::vec(0.0_f64..100.0, 2..200)) {
            let bounds = mean_bounds(&samples, 0.05).expect("samples");
            prop_assert!(bounds.lower <= bounds.mean && bounds.mean <= bounds.upper);
            prop_assert!(bounds.upper.is_finite());
        }
    }
}
