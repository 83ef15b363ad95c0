//! Which path leads to which room, and what is said at every other door.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{any, get};

use crate::answer::Refusal;
use crate::landing;
use crate::redirector::{self, Redirector};
use crate::tracker::{self, Tracker};

/// The rooms that a router leads to.
#[derive(Debug)]
pub(crate) struct Rooms {
    /// Makes and logs click ids.
    pub(crate) redirector: Arc<Redirector>,
    /// Takes postbacks and shows credits.
    pub(crate) tracker: Arc<Tracker>,
}

/// The whole stack as one service.
pub(crate) fn router(rooms: Rooms) -> Router {
    // A HEAD request shows no ad to anybody: it must not be logged as a click.
    let click = get(redirector::click).head(only_get).with_state(rooms.redirector);
    Router::new()
        .route("/click", click)
        .route("/landing", get(landing::page))
        .route("/health", get(health))
        .route("/postback", any(tracker::receive).with_state(Arc::clone(&rooms.tracker)))
        .route("/credits", get(tracker::credits).with_state(rooms.tracker))
        .method_not_allowed_fallback(only_get)
        .fallback(unknown_path)
}

async fn health() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], r#"{"status":"ok"}"#)
}

async fn only_get() -> Refusal {
    Refusal::method("GET")
}

async fn unknown_path() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "not_found", "there is /click, /landing, /postback, /credits and /health")
}
