//! Which day an instant belongs to, and which days a report is asked for.
//!
//! Events are stored in UTC; their days are those of the zone that is asked for (seed 003 §7).

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};

/// Where a day begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Boundaries {
    /// At midnight of the zone that is asked for.
    #[default]
    Asked,
    /// At midnight of the server's clock, whatever is asked: a defect, by which D0 and D1 float (seed 003 §13).
    Server(Offset),
}

/// A zone and the days that are asked for in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calendar {
    zone: TimeZone,
    days: Days,
}

/// A range of days, both ends included; an end that is not set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Days {
    /// First day.
    pub(crate) from: Option<Date>,
    /// Last day.
    pub(crate) to: Option<Date>,
}

impl Calendar {
    /// Days of a zone, as far as the boundaries heed it.
    pub(crate) fn new(asked: TimeZone, days: Days, boundaries: Boundaries) -> Self {
        let zone = match boundaries {
            Boundaries::Asked => asked,
            Boundaries::Server(offset) => TimeZone::fixed(offset),
        };
        Self { zone, days }
    }

    /// The day of an instant, when it is one of those asked for.
    pub(crate) fn day(&self, at: Timestamp) -> Option<Date> {
        let day = self.zone.to_datetime(at).date();
        self.days.contains(day).then_some(day)
    }

    /// The days that are asked for.
    pub(crate) fn days(&self) -> Days {
        self.days
    }
}

/// Days of a comparison for which no first day is asked.
const USUAL: i64 = 30;

impl Days {
    /// The same with both ends, as a comparison needs them: up to today, and 30 days in all.
    pub(crate) fn closed(self, today: Date) -> Self {
        let to = self.to.unwrap_or_else(|| self.from.map_or(today, |from| from.max(today)));
        let from = self.from.unwrap_or_else(|| to.saturating_sub(Span::new().days(USUAL - 1)));
        Self { from: Some(from), to: Some(to) }
    }

    /// Whether a day is one of them.
    pub(crate) fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(zone: &str, boundaries: Boundaries, at: &str) -> Option<String> {
        let only = "2026-11-02".parse().expect("a date");
        let days = Days { from: Some(only), to: Some(only) };
        let calendar = Calendar::new(TimeZone::get(zone).expect("a zone"), days, boundaries);
        calendar.day(at.parse().expect("an instant")).map(|day| day.to_string())
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        let asked = Boundaries::default();
        assert_eq!(day("UTC", asked, "2026-11-02T00:00:00Z").as_deref(), Some("2026-11-02"));
        assert_eq!(day("UTC", asked, "2026-11-01T23:59:59.999Z"), None);
        assert_eq!(day("America/Sao_Paulo", asked, "2026-11-02T02:59:59Z"), None);
        assert_eq!(day("America/Sao_Paulo", asked, "2026-11-03T02:59:59Z").as_deref(), Some("2026-11-02"));
        // The clocks of New York go back on 2026-11-01, so this day begins at 05:00 and not at 04:00 UTC.
        assert_eq!(day("America/New_York", asked, "2026-11-02T04:30:00Z"), None);
    }

    #[test]
    fn a_comparison_has_both_ends() {
        let day = |text: &str| text.parse::<Date>().ok();
        let closed = |from: &str, to: &str| {
            let Days { from, to } = Days { from: day(from), to: day(to) }.closed(jiff::civil::date(2026, 11, 21));
            [from, to].map(|day| day.map(|day| day.to_string()).unwrap_or_default()).join(" ")
        };
        assert_eq!(closed("", ""), "2026-10-23 2026-11-21");
        assert_eq!(closed("2026-11-01", ""), "2026-11-01 2026-11-21");
        assert_eq!(closed("2027-01-01", ""), "2027-01-01 2027-01-01");
        assert_eq!(closed("", "2026-01-30"), "2026-01-01 2026-01-30");
        assert_eq!(closed("2026-01-01", "2026-01-02"), "2026-01-01 2026-01-02");
    }

    #[test]
    fn the_servers_own_midnight_ignores_what_is_asked() {
        let server = Boundaries::Server(Offset::constant(-3));
        assert_eq!(day("UTC", server, "2026-11-02T02:00:00Z"), None);
        assert_eq!(day("UTC", server, "2026-11-03T02:00:00Z").as_deref(), Some("2026-11-02"));
    }
}
