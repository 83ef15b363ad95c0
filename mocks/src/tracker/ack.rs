//! What an accepted postback is told. What a refused one is told stands in `answer`.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// The answer that a postback is in safe hands.
pub(super) struct Ack {
    /// Whether its event was known already.
    pub(super) idempotent: bool,
}

impl Ack {
    /// The answer for an event that was known, or was not.
    pub(super) fn new(idempotent: bool) -> Self {
        Self { idempotent }
    }
}

impl IntoResponse for Ack {
    fn into_response(self) -> Response {
        // There are two of them, so they stand here and are not written each time.
        let body = if self.idempotent {
            r#"{"status":"ok","idempotent":true}"#
        } else {
            r#"{"status":"ok","idempotent":false}"#
        };
        ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], Body::from(body)).into_response()
    }
}
