//! What can be claimed once: an event id, and an account's first deposit.
//!
//! A claim is an insert under a primary key, inside the transaction that also books, so no two bookings can both
//! hold it, and none can hold it without being booked.

use rusqlite::{Connection, OptionalExtension};

/// What a claim on an event id met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claimed {
    First,
    Repeated,
    OtherPayload,
}

/// Claims an event id for the payload with that digest.
pub(super) fn event(connection: &Connection, event_id: &str, digest: [u8; 32]) -> rusqlite::Result<Claimed> {
    let inserted = connection
        .prepare_cached("INSERT OR IGNORE INTO seen (event_id, digest) VALUES (?1, ?2)")?
        .execute((event_id, digest))?;
    if inserted == 1 {
        return Ok(Claimed::First);
    }
    let same = seen(connection, event_id)? == Some(digest);
    Ok(if same { Claimed::Repeated } else { Claimed::OtherPayload })
}

/// The digest under which an event id was claimed.
pub(super) fn seen(connection: &Connection, event_id: &str) -> rusqlite::Result<Option<[u8; 32]>> {
    connection
        .prepare_cached("SELECT digest FROM seen WHERE event_id = ?1")?
        .query_row([event_id], |row| row.get(0))
        .optional()
}

/// Takes an event id for that payload, whoever had it.
pub(super) fn take_event(connection: &Connection, event_id: &str, digest: [u8; 32]) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO seen (event_id, digest) VALUES (?1, ?2)")?
        .execute((event_id, digest))?;
    Ok(())
}

/// Whether the event is the first deposit of the account: nobody's was before, or it is the one that was.
pub(super) fn first_deposit(connection: &Connection, account: &str, event_id: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO first_deposits (account, event_id) VALUES (?1, ?2)")?
        .execute((account, event_id))?;
    connection
        .prepare_cached("SELECT event_id = ?2 FROM first_deposits WHERE account = ?1")?
        .query_row((account, event_id), |row| row.get(0))
}
