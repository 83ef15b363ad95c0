//! Failures by the hour (seed 003 §11), for the last twenty-four hours of UTC.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use jiff::Timestamp;

/// One place for every hour of a day.
const HOURS: usize = 24;

/// Counts by the hour. A place holds the hour since 1970 in its upper half and the count in its lower one, so that
/// both change together and an hour of yesterday is never added to.
pub(super) struct Hours([AtomicU64; HOURS]);

impl Hours {
    /// No failures yet.
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| AtomicU64::new(0)))
    }

    /// Counts one failure.
    pub(super) fn count(&self, now: Timestamp) {
        let hour = hour_of(now);
        let place = &self.0[place_of(hour)];
        let added = |held: u64| {
            let count = if held >> 32 == hour { (held & 0xffff_ffff) + 1 } else { 1 };
            Some((hour << 32) | count.min(0xffff_ffff))
        };
        // The closure never declines, so the update is always made.
        let _ = place.fetch_update(Relaxed, Relaxed, added);
    }

    /// The failures of the latest hour of each name, 0 to 23 in UTC; older ones than a day count no more.
    pub(super) fn of_the_last_day(&self, now: Timestamp) -> [u64; HOURS] {
        let hour = hour_of(now);
        std::array::from_fn(|place| {
            let held = self.0[place].load(Relaxed);
            let recent = hour.checked_sub(held >> 32).is_some_and(|age| age < HOURS as u64);
            if recent { held & 0xffff_ffff } else { 0 }
        })
    }
}

/// Whole hours since 1970; an instant before that counts as the first hour.
fn hour_of(now: Timestamp) -> u64 {
    u64::try_from(now.as_second() / 3600).unwrap_or_default()
}

fn place_of(hour: u64) -> usize {
    usize::try_from(hour % HOURS as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_stand_under_their_hour_for_a_day() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        let hours = Hours::new();
        for moment in ["2026-11-21T09:59:59Z", "2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z"] {
            hours.count(at(moment));
        }
        let shown = hours.of_the_last_day(at("2026-11-21T10:31:00Z"));
        assert_eq!((shown[9], shown[10], shown.iter().sum::<u64>()), (1, 2, 3));
        let shown = hours.of_the_last_day(at("2026-11-22T09:00:00Z"));
        assert_eq!((shown[9], shown[10]), (0, 2), "an hour is gone after a day");
        hours.count(at("2026-11-22T10:00:00Z"));
        assert_eq!(hours.of_the_last_day(at("2026-11-22T10:00:00Z"))[10], 1, "not added to yesterday's");
    }
}
