//! The instant at which the shards of a load begin together, and the wait for it.

use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When to begin, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartAt {
    /// At that instant.
    Instant(Timestamp),
    /// At that time of day, UTC, whichever day is nearest.
    TimeOfDay(Time),
}

/// Why a load cannot begin when it is told to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartAtError {
    /// The text names no time.
    #[error(
        "`{0}` is no time: write an instant such as 2026-11-20T09:30:00Z, or a time of day in UTC such as 09:30:00"
    )]
    Form(String),
    /// It is over. A shard that begins late would send its part when the others are further on.
    #[error("{instant} was {late} s ago: shards begin together, so name an instant that all of them reach in time")]
    Past {
        /// The instant.
        instant: Timestamp,
        /// Whole seconds since then.
        late: i64,
    },
    /// It is too far off.
    #[error("{0} is more than a day off: name an instant within a day")]
    Far(Timestamp),
}

impl StartAt {
    /// Longest wait; longer ones are taken for a mistake.
    const LONGEST: SignedDuration = SignedDuration::from_hours(24);

    /// The instant that is meant when it is read `now`.
    ///
    /// # Errors
    /// When it is over, or more than a day off.
    pub fn instant(self, now: Timestamp) -> Result<Timestamp, StartAtError> {
        let instant = match self {
            Self::Instant(instant) => instant,
            Self::TimeOfDay(time) => nearest(time, now),
        };
        let ahead = instant.duration_since(now);
        if ahead.is_negative() {
            return Err(StartAtError::Past { instant, late: -ahead.as_secs() });
        }
        if ahead > Self::LONGEST {
            return Err(StartAtError::Far(instant));
        }
        Ok(instant)
    }
}

impl FromStr for StartAt {
    type Err = StartAtError;

    fn from_str(text: &str) -> Result<Self, StartAtError> {
        // A date beside it without an offset would be read as a time of day, and be another than was meant.
        let bare = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
        let of_day = || text.parse::<Time>().ok().filter(|_| bare).map(Self::TimeOfDay);
        let instant = || text.parse::<Timestamp>().ok().map(Self::Instant);
        instant().or_else(of_day).ok_or_else(|| StartAtError::Form(text.to_owned()))
    }
}

/// The instant nearest to `now` at which it is that time of day. A shard that reads the time just after it was reached then
/// finds that it is late, and does not wait for the next day.
fn nearest(time: Time, now: Timestamp) -> Timestamp {
    let today = now.to_zoned(TimeZone::UTC).date();
    let days = [today.yesterday().unwrap_or(today), today, today.tomorrow().unwrap_or(today)];
    let instants =
        days.into_iter().filter_map(|day| Some(day.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp()));
    instants.min_by_key(|instant| instant.duration_since(now).abs()).unwrap_or(now)
}

/// Longest sleep between two looks at the clock, which may be set right while one waits.
const LOOK: Duration = Duration::from_secs(1);

/// Waits until the clock shows that instant. What else may end the wait, such as a signal, is the caller's to select.
pub async fn wait_until(instant: Timestamp, now: impl Fn() -> Timestamp) {
    while let Some(sleep) = next_sleep(instant, now()) {
        tokio::time::sleep(sleep).await;
    }
}

/// How long to sleep before the clock is looked at again; `None` when the instant is there.
fn next_sleep(instant: Timestamp, now: Timestamp) -> Option<Duration> {
    let left = Duration::try_from(instant.duration_since(now)).ok()?;
    (!left.is_zero()).then(|| left.min(LOOK))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn instants_and_times_of_day_are_read() {
        let now = at("2026-11-20T23:59:00Z");
        for (text, instant) in [
            ("2026-11-21T00:01:00Z", "2026-11-21T00:01:00Z"),
            ("2026-11-21T01:01:00+01:00", "2026-11-21T00:01:00Z"),
            ("23:59:30", "2026-11-20T23:59:30Z"),
            ("23:59", "2026-11-20T23:59:00Z"),
            ("00:01:00", "2026-11-21T00:01:00Z"),
        ] {
            assert_eq!(text.parse::<StartAt>().unwrap().instant(now), Ok(at(instant)), "{text}");
        }
    }

    #[test]
    fn what_names_no_time_is_told() {
        for text in ["", "x", "25:00:00", "12", "2026-11-20", "tomorrow", "2026-11-20T09:30:00"] {
            assert_eq!(text.parse::<StartAt>(), Err(StartAtError::Form(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_over_or_far_off_is_told() {
        let now = at("2026-11-20T09:30:05.5Z");
        let past = "09:30:00".parse::<StartAt>().unwrap().instant(now);
        assert_eq!(past, Err(StartAtError::Past { instant: at("2026-11-20T09:30:00Z"), late: 5 }));
        let far = StartAt::Instant(at("2026-11-21T09:30:06Z"));
        assert_eq!(far.instant(now), Err(StartAtError::Far(at("2026-11-21T09:30:06Z"))));
    }

    #[test]
    fn the_clock_is_looked_at_again_and_again() {
        let instant = at("2026-11-20T09:30:07.25Z");
        for (now, sleep) in [
            ("2026-11-20T09:30:00Z", Some(Duration::from_secs(1))),
            ("2026-11-20T09:30:07Z", Some(Duration::from_millis(250))),
            ("2026-11-20T09:30:07.25Z", None),
            ("2026-11-20T09:30:08Z", None),
        ] {
            assert_eq!(next_sleep(instant, at(now)), sleep, "{now}");
        }
    }

    #[tokio::test]
    async fn the_wait_ends_when_the_clock_says_so() {
        let instant = at("2026-11-20T09:30:00.02Z");
        let zero = std::time::Instant::now();
        let now = || at("2026-11-20T09:30:00Z") + zero.elapsed();
        wait_until(instant, now).await;
        assert!(now() >= instant);
    }
}
