//! What a network counted.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use rust_decimal::Decimal;
use serde::Serialize;

use super::tables::prune;

/// A conversion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Conversion {
    pub(super) id: i64,
    pub(super) click_id: String,
    /// Empty where none was sent.
    pub(super) transaction_id: String,
    /// The event, or the state that the conversion is in.
    pub(super) status: String,
    /// Decimal text, as it was sent.
    pub(super) payout: Option<String>,
    pub(super) currency: Option<String>,
}

/// A postback as both dialects understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) click_id: String,
    pub(super) transaction_id: String,
    pub(super) status: String,
    pub(super) payout: Option<Decimal>,
    pub(super) currency: Option<String>,
    /// When it came, in seconds since 1970.
    pub(super) at: i64,
}

/// What a network says to a postback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Counted,
    /// It was counted before, or changes nothing.
    Repeated,
    Refused(&'static str),
}

const COLUMNS: &str = "id, click_id, transaction_id, status, payout, currency";

/// Counts a conversion.
pub(super) fn insert(transaction: &Transaction<'_>, network: &str, told: &Told) -> rusqlite::Result<()> {
    let Told { click_id, transaction_id, status, payout, currency, at } = told;
    transaction
        .prepare_cached(
            "INSERT INTO conversions (network, click_id, transaction_id, status, payout, currency, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![network, click_id, transaction_id, status, payout.map(|sum| sum.to_string()), currency, at])?;
    prune(transaction, "conversions")
}

/// The conversion of that click and transaction.
pub(super) fn find(
    transaction: &Transaction<'_>,
    network: &str,
    click_id: &str,
    transaction_id: &str,
) -> rusqlite::Result<Option<Conversion>> {
    let query = format!(
        "SELECT {COLUMNS} FROM conversions WHERE network = ?1 AND click_id = ?2 AND transaction_id = ?3
         ORDER BY id DESC LIMIT 1"
    );
    transaction.prepare_cached(&query)?.query_row([network, click_id, transaction_id], conversion).optional()
}

/// The latest conversion of that click.
pub(super) fn latest(
    transaction: &Transaction<'_>,
    network: &str,
    click_id: &str,
) -> rusqlite::Result<Option<Conversion>> {
    let query =
        format!("SELECT {COLUMNS} FROM conversions WHERE network = ?1 AND click_id = ?2 ORDER BY id DESC LIMIT 1");
    transaction.prepare_cached(&query)?.query_row([network, click_id], conversion).optional()
}

/// Moves a conversion into another state.
pub(super) fn set_status(transaction: &Transaction<'_>, id: i64, told: &Told) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE conversions SET status = ?2, transaction_id = ?3, payout = ?4, currency = ?5 WHERE id = ?1",
        )?
        .execute(params![id, told.status, told.transaction_id, told.payout.map(|sum| sum.to_string()), told.currency])
        .map(drop)
}

/// At most `most` conversions of a network, the oldest first, after row `after`.
pub(super) fn page(
    transaction: &Transaction<'_>,
    network: &str,
    after: i64,
    most: u32,
) -> rusqlite::Result<Vec<Conversion>> {
    let query = format!("SELECT {COLUMNS} FROM conversions WHERE network = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
    transaction.prepare_cached(&query)?.query_map(params![network, after, most], conversion)?.collect()
}

fn conversion(row: &Row<'_>) -> rusqlite::Result<Conversion> {
    Ok(Conversion {
        id: row.get(0)?,
        click_id: row.get(1)?,
        transaction_id: row.get(2)?,
        status: row.get(3)?,
        payout: row.get(4)?,
        currency: row.get(5)?,
    })
}

/// A database and a postback to try dialects with.
#[cfg(test)]
pub(super) mod tests {
    use rusqlite::Connection;

    use super::super::{clicks, tables::SHAPE};
    use super::*;
    use crate::database::Database;

    pub(in super::super) fn opened(network: &str) -> Connection {
        let mut connection = Database::Memory.open(&SHAPE).expect("memory");
        let transaction = connection.transaction().expect("a transaction");
        clicks::insert(&transaction, network, "c1", None, 0).expect("a click");
        transaction.commit().expect("committed");
        connection
    }

    pub(in super::super) fn told(click_id: &str, transaction_id: &str, status: &str) -> Told {
        Told {
            click_id: click_id.to_owned(),
            transaction_id: transaction_id.to_owned(),
            status: status.to_owned(),
            payout: Some(Decimal::new(5000, 2)),
            currency: Some("USD".to_owned()),
            at: 0,
        }
    }

    /// Transaction and state of every conversion.
    pub(in super::super) fn kept(connection: &mut Connection, network: &str) -> Vec<(String, String)> {
        let transaction = connection.transaction().expect("a transaction");
        let all = page(&transaction, network, 0, 100).expect("rows");
        all.into_iter().map(|conversion| (conversion.transaction_id, conversion.status)).collect()
    }
}
