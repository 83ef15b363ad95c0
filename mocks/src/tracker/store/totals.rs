//! Running totals of the books by event and currency, kept in the transaction that books, so that they cannot drift.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};
use rust_decimal::Decimal;

/// How many credits of one event there are in one currency, and their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Total {
    /// The event's name.
    pub(in crate::tracker) event: String,
    /// ISO 4217; empty for events without money.
    pub(in crate::tracker) currency: String,
    /// Credits.
    pub(in crate::tracker) count: i64,
    /// Their sum, negative for refunds and chargebacks.
    pub(in crate::tracker) amount: Decimal,
}

/// Adds to one total.
pub(super) fn add(connection: &Connection, added: &Total) -> rusqlite::Result<()> {
    let Total { event, currency, count, amount } = added;
    let before = connection
        .prepare_cached("SELECT event, currency, count, amount FROM totals WHERE event = ?1 AND currency = ?2")?
        .query_row((event, currency), read)
        .optional()?;
    let (count, amount) = match before {
        Some(before) => (before.count + count, before.amount.checked_add(*amount).unwrap_or(before.amount)),
        None => (*count, *amount),
    };
    connection
        .prepare_cached("INSERT OR REPLACE INTO totals (event, currency, count, amount) VALUES (?1, ?2, ?3, ?4)")?
        .execute((event, currency, count, amount.to_string()))?;
    Ok(())
}

/// All of them.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    connection
        .prepare_cached("SELECT event, currency, count, amount FROM totals ORDER BY event, currency")?
        .query_map([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Total> {
    let amount: String = row.get(3)?;
    let amount = amount
        .parse()
        .map_err(|error: rust_decimal::Error| rusqlite::Error::FromSqlConversionFailure(3, Type::Text, error.into()))?;
    Ok(Total { event: row.get(0)?, currency: row.get(1)?, count: row.get(2)?, amount })
}
