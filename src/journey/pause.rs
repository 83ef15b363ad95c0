//! Pauses: how long a player thinks before the next step, where players go on when they were answered and not by a clock.

use std::time::Duration;

use super::draw::Streams;
use crate::model::Mixer;

/// Keeps these draws apart from those of the journeys themselves.
const PAUSES: u64 = 0x7061_7573;

/// Sigma of the logarithm: one pause in ten is longer than two and a half medians.
const SIGMA: f64 = 0.715;

/// No pause is longer than so many medians, so that nobody is waited for without end.
const LONGEST: f64 = 10.0;

/// The pause of a journey before its step of that number: log-normal about a median, and the same for the same inputs.
pub fn pause(seed: u64, journey: u64, step: usize, median: Duration) -> Duration {
    let mut draws = Streams::new(Mixer::new(seed).word(PAUSES).word(step as u64).value()).journey(journey);
    median.mul_f64(draws.log_normal(1.0, SIGMA).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_lie_about_their_median_and_come_again() {
        let median = Duration::from_secs(1);
        let mut pauses: Vec<Duration> = (0..1000).map(|journey| pause(7, journey, 2, median)).collect();
        assert_eq!(pauses[5], pause(7, 5, 2, median));
        assert_ne!(pauses[5], pause(7, 5, 3, median), "each step has its own");
        assert_ne!(pauses[5], pause(8, 5, 2, median), "each seed has its own");
        pauses.sort_unstable();
        assert!((0.85..1.15).contains(&pauses[500].as_secs_f64()), "{:?}", pauses[500]);
        assert!((2.0..3.1).contains(&pauses[900].as_secs_f64()), "{:?}", pauses[900]);
        assert!(pauses[999] <= Duration::from_secs(10));
        assert_eq!(pause(7, 0, 0, Duration::ZERO), Duration::ZERO);
    }
}
