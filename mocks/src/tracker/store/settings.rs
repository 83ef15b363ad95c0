//! The stack's own settings: the secrets it drew, which have to outlive the process that drew them, and the currency
//! that its books are kept in beside the transactions' own.

use rusqlite::Connection;

use crate::secrets::Secrets;

/// The secrets of this database; `drawn` become so where there are none yet.
pub(super) fn secrets(connection: &Connection, drawn: Secrets) -> rusqlite::Result<Secrets> {
    Ok(Secrets { hmac: kept(connection, "hmac_secret", drawn.hmac)?, jwt: kept(connection, "jwt_secret", drawn.jwt)? })
}

/// The report currency of these books; that of the terms becomes so where there is none yet.
pub(super) fn report_currency(connection: &Connection, terms: &str) -> rusqlite::Result<String> {
    kept(connection, "report_currency", terms.to_owned())
}

fn kept(connection: &Connection, name: &str, drawn: String) -> rusqlite::Result<String> {
    connection.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?1, ?2)", (name, drawn))?;
    connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
}
