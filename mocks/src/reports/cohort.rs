//! A cohort: the players who began on the days of a group, and what they brought since.
//!
//! "Within seven days" is 7 × 24 hours after a player's own beginning, not calendar days, so the zone does not matter.
//! Only players who have had the whole time count in a D7 or D30 figure; the young would make it look worse than it is.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// How long a payback is looked for, in days. A programme that has not paid back in half a year is not waited for.
pub(crate) const PAYBACK_HORIZON: u16 = 180;

/// What a group's players brought since they began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cohort {
    /// Number of players.
    pub(crate) players: u64,
    /// Their net revenue to this day, in the report currency.
    pub(crate) lifetime: Decimal,
    /// Of those who began at least 7 days ago, within their first 7 days.
    pub(crate) d7: Horizon,
    /// Of those who began at least 30 days ago, within their first 30 days.
    pub(crate) d30: Horizon,
}

/// What depositors brought by full days since they began, up to the horizon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Payback {
    by_age: BTreeMap<u16, Decimal>,
}

/// Players who have had the whole time, and what they brought within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Horizon {
    /// Number of players.
    pub(crate) players: u64,
    /// Their net revenue within the time, in the report currency.
    pub(crate) ngr: Decimal,
}

/// When a player began, and as of when it is reckoned.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    /// The first deposit or the registration.
    pub(crate) began: Timestamp,
    /// The instant of the report.
    pub(crate) as_of: Timestamp,
}

impl Cohort {
    /// Counts a player who began.
    pub(crate) fn begin(&mut self, beginning: Beginning) {
        self.players += 1;
        for (days, horizon) in [(7, &mut self.d7), (30, &mut self.d30)] {
            horizon.players += u64::from(beginning.has_had(days));
        }
    }

    /// Adds what one event of such a player brought. What came before the beginning counts as its first day.
    pub(crate) fn add(&mut self, beginning: Beginning, at: Timestamp, ngr: Decimal) {
        self.lifetime = self.lifetime.saturating_add(ngr);
        let age = beginning.age(at);
        for (days, horizon) in [(7, &mut self.d7), (30, &mut self.d30)] {
            if beginning.has_had(days) && age < span(days) {
                horizon.ngr = horizon.ngr.saturating_add(ngr);
            }
        }
    }
}

impl Payback {
    /// Adds what one event of such a player brought.
    pub(crate) fn add(&mut self, beginning: Beginning, at: Timestamp, ngr: Decimal) {
        let day = u16::try_from(beginning.age(at).as_hours().max(0) / 24).unwrap_or(u16::MAX);
        if day < PAYBACK_HORIZON && !ngr.is_zero() {
            let sum = self.by_age.entry(day).or_default();
            *sum = sum.saturating_add(ngr);
        }
    }

    /// After how many days the players' net revenue had covered a cost; nothing when it has not, or there was none.
    pub(crate) fn days(&self, cost: Decimal) -> Option<u16> {
        let mut sum = Decimal::ZERO;
        self.by_age.iter().filter(|_| cost > Decimal::ZERO).find_map(|(day, ngr)| {
            sum = sum.saturating_add(*ngr);
            (sum >= cost).then_some(day + 1)
        })
    }
}

impl Beginning {
    /// How long after the beginning an event was.
    fn age(self, at: Timestamp) -> SignedDuration {
        at.duration_since(self.began)
    }

    fn has_had(self, days: i64) -> bool {
        self.as_of.duration_since(self.began) >= span(days)
    }
}

fn span(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64, hour: i64) -> Timestamp {
        Timestamp::from_second((day * 24 + hour) * 3600).expect("an instant")
    }

    #[test]
    fn only_players_who_have_had_the_time_count() {
        let mut cohort = Cohort::default();
        for (began, as_of) in [(at(0, 0), at(7, 0)), (at(0, 1), at(7, 0)), (at(0, 0), at(40, 0))] {
            let beginning = Beginning { began, as_of };
            cohort.begin(beginning);
            cohort.add(beginning, began, Decimal::TEN);
            cohort.add(beginning, began + span(7), Decimal::ONE);
        }
        assert_eq!((cohort.players, cohort.lifetime), (3, Decimal::from(33)));
        assert_eq!(cohort.d7, Horizon { players: 2, ngr: Decimal::from(20) });
        assert_eq!(cohort.d30, Horizon { players: 1, ngr: Decimal::from(11) });
    }

    #[test]
    fn a_payback_is_the_day_that_covers_the_cost() {
        let mut payback = Payback::default();
        let beginning = Beginning { began: at(0, 12), as_of: at(400, 0) };
        for (day, ngr) in [(0, 30), (2, -10), (5, 40), (300, 1000)] {
            payback.add(beginning, at(day, 13), Decimal::from(ngr));
        }
        assert_eq!(payback.days(Decimal::from(30)), Some(1));
        assert_eq!(payback.days(Decimal::from(31)), Some(6));
        assert_eq!(payback.days(Decimal::from(61)), None, "beyond the horizon");
        assert_eq!(payback.days(Decimal::ZERO), None, "what cost nothing has nothing to pay back");
    }
}
