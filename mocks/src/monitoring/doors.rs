//! The three pages: `GET /metrics`, `GET /alerts` and `GET /retention`.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::Monitor;
use super::alerts::View;
use super::retention::Report;

/// Version 0.0.4 of the text format is the one that every scraper reads.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Serialize)]
struct Alerts {
    alerts: Vec<View>,
}

#[derive(Serialize)]
struct Retention {
    /// Absent until the job has run once.
    last_run: Option<Report>,
}

/// The three pages of that monitor, to be merged into the stack's own routes.
pub(crate) fn router(monitor: Monitor) -> Router {
    let pages = Router::new().route("/metrics", get(metrics)).route("/alerts", get(alerts));
    pages.route("/retention", get(retention)).with_state(monitor)
}

/// `GET /metrics`.
async fn metrics(State(monitor): State<Monitor>) -> impl IntoResponse {
    tokio::join!(monitor.look(), monitor.look_at_queue());
    ([(CONTENT_TYPE, PROMETHEUS), (CACHE_CONTROL, "no-store")], monitor.metrics())
}

/// `GET /alerts`: how each rule stands.
async fn alerts(State(monitor): State<Monitor>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(Alerts { alerts: monitor.board().views() }))
}

/// `GET /retention`: what came of the last run of the job.
async fn retention(State(monitor): State<Monitor>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(Retention { last_run: monitor.last_retention() }))
}

#[cfg(test)]
mod tests {
    use axum::response::Response;

    use super::*;

    async fn text(response: Response) -> (String, String) {
        let kind = response.headers()[CONTENT_TYPE].to_str().expect("text").to_owned();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        (kind, String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    #[tokio::test]
    async fn pages_are_told_in_their_own_form() {
        let monitor = Monitor::silent();
        let (kind, page) = text(metrics(State(monitor.clone())).await.into_response()).await;
        assert!(
            kind.starts_with("text/plain; version=0.0.4") && page.contains("\npostproof_queue_depth 0\n"),
            "{page}"
        );
        let json = ("application/json".to_owned(), "{\"alerts\":[]}".to_owned());
        assert_eq!(text(alerts(State(monitor.clone())).await.into_response()).await, json);
        let json = ("application/json".to_owned(), "{\"last_run\":null}".to_owned());
        assert_eq!(text(retention(State(monitor)).await.into_response()).await, json);
    }
}
