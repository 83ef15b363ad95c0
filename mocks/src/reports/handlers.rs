//! `GET /reports/affiliate/{affiliate}`, `GET /reports/manager`, `GET /reports/discrepancy` and `GET /reports/methods`:
//! from a request to a sheet, and from the sheet to an answer. What is in a sheet is decided elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::calendar::{Boundaries, Calendar, Days};
use super::cell::Cell;
use super::collect;
use super::csv;
use super::dimension::Dimension;
use super::discrepancy::{Discrepancy, Side};
use super::json;
use super::methods::{Method, Methods, Place};
use super::operator::{Operator, OperatorError};
use super::query::{Form, Query};
use super::sheet::{Sheet, Title};
use super::source::{Source, SourceError};
use super::view::{Lens, Pick, View};
use crate::answer::Refusal;
use crate::clock::Clock;
use crate::tracker::books::spend::SpendTable;
use crate::tracker::books::terms::Terms;

/// Most reports made at once. Each reads all the books and may hold some 100 MB; the postbacks come first.
const AT_ONCE: usize = 2;

/// What the reports are made of.
#[derive(Debug)]
pub(crate) struct Reports<S> {
    source: S,
    terms: Arc<Terms>,
    spend: Arc<SpendTable>,
    boundaries: Boundaries,
    operator: Option<Operator>,
    clock: Clock,
    gate: Semaphore,
}

impl<S: Source> Reports<S> {
    /// Reports of those books under those terms. Without an operator there is nothing to compare with.
    pub(crate) fn new(
        source: S,
        terms: Arc<Terms>,
        spend: Arc<SpendTable>,
        boundaries: Boundaries,
        operator: Option<Operator>,
    ) -> Self {
        let (clock, gate) = (Clock::wall(), Semaphore::new(AT_ONCE));
        Self { source, terms, spend, boundaries, operator, clock, gate }
    }

    /// The same, dated by that clock.
    pub(crate) fn by(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The zone asked for, or the project's, and its name.
    fn zone(&self, query: &Query) -> (TimeZone, String) {
        let zone = query.zone.as_ref().unwrap_or_else(|| self.terms.zone()).clone();
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        (zone, name)
    }

    fn enter(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.gate.try_acquire().map_err(|_| Refusal::unavailable("too_many_reports", "ask again in a moment"))
    }

    /// One view, from its query to its sheet.
    async fn view(&self, affiliate: Option<String>, query: Query) -> Result<Sheet, Refusal> {
        let _permit = self.enter()?;
        let (zone, name) = self.zone(&query);
        let (view, by) = match affiliate {
            Some(_) => ("affiliate", Dimension::Brand),
            None => ("manager", Dimension::Affiliate),
        };
        let lens = Lens {
            affiliate: affiliate.clone().map_or(Pick::Any, Pick::Named),
            brand: query.brand,
            by: query.by.unwrap_or_else(|| vec![by]),
            calendar: Calendar::new(zone, query.days, self.boundaries),
            as_of: self.clock.now(),
        };
        let mut filled = View::new(lens);
        collect::fill(&mut filled, &self.source, &self.terms, &self.spend).await?;
        Ok(Sheet::of(&filled, Title { view, affiliate, zone: name }, &self.terms))
    }

    async fn compare(&self, query: Query) -> Result<Sheet, Refusal> {
        let operator = self.operator.as_ref().ok_or_else(no_operator)?;
        let _permit = self.enter()?;
        let (zone, name) = self.zone(&query);
        let now = self.clock.now();
        let days = query.days.closed(zone.to_datetime(now).date());
        let mut discrepancy = Discrepancy::default();
        for (key, count) in operator.counts(days, &name).await? {
            discrepancy.add(Side::Operator, key, count);
        }
        let calendar = Calendar::new(zone, days, self.boundaries);
        collect::each_entry(&self.source, |entry| {
            if let Some(day) = calendar.day(entry.at) {
                discrepancy.book(entry, day);
            }
        })
        .await?;
        Ok(discrepancy.sheet(head(("discrepancy", name), days, now, discrepancy.is_complete())))
    }

    /// What each method of tracking counted.
    async fn methods(&self, query: Query) -> Result<Sheet, Refusal> {
        let _permit = self.enter()?;
        let (zone, name) = self.zone(&query);
        let calendar = Calendar::new(zone, query.days, self.boundaries);
        let (now, mut methods) = (self.clock.now(), Methods::default());
        for method in Method::ALL {
            let mut next = Some(Place::default());
            while let Some(after) = next {
                let stretch = self.source.sightings(method, after).await?;
                for deposit in stretch.rows {
                    if let Some(day) = calendar.day(deposit.at) {
                        methods.add(method, deposit, day);
                    }
                }
                next = stretch.next;
            }
        }
        Ok(methods.sheet(head(("methods", name), query.days, now, methods.is_complete())))
    }
}

/// What stands above a comparison: its view and zone, its days, when it was made, and whether it is whole.
fn head((view, zone): (&str, String), days: Days, now: Timestamp, is_complete: bool) -> Vec<(&'static str, Cell)> {
    let day = |day: Option<jiff::civil::Date>| Cell::Text(day.map(|day| day.to_string()));
    vec![
        ("view", Cell::text(view)),
        ("zone", Cell::text(zone)),
        ("from", day(days.from)),
        ("to", day(days.to)),
        ("as_of", Cell::text(now.to_string())),
        ("groups_complete", Cell::Flag(is_complete)),
    ]
}

/// The addresses of the reports.
pub(crate) fn router<S: Source>(reports: Arc<Reports<S>>) -> Router {
    Router::new()
        .route("/reports/affiliate/{affiliate}", get(affiliate::<S>))
        .route("/reports/manager", get(manager::<S>))
        .route("/reports/discrepancy", get(discrepancy::<S>))
        .route("/reports/methods", get(methods::<S>))
        .with_state(reports)
}

async fn affiliate<S: Source>(
    State(reports): State<Arc<Reports<S>>>,
    name: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Path(name) = name.map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "affiliate_invalid", "the affiliate's name is no percent-encoded UTF-8")
    })?;
    let query = Query::read(query.as_deref().unwrap_or_default(), &headers, &["from", "to", "tz", "by", "format"])?;
    let form = query.form;
    answer(&reports.view(Some(name), query).await?, form)
}

async fn manager<S: Source>(
    State(reports): State<Arc<Reports<S>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let known = ["brand", "from", "to", "tz", "by", "format"];
    let query = Query::read(query.as_deref().unwrap_or_default(), &headers, &known)?;
    let form = query.form;
    answer(&reports.view(None, query).await?, form)
}

async fn discrepancy<S: Source>(
    State(reports): State<Arc<Reports<S>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let query = Query::read(query.as_deref().unwrap_or_default(), &headers, &["from", "to", "tz", "format"])?;
    let form = query.form;
    answer(&reports.compare(query).await?, form)
}

async fn methods<S: Source>(
    State(reports): State<Arc<Reports<S>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let query = Query::read(query.as_deref().unwrap_or_default(), &headers, &["from", "to", "tz", "format"])?;
    let form = query.form;
    answer(&reports.methods(query).await?, form)
}

fn answer(sheet: &Sheet, form: Form) -> Result<Response, Refusal> {
    let fixed = [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    match form {
        Form::Json => {
            let unwritable = |_| Refusal::unavailable("report_unwritable", "ask again in a moment");
            let body = json::write(sheet).map_err(unwritable)?;
            Ok((fixed, [(CONTENT_TYPE, "application/json")], body).into_response())
        }
        Form::Csv => {
            let kind = [
                (CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
                (CONTENT_DISPOSITION, "attachment; filename=\"report.csv\""),
            ];
            Ok((fixed, kind, csv::write(sheet)).into_response())
        }
    }
}

fn no_operator() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "no_operator",
        "the operator has no network that is this tracker; give one the url {base}/postback",
    )
}

impl From<SourceError> for Refusal {
    fn from(_: SourceError) -> Self {
        Self::unavailable("books_unreadable", "ask again in a moment")
    }
}

/// What the operator said stays inside; the reader is told what to look at.
impl From<OperatorError> for Refusal {
    fn from(error: OperatorError) -> Self {
        let hint = match error {
            OperatorError::TooManyDays => {
                let hint = "from, to: send at most 400 days";
                return Self::new(StatusCode::BAD_REQUEST, "query_invalid", hint);
            }
            OperatorError::TooLong => "the operator's counts are too long; ask for fewer days",
            OperatorError::Status(_) => "the operator refused to count; look at its log",
            OperatorError::Form(_) | OperatorError::Row(_) => "the operator's answer holds no counts",
            OperatorError::Address | OperatorError::Client(_) | OperatorError::Unreachable(_) => {
                "the operator does not answer; see that it runs"
            }
        };
        Self::new(StatusCode::BAD_GATEWAY, "operator_unusable", hint)
    }
}

#[cfg(test)]
mod tests;
