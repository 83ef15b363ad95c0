//! First deposits by the method that told of them, by day and brand: what postbacks and pixels each counted.
//!
//! A difference is no mistake by itself: browsers lose cookies (seed 000). What a method told of a click that nobody made
//! is counted apart, because it was credited to nobody.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::cell::Cell;
use super::sheet::{Part, Row, Sheet};

/// Most combinations of day and brand that are held apart: a year of days with 27 brands each.
const MAX_GROUPS: usize = 10_000;

const COLUMNS: &[&str] = &["day", "brand", "cookie", "s2s", "difference", "cookie_unattributed", "s2s_unattributed"];

/// How a conversion was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// By a pixel in the player's browser.
    Cookie,
    /// By a postback.
    S2s,
}

/// Where a reader of conversions has come to: behind so many of those that were credited, and of those that were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Number of the last one that was credited.
    pub(crate) counted: i64,
    /// Number of the last one that was not.
    pub(crate) strays: i64,
}

/// A first deposit as one method saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstDeposit {
    /// The brand that was named.
    pub(crate) brand: Option<String>,
    /// When it happened by what was told, or else when it was told.
    pub(crate) at: Timestamp,
    /// Whether its click is known.
    pub(crate) attributed: bool,
}

/// A stretch of what one method saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) rows: Vec<FirstDeposit>,
    /// Where the next one begins; nothing where there is none.
    pub(crate) next: Option<Place>,
}

/// What each method counted.
#[derive(Debug, Default)]
pub(crate) struct Methods {
    groups: BTreeMap<(Date, Option<String>), Counts>,
    /// What found no room.
    others: Option<Counts>,
}

/// First deposits by cookie and by S2S, then those of unknown clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    credited: [u64; 2],
    unattributed: [u64; 2],
}

impl Method {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Cookie, Self::S2s];

    /// The name in addresses and answers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::S2s => "s2s",
        }
    }

    /// The method of that name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl Place {
    /// Reads what [`fmt::Display`] writes, or the first number alone.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (counted, strays) = text.split_once('.').unwrap_or((text, "0"));
        let number = |text: &str| text.parse::<u32>().ok().map(i64::from);
        Some(Self { counted: number(counted)?, strays: number(strays)? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.counted, self.strays)
    }
}

impl Methods {
    /// Counts one that fell on that day.
    pub(crate) fn add(&mut self, method: Method, deposit: FirstDeposit, day: Date) {
        let key = (day, deposit.brand);
        let full = self.groups.len() >= MAX_GROUPS && !self.groups.contains_key(&key);
        let counts = if full { self.others.get_or_insert_default() } else { self.groups.entry(key).or_default() };
        let [cookie, s2s] = if deposit.attributed { &mut counts.credited } else { &mut counts.unattributed };
        *(if method == Method::Cookie { cookie } else { s2s }) += 1;
    }

    /// Whether every combination has its own row.
    pub(crate) fn is_complete(&self) -> bool {
        self.others.is_none()
    }

    /// The sheet: the total, the days, then the brands of each day.
    pub(crate) fn sheet(&self, head: Vec<(&'static str, Cell)>) -> Sheet {
        let mut days: BTreeMap<Date, Counts> = BTreeMap::new();
        for ((day, _), counts) in &self.groups {
            days.entry(*day).or_default().merge(*counts);
        }
        let mut total = self.others.unwrap_or_default();
        for counts in days.values() {
            total.merge(*counts);
        }
        let mut rows = vec![total.row(Part::Total, None, None)];
        rows.extend(days.iter().map(|(day, counts)| counts.row(Part::Day, Some(*day), None)));
        let groups = self.groups.iter();
        rows.extend(groups.map(|((day, brand), counts)| counts.row(Part::Group, Some(*day), brand.clone())));
        rows.extend(self.others.map(|counts| counts.row(Part::Others, None, None)));
        Sheet { head, columns: COLUMNS.to_vec(), rows }
    }
}

impl Counts {
    fn merge(&mut self, other: Self) {
        let pairs = [(&mut self.credited, other.credited), (&mut self.unattributed, other.unattributed)];
        for (ours, theirs) in pairs {
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours = ours.saturating_add(theirs));
        }
    }

    /// The difference is S2S less cookie.
    fn row(self, part: Part, day: Option<Date>, brand: Option<String>) -> Row {
        let [cookie, s2s] = self.credited;
        let [stray_cookie, stray_s2s] = self.unattributed;
        let difference = rust_decimal::Decimal::from(s2s).saturating_sub(cookie.into());
        let cells = vec![
            Cell::Text(day.map(|day| day.to_string())),
            Cell::Text(brand),
            cookie.into(),
            s2s.into(),
            Cell::Number(Some(difference)),
            stray_cookie.into(),
            stray_s2s.into(),
        ];
        Row { part, cells }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposit(brand: &str, attributed: bool) -> FirstDeposit {
        FirstDeposit { brand: Some(brand.to_owned()), at: Timestamp::UNIX_EPOCH, attributed }
    }

    #[test]
    fn methods_are_counted_side_by_side() {
        let mut methods = Methods::default();
        let day: Date = "2026-11-20".parse().expect("a date");
        for (method, brand, attributed) in [
            (Method::S2s, "a", true),
            (Method::S2s, "a", true),
            (Method::Cookie, "a", true),
            (Method::S2s, "b", false),
            (Method::Cookie, "b", true),
        ] {
            methods.add(method, deposit(brand, attributed), day);
        }
        let csv = super::super::csv::write(&methods.sheet(Vec::new()));
        assert!(csv.contains("total,,,2,2,0,0,1"), "{csv}");
        assert!(csv.contains("day,2026-11-20,,2,2,0,0,1"), "{csv}");
        assert!(csv.contains("group,2026-11-20,a,1,2,1,0,0") && csv.contains("group,2026-11-20,b,1,0,-1,0,1"), "{csv}");
        assert!(methods.is_complete());
    }

    #[test]
    fn groups_are_bounded() {
        let mut methods = Methods::default();
        let day: Date = "2026-11-20".parse().expect("a date");
        for brand in 0..=MAX_GROUPS {
            methods.add(Method::Cookie, deposit(&brand.to_string(), true), day);
        }
        assert!(!methods.is_complete() && methods.groups.len() == MAX_GROUPS);
        let csv = super::super::csv::write(&methods.sheet(Vec::new()));
        assert!(csv.contains("total,,,10001,0,-10001,0,0") && csv.contains("others,,,1,0,-1,0,0"));
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        let place = Place { counted: 12, strays: 3 };
        assert_eq!(
            (Place::read(&place.to_string()), Place::read("12")),
            (Some(place), Some(Place { counted: 12, strays: 0 }))
        );
        for text in ["", ".", "1.", "-1", "1.2.3", "9999999999999999999999", "x"] {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }
}
