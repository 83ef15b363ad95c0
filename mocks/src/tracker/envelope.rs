//! The outside of a postback: method, content type and size, before a byte of it is understood.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use futures_util::StreamExt;
use tokio::time;

use super::rules::{Check, Length, Outside, Patience, Room};
use crate::answer::Refusal;

/// Largest body that is read for its content; a postback has a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;

/// Largest body that is read to its end only so that its sender, still writing, gets to see the 413.
const MAX_DRAINED: u64 = 1024 * 1024;

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it may take where there is no patience, and how large it may be where there is room.
const SHORT_TIMEOUT: Duration = Duration::from_secs(1);
const HUGE_BODY: usize = 16 * 1024 * 1024;

/// Refuses what does not look like a postback from the outside.
pub(super) fn check(parts: &Parts, outside: Outside) -> Result<(), Refusal> {
    if parts.method != Method::POST && outside.method == Check::Enforced {
        return Err(Refusal::method("POST"));
    }
    if outside.length == Length::Told && !parts.headers.contains_key(CONTENT_LENGTH) {
        let hint = "send the length of the body in Content-Length";
        return Err(Refusal::new(StatusCode::LENGTH_REQUIRED, "body_incomplete", hint));
    }
    if outside.content_type == Check::Skipped || is_plain_json(&parts.headers) {
        return Ok(());
    }
    let hint = "send the body as Content-Type: application/json, without a content encoding";
    Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type_unsupported", hint))
}

/// Reads the whole body, within its bounds of size and time.
pub(super) async fn read(body: Body, outside: Outside) -> Result<Bytes, Refusal> {
    let (most, drained) = match outside.room {
        Room::Bounded => (MAX_BODY, MAX_DRAINED),
        Room::Huge => (HUGE_BODY, HUGE_BODY as u64),
    };
    let timeout = match outside.patience {
        Patience::Long => BODY_TIMEOUT,
        Patience::Short => SHORT_TIMEOUT,
    };
    time::timeout(timeout, collect(body, most, drained))
        .await
        .unwrap_or_else(|_| Err(Refusal::timeout("send the whole body within ten seconds")))
}

fn is_plain_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(declared), None) = (types.next(), types.next()) else {
        return false;
    };
    let essence = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json") && !headers.contains_key(CONTENT_ENCODING)
}

/// Keeps what is within `most`, and reads on up to `drained`.
async fn collect(body: Body, most: usize, drained: u64) -> Result<Bytes, Refusal> {
    let too_large =
        || Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "keep the body within 65536 bytes");
    if body.size_hint().lower() > drained {
        return Err(too_large());
    }
    let mut chunks = body.into_data_stream();
    let (mut whole, mut arrived) = (Vec::new(), 0_u64);
    while let Some(chunk) = chunks.next().await {
        let hint = "the body broke off; send it again";
        let chunk = chunk.map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "body_incomplete", hint))?;
        arrived += chunk.len() as u64;
        if whole.len() + chunk.len() <= most {
            whole.extend_from_slice(&chunk);
        }
        if arrived > drained {
            break;
        }
    }
    if arrived > most as u64 { Err(too_large()) } else { Ok(whole.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_type_may_have_parameters_but_must_be_json_once() {
        let taken = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_TYPE, value.parse().expect("a header value"));
            }
            is_plain_json(&headers)
        };
        assert!(taken(&["application/json"]));
        assert!(taken(&["Application/JSON ; charset=utf-8"]));
        assert!(!taken(&[]));
        assert!(!taken(&["text/plain"]));
        assert!(!taken(&["application/jsonp"]));
        assert!(!taken(&["application/json", "application/json"]));
    }

    #[tokio::test]
    async fn bodies_are_bounded() {
        let read_of = |size: usize| read(Body::from(vec![b'x'; size]), Outside::default());
        assert_eq!(read_of(MAX_BODY).await.expect("just fits").len(), MAX_BODY);
        for size in [MAX_BODY + 1, 3 * 1024 * 1024] {
            let refusal = read_of(size).await.expect_err("too large");
            assert_eq!(refusal.status(), StatusCode::PAYLOAD_TOO_LARGE);
        }
    }
}
