//! Running totals of the books by event and currency, kept in the transaction that books, so that they cannot drift.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};
use rust_decimal::Decimal;

/// What credits of one event in one currency come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::tracker) struct Sums {
    /// Credits.
    pub(in crate::tracker) count: i64,
    /// Their sum, negative for refunds and chargebacks.
    pub(in crate::tracker) amount: Decimal,
    /// The same in the report currency, without those that no rate converts.
    pub(in crate::tracker) report_amount: Decimal,
    /// How many have money that no rate converts.
    pub(in crate::tracker) unconverted: i64,
}

/// The sums of one event in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Total {
    /// The event's name.
    pub(in crate::tracker) event: String,
    /// ISO 4217; empty for events without money.
    pub(in crate::tracker) currency: String,
    pub(in crate::tracker) sums: Sums,
}

impl Sums {
    /// Those of one credit: its amount, and what that is worth.
    pub(super) fn of(amount: Option<Decimal>, worth: Option<Decimal>) -> Self {
        Self {
            count: 1,
            amount: amount.unwrap_or_default(),
            report_amount: worth.unwrap_or_default(),
            unconverted: i64::from(amount.is_some() && worth.is_none()),
        }
    }

    /// Adds others. A sum that would overflow stays as it is: 28 digits are 10¹³ credits of the largest amount.
    pub(super) fn add(&mut self, other: &Self) {
        let Self { count, amount, report_amount, unconverted } = self;
        *count += other.count;
        *amount = amount.checked_add(other.amount).unwrap_or(*amount);
        *report_amount = report_amount.checked_add(other.report_amount).unwrap_or(*report_amount);
        *unconverted += other.unconverted;
    }
}

/// Adds to one total.
pub(super) fn add(connection: &Connection, event: &str, currency: &str, added: &Sums) -> rusqlite::Result<()> {
    let before = connection
        .prepare_cached(
            "SELECT event, currency, count, amount, report_amount, unconverted FROM totals
             WHERE event = ?1 AND currency = ?2",
        )?
        .query_row((event, currency), read)
        .optional()?;
    let mut sums = before.map(|before| before.sums).unwrap_or_default();
    sums.add(added);
    let Sums { count, amount, report_amount, unconverted } = sums;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO totals (event, currency, count, amount, report_amount, unconverted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((event, currency, count, amount.to_string(), report_amount.to_string(), unconverted))?;
    Ok(())
}

/// All of them.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<Total>> {
    connection
        .prepare_cached(
            "SELECT event, currency, count, amount, report_amount, unconverted FROM totals ORDER BY event, currency",
        )?
        .query_map([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Total> {
    let decimal = |column: usize| {
        let text: String = row.get(column)?;
        text.parse().map_err(|error: rust_decimal::Error| {
            rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
        })
    };
    let sums = Sums { count: row.get(2)?, amount: decimal(3)?, report_amount: decimal(4)?, unconverted: row.get(5)? };
    Ok(Total { event: row.get(0)?, currency: row.get(1)?, sums })
}
