//! `POST /operator/accounts/{id}/kyc`: the account's identity was checked.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use rusqlite::Transaction;
use serde::Serialize;

use super::super::emission::Entry;
use super::super::event::EventKind;
use super::super::office::{Given, Office, fresh};
use super::super::store::{accounts, events};
use super::answer::Done;
use super::intake::Intake;
use super::register::event_of;
use crate::answer::Refusal;

/// The levels of seed 003 §4.2.
const LEVELS: [&str; 2] = ["basic", "full"];

#[derive(Serialize)]
struct Approved<'a> {
    event: &'a str,
    event_id: &'a str,
}

/// Enters a passed check.
pub(super) async fn approve(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
    request: Request,
) -> Result<Given, Refusal> {
    let intake = Intake::read(request, &["kyc_level", "occurred_at"], office.clock).await?;
    let level = intake.fields.required("kyc_level")?.to_owned();
    if !LEVELS.contains(&level.as_str()) {
        return Err(Refusal::schema("kyc_level_invalid", format!("kyc_level: send one of {}", LEVELS.join(", "))));
    }
    let at = intake.occurred_at()?;
    let (event_id, spare_id) = (fresh(EventKind::KycApproved.prefix())?, fresh(EventKind::KycApproved.prefix())?);
    let emission = office.emission.clone();
    let job = move |transaction: &Transaction<'_>| {
        let Some(account) = accounts::find(transaction, &account_id)? else { return Ok(Err(unknown())) };
        if at.as_second() < account.at {
            return Ok(Err(too_early()));
        }
        if events::has_kyc(transaction, account.row, &level)? {
            let hint = "the account has passed this level; the other may follow";
            return Ok(Err(Refusal::new(StatusCode::CONFLICT, "kyc_passed", hint)));
        }
        let mut event = event_of(&account, EventKind::KycApproved, event_id, at);
        event.kyc_level = Some(level);
        let entry = Entry { account: &account, event: &event, reverses: None, spare_id: &spare_id };
        let network = emission.enter(transaction, &entry)?;
        Ok(Ok(Done::event(&Approved { event: event.kind.name(), event_id: &event.event_id }, network)))
    };
    office.once(&intake, job).await
}

/// 404: no such account.
pub(super) fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "account_unknown", "take the account_id that the registration answered")
}

/// 422: nothing happens to an account before it exists.
pub(super) fn too_early() -> Refusal {
    Refusal::schema("before_registration", "occurred_at: lies before the account's registration")
}
