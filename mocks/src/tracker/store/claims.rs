//! What can be claimed once: an event, by its id or by its place in time.
//!
//! A claim is an insert under a primary key, inside the transaction that also queues the event, so no two postbacks
//! can both hold it, and none can hold it without being queued.

use rusqlite::{Connection, OptionalExtension};

use super::Claim;

/// What a claim met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claimed {
    First,
    Repeated,
    OtherPayload,
}

/// Seconds within which two events of one kind after one click are one event, where neither has an id (seed 003 §8).
const WINDOW: i64 = 60;

/// Claims an id for the payload with that digest.
pub(super) fn id(connection: &Connection, key: &str, digest: [u8; 32]) -> rusqlite::Result<Claimed> {
    let inserted = connection
        .prepare_cached("INSERT OR IGNORE INTO seen (key, digest) VALUES (?1, ?2)")?
        .execute((key, digest))?;
    if inserted == 1 {
        return Ok(Claimed::First);
    }
    let same = seen(connection, key)? == Some(digest);
    Ok(if same { Claimed::Repeated } else { Claimed::OtherPayload })
}

/// The digest under which an id was claimed.
pub(super) fn seen(connection: &Connection, key: &str) -> rusqlite::Result<Option<[u8; 32]>> {
    connection.prepare_cached("SELECT digest FROM seen WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

/// Takes an id for that payload, whoever had it.
pub(super) fn take(connection: &Connection, key: &str, digest: [u8; 32]) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR REPLACE INTO seen (key, digest) VALUES (?1, ?2)")?.execute((key, digest))?;
    Ok(())
}

/// Lets go of what a postback claimed after that click, so that the next one is the first again.
pub(super) fn release(connection: &Connection, claim: &Claim, click_id: &str) -> rusqlite::Result<()> {
    match claim {
        Claim::Id(key) | Claim::Anybody(key) => {
            connection.prepare_cached("DELETE FROM seen WHERE key = ?1")?.execute([key])?;
        }
        Claim::Window { event, at } => {
            let free = "DELETE FROM windows WHERE click_id = ?1 AND event = ?2 AND at = ?3";
            connection.prepare_cached(free)?.execute((click_id, event, at))?;
        }
    }
    Ok(())
}

/// Claims the stretch of time around `at` (seconds since 1970) for an event of that kind after that click.
pub(super) fn window(connection: &Connection, click_id: &str, event: &str, at: i64) -> rusqlite::Result<Claimed> {
    let taken = connection
        .prepare_cached("SELECT 1 FROM windows WHERE click_id = ?1 AND event = ?2 AND at BETWEEN ?3 AND ?4")?
        .exists((click_id, event, at - WINDOW, at + WINDOW))?;
    if taken {
        return Ok(Claimed::Repeated);
    }
    connection
        .prepare_cached("INSERT INTO windows (click_id, event, at) VALUES (?1, ?2, ?3)")?
        .execute((click_id, event, at))?;
    Ok(Claimed::First)
}
