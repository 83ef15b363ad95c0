//! When a booking that failed is tried again, and when it is given up.

use std::time::Duration;

/// Attempts before a postback goes to the DLQ.
pub(super) const ATTEMPTS: usize = 8;

const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The wait after the attempt of that number, from 1: twice as long each time. There is one tracker and no crowd
/// that could fall into step, so nothing is gained by jitter here.
pub(super) fn wait(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        let millis = [0, 1, 2, 3, 7, 8, usize::MAX].map(|attempts| wait(attempts).as_millis());
        assert_eq!(millis, [50, 50, 100, 200, 3200, 5000, 5000]);
    }
}
