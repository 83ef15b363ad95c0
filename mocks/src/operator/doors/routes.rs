//! Which path leads to which of the operator's doors.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::super::office::Office;
use super::{account, confirmation, counts, dashboard, dead_letters, deposit, install, kyc, register, reversal};
use crate::answer::Refusal;

/// The doors as one service.
pub(in crate::operator) fn routes(office: Arc<Office>) -> Router {
    let read = || async { Refusal::method("GET") };
    let write = || async { Refusal::method("POST") };
    Router::new()
        .route("/operator/register", post(register::register).fallback(write))
        .route("/operator/installs", post(install::install).fallback(write))
        .route("/operator/accounts/{id}", get(account::account).fallback(read))
        .route("/operator/accounts/{id}/kyc", post(kyc::approve).fallback(write))
        .route("/operator/accounts/{id}/deposits", post(deposit::deposit).fallback(write))
        .route("/operator/accounts/{id}/welcome", get(confirmation::welcome).fallback(read))
        .route("/operator/accounts/{id}/deposits/{transaction_id}", get(confirmation::thanks).fallback(read))
        .route("/operator/accounts/{id}/refunds", post(reversal::refund).fallback(write))
        .route("/operator/accounts/{id}/chargebacks", post(reversal::charge_back).fallback(write))
        .route("/operator/dlq", get(dead_letters::list).fallback(read))
        .route("/operator/dlq/redeliver", post(dead_letters::redeliver).fallback(write))
        .route("/operator/counts", get(counts::counts).fallback(read))
        .route("/operator/dashboard", get(dashboard::dashboard).fallback(read))
        .with_state(office)
}

/// The door behind which the counts are, alone.
pub(in crate::operator) fn counts_route(office: Arc<Office>) -> Router {
    Router::new().route("/operator/counts", get(counts::counts)).with_state(office)
}
