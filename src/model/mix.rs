//! One small, stable hash: what is derived from a seed (fault places, check characters, permutations) comes from here.
//! It spreads well and is fast; it keeps no secret. Random draws for journeys come from `ChaCha` in `journey` instead.

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn finalise(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A hash that takes words one after the other; copies go their own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mixer(u64);

impl Mixer {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(finalise(seed ^ 0x9e37_79b9_7f4a_7c15))
    }

    /// Takes one word in. The order of words matters.
    #[must_use]
    pub fn word(self, word: u64) -> Self {
        Self(finalise(self.0.rotate_left(17) ^ word.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    /// Takes bytes in, eight at a time, and their length.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let mut mixer = self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            mixer = mixer.word(u64::from_le_bytes(word));
        }
        mixer
    }

    /// The hash of all that was taken in, uniform over `u64`.
    pub fn value(self) -> u64 {
        self.0
    }

    /// The hash as a number below `bound` (multiply-shift; the bias is below `bound` / 2⁶⁴). `bound` is at least 1.
    pub fn below(self, bound: u64) -> u64 {
        let wide = u128::from(self.0) * u128::from(bound.max(1));
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// The hash as a number of at least 0 and below 1.
    #[expect(clippy::cast_precision_loss, reason = "both numbers are at most 2^53 and convert exactly")]
    pub fn unit(self) -> f64 {
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether this hash falls under a share of 0 to 1: share 1.0 takes every hash and 0.0 none.
    pub fn under(self, share: f64) -> bool {
        self.unit() < share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_length_of_the_input_matter() {
        let start = Mixer::new(7);
        assert_ne!(start.word(1).word(2), start.word(2).word(1));
        assert_ne!(start.bytes(b"ab"), start.bytes(b"ab\0"));
    }

    #[test]
    fn shares_are_kept_over_many_hashes() {
        let hits = (0..100_000).filter(|&n| Mixer::new(1).word(n).under(0.02)).count();
        assert!((1_800..2_200).contains(&hits), "{hits}");
        assert!((0..1000).all(|n| Mixer::new(n).under(1.0)));
        assert!(!(0..1000).any(|n| Mixer::new(n).under(0.0)));
    }

    #[test]
    fn below_stays_below() {
        assert!((0..10_000).all(|n| Mixer::new(n).below(3) < 3));
        assert_eq!(Mixer::new(5).below(0), 0);
    }
}
