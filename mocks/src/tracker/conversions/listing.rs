//! `GET /conversions?method=cookie|s2s[&after=PLACE]`: first deposits as one method saw them, page by page.
//!
//! Each page says where the next one begins, also where there is none yet, so that a reader can ask again later for
//! what came since. A first deposit that was told of too late and takes another's mark is listed as well; who wants the
//! books as they stand reads from the beginning.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::super::reception::Tracker;
use super::super::store::Sighting;
use crate::answer::Refusal;
use crate::reports::methods::{Method, Place};

/// Longest query; two short parameters fit many times.
const MAX_QUERY: usize = 256;

/// A page.
#[derive(Serialize)]
struct Page {
    conversions: Vec<Conversion>,
    /// What to send as `after` for what follows.
    next: String,
    /// Whether something follows already.
    more: bool,
}

/// A first deposit; absent is what was not told.
#[derive(Serialize)]
struct Conversion {
    method: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    click_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// The decimal's own text: a float would change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// Null where no brand was named.
    brand_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts_event: Option<String>,
    received_at: Option<Timestamp>,
    attributed: bool,
}

/// Answers with one page.
pub(crate) async fn conversions(
    State(tracker): State<Arc<Tracker>>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Refusal> {
    let (method, after) = asked(query.as_deref().unwrap_or_default())?;
    let seen = tracker.store.seen(method, after).await?;
    let conversions = seen.rows.into_iter().map(|sighting| conversion(method, sighting)).collect::<Result<_, _>>();
    let conversions = conversions
        .map_err(|_| Refusal::unavailable("store_unreadable", "the store holds a row that is no conversion"))?;
    let page = Page { conversions, next: seen.next.to_string(), more: seen.more };
    Ok(([(CACHE_CONTROL, "no-store")], Json(page)))
}

fn asked(query: &str) -> Result<(Method, Place), Refusal> {
    let bad = || {
        let hint = "send method=cookie or method=s2s, and after= the `next` of the page before, or nothing";
        Refusal::new(StatusCode::BAD_REQUEST, "query_invalid", hint)
    };
    if query.len() > MAX_QUERY {
        return Err(bad());
    }
    let (mut method, mut after) = (None, None);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "method" if method.is_none() => method = Some(Method::by_name(&value).ok_or_else(bad)?),
            "after" if after.is_none() => after = Some(Place::read(&value).ok_or_else(bad)?),
            _ => return Err(bad()),
        }
    }
    Ok((method.ok_or_else(bad)?, after.unwrap_or_default()))
}

fn conversion(method: Method, sighting: Sighting) -> serde_json::Result<Conversion> {
    Ok(Conversion {
        method: method.name(),
        click_id: sighting.click_id,
        transaction_id: sighting.transaction_id,
        event_id: sighting.event_id,
        account: sighting.account,
        amount: sighting.amount.map(RawValue::from_string).transpose()?,
        currency: sighting.currency,
        brand_id: sighting.brand_id,
        ts_event: sighting.ts_event,
        received_at: Timestamp::from_millisecond(sighting.received).ok(),
        attributed: sighting.attributed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_a_method_and_perhaps_a_place() {
        assert_eq!(asked("method=s2s").expect("a query"), (Method::S2s, Place::default()));
        let (method, after) = asked("after=12.3&method=cookie").expect("a query");
        assert_eq!((method, after.to_string().as_str()), (Method::Cookie, "12.3"));
        assert_eq!(asked("method=s2s&after=7").expect("a query").1.to_string(), "7.0");
        let long = format!("method=s2s&after={}", "1".repeat(300));
        for query in [
            "",
            "after=1",
            "method=pixel",
            "method=s2s&method=s2s",
            "method=s2s&after=",
            "method=s2s&after=-1",
            "method=s2s&x=1",
            &long,
        ] {
            assert_eq!(asked(query).expect_err(query).status(), StatusCode::BAD_REQUEST);
        }
    }
}
