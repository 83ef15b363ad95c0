//! Which path leads to which room, and what is said at every other door.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::answer::Refusal;
use crate::clock::Clock;
use crate::landing;
use crate::monitoring::{Monitor, doors};
use crate::networks::Networks;
use crate::operator::Operator;
use crate::pixel::{self, CookieSettings, Pixels, Tag};
use crate::redirector::{self, Redirector};
use crate::reports::handlers::{self as reports, Reports};
use crate::tracker::store::Store;
use crate::tracker::{self, Tracker};

/// The rooms that a router leads to.
#[derive(Debug)]
pub(crate) struct Rooms {
    /// Makes and logs click ids.
    pub(crate) redirector: Arc<Redirector>,
    /// Takes postbacks and shows credits.
    pub(crate) tracker: Arc<Tracker>,
    /// Make something of the books.
    pub(crate) reports: Arc<Reports<Store>>,
    /// Takes players, and tells networks of them.
    pub(crate) operator: Operator,
    /// Take what they are told.
    pub(crate) networks: Networks,
    /// Shows what the others did.
    pub(crate) monitor: Monitor,
    /// Which cookie counts, and who writes it.
    pub(crate) cookies: CookieSettings,
    /// What time it is for all of them.
    pub(crate) clock: Clock,
}

/// The whole stack as one service.
pub(crate) fn router(rooms: Rooms) -> Router {
    // A HEAD request shows no ad to anybody: it must not be logged as a click.
    let click = get(redirector::click).head(only_get).with_state(rooms.redirector);
    Router::new()
        .route("/click", click)
        .route("/health", get(health))
        .route("/clock", get(clock).with_state(rooms.clock))
        .merge(landing::routes(rooms.operator.sessions(), Tag::of(rooms.cookies)))
        .merge(rooms.operator.routes())
        .merge(rooms.networks.routes())
        .merge(pixel::routes(Pixels { tracker: Arc::clone(&rooms.tracker), setup: rooms.cookies.setup }))
        .merge(tracker_routes(rooms.tracker))
        .merge(doors::router(rooms.monitor))
        .merge(reports::router(rooms.reports))
        .method_not_allowed_fallback(only_get)
        .fallback(unknown_path)
}

/// What the stack's own parts tell and ask each other: postbacks, and the operator's counts.
pub(crate) fn inside(rooms: &Rooms) -> Router {
    let postbacks = Router::new()
        .route("/postback", any(tracker::receive))
        .route("/postback/", any(tracker::receive_redirected))
        .route("/postback/{brand}", any(tracker::receive_for_brand))
        .with_state(Arc::clone(&rooms.tracker));
    postbacks.merge(rooms.networks.routes()).merge(rooms.operator.counts()).fallback(unknown_path)
}

fn tracker_routes(tracker: Arc<Tracker>) -> Router {
    Router::new()
        .route("/postback", any(tracker::receive))
        .route("/postback/", any(tracker::receive_redirected))
        .route("/postback/{brand}", any(tracker::receive_for_brand))
        .route("/credits", get(tracker::credits))
        .route("/conversions", get(tracker::conversions))
        .route("/totals", get(tracker::totals))
        .route("/clicks/{click_id}", get(tracker::click))
        .route("/queue", get(tracker::queue_state))
        .route("/dlq", get(tracker::dead_letters))
        .route("/dlq/redrive", post(tracker::redrive).fallback(only_post))
        .route("/books/{what}", post(tracker::open_books).fallback(only_post))
        .with_state(tracker)
}

async fn health() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], r#"{"status":"ok"}"#)
}

/// For those who have to tell what happened in the stack's own time.
async fn clock(State(clock): State<Clock>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(json!({"now": clock.now(), "speed": clock.speed()})))
}

async fn only_get() -> Refusal {
    Refusal::method("GET")
}

async fn only_post() -> Refusal {
    Refusal::method("POST")
}

async fn unknown_path() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is /click, /landing, /operator, /networks, /postback, /pixel, /credits, /conversions, /totals, /clicks, /reports, /queue, /dlq, /metrics, /alerts, /retention, /clock and /health",
    )
}
