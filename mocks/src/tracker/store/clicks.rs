//! The click log: written by the redirector, asked by every postback.

use rusqlite::Connection;

/// A click, with all it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Click {
    /// The id that was made for it.
    pub(crate) id: String,
    /// When it came: milliseconds since 1970, UTC.
    pub(crate) at: i64,
    /// Its query, as a JSON object.
    pub(crate) parameters: String,
}

/// Writes a click.
pub(super) fn insert(connection: &Connection, click: &Click) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached("INSERT INTO clicks (click_id, at, parameters) VALUES (?1, ?2, ?3)")?;
    insert.execute((&click.id, click.at, &click.parameters))?;
    Ok(())
}

/// Whether the redirector made that click id.
pub(super) fn is_known(connection: &Connection, click_id: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM clicks WHERE click_id = ?1")?.exists([click_id])
}
