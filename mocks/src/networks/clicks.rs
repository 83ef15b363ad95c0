//! The clicks that a network made ids for.

use rusqlite::{Transaction, params};

use super::tables::prune;

/// Keeps a click.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    network: &str,
    click_id: &str,
    brand_id: Option<&str>,
    at: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO clicks (network, click_id, brand_id, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![network, click_id, brand_id, at])?;
    prune(transaction, "clicks")
}

/// Whether the network made that click id.
pub(super) fn is_known(transaction: &Transaction<'_>, network: &str, click_id: &str) -> rusqlite::Result<bool> {
    transaction.prepare_cached("SELECT 1 FROM clicks WHERE network = ?1 AND click_id = ?2")?.exists([network, click_id])
}
