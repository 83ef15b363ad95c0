//! A request as a scheme looks at it: headers, exact bytes, their reading as JSON, and the canonical payload on demand.

use std::cell::OnceCell;

use axum::http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::answer::Refusal;
use crate::tracker::canonical;
use crate::tracker::json::Json;

/// One request to be checked at one instant.
pub(in crate::tracker) struct Signed<'a> {
    headers: &'a HeaderMap,
    body: &'a [u8],
    json: Option<&'a Json<'a>>,
    now: Timestamp,
    canonical: OnceCell<String>,
}

impl<'a> Signed<'a> {
    /// The request with these headers and exactly these bytes. `json` is their reading, where there is one already.
    pub(in crate::tracker) fn new(
        headers: &'a HeaderMap,
        body: &'a [u8],
        json: Option<&'a Json<'a>>,
        now: Timestamp,
    ) -> Self {
        Self { headers, body, json, now, canonical: OnceCell::new() }
    }

    /// The canonical payload after RFC 8785, written when it is first asked for; none without JSON.
    pub(in crate::tracker) fn canonical(&self) -> Option<&str> {
        let json = self.json?;
        Some(self.canonical.get_or_init(|| canonical::payload(json)))
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    pub(super) fn json(&self) -> Option<&'a Json<'a>> {
        self.json
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// The header of that name, which may be sent once; none when it is missing, empty text when it is not text.
    pub(super) fn header(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(_), Some(_)) => {
                let hint = "send the signature header once";
                Err(Refusal::new(StatusCode::BAD_REQUEST, "signature_repeated", hint))
            }
            (value, _) => Ok(value.map(|value| value.to_str().unwrap_or_default())),
        }
    }
}

/// 403: the signature is missing, malformed or wrong, and what its sender can look at.
pub(super) fn invalid(hint: &'static str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "signature_invalid", hint)
}
