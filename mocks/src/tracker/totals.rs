//! `GET /totals`: how many credits there are of each event in each currency, and their sum. It agrees with the sum
//! over `/credits` to the cent, because both are written in one transaction.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Tracker;
use crate::answer::Refusal;

/// One total.
#[derive(Serialize)]
struct Row {
    event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Box<RawValue>>,
}

/// Answers with the totals that stand there now.
pub(crate) async fn totals(State(tracker): State<Arc<Tracker>>) -> Result<impl IntoResponse, Refusal> {
    let mut rows = Vec::new();
    for total in tracker.store.totals().await? {
        let has_money = !total.currency.is_empty();
        let amount = has_money.then(|| RawValue::from_string(total.amount.to_string())).transpose();
        let amount = amount.map_err(|_| Refusal::unavailable("store_unreadable", "a total is no number"))?;
        let currency = has_money.then_some(total.currency);
        rows.push(Row { event: total.event, currency, count: total.count, amount });
    }
    Ok(([(CACHE_CONTROL, "no-store")], Json(rows)))
}
