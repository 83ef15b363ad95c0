//! In which words a refusal is told: a code and a hint, or one of the ways to say more than that.
//!
//! What is refused and why is decided elsewhere.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::response::{Html, IntoResponse, Response};

use super::rules::Wording;
use crate::answer::Refusal;

/// The refusals of one request.
pub(super) enum Words {
    Plain,
    Page,
    Traced,
    /// With what the request had in its Authorization header.
    Echoed(String),
}

impl Words {
    /// The words for a request with those headers.
    pub(super) fn of(wording: Wording, headers: &HeaderMap) -> Self {
        match wording {
            Wording::Plain => Self::Plain,
            Wording::Page => Self::Page,
            Wording::Traced => Self::Traced,
            Wording::Echoed => {
                let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
                Self::Echoed(sent.unwrap_or("no token").to_owned())
            }
        }
    }

    /// The answer.
    pub(super) fn tell(&self, refusal: Refusal) -> Response {
        match self {
            Self::Plain => refusal.into_response(),
            Self::Page => page(&refusal),
            Self::Traced => {
                let hint = traced(&refusal);
                refusal.hinting(hint).into_response()
            }
            Self::Echoed(sent) => {
                let hint = format!("{}; Authorization was: {sent}", refusal.hint());
                refusal.hinting(hint).into_response()
            }
        }
    }
}

fn page(refusal: &Refusal) -> Response {
    let status = refusal.status();
    let text = format!(
        "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\n<body><h1>{status}</h1>\n<hr>tracker</body></html>\n"
    );
    (status, [(CACHE_CONTROL, "no-store")], Html(text)).into_response()
}

/// What a framework says that was left in its development mode.
fn traced(refusal: &Refusal) -> String {
    format!(
        "{}\nthread 'tokio-runtime-worker' panicked at src/tracker/schema.rs:158:9:\nRefused(\"{}\") while \
         /var/lib/tracker/tracker.db was open\nstack backtrace:\n   0: tracker::schema::Postback::check\n             \
         at ./src/tracker/schema.rs:158:9\n   1: tracker::reception::respond\n             at \
         ./src/tracker/reception.rs:174:31",
        refusal.hint(),
        refusal.code()
    )
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn told(wording: Wording) -> (Option<String>, String) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, "Bearer a.b.c".parse().expect("a header value"));
        let answer = Words::of(wording, &headers).tell(Refusal::schema("schema_invalid", "amount: look at it"));
        let kind = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = to_bytes(answer.into_body(), 4096).await.expect("a whole body");
        (kind, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn plain_words_tell_a_code_and_a_hint() {
        let (kind, body) = told(Wording::Plain).await;
        assert_eq!(kind.as_deref(), Some("application/json"));
        assert_eq!(body, r#"{"error":"schema_invalid","hint":"amount: look at it"}"#);
    }

    #[tokio::test]
    async fn other_words_tell_more_or_less() {
        let (kind, body) = told(Wording::Page).await;
        assert!(kind.is_some_and(|kind| kind.starts_with("text/html")) && body.contains("<h1>422"), "{body}");
        let (_, body) = told(Wording::Traced).await;
        assert!(body.contains("stack backtrace") && body.contains("tracker.db"), "{body}");
        let (_, body) = told(Wording::Echoed).await;
        assert!(body.contains("amount: look at it; Authorization was: Bearer a.b.c"), "{body}");
    }
}
