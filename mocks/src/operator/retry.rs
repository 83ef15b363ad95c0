//! When a postback comes again: exponential backoff with full jitter, bounded in attempts and in each wait.
//!
//! `min(cap, base · 2ⁿ)` bounds the n-th pause and a random number places it below (domain.md §4). The random number
//! is an argument, so that a schedule can be told in a test.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// How often and after which pauses a postback is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retry {
    /// Attempts in all, the first one among them; at least 1.
    pub(super) attempts: u32,
    /// The bound of the first pause.
    pub(super) base: Duration,
    /// The bound of every pause.
    pub(super) cap: Duration,
    /// How long a network may ask to be left alone; longer wishes are cut to this.
    pub(super) longest_wish: Duration,
    /// How long an attempt may take, from connecting to the last byte of the answer.
    pub(super) timeout: Duration,
}

impl Default for Retry {
    /// Eight attempts within some 20 seconds on average, which outlasts a restart on the far side.
    fn default() -> Self {
        Self {
            attempts: 8,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(30),
            longest_wish: Duration::from_mins(1),
            timeout: Duration::from_secs(5),
        }
    }
}

impl Retry {
    /// The pause after the `failed`-th attempt, or nothing when that was the last one. `draw` is uniform over all of
    /// `u64`; `wish` is what the network asked for.
    pub(super) fn pause(&self, failed: u32, draw: u64, wish: Option<Duration>) -> Option<Duration> {
        if failed >= self.attempts {
            return None;
        }
        let doubled = self.base.saturating_mul(1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX));
        let bound = doubled.min(self.cap).as_nanos();
        // The product needs 64 bits more than the bound, which is far below 2⁶⁴ nanoseconds, some 584 years.
        let nanos = bound.saturating_mul(u128::from(draw)) >> 64;
        let jittered = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        Some(wish.map_or(jittered, |wish| wish.min(self.longest_wish).max(jittered)))
    }
}

/// Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110 §10.2.3).
pub(super) fn wish(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let date = rfc2822::parse(header).ok()?.timestamp();
    // A date that has passed asks for no wait at all.
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: u64 = u64::MAX;

    #[test]
    fn pauses_double_up_to_the_cap_and_end() {
        let retry = Retry { attempts: 12, ..Retry::default() };
        let bounds: Vec<_> = (1..=12).map(|n| retry.pause(n, LONGEST, None).map(|pause| pause.as_millis())).collect();
        let owed = [199, 399, 799, 1599, 3199, 6399, 12799, 25599, 29999, 29999, 29999].map(Some);
        assert_eq!(bounds[..11], owed);
        assert_eq!(bounds[11], None, "the last attempt is not followed by another");
        assert_eq!(Retry { attempts: 1, ..retry }.pause(1, 0, None), None);
        assert!(Retry { attempts: u32::MAX, ..retry }.pause(4_000_000_000, LONGEST, None).is_some());
    }

    #[test]
    fn jitter_is_full() {
        let pause = |draw| Retry::default().pause(3, draw, None).expect("not the last").as_millis();
        assert_eq!([0, 1 << 62, 1 << 63].map(pause), [0, 200, 400]);
    }

    #[test]
    fn wishes_are_honoured_within_their_bound() {
        let pause = |wish: u64| Retry::default().pause(1, 0, Some(Duration::from_secs(wish))).expect("not the last");
        assert_eq!([0, 7, 86_400].map(|seconds| pause(seconds).as_secs()), [0, 7, 60]);
    }

    #[test]
    fn wishes_are_seconds_or_dates() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("an instant");
        let seconds = |header: &str| wish(header, now).map(|wish| wish.as_secs());
        assert_eq!(seconds(" 120 "), Some(120));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        assert_eq!([seconds("soon"), seconds("-1"), seconds("")], [None; 3]);
    }
}
