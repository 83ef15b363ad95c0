//! What of an account's deposits can still be taken back, per currency and per deposit.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Transaction, params};
use rust_decimal::Decimal;

/// A deposit that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Deposit {
    /// Its row among the events.
    pub(in crate::operator) row: i64,
    pub(in crate::operator) event_id: String,
    pub(in crate::operator) transaction_id: String,
    pub(in crate::operator) currency: String,
    /// What of it was not taken back yet.
    pub(in crate::operator) left: Decimal,
    reversed: Decimal,
}

/// What the account has paid in a currency and not taken back.
pub(in crate::operator) fn left(
    transaction: &Transaction<'_>,
    account: i64,
    currency: &str,
) -> rusqlite::Result<Decimal> {
    let text: Option<String> = transaction
        .prepare_cached("SELECT left FROM balances WHERE account = ?1 AND currency = ?2")?
        .query_row(params![account, currency], |row| row.get(0))
        .optional()?;
    text.map_or(Ok(Decimal::ZERO), |text| decimal(&text))
}

/// Sets that.
pub(in crate::operator) fn set_left(
    transaction: &Transaction<'_>,
    account: i64,
    currency: &str,
    left: Decimal,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO balances (account, currency, left) VALUES (?1, ?2, ?3)")?
        .execute(params![account, currency, left.to_string()])
        .map(drop)
}

/// A paid deposit of the account. Bonuses were never paid, so there is nothing to take back.
pub(in crate::operator) fn deposit(
    transaction: &Transaction<'_>,
    account: i64,
    event_id: &str,
) -> rusqlite::Result<Option<Deposit>> {
    transaction
        .prepare_cached(
            "SELECT id, event_id, transaction_id, currency, amount, reversed FROM events
             WHERE event_id = ?2 AND account = ?1 AND event = 'deposit_success' AND NOT bonus",
        )?
        .query_row(params![account, event_id], |row| {
            let amount = decimal(&row.get::<_, String>(4)?)?;
            let reversed = row.get::<_, Option<String>>(5)?.map_or(Ok(Decimal::ZERO), |text| decimal(&text))?;
            Ok(Deposit {
                row: row.get(0)?,
                event_id: row.get(1)?,
                transaction_id: row.get(2)?,
                currency: row.get(3)?,
                left: amount - reversed,
                reversed,
            })
        })
        .optional()
}

/// Takes a part of a deposit back.
pub(in crate::operator) fn reverse(
    transaction: &Transaction<'_>,
    deposit: &Deposit,
    amount: Decimal,
) -> rusqlite::Result<()> {
    let reversed = (deposit.reversed + amount).to_string();
    let set = "UPDATE events SET reversed = ?2 WHERE id = ?1";
    transaction.prepare_cached(set)?.execute(params![deposit.row, reversed]).map(drop)
}

/// A decimal that was written here.
pub(super) fn decimal(text: &str) -> rusqlite::Result<Decimal> {
    text.parse().map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}
