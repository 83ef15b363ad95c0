//! The click log: written by the redirector, asked by every postback, and listed for the reports.

use rusqlite::{Connection, OptionalExtension, Row};

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

/// A click as the log lists it.
#[derive(Debug)]
pub(in crate::tracker) struct ClickRow {
    /// Its number, rising.
    pub(in crate::tracker) id: i64,
    /// When it came: milliseconds since 1970, UTC.
    pub(in crate::tracker) at: i64,
    /// Its query, as a JSON object.
    pub(in crate::tracker) parameters: String,
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

/// The click of that id.
pub(super) fn find(connection: &Connection, click_id: &str) -> rusqlite::Result<Option<ClickRow>> {
    connection
        .prepare_cached("SELECT id, at, parameters FROM clicks WHERE click_id = ?1")?
        .query_row([click_id], read)
        .optional()
}

/// The clicks behind number `after`, oldest first, at most `limit`, and the number of the last one there is.
pub(super) fn page(connection: &Connection, after: i64, limit: u16) -> rusqlite::Result<(Vec<ClickRow>, i64)> {
    let last = connection.prepare_cached("SELECT coalesce(max(id), 0) FROM clicks")?.query_row([], |row| row.get(0))?;
    let rows = connection
        .prepare_cached("SELECT id, at, parameters FROM clicks WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map((after, limit), read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok((rows, last))
}

fn read(row: &Row<'_>) -> rusqlite::Result<ClickRow> {
    Ok(ClickRow { id: row.get(0)?, at: row.get(1)?, parameters: row.get(2)? })
}
