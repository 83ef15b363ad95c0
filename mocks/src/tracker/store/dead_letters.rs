//! The tracker's DLQ: postbacks that could not be booked, with the reason and what was tried.

use rusqlite::{Connection, Row};

use super::queue::{self, Numbers, Waiting};

/// A postback that will not be booked unless somebody sends it on its way again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct DeadLetter {
    /// What waited.
    pub(in crate::tracker) waiting: Waiting,
    /// Why the last attempt failed: an error code of ours.
    pub(in crate::tracker) reason: String,
    /// Every attempt's failure, as a JSON array of codes.
    pub(in crate::tracker) history: String,
    /// When it was given up: milliseconds since 1970, UTC.
    pub(in crate::tracker) buried: i64,
}

/// Moves a postback from the queue to the DLQ; one that is not in the queue any more stays where it is, which is told.
pub(super) fn bury(connection: &Connection, letter: &DeadLetter) -> rusqlite::Result<bool> {
    let waited = queue::remove(connection, letter.waiting.seq)?;
    if waited {
        let Waiting { seq, received, postback } = &letter.waiting;
        connection
            .prepare_cached(
                "INSERT INTO dead_letters (seq, received, postback, reason, history, buried)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute((seq, received, postback, &letter.reason, &letter.history, letter.buried))?;
    }
    Ok(waited)
}

/// The dead letters behind number `after`, oldest first, at most `limit`.
pub(super) fn page(connection: &Connection, after: i64, limit: u16) -> rusqlite::Result<Vec<DeadLetter>> {
    connection
        .prepare_cached(
            "SELECT seq, received, postback, reason, history, buried FROM dead_letters
             WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?
        .query_map((after, limit), read)?
        .collect()
}

/// How many there are.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT count(*) FROM dead_letters")?.query_row([], |row| row.get(0))
}

/// Puts the oldest dead letters back into the queue, at most `limit`, and gives them with their new numbers.
pub(super) fn revive(connection: &Connection, numbers: &Numbers, limit: u16) -> rusqlite::Result<Vec<Waiting>> {
    let mut revived = Vec::new();
    for letter in page(connection, 0, limit)? {
        let Waiting { seq, received, postback } = letter.waiting;
        connection.prepare_cached("DELETE FROM dead_letters WHERE seq = ?1")?.execute([seq])?;
        let seq = queue::push(connection, numbers, received, &postback)?;
        revived.push(Waiting { seq, received, postback });
    }
    Ok(revived)
}

fn read(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        waiting: Waiting { seq: row.get(0)?, received: row.get(1)?, postback: row.get(2)? },
        reason: row.get(3)?,
        history: row.get(4)?,
        buried: row.get(5)?,
    })
}
