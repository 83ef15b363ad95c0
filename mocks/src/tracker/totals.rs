//! `GET /totals`: how many credits there are of each event in each currency, and their sum. It agrees with the sum
//! over `/credits` to the cent, because both are written in one transaction.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Tracker;
use super::store::Total;
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
    /// In the report currency, without what no rate converts.
    #[serde(skip_serializing_if = "Option::is_none")]
    report_amount: Option<Box<RawValue>>,
    /// How many no rate converts; only told where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconverted: Option<i64>,
}

/// Answers with the totals that stand there now.
pub(crate) async fn totals(State(tracker): State<Arc<Tracker>>) -> Result<impl IntoResponse, Refusal> {
    let mut rows = Vec::new();
    for Total { event, currency, sums } in tracker.store.totals().await? {
        let has_money = !currency.is_empty();
        rows.push(Row {
            event,
            currency: has_money.then_some(currency),
            count: sums.count,
            amount: has_money.then(|| number(sums.amount)).transpose()?,
            report_amount: has_money.then(|| number(sums.report_amount)).transpose()?,
            unconverted: (sums.unconverted > 0).then_some(sums.unconverted),
        });
    }
    Ok(([(CACHE_CONTROL, "no-store")], Json(rows)))
}

fn number(sum: Decimal) -> Result<Box<RawValue>, Refusal> {
    RawValue::from_string(sum.to_string()).map_err(|_| Refusal::unavailable("store_unreadable", "a total is no number"))
}
