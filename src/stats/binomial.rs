//! Exact tails of the binomial distribution. The terms are summed from the one next to the question outwards, where they
//! only get smaller; a continued fraction with a fixed number of steps, as libraries have it, is off beyond some 10⁵ trials.

/// Terms below this part of the sum change no digit of it.
const NEGLIGIBLE: f64 = 1e-17;

/// The chance of at most `k` hits in `n` trials that each hit with the chance `p` (0 to 1).
pub(super) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n || p <= 0.0 {
        1.0
    } else if p >= 1.0 {
        0.0
    } else if real(k) < real(n) * p {
        downwards(k, n, p)
    } else {
        1.0 - upwards(k + 1, n, p)
    }
}

/// The chance of at least `k` hits in `n` trials that each hit with the chance `p` (0 to 1).
pub(super) fn at_least(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        1.0
    } else if k > n || p <= 0.0 {
        0.0
    } else if p >= 1.0 {
        1.0
    } else if real(k) > real(n) * p {
        upwards(k, n, p)
    } else {
        1.0 - downwards(k - 1, n, p)
    }
}

/// A count as a real number. Above 2⁵³ the last digits go, which no share shows.
#[expect(clippy::cast_precision_loss, reason = "shares of counts need no more digits than these")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// The sum of the terms `k`, `k − 1`, … 0, which decrease.
fn downwards(k: u64, n: u64, p: f64) -> f64 {
    let odds = (1.0 - p) / p;
    sum(term(k, n, p), (1..=k).rev().map(|i| real(i) / real(n - i + 1) * odds))
}

/// The sum of the terms `k`, `k + 1`, … `n`, which decrease.
fn upwards(k: u64, n: u64, p: f64) -> f64 {
    let odds = p / (1.0 - p);
    sum(term(k, n, p), (k..n).map(|i| real(n - i) / real(i + 1) * odds))
}

/// The sum of a first term and those that follow, each by its ratio to the one before.
fn sum(first: f64, ratios: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut term) = (first, first);
    for ratio in ratios {
        term *= ratio;
        sum += term;
        if term <= sum * NEGLIGIBLE {
            break;
        }
    }
    sum.min(1.0)
}

/// The chance of exactly `k` hits.
fn term(k: u64, n: u64, p: f64) -> f64 {
    let ways = libm::lgamma(real(n) + 1.0) - libm::lgamma(real(k) + 1.0) - libm::lgamma(real(n - k) + 1.0);
    libm::exp(ways + real(k) * libm::log(p) + real(n - k) * libm::log1p(-p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use statrs::function::beta::beta_reg;

    #[test]
    fn small_tails_are_those_of_coins() {
        assert!((at_most(1, 3, 0.5) - 0.5).abs() < 1e-12);
        assert!((at_least(3, 3, 0.5) - 0.125).abs() < 1e-12);
        assert!((at_most(0, 598, 0.005) - 0.995_f64.powi(598)).abs() < 1e-12);
    }

    #[test]
    fn the_ends_are_certain() {
        for (at, expected) in [(at_most(5, 5, 0.3), 1.0), (at_most(0, 5, 0.0), 1.0), (at_most(4, 5, 1.0), 0.0)] {
            assert!((at - expected).abs() < f64::EPSILON);
        }
        for (at, expected) in [(at_least(0, 5, 0.3), 1.0), (at_least(1, 5, 0.0), 0.0), (at_least(5, 5, 1.0), 1.0)] {
            assert!((at - expected).abs() < f64::EPSILON);
        }
        assert!((at_most(0, 0, 0.5) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn large_counts_keep_their_digits() {
        // The median of ten million trials lies at their mean.
        let middle = at_most(500_000, 10_000_000, 0.05);
        assert!((middle - 0.5).abs() < 1e-3, "{middle}");
        // Six standard deviations above it there is next to nothing.
        let far = at_least(504_136, 10_000_000, 0.05);
        assert!(far > 1e-10 && far < 2e-9, "{far}");
    }

    proptest! {
        /// P(X ≤ k) = I₁₋ₚ(n − k, k + 1); the library is exact at this size.
        #[test]
        fn tails_are_the_incomplete_beta_function(n in 2_u64..400, k in 0_u64..400, p in 0.001_f64..0.999) {
            let k = k % n;
            let expected = beta_reg(real(n - k), real(k) + 1.0, 1.0 - p);
            prop_assert!((at_most(k, n, p) - expected).abs() < 1e-9, "{} {}", at_most(k, n, p), expected);
        }

        #[test]
        fn the_two_tails_make_one(n in 1_u64..100_000, k in 1_u64..100_000, p in 0.0001_f64..0.9999) {
            let k = 1 + k % n;
            prop_assert!((at_most(k - 1, n, p) + at_least(k, n, p) - 1.0).abs() < 1e-9);
        }
    }
}
