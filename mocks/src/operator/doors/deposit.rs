//! `POST /operator/accounts/{id}/deposits`: a player paid, or was given a bonus.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use rusqlite::Transaction;
use serde::Serialize;
use serde_json::Value;

use super::super::emission::Entry;
use super::super::event::{EventKind, Payment};
use super::super::money::Money;
use super::super::office::{Given, Office, fresh};
use super::super::store::{accounts, balances};
use super::answer::Done;
use super::intake::Intake;
use super::kyc::{too_early, unknown};
use super::register::event_of;
use crate::answer::Refusal;

const FIELDS: [&str; 5] = ["amount", "currency", "payment_method", "bonus", "occurred_at"];

#[derive(Serialize)]
struct Deposited<'a> {
    event: &'a str,
    event_id: &'a str,
    transaction_id: &'a str,
    is_ftd: bool,
}

/// Enters a deposit. The first one that was paid is the account's first, whichever request comes first: the look and
/// the mark are one transaction.
pub(super) async fn deposit(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let intake = Intake::read(request, &FIELDS, office.clock).await?;
    let fields = &intake.fields;
    let money = Money::read(fields.required("amount")?, fields.required("currency")?)?;
    let (method, bonus) = (fields.label("payment_method")?, fields.flag("bonus")?);
    let at = intake.occurred_at()?;
    let prefix = EventKind::DepositSuccess.prefix();
    let (event_id, spare_id, transaction_id) = (fresh(prefix)?, fresh(prefix)?, fresh("txn_")?);
    let (emission, page) = (office.emission.clone(), format!("/operator/accounts/{account_id}/deposits/"));
    let job = move |transaction: &Transaction<'_>| {
        let Some(account) = accounts::find(transaction, &account_id)? else { return Ok(Err(unknown())) };
        if at.as_second() < account.at {
            return Ok(Err(too_early()));
        }
        let is_ftd = !bonus && account.first_deposit.is_none();
        if is_ftd {
            accounts::set_first_deposit(transaction, account.row, &event_id)?;
        }
        let Money { amount, currency } = money;
        if !bonus {
            let left = balances::left(transaction, account.row, &currency)?;
            balances::set_left(transaction, account.row, &currency, left.saturating_add(amount))?;
        }
        let mut event = event_of(&account, EventKind::DepositSuccess, event_id, at);
        let answered = transaction_id.clone();
        event.payment = Some(Payment { amount, currency, transaction_id, method, is_ftd, bonus, reverses: None });
        let entry = Entry { account: &account, event: &event, reverses: None, spare_id: &spare_id };
        let network = emission.enter(transaction, &entry)?;
        let deposited =
            Deposited { event: event.kind.name(), event_id: &event.event_id, transaction_id: &answered, is_ftd };
        Ok(Ok(Done::event(&deposited, network)))
    };
    let given = office.once(&intake, job).await?;
    Ok(if intake.reads_html { thanked(&page, &given) } else { given.into_response() })
}

/// Sends a player on to the page that thanks for the deposit, so that loading it again pays nothing again.
fn thanked(page: &str, given: &Given) -> Response {
    // It was written by the job, now or when the same request came before.
    let answer: Value = serde_json::from_str(&given.answer).unwrap_or_default();
    let location = format!("{page}{}", answer["transaction_id"].as_str().unwrap_or_default());
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}
