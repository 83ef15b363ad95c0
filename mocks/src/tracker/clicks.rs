//! `GET /clicks/{click_id}`: what a click came with, for whoever looks into one player's attribution.
//!
//! Only the parameters that reports group by are shown, and the consent; a link may carry anything else, and what is
//! not known here may be somebody's name.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Tracker;
use crate::answer::Refusal;

/// The parameters that are shown (seed 003 §2, §3, §9).
const SHOWN: [&str; 18] = [
    "aff_id",
    "aff_sub",
    "affiliate",
    "affiliate_id",
    "brand",
    "brand_id",
    "campaign",
    "consent_version",
    "creative",
    "creative_id",
    "device",
    "geo",
    "sub_id",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
];

/// A click as it is shown.
#[derive(Serialize)]
struct Shown {
    click_id: String,
    at: Option<Timestamp>,
    parameters: Map<String, Value>,
}

/// Answers with one click.
pub(crate) async fn click(
    State(tracker): State<Arc<Tracker>>,
    Path(click_id): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    let found = tracker.store.click(click_id.clone()).await?;
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, "not_found", "the redirector never made that click id");
    let row = found.ok_or_else(unknown)?;
    let shown = Shown { click_id, at: Timestamp::from_millisecond(row.at).ok(), parameters: shown(&row.parameters) };
    Ok(([(CACHE_CONTROL, "no-store")], Json(shown)))
}

fn shown(parameters: &str) -> Map<String, Value> {
    let mut parameters: Map<String, Value> = serde_json::from_str(parameters).unwrap_or_default();
    parameters.retain(|name, _| SHOWN.contains(&name.as_str()));
    parameters
}
