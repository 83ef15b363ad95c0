//! The newest instant that the tracker has dated anything with: no clock that goes on over these tables may show less.

use rusqlite::{Connection, OptionalExtension};

use super::SHAPE;
use crate::database::{Database, DatabaseError};

/// The last rows of whatever grows in order of time.
const NEWEST: &str = "SELECT max(at) FROM (
    SELECT (SELECT at FROM clicks ORDER BY id DESC LIMIT 1) AS at
    UNION ALL SELECT (SELECT received FROM queue ORDER BY seq DESC LIMIT 1)
    UNION ALL SELECT (SELECT booked FROM credits ORDER BY id DESC LIMIT 1)
    UNION ALL SELECT (SELECT received FROM pixels ORDER BY id DESC LIMIT 1)
    UNION ALL SELECT (SELECT received FROM strays ORDER BY id DESC LIMIT 1))";

/// That instant, in milliseconds since 1970; nothing where nothing has happened yet.
pub(crate) fn newest(database: &Database) -> Result<Option<i64>, DatabaseError> {
    let connection = database.open(&SHAPE)?;
    let newest = |connection: &Connection| connection.query_row(NEWEST, [], |row| row.get(0)).optional();
    Ok(newest(&connection).map_err(|error| database.unusable(error))?.flatten())
}
