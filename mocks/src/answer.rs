//! What the stack says when it refuses: a status, a code and a hint, always in the same JSON shape.
//!
//! Which refusal a request has earned is decided where it is checked. Nothing of the request goes into an answer,
//! so that no answer can carry a secret, a token or a player's data.

use std::borrow::Cow;

use axum::Json;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A request that was not done, and what its sender can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    hint: Cow<'static, str>,
    header: Option<(HeaderName, HeaderValue)>,
}

/// The body of a refusal.
#[derive(Serialize)]
struct RefusalBody<'a> {
    error: &'a str,
    hint: &'a str,
}

impl Refusal {
    /// A refusal without a header of its own.
    pub(crate) fn new(status: StatusCode, code: &'static str, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, hint: hint.into(), header: None }
    }

    /// 405, with the methods that would have been taken.
    pub(crate) fn method(allowed: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "use a method that the Allow header names")
            .with(ALLOW, allowed)
    }

    /// 401 with the challenge that RFC 6750 asks for.
    pub(crate) fn token(code: &'static str, hint: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, hint).with(WWW_AUTHENTICATE, "Bearer")
    }

    /// 422: the postback was read and breaks a rule of its schema.
    pub(crate) fn schema(code: &'static str, hint: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, hint)
    }

    /// 503: nothing is wrong with the request, the same one may come again in a second.
    pub(crate) fn unavailable(code: &'static str, hint: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, hint).with(RETRY_AFTER, "1")
    }

    /// 408: the rest of the request is still on its way, so the connection cannot be used again.
    pub(crate) fn timeout(hint: &'static str) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", hint).with(CONNECTION, "close")
    }

    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The code it is answered with.
    pub(crate) fn code(&self) -> &'static str {
        self.code
    }

    /// 429: too many in too short a time, the same request may come again after that many seconds.
    pub(crate) fn too_many(seconds: u64) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "wait as long as Retry-After says");
        Self { header: Some((RETRY_AFTER, HeaderValue::from(seconds))), ..refusal }
    }

    /// The hint it is answered with.
    pub(crate) fn hint(&self) -> &str {
        &self.hint
    }

    /// The same refusal, with more or less of a hint.
    pub(crate) fn hinting(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// The same refusal without a header of its own.
    pub(crate) fn without_header(self) -> Self {
        Self { header: None, ..self }
    }

    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(RefusalBody { error: self.code, hint: &self.hint });
        let mut response = (self.status, [(CACHE_CONTROL, "no-store")], body).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
