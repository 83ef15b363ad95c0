//! `GET /credits`: everything that was credited, for whoever wants to compare.
//!
//! The rows leave page by page, so that the store's owner never reads for long while bookings wait, and memory stays
//! small however many there are.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::value::RawValue;

use super::books::terms::Terms;
use super::reception::Tracker;
use super::rules::Rules;
use super::store::{Credit, Page, Store};
use crate::answer::Refusal;
use crate::reports::calendar::{Calendar, Days};

/// A credit as it is read back. Absent is what the event had not, or what was not kept.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<&'a str>,
    click_id: &'a str,
    event: &'a str,
    /// The decimal's own text: a float would change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    /// What the amount was worth in the report currency when it was booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    report_amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_currency: Option<&'a str>,
    /// The day that reports count it under, in the programme's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    report_day: Option<Date>,
    /// Null where no brand was named: these books keep brands, and a missing one is to be seen.
    brand_id: Option<&'a str>,
    ts_event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_ftd: Option<bool>,
    /// Only told where it is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    billable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commission: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surplus_fields: Option<Box<RawValue>>,
}

/// In whose money and days credits are reported.
struct Reported {
    terms: Arc<Terms>,
    calendar: Calendar,
}

/// What is left to write of the array.
enum Rest {
    Page { page: Page, opening: &'static str },
    Fetch { after: i64, upto: i64 },
    Done,
}

/// Answers with the credits that stand there now. A store that fails on the way breaks the answer off, which no
/// reader can mistake for the whole.
pub(crate) async fn credits(State(tracker): State<Arc<Tracker>>) -> Result<Response, Refusal> {
    let store = tracker.store.clone();
    let reported = Arc::new(Reported::of(Arc::clone(tracker.terms()), tracker.rules()));
    let first = Rest::Page { page: store.page(0, None).await?, opening: "[" };
    let chunks = stream::try_unfold((store, reported, first), |(store, reported, rest)| async move {
        match next(&store, &reported, rest).await {
            Ok(None) => Ok(None),
            Ok(Some((chunk, rest))) => Ok(Some((chunk, (store, reported, rest)))),
            Err(refusal) => Err(format!("the store answered {}", refusal.status())),
        }
    });
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(chunks)).into_response())
}

impl Reported {
    fn of(terms: Arc<Terms>, rules: Rules) -> Self {
        let calendar = Calendar::new(terms.zone().clone(), Days::default(), rules.boundaries);
        Self { terms, calendar }
    }

    /// The day of a credit. Only what was refused and credited all the same has an instant that is none.
    fn day(&self, credit: &Credit) -> Option<Date> {
        let received = || Timestamp::from_millisecond(credit.received).ok();
        self.calendar.day(credit.ts_event.parse().ok().or_else(received)?)
    }
}

async fn next(store: &Store, reported: &Reported, rest: Rest) -> Result<Option<(Bytes, Rest)>, Refusal> {
    let (page, opening) = match rest {
        Rest::Page { page, opening } => (page, opening),
        Rest::Fetch { after, upto } => (store.page(after, Some(upto)).await?, ","),
        Rest::Done => return Ok(None),
    };
    let mut chunk = Vec::with_capacity(page.credits.len() * 256 + 2);
    let mut before = opening;
    for credit in &page.credits {
        chunk.extend_from_slice(before.as_bytes());
        before = ",";
        write(credit, reported, &mut chunk)
            .map_err(|_| Refusal::unavailable("store_unreadable", "the books hold a row that is no credit"))?;
    }
    let rest = if page.last < page.upto {
        Rest::Fetch { after: page.last, upto: page.upto }
    } else {
        // Nothing was written yet if there are no credits at all.
        chunk.extend_from_slice(if page.credits.is_empty() { b"[]" } else { b"]" });
        Rest::Done
    };
    Ok(Some((chunk.into(), rest)))
}

fn write(credit: &Credit, reported: &Reported, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let row = Row {
        event_id: credit.event_id.as_deref(),
        transaction_id: credit.transaction_id.as_deref(),
        click_id: &credit.click_id,
        event: &credit.event,
        amount: raw(credit.amount.as_ref())?,
        currency: credit.currency.as_deref(),
        report_amount: raw(credit.report_amount.as_ref())?,
        report_currency: credit.report_amount.is_some().then(|| reported.terms.report_currency()),
        report_day: reported.day(credit),
        brand_id: credit.brand_id.as_deref(),
        ts_event: &credit.ts_event,
        is_ftd: credit.is_ftd,
        billable: (!credit.billable).then_some(false),
        commission: raw(credit.commission.as_ref())?,
        surplus_fields: raw(credit.surplus.as_ref())?,
    };
    serde_json::to_writer(out, &row)
}

fn raw(text: Option<&String>) -> serde_json::Result<Option<Box<RawValue>>> {
    text.cloned().map(RawValue::from_string).transpose()
}
