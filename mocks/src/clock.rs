//! What time it is for a stack: the wall clock's, or that of a squeezed clock on which days pass in seconds. Judgements
//! get the instant passed in; the rooms hold the stack's clock, and nobody asks another.
//!
//! What happens to players is told in the stack's time: clicks, events, visits, the pauses between two attempts of the
//! operator's sender, and what is kept for how long. What happens to machines is real: tokens and signed times, which
//! other machines make, timeouts, rate limits, how often monitoring looks.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// A clock, which is the same one in every copy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock(Option<Squeezed>);

/// A clock that runs from an instant on, at a speed of its own. It counts the monotonic time, so a machine whose wall
/// clock is set while it runs neither jumps nor stops it.
#[derive(Debug, Clone, Copy)]
struct Squeezed {
    origin: Timestamp,
    speed: f64,
    began: Instant,
}

/// A speed that no clock has.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a clock cannot run at speed {0}; give a number above 0 and at most {MOST_SPEED}")]
pub struct ClockError(f64);

/// Virtual seconds in a real one, at most: a day in less than a tenth of a second.
const MOST_SPEED: f64 = 1_000_000.0;

impl Clock {
    /// The machine's own clock.
    pub fn wall() -> Self {
        Self(None)
    }

    /// A clock that shows `origin` now and runs `speed` times as fast as real time. At speed 1 it is the wall clock
    /// that nobody can set.
    ///
    /// # Errors
    /// When the speed is no number above 0 and up to a million.
    pub fn squeezed(origin: Timestamp, speed: f64) -> Result<Self, ClockError> {
        if speed > 0.0 && speed <= MOST_SPEED {
            return Ok(Self(Some(Squeezed { origin, speed, began: Instant::now() })));
        }
        Err(ClockError(speed))
    }

    /// The present instant.
    pub fn now(self) -> Timestamp {
        self.0.map_or_else(wall, |squeezed| squeezed.at(Instant::now()))
    }

    /// Whether it is another than the machine's own.
    pub(crate) fn is_squeezed(self) -> bool {
        self.0.is_some()
    }

    /// Virtual seconds in a real one.
    pub fn speed(self) -> f64 {
        self.0.map_or(1.0, |squeezed| squeezed.speed)
    }

    /// The same clock, set forward where it shows less than `least`. The wall clock is nobody's to set.
    pub(crate) fn not_before(self, least: Timestamp) -> Self {
        match self.0 {
            Some(squeezed) if self.now() < least => {
                Self(Some(Squeezed { origin: least, began: Instant::now(), ..squeezed }))
            }
            _ => self,
        }
    }

    /// How much of this clock's time passes in a real span.
    pub(crate) fn passing(self, real: Duration) -> Duration {
        let passing = |speed| Duration::try_from_secs_f64(real.as_secs_f64() * speed).unwrap_or(Duration::MAX);
        self.0.map_or(real, |Squeezed { speed, .. }| passing(speed))
    }

    /// How long a wait of so much of this clock's time really takes.
    pub fn real(self, wait: Duration) -> Duration {
        match self.0 {
            None => wait,
            Some(Squeezed { speed, .. }) => {
                Duration::try_from_secs_f64(wait.as_secs_f64() / speed).unwrap_or(Duration::MAX)
            }
        }
    }
}

impl Squeezed {
    #[expect(clippy::cast_precision_loss, reason = "a double tells nanoseconds apart for a hundred days")]
    #[expect(clippy::cast_possible_truncation, reason = "a cast of a double saturates, and so does the sum")]
    fn at(self, instant: Instant) -> Timestamp {
        let passed = instant.saturating_duration_since(self.began).as_nanos() as f64 * self.speed;
        let passed = SignedDuration::from_nanos(passed as i64);
        self.origin.checked_add(passed).unwrap_or(Timestamp::MAX)
    }
}

/// The wall clock, whatever clock the stack has: for what other machines date, and for what is the machine's own.
#[expect(clippy::disallowed_methods, reason = "tokens and signatures are judged against the real time")]
pub(crate) fn wall() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeezed(speed: f64) -> Squeezed {
        let origin = "2026-11-20T00:00:00Z".parse().expect("an instant");
        Clock::squeezed(origin, speed).expect("a speed").0.expect("not the wall")
    }

    #[test]
    fn two_days_pass_in_a_minute() {
        let clock = squeezed(2880.0);
        let after = |real: Duration| clock.at(clock.began + real).to_string();
        assert_eq!(after(Duration::ZERO), "2026-11-20T00:00:00Z");
        assert_eq!(after(Duration::from_secs(30)), "2026-11-21T00:00:00Z");
        assert_eq!(after(Duration::from_mins(1)), "2026-11-22T00:00:00Z");
        assert_eq!(
            after(Duration::from_secs(10_000_000_000)).get(..4),
            Some("2319"),
            "what the arithmetic cannot hold saturates"
        );
    }

    #[test]
    fn it_never_goes_back_and_begins_where_it_is_told() {
        let clock = squeezed(28_800.0);
        let before = clock.began.checked_sub(Duration::from_secs(5)).expect("the machine runs for longer");
        assert_eq!(clock.at(before), clock.origin);
        let seen: Vec<_> = (0..1000).map(|millis| clock.at(clock.began + Duration::from_millis(millis))).collect();
        assert!(seen.is_sorted() && seen[999].duration_since(seen[0]) == SignedDuration::from_millis(28_771_200));
    }

    #[test]
    fn it_goes_on_behind_what_has_happened() {
        let clock = Clock(Some(squeezed(1.0)));
        let later = clock.now() + SignedDuration::from_hours(3);
        assert!(clock.not_before(later).now() >= later);
        assert!(clock.not_before(Timestamp::UNIX_EPOCH).now() < later, "it is never set back");
        assert!(Clock::wall().not_before(Timestamp::MAX).now() < Timestamp::MAX);
    }

    #[test]
    fn waits_are_squeezed_alike() {
        let fast = Clock(Some(squeezed(2880.0)));
        assert_eq!(fast.real(Duration::from_hours(48)), Duration::from_mins(1));
        assert_eq!(fast.passing(Duration::from_mins(1)), Duration::from_hours(48));
        assert_eq!(Clock::wall().real(Duration::from_secs(5)), Duration::from_secs(5));
        assert_eq!(Clock(Some(squeezed(1e-6))).real(Duration::MAX), Duration::MAX);
        assert_eq!([fast, Clock::default()].map(|clock| clock.speed().to_string()), ["2880", "1"]);
    }

    #[test]
    fn a_speed_is_a_positive_number() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY, 1_000_001.0] {
            assert!(Clock::squeezed(Timestamp::UNIX_EPOCH, speed).is_err(), "{speed}");
        }
    }
}
