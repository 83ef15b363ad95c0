//! The newest instant that the operator has dated anything with: no clock that goes on over these tables may show less.

use rusqlite::{Connection, OptionalExtension};

use super::SHAPE;
use crate::database::{Database, DatabaseError};

/// The last rows of whatever grows in order of time. Of events the last hundred: whoever tells of an earlier one is not
/// the last.
const NEWEST: &str = "SELECT max(at) FROM (
    SELECT (SELECT at FROM sessions ORDER BY id DESC LIMIT 1) AS at
    UNION ALL SELECT (SELECT written FROM accounts ORDER BY id DESC LIMIT 1)
    UNION ALL SELECT (SELECT at FROM keys ORDER BY id DESC LIMIT 1)
    UNION ALL SELECT max(at) FROM (SELECT at FROM events ORDER BY id DESC LIMIT 100))";

/// That instant, in seconds since 1970; nothing where nothing has happened yet.
pub(in crate::operator) fn newest(database: &Database) -> Result<Option<i64>, DatabaseError> {
    let connection = database.open(&SHAPE)?;
    let newest = |connection: &Connection| connection.query_row(NEWEST, [], |row| row.get(0)).optional();
    Ok(newest(&connection).map_err(|error| database.unusable(error))?.flatten())
}
