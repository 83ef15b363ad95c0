//! The queue as it lies on disk: one row for each postback that was accepted and is not booked yet.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, OptionalExtension};

/// A postback that waits to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Waiting {
    /// Its number, in the order of acceptance.
    pub(in crate::tracker) seq: i64,
    /// When it was accepted: milliseconds since 1970, UTC.
    pub(in crate::tracker) received: i64,
    /// The checked postback as JSON.
    pub(in crate::tracker) postback: String,
}

/// The numbers that were given. A number that a process gave once it never gives again: who still holds it may be late,
/// and must find nothing under it.
#[derive(Debug)]
pub(super) struct Numbers {
    last: AtomicI64,
}

impl Numbers {
    /// Goes on behind what an earlier process left.
    pub(super) fn after(connection: &Connection) -> rusqlite::Result<Self> {
        let last = "SELECT max(coalesce((SELECT max(seq) FROM queue), 0),
                               coalesce((SELECT max(seq) FROM dead_letters), 0))";
        Ok(Self { last: AtomicI64::new(connection.query_row(last, [], |row| row.get(0))?) })
    }

    fn next(&self) -> i64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Puts a postback into the queue and gives its number.
pub(super) fn push(connection: &Connection, numbers: &Numbers, received: i64, postback: &str) -> rusqlite::Result<i64> {
    let seq = numbers.next();
    connection
        .prepare_cached("INSERT INTO queue (seq, received, postback) VALUES (?1, ?2, ?3)")?
        .execute((seq, received, postback))?;
    Ok(seq)
}

/// Takes a postback out; false when it was not there, because somebody else has booked it.
pub(super) fn remove(connection: &Connection, seq: i64) -> rusqlite::Result<bool> {
    Ok(connection.prepare_cached("DELETE FROM queue WHERE seq = ?1")?.execute([seq])? == 1)
}

/// Takes postbacks out and gives the numbers of those that were there, rising; the others somebody else has booked.
/// What was accepted together has numbers that follow each other, so this is a few statements for hundreds of rows.
pub(super) fn remove_all(connection: &Connection, mut numbers: Vec<i64>) -> rusqlite::Result<Vec<i64>> {
    let mut there = Vec::with_capacity(numbers.len());
    let mut find = connection.prepare_cached("SELECT seq FROM queue WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")?;
    let mut remove = connection.prepare_cached("DELETE FROM queue WHERE seq BETWEEN ?1 AND ?2")?;
    numbers.sort_unstable();
    for run in numbers.chunk_by(|number, next| number + 1 == *next) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        for number in find.query_map((first, last), |row| row.get(0))? {
            there.push(number?);
        }
        remove.execute((first, last))?;
    }
    Ok(there)
}

/// When the oldest that waits was accepted: milliseconds since 1970, UTC. Nothing when nothing waits.
pub(super) fn oldest(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let first = "SELECT received FROM queue ORDER BY seq LIMIT 1";
    connection.prepare_cached(first)?.query_row([], |row| row.get(0)).optional()
}

/// What waits behind number `after`, oldest first, at most `limit`.
pub(super) fn page(connection: &Connection, after: i64, limit: u16) -> rusqlite::Result<Vec<Waiting>> {
    connection
        .prepare_cached("SELECT seq, received, postback FROM queue WHERE seq > ?1 ORDER BY seq LIMIT ?2")?
        .query_map((after, limit), |row| {
            Ok(Waiting { seq: row.get(0)?, received: row.get(1)?, postback: row.get(2)? })
        })?
        .collect()
}
