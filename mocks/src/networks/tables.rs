//! The tables of the networks' database, and how many rows they may have.

use rusqlite::Transaction;

use crate::database::Shape;

/// The networks' database. Instants are whole seconds since 1970, payouts decimal text.
pub(super) const SHAPE: Shape = Shape {
    // "pbnw"
    application_id: 0x7062_6e77,
    version: 1,
    tables: "
        CREATE TABLE clicks (
            id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, click_id TEXT NOT NULL, brand_id TEXT,
            at INTEGER NOT NULL, UNIQUE (network, click_id)
        );
        CREATE TABLE conversions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT NOT NULL, click_id TEXT NOT NULL,
            transaction_id TEXT NOT NULL, status TEXT NOT NULL, payout TEXT, currency TEXT, at INTEGER NOT NULL
        );
        CREATE INDEX conversions_by_click ON conversions (network, click_id, transaction_id);
    ",
};

/// Anybody may click, so this bounds what anybody can make the networks keep: some 100 MB a table.
const MOST: i64 = 1_000_000;

/// Lets the oldest row of `table` go once there are too many; called after each insertion into it.
pub(super) fn prune(transaction: &Transaction<'_>, table: &'static str) -> rusqlite::Result<()> {
    let beyond = transaction.last_insert_rowid().saturating_sub(MOST);
    transaction.prepare_cached(&format!("DELETE FROM {table} WHERE id <= ?1"))?.execute([beyond]).map(drop)
}
