//! What the doors answer: 201 with JSON, and a page for the person who registers by hand.

use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use super::super::office::Given;

/// A job that was done.
pub(in crate::operator) struct Done {
    pub(in crate::operator) answer: Value,
    /// The network that is owed a postback for it.
    pub(in crate::operator) network: Option<String>,
}

impl Done {
    /// An event that was entered.
    pub(super) fn event(entered: &impl Serialize, network: Option<String>) -> Self {
        // A structure of texts and flags is always JSON.
        Self { answer: serde_json::to_value(entered).unwrap_or_default(), network }
    }
}

impl IntoResponse for Given {
    fn into_response(self) -> Response {
        let replayed = if self.replayed { "true" } else { "false" };
        let headers = [("idempotent-replayed", replayed)];
        (StatusCode::CREATED, headers, json(self.answer)).into_response()
    }
}

/// A JSON answer of a text that is JSON.
pub(super) fn json(text: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], text)
}

/// A JSON answer of a value.
pub(super) fn shown(value: &impl Serialize) -> Response {
    json(serde_json::to_string(value).unwrap_or_default()).into_response()
}
