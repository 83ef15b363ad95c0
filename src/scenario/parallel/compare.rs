//! The keys of `[parallel.compare]`, checked: two exported logs, how each is to be read, and by what their gap is judged where that differs
//! from a run's. Reading them is left to `reconcile`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

use super::field::Field;
use crate::scenario::Problem;
use crate::scenario::quantity::{duration, share};
use crate::scenario::raw::{RawCompare, RawLog};

/// Two exported logs, and how they are compared.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparePlan {
    /// What the browsers reported.
    pub cookie: LogPlan,
    /// What the operator's server reported.
    pub s2s: LogPlan,
    /// Share of a log's rows that may be unreadable, 0 to 1; 0.05 by default.
    pub max_rejected: f64,
    /// How long an S2S message may take; the grace of a run by default, and not held to the hours of one.
    pub grace: Duration,
    /// The gap that the audience makes without any error, 0 to 1, where it is known; it goes before a modelled one.
    pub expected_gap: Option<f64>,
}

/// An exported log, and how it is to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogPlan {
    /// The file, where one is named.
    pub file: Option<PathBuf>,
    /// Columns that were named; `None` for a field that shall not be read.
    pub columns: BTreeMap<Field, Option<String>>,
    /// The zone of times without an offset, where one is named; else UTC.
    pub zone: Option<LogZone>,
    /// The mark within amounts.
    pub decimal: DecimalMark,
    /// The event of a first deposit, where the usual names do not hold.
    pub event: Option<String>,
}

/// A time zone with the name that it was given by.
#[derive(Clone, Debug, PartialEq)]
pub struct LogZone {
    /// Such as `Europe/Madrid` or `+02:00`.
    pub name: String,
    /// The zone.
    pub zone: TimeZone,
}

/// The mark between whole and part of an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// 1234.56
    #[default]
    Point,
    /// 1234,56 or 1.234,56
    Comma,
}

/// Checks `[parallel.compare]`; `grace` is that of a run.
pub(super) fn compare(raw: &RawCompare, grace: Duration) -> Result<ComparePlan, Problem> {
    let expected = |text: &String| share("parallel.compare.expected_gap", Some(text), 0.0);
    Ok(ComparePlan {
        cookie: log(&raw.cookie, "cookie")?,
        s2s: log(&raw.s2s, "s2s")?,
        max_rejected: share("parallel.compare.max_rejected", raw.max_rejected.as_deref(), 0.05)?,
        grace: duration("parallel.compare.grace", raw.grace.as_deref(), grace)?,
        expected_gap: raw.expected_gap.as_ref().map(expected).transpose()?,
    })
}

fn log(raw: &RawLog, name: &str) -> Result<LogPlan, Problem> {
    let path = |key: &str| format!("parallel.compare.{name}.{key}");
    let said = |key: &str, text: &Option<String>, example: &str| match text.as_deref().map(str::trim) {
        Some("") => Err(Problem::new(path(key), "is empty", format!("write it such as {example}, or leave it out"))),
        text => Ok(text.map(str::to_owned)),
    };
    Ok(LogPlan {
        file: said("file", &raw.file, "\"cookie.csv\"")?.map(PathBuf::from),
        columns: columns(&raw.columns, &path("columns"))?,
        zone: raw.zone.as_deref().map(|name| zone(name, &path("zone"))).transpose()?,
        decimal: decimal(raw.decimal.as_deref(), &path("decimal"))?,
        event: said("event", &raw.event, "\"ftd\"")?,
    })
}

fn columns(raw: &BTreeMap<String, String>, path: &str) -> Result<BTreeMap<Field, Option<String>>, Problem> {
    let mut columns = BTreeMap::new();
    for (name, column) in raw {
        let path = format!("{path}.{name}");
        let Some(field) = Field::of(name) else {
            let known = Field::ALL.map(Field::name).join(", ");
            let told = format!("names a column for `{name}`, which is no field of a log");
            return Err(Problem::new(path, told, format!("write some of {known}")));
        };
        let column = column.trim();
        let column = (!column.is_empty()).then(|| column.to_owned());
        if columns.insert(field, column).is_some() {
            let told = format!("names a second column for {}", field.name());
            return Err(Problem::new(path, told, "keep one of the two"));
        }
    }
    Ok(columns)
}

/// The zone of a name such as `Europe/Madrid` or of an offset such as `+02:00`.
fn zone(name: &str, path: &str) -> Result<LogZone, Problem> {
    let zone = match name {
        "Z" | "z" => Some(TimeZone::UTC),
        name => DateTimeParser::new().parse_time_zone(name).ok(),
    };
    let zone = zone.map(|zone| LogZone { name: name.to_owned(), zone });
    zone.ok_or_else(|| {
        let help = "write a name of the IANA database, such as \"Europe/Madrid\", or an offset, such as \"+02:00\"";
        Problem::new(path, format!("is `{name}`, which is no time zone"), help)
    })
}

fn decimal(text: Option<&str>, path: &str) -> Result<DecimalMark, Problem> {
    match text {
        None | Some(".") => Ok(DecimalMark::Point),
        Some(",") => Ok(DecimalMark::Comma),
        Some(other) => Err(Problem::new(path, format!("is `{other}`"), "write one of \".\", \",\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_names_or_offsets() {
        for name in ["Europe/Madrid", "UTC", "Z", "+02:00", "-0330", "America/Sao_Paulo"] {
            assert!(zone(name, "x").is_ok_and(|zone| zone.name == name), "{name}");
        }
        for name in ["", "Mars/Olympus", "CESTX", "25:00"] {
            assert!(zone(name, "x").is_err(), "{name}");
        }
    }
}
