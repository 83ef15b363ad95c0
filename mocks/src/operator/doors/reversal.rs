//! `POST /operator/accounts/{id}/refunds` and `/chargebacks`: money goes back, never more than came.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde::Serialize;

use super::super::emission::{Emission, Entry};
use super::super::event::{EventKind, Payment, Reversed};
use super::super::money::Money;
use super::super::office::{Given, Office, fresh};
use super::super::store::accounts::{self, Account};
use super::super::store::balances::{self, Deposit};
use super::answer::Done;
use super::intake::Intake;
use super::kyc::{too_early, unknown};
use super::register::event_of;
use crate::answer::Refusal;

const FIELDS: [&str; 4] = ["amount", "currency", "deposit_event_id", "occurred_at"];

#[derive(Serialize)]
struct Reverted<'a> {
    event: &'a str,
    event_id: &'a str,
    transaction_id: &'a str,
}

/// A reversal that was read and is still to be judged.
struct Reversal {
    kind: EventKind,
    money: Money,
    /// The deposit that it names.
    names: Option<String>,
    at: Timestamp,
    event_id: String,
    spare_id: String,
    transaction_id: String,
}

/// Enters a refund.
pub(super) async fn refund(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
    request: Request,
) -> Result<Given, Refusal> {
    reverse(&office, EventKind::Refund, account_id, request).await
}

/// Enters a chargeback.
pub(super) async fn charge_back(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
    request: Request,
) -> Result<Given, Refusal> {
    reverse(&office, EventKind::Chargeback, account_id, request).await
}

async fn reverse(office: &Office, kind: EventKind, account_id: String, request: Request) -> Result<Given, Refusal> {
    let intake = Intake::read(request, &FIELDS, office.clock).await?;
    let fields = &intake.fields;
    let reversal = Reversal {
        kind,
        money: Money::read(fields.required("amount")?, fields.required("currency")?)?,
        names: fields.id("deposit_event_id")?,
        at: intake.occurred_at()?,
        event_id: fresh(kind.prefix())?,
        spare_id: fresh(kind.prefix())?,
        transaction_id: fresh("txn_")?,
    };
    let emission = office.emission.clone();
    let job = move |transaction: &Transaction<'_>| {
        let Some(account) = accounts::find(transaction, &account_id)? else { return Ok(Err(unknown())) };
        if reversal.at.as_second() < account.at {
            return Ok(Err(too_early()));
        }
        reversal.enter(transaction, &account, &emission)
    };
    office.once(&intake, job).await
}

impl Reversal {
    fn enter(
        self,
        transaction: &Transaction<'_>,
        account: &Account,
        emission: &Emission,
    ) -> rusqlite::Result<Result<Done, Refusal>> {
        let Money { amount, currency } = &self.money;
        let left = balances::left(transaction, account.row, currency)?;
        if *amount > left {
            let hint = "amount: more than the account deposited in this currency and did not take back yet";
            return Ok(Err(Refusal::schema("reversal_exceeds_deposits", hint)));
        }
        let deposit = match &self.names {
            None => None,
            Some(event_id) => match balances::deposit(transaction, account.row, event_id)? {
                Some(deposit) if self.fits(&deposit) => Some(deposit),
                Some(_) => return Ok(Err(exceeds_its_deposit())),
                None => return Ok(Err(no_such_deposit())),
            },
        };
        balances::set_left(transaction, account.row, currency, left - amount)?;
        if let Some(deposit) = &deposit {
            balances::reverse(transaction, deposit, *amount)?;
        }
        let row = deposit.as_ref().map(|deposit| deposit.row);
        let answered = self.transaction_id.clone();
        let mut event = event_of(account, self.kind, self.event_id, self.at);
        event.payment = Some(Payment {
            amount: self.money.amount,
            currency: self.money.currency,
            transaction_id: self.transaction_id,
            method: None,
            is_ftd: false,
            bonus: false,
            reverses: deposit
                .map(|deposit| Reversed { event_id: deposit.event_id, transaction_id: deposit.transaction_id }),
        });
        let entry = Entry { account, event: &event, reverses: row, spare_id: &self.spare_id };
        let network = emission.enter(transaction, &entry)?;
        let reverted = Reverted { event: event.kind.name(), event_id: &event.event_id, transaction_id: &answered };
        Ok(Ok(Done::event(&reverted, network)))
    }

    fn fits(&self, deposit: &Deposit) -> bool {
        self.money.currency == deposit.currency && self.money.amount <= deposit.left
    }
}

fn no_such_deposit() -> Refusal {
    Refusal::schema("deposit_unknown", "deposit_event_id: name a paid deposit of this account, or leave it out")
}

fn exceeds_its_deposit() -> Refusal {
    let hint = "send the deposit's currency, and no more than is left of its amount";
    Refusal::schema("reversal_exceeds_deposit", hint)
}
