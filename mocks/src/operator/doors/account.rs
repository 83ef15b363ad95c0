//! `GET /operator/accounts/{id}`: an account, its click, and its events with what became of their postbacks.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use rusqlite::Transaction;
use serde::Serialize;

use super::super::office::Office;
use super::super::store::accounts::{self, Account};
use super::super::store::events::{self, Shown};
use super::answer::shown;
use super::kyc::unknown;
use super::register::attribution;
use crate::answer::Refusal;

/// Most events of one page; an account of a test has a handful.
const MOST: u32 = 1000;

#[derive(Serialize)]
struct View<'a> {
    account_id: &'a str,
    attribution: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    click_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_version: Option<&'a str>,
    registered_at: String,
    events: Vec<EventView<'a>>,
}

#[derive(Serialize)]
struct EventView<'a> {
    event: &'a str,
    event_id: &'a str,
    ts_event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    is_ftd: bool,
    /// `pending`, `delivered` or `dead`; `none` when no network is told.
    postback: &'a str,
}

/// Shows an account. The player's address and browser are not shown: nobody who asks needs them.
pub(super) async fn account(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
) -> Result<Response, Refusal> {
    let job = move |transaction: &Transaction<'_>| {
        let Some(account) = accounts::find(transaction, &account_id)? else { return Ok(None) };
        let events = events::of_account(transaction, account.row, MOST)?;
        Ok(Some((account, events)))
    };
    let (account, events) = office.writer.run(job).await?.ok_or_else(unknown)?;
    Ok(shown(&View::of(&account, &events)))
}

impl<'a> View<'a> {
    fn of(account: &'a Account, events: &'a [Shown]) -> Self {
        Self {
            account_id: &account.account_id,
            attribution: attribution(account),
            network: account.origin.as_ref().map(|click| click.network.as_str()),
            click_id: account.origin.as_ref().map(|click| click.click_id.as_str()),
            brand_id: account.brand_id.as_deref(),
            consent_version: account.visitor.consent_version.as_deref(),
            registered_at: instant(account.at),
            events: events.iter().map(EventView::of).collect(),
        }
    }
}

impl<'a> EventView<'a> {
    fn of(event: &'a Shown) -> Self {
        Self {
            event: &event.event,
            event_id: &event.event_id,
            ts_event: instant(event.at),
            amount: event.amount.as_deref(),
            currency: event.currency.as_deref(),
            is_ftd: event.is_ftd,
            postback: event.delivery.as_deref().unwrap_or("none"),
        }
    }
}

fn instant(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |at| at.to_string())
}
