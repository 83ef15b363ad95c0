//! How far apart the two sides put a conversion in time, and the one shift that most have in common.

use std::collections::HashMap;

use super::CERTAINTY;
use super::evidence::{Couple, Evidence};
use super::explanation::Subject;
use crate::stats::{Count, p_broken};

/// Seconds of a quarter of an hour, of which zones are made.
const QUARTER: i64 = 900;

/// Clocks of two servers, and a pixel that loads late, differ by up to as many seconds.
const LOOSE: i64 = 90;

/// Closer than this, in seconds, the two sides agree.
const AGREED: i64 = 300;

/// Shifts in which fewer take part are none.
const MOST_SHARE: f64 = 0.8;

/// The widest zones differ by 26 hours; a log by whole days may be off by one more.
const WIDEST: i64 = 50 * 4;

/// A whole number of quarter hours by which the S2S side lies behind the cookie side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// How many quarter hours.
    pub(super) quarters: i64,
    /// What is shifted by it.
    pub(super) subjects: Vec<Subject>,
    /// How many do not agree in time at all.
    pub(super) apart: usize,
    /// Of how many.
    pub(super) total: usize,
}

impl Shift {
    /// The shift in seconds.
    pub(super) fn seconds(&self) -> i64 {
        self.quarters * QUARTER
    }
}

/// Seconds by which the S2S side has a conversion later than the cookie side.
pub(super) fn lag(couple: &Couple<'_>) -> i64 {
    couple.s2s.at.as_second().saturating_sub(couple.cookie.at.as_second())
}

/// Finds the shift, where one is clear: most that do not agree differ by it, and chance would not put so many near one quarter hour.
pub(super) fn shift(evidence: &Evidence<'_>) -> Option<Shift> {
    let mut by_quarters: HashMap<i64, Vec<Subject>> = HashMap::new();
    let (mut apart, mut total) = (0, 0);
    for couple in evidence.couples() {
        total += 1;
        let lag = lag(&couple);
        if lag.abs() <= AGREED {
            continue;
        }
        apart += 1;
        if let Some(quarters) = quarters(lag) {
            by_quarters.entry(quarters).or_default().extend(couple.subjects());
        }
    }
    let (quarters, subjects) =
        by_quarters.into_iter().max_by_key(|(quarters, subjects)| (subjects.len(), -quarters.abs(), *quarters))?;
    let count = Count { bad: subjects.len().min(apart) as u64, total: apart as u64 };
    // Of lags spread evenly, so much lies within reach of any quarter hour.
    let near = 2.0 * as_real(LOOSE) / as_real(QUARTER);
    let clear = super::concentration::ratio(count) >= MOST_SHARE && p_broken(count, near) <= CERTAINTY;
    clear.then_some(Shift { quarters, subjects, apart, total })
}

/// The whole number of quarter hours that a lag is, if it is one and no zones differ by more.
pub(super) fn quarters(lag: i64) -> Option<i64> {
    let quarters = lag.saturating_add(QUARTER / 2).div_euclid(QUARTER);
    let off = lag.saturating_sub(quarters.saturating_mul(QUARTER));
    (quarters != 0 && quarters.abs() <= WIDEST && off.abs() <= LOOSE).then_some(quarters)
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred seconds")]
fn as_real(seconds: i64) -> f64 {
    seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_whole_quarter_hours() {
        assert_eq!(
            [3600, 3689, 3511, -3600, 20_700, 86_400].map(quarters),
            [Some(4), Some(4), Some(4), Some(-4), Some(23), Some(96)]
        );
        assert_eq!([0, 60, 3700, 1350, 400_000, i64::MAX, i64::MIN].map(quarters), [None; 7]);
    }
}
