//! Working days: Monday to Friday. Holidays differ by country and are left out, which makes a term come early.

use jiff::civil::{Date, Weekday};

/// The last of so many working days after a day; the calendar's last day where it ends before.
pub(super) fn after(day: Date, working_days: u32) -> Date {
    let mut day = day;
    let mut left = working_days;
    while left > 0 && day < Date::MAX {
        day = day.saturating_add(jiff::Span::new().days(1));
        left -= u32::from(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_do_not_count() {
        let five_after = |day: &str| after(day.parse().expect("a day"), 5).to_string();
        assert_eq!(five_after("2026-11-16"), "2026-11-23", "Monday to Monday");
        assert_eq!(five_after("2026-11-20"), "2026-11-27", "Friday to Friday");
        assert_eq!(five_after("2026-11-21"), "2026-11-27", "Saturday to Friday");
        assert_eq!(after(Date::MAX, 5), Date::MAX);
    }
}
