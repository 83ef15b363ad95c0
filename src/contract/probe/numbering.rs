//! The numbers of probes' players: far beyond those of cases, all of the same length, and spread so that a digit changed by
//! a mutation never makes another probe's id out of one.

use crate::model::Mixer;

/// Most probes of one suite: each is kept with its answers until the books have been read, some 6 kB.
pub const MOST_PROBES: u64 = 20_000;

/// Attempts that one probe can have, shrinking included.
const ATTEMPTS: u64 = 64;

/// With it the number of the first player, which is 256 times as large, has 13 digits.
const FIRST: u64 = 3_906_250_000;

/// Numbers are spread over so many.
const ROOM: u64 = 1 << 35;

/// The number, as a case's, of one attempt of a probe. No two attempts of a suite share one.
pub fn number(seed: u64, probe: u64, attempt: u64) -> u64 {
    let place = probe % MOST_PROBES * ATTEMPTS + attempt % ATTEMPTS;
    // An odd factor permutes the room, and so does a shift that is the same for the whole suite.
    let spread = place.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(Mixer::new(seed).bytes(b"probe").value());
    FIRST + spread % ROOM
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::contract::journey;

    #[test]
    fn numbers_differ_and_are_equally_long() {
        let numbers: HashSet<u64> =
            (0..500).flat_map(|probe| (0..ATTEMPTS).map(move |attempt| number(7, probe, attempt))).collect();
        assert_eq!(numbers.len(), 500 * 64);
        assert!(numbers.iter().all(|&number| journey(number, 0).to_string().len() == 13));
    }
}
