//! By which clock the stack goes.

use jiff::Timestamp;

use super::problem::Problem;
use super::raw::RawClock;
use crate::clock::Clock;

/// The clock of the file: the wall clock where it names neither speed nor origin. One that is only sped up begins now.
pub(super) fn clock(raw: &RawClock, now: Timestamp) -> Result<Clock, Problem> {
    let origin = raw.origin.as_deref().map(|text| {
        let help = "write an instant in UTC, such as 2026-11-20T00:00:00Z";
        text.parse().map_err(|_| Problem::new("clock.origin", format!("is `{text}`, which is no instant"), help))
    });
    if origin.is_none() && raw.speed.is_none() {
        return Ok(Clock::wall());
    }
    let (origin, speed) = (origin.transpose()?.unwrap_or(now), raw.speed.unwrap_or(1.0));
    Clock::squeezed(origin, speed)
        .map_err(|_| Problem::new("clock.speed", format!("is {speed}"), "write a number above 0 and at most 1000000.0"))
}
