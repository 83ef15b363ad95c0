//! Draws of one journey or player: its own stream of random words, and the few distributions that they need.
//! All of it is integer arithmetic and `libm`, so that a seed gives the same journey on every machine.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::scenario::Delay;

/// The random words of one journey.
pub(crate) struct Draws(ChaCha8Rng);

/// Where the streams of all journeys of one seed start.
#[derive(Clone)]
pub(crate) struct Streams(ChaCha8Rng);

impl Streams {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The stream of one journey or player.
    pub(crate) fn journey(&self, index: u64) -> Draws {
        let mut rng = self.0.clone();
        rng.set_stream(index);
        Draws(rng)
    }
}

impl Draws {
    /// 64 even bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// An even number of at least 0 and below 1.
    #[expect(clippy::cast_precision_loss, reason = "both numbers are at most 2^53 and convert exactly")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An even number below `bound`; 0 when the bound is.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        u64::try_from((u128::from(self.word()) * u128::from(bound)) >> 64).unwrap_or(0)
    }

    /// A log-normal number by its median and the sigma of its logarithm.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// A delay in whole seconds, at least 1 and at most its cap.
    pub(crate) fn seconds(&mut self, delay: Delay) -> i64 {
        let drawn = self.log_normal(delay.median, delay.sigma).min(f64::from(delay.cap));
        #[expect(clippy::cast_possible_truncation, reason = "held below a number of 32 bits")]
        let seconds = drawn as i64;
        seconds.max(1)
    }

    /// A nearly normal number, the sum of twelve even ones less six (variance 1, within ±6).
    fn normal(&mut self) -> f64 {
        let halves: u64 =
            (0..3).map(|_| self.word()).map(|word| (0..4).map(|n| word >> (16 * n) & 0xffff).sum::<u64>()).sum();
        // Each of the twelve is the middle of one of 65536 steps, hence the half step for each.
        #[expect(clippy::cast_precision_loss, reason = "the sum is below 2^20")]
        let sum = (halves as f64 + 6.0) / 65536.0;
        sum - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ninetieth_percentiles_come_out() {
        let mut draws = Streams::new(3).journey(0);
        // p90 = median · e^(1.2816 sigma)
        let sigma = libm::log(4.0) / 1.281_551_565_544_6;
        let mut numbers: Vec<f64> = (0..20_000).map(|_| draws.log_normal(10.0, sigma)).collect();
        numbers.sort_by(f64::total_cmp);
        assert!((9.6..10.4).contains(&numbers[10_000]), "{}", numbers[10_000]);
        assert!((37.5..42.5).contains(&numbers[18_000]), "{}", numbers[18_000]);
    }

    #[test]
    fn journeys_have_streams_of_their_own() {
        let streams = Streams::new(3);
        assert_eq!(streams.journey(1).word(), streams.journey(1).word());
        assert_ne!(streams.journey(1).word(), streams.journey(2).word());
        assert_eq!(streams.journey(1).below(0), 0);
    }
}
