//! Tails of the binomial distribution, summed term by term from where they are largest, which holds for any number of samples.

use statrs::function::gamma::ln_gamma;

/// Terms that are smaller than this share of the sum add nothing to it.
const NEGLIGIBLE: f64 = 1e-18;

/// The chance of at most `k` of `n` where each has the chance `p` (above 0, below 1).
pub(super) fn at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    let sum = if real(k) < real(n) * p { down(k, n, p) } else { 1.0 - up(k + 1, n, p) };
    sum.clamp(0.0, 1.0)
}

/// The sum of the terms 0 to `k`, which fall from `k` on.
fn down(k: u64, n: u64, p: f64) -> f64 {
    let (mut term, mut sum, mut i) = (term(k, n, p), 0.0, k);
    loop {
        sum += term;
        if i == 0 || term < sum * NEGLIGIBLE {
            return sum;
        }
        term *= real(i) * (1.0 - p) / (real(n - i + 1) * p);
        i -= 1;
    }
}

/// The sum of the terms `k` to `n`, which fall from `k` on.
fn up(k: u64, n: u64, p: f64) -> f64 {
    let (mut term, mut sum, mut i) = (term(k, n, p), 0.0, k);
    loop {
        sum += term;
        if i == n || term < sum * NEGLIGIBLE {
            return sum;
        }
        term *= real(n - i) * p / (real(i + 1) * (1.0 - p));
        i += 1;
    }
}

/// The chance of exactly `k`.
fn term(k: u64, n: u64, p: f64) -> f64 {
    let choices = ln_gamma(real(n) + 1.0) - ln_gamma(real(k) + 1.0) - ln_gamma(real(n - k) + 1.0);
    (choices + real(k) * p.ln() + real(n - k) * (-p).ln_1p()).exp()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of samples are far below 2^53")]
pub(super) fn real(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_tails_are_those_of_the_formula() {
        for (k, n, p, expected) in [
            (0, 2, 0.5, 0.25),
            (1, 2, 0.5, 0.75),
            (2, 2, 0.5, 1.0),
            (0, 598, 0.005, 0.049_907),
            (3, 10, 0.3, 0.649_611),
        ] {
            assert!((at_most(k, n, p) - expected).abs() < 1e-5, "{k} of {n} at {p}: {}", at_most(k, n, p));
        }
    }

    #[test]
    fn large_numbers_add_up() {
        let half = at_most(50_000_000, 100_000_000, 0.5);
        assert!((half - 0.5).abs() < 1e-4, "{half}");
        assert!(at_most(94_990_000, 100_000_000, 0.95) < 1e-5);
    }
}
