//! The clock of players: the machine's monotonic clock, squeezed, from an instant on. The wall clock is asked once, where the run
//! begins, so that a machine whose clock is put forward or back in 48 hours plays the same run.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Players' time: it goes `speed` times as fast as the machine's.
#[derive(Clone, Copy, Debug)]
pub(super) struct VirtualClock {
    origin: Timestamp,
    speed: f64,
    began: Instant,
}

impl VirtualClock {
    /// A clock that shows `origin` now and goes `speed` times as fast as the machine's; 1 or more.
    pub(super) fn starting(origin: Timestamp, speed: f64) -> Self {
        Self { origin, speed: speed.max(1.0), began: Instant::now() }
    }

    /// What it shows.
    pub(super) fn now(&self) -> Timestamp {
        let passed = self.began.elapsed().as_secs_f64() * self.speed;
        let passed = SignedDuration::try_from_secs_f64(passed).unwrap_or(SignedDuration::MAX);
        self.origin.saturating_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// When it shows that instant, in the machine's time.
    pub(super) fn instant(&self, at: Timestamp) -> Instant {
        let after = at.duration_since(self.origin).as_secs_f64() / self.speed;
        self.began + Duration::try_from_secs_f64(after).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[tokio::test(start_paused = true)]
    async fn a_minute_is_two_days_at_2880() {
        let clock = VirtualClock::starting(at(1_000_000), 2880.0);
        assert_eq!(clock.instant(at(1_000_000 + 48 * 3600)) - Instant::now(), Duration::from_mins(1));
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(clock.now(), at(1_000_000 + 48 * 3600));
        assert_eq!(clock.instant(at(1_000_000)) + Duration::from_mins(1), Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn it_never_goes_slower_than_the_machine() {
        let clock = VirtualClock::starting(at(0), 0.0);
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(clock.now(), at(5));
    }

    /// In paused time the monotonic clock goes 48 hours ahead while the wall clock stands: for this clock that is what a wall clock
    /// looks like that was put back by 48 hours, or an hour at a time.
    #[tokio::test(start_paused = true)]
    async fn a_wall_clock_that_is_set_changes_nothing() {
        let wall = crate::run::clock::now();
        let clock = VirtualClock::starting(wall, 1.0);
        for hour in 1..=48 {
            let due = clock.instant(wall + SignedDuration::from_hours(hour));
            tokio::time::sleep_until(due).await;
            assert_eq!(clock.now(), wall + SignedDuration::from_hours(hour));
        }
        let stood = crate::run::clock::now().duration_since(wall);
        assert!(stood < SignedDuration::from_hours(1), "the wall clock went on by {stood:#}, so this shows nothing");
    }
}
