//! What a report's request asks for, or the refusal that says why it asks nothing.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::calendar::Days;
use super::dimension::{Dimension, MAX_DIMENSIONS};
use super::view::Pick;
use crate::answer::Refusal;

/// Longest query, in bytes as it arrives; the longest brand fits several times.
const MAX_QUERY: usize = 4096;

/// What is asked for. What was not said is as the address has it by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// Which days.
    pub(crate) days: Days,
    /// Whose days; the project's when nothing is said.
    pub(crate) zone: Option<TimeZone>,
    /// By what to group.
    pub(crate) by: Option<Vec<Dimension>>,
    /// Which brand.
    pub(crate) brand: Pick,
    /// In which form to answer.
    pub(crate) form: Form,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One document.
    Json,
    /// One table.
    Csv,
}

impl Query {
    /// Reads a query. `known` names the parameters of the address; any other is refused, because a filter that is
    /// misspelt must not answer as if there were none.
    pub(crate) fn read(query: &str, headers: &HeaderMap, known: &[&str]) -> Result<Self, Refusal> {
        if query.len() > MAX_QUERY {
            return Err(bad(format!("keep the query within {MAX_QUERY} bytes")));
        }
        let accepts_csv = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(prefers_csv);
        let form = if accepts_csv { Form::Csv } else { Form::Json };
        let mut read = Self { days: Days::default(), zone: None, by: None, brand: Pick::Any, form };
        let mut seen = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = known.iter().find(|known| **known == name) else {
                return Err(bad(format!("the parameters are {}", known.join(", "))));
            };
            if seen.contains(name) {
                return Err(bad(format!("{name}: send it once")));
            }
            seen.push(*name);
            read.set(name, &value)?;
        }
        match (read.days.from, read.days.to) {
            (Some(from), Some(to)) if from > to => Err(bad("from: send a day that is not after the day of `to`")),
            _ => Ok(read),
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "from" => self.days.from = Some(day(name, value)?),
            "to" => self.days.to = Some(day(name, value)?),
            "tz" => {
                let zone = TimeZone::get(value).ok().filter(|zone| zone.iana_name().is_some());
                self.zone = Some(zone.ok_or_else(|| bad("tz: name an IANA time zone, like America/Sao_Paulo"))?);
            }
            "by" => self.by = Some(dimensions(value)?),
            "brand" => {
                self.brand = if value.is_empty() { Pick::Absent } else { Pick::Named(value.to_owned()) };
            }
            "format" => {
                self.form = match value {
                    "csv" => Form::Csv,
                    "json" => Form::Json,
                    _ => return Err(bad("format: send json or csv")),
                };
            }
            _ => return Err(bad("the parameter is not known here")),
        }
        Ok(())
    }
}

/// Whether a table is named before any document: enough of RFC 9110 §12.5.1 for clients that want either.
fn prefers_csv(accept: &str) -> bool {
    let mut kinds = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds.find(|kind| matches!(*kind, "text/csv" | "application/json" | "*/*")) == Some("text/csv")
}

fn day(name: &str, value: &str) -> Result<Date, Refusal> {
    let is_a_day = value.len() == "2026-11-21".len();
    let day = value.parse().ok().filter(|_| is_a_day);
    day.ok_or_else(|| bad(format!("{name}: send a day like 2026-11-21")))
}

fn dimensions(value: &str) -> Result<Vec<Dimension>, Refusal> {
    let by: Option<Vec<_>> = value.split(',').map(Dimension::by_name).collect();
    let repeated = |by: &Vec<Dimension>| by.iter().enumerate().any(|(at, dimension)| by[..at].contains(dimension));
    by.filter(|by| by.len() <= MAX_DIMENSIONS && !repeated(by)).ok_or_else(|| {
        let names = Dimension::ALL.map(Dimension::name).join(", ");
        bad(format!("by: send one to {MAX_DIMENSIONS} different ones of {names}, with commas between"))
    })
}

fn bad(hint: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "query_invalid", hint)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const KNOWN: &[&str] = &["from", "to", "tz", "by", "brand", "format"];

    fn read(query: &str) -> Result<Query, Refusal> {
        Query::read(query, &HeaderMap::new(), KNOWN)
    }

    #[test]
    fn what_is_said_is_read() {
        let query = read("from=2026-11-01&to=2026-11-30&tz=america/sao_paulo&by=geo,day&brand=lux%20a&format=csv");
        let query = query.expect("a query");
        assert_eq!(query.days.from.map(|day| day.to_string()).as_deref(), Some("2026-11-01"));
        assert_eq!(query.zone.as_ref().and_then(TimeZone::iana_name), Some("America/Sao_Paulo"));
        assert_eq!(query.by.as_deref(), Some(&[Dimension::Geo, Dimension::Day][..]));
        assert_eq!((query.brand, query.form), (Pick::Named("lux a".to_owned()), Form::Csv));
        let nothing = read("").expect("a query");
        assert_eq!((nothing.days, nothing.brand, nothing.form), (Days::default(), Pick::Any, Form::Json));
        assert_eq!(read("brand=").expect("a query").brand, Pick::Absent);
    }

    #[test]
    fn what_asks_nothing_is_refused() {
        for query in [
            "form=2026-11-01",
            "from=2026-11-01&from=2026-11-01",
            "from=2026-11-31",
            "from=2026-11-01T00:00",
            "from=yesterday",
            "to=",
            "from=2026-11-02&to=2026-11-01",
            "tz=Mars/Olympus",
            "tz=",
            "by=",
            "by=shoe_size",
            "by=geo,geo",
            "by=geo,day,brand,device",
            "format=xml",
        ] {
            assert_eq!(read(query).expect_err(query).status(), StatusCode::BAD_REQUEST, "{query}");
        }
        let long = format!("brand={}", "x".repeat(MAX_QUERY));
        assert!(read(&long).is_err());
        assert!(Query::read("by=geo", &HeaderMap::new(), &["from"]).is_err());
    }

    #[test]
    fn the_header_chooses_a_form_and_the_parameter_overrules_it() {
        let form = |accept: &'static str, query| {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            Query::read(query, &headers, KNOWN).expect("a query").form
        };
        assert_eq!(form("text/csv", ""), Form::Csv);
        assert_eq!(form("text/html, text/csv;q=0.9, */*", ""), Form::Csv);
        assert_eq!(form("application/json, text/csv", ""), Form::Json);
        assert_eq!(form("*/*", ""), Form::Json);
        assert_eq!(form("text/csv", "format=json"), Form::Json);
    }
}
