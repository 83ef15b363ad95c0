//! What the books know of a player: when the account was opened, and which deposit is its first.

use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::credits;

/// Notes a registration at that instant (milliseconds since 1970); of several the earliest counts.
pub(super) fn registered(connection: &Connection, player: &str, at: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO players (player, registered) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET registered = min(coalesce(registered, ?2), ?2)",
        )?
        .execute((player, at))?;
    Ok(())
}

/// Whether a registration was noted. Sound books never ask.
pub(super) fn is_registered(connection: &Connection, player: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM players WHERE player = ?1 AND registered IS NOT NULL")?.exists([player])
}

/// A deposit that qualifies as a first one.
pub(super) struct Candidate<'a> {
    /// Number of its credit.
    pub(super) credit: i64,
    pub(super) event_id: Option<&'a str>,
    /// Its own instant: milliseconds since 1970, UTC.
    pub(super) at: i64,
}

/// What the books have noted as a player's first deposit: the credit, its event id, and its instant.
type Noted = (Option<i64>, Option<String>, Option<i64>);

/// The statement that [`first_deposit`] notes deposits with: looked up once for all of a batch.
pub(super) fn noting(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "INSERT INTO players (player, first_credit, first_event, first_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET first_credit = ?2, first_event = ?3, first_at = ?4 WHERE first_credit IS NULL",
    )
}

/// Whether a deposit that qualifies is the player's first. The earliest by its own instant is, so that the order of
/// arrival decides nothing; the credit that was taken for it before loses its mark. The same event again is what it
/// was.
pub(super) fn first_deposit(
    connection: &Connection,
    noting: &mut CachedStatement<'_>,
    player: &str,
    deposit: &Candidate<'_>,
) -> rusqlite::Result<bool> {
    // Nearly always there was none before, which one statement finds out and notes.
    let noted = noting.execute((player, deposit.credit, deposit.event_id, deposit.at))?;
    if noted == 1 { Ok(true) } else { earlier(connection, player, deposit) }
}

/// Whether a deposit comes before the one that is noted as the player's first, and then takes its place.
fn earlier(connection: &Connection, player: &str, deposit: &Candidate<'_>) -> rusqlite::Result<bool> {
    let noted: Option<Noted> = connection
        .prepare_cached("SELECT first_credit, first_event, first_at FROM players WHERE player = ?1")?
        .query_row([player], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((Some(credit), event_id, Some(at))) = noted {
        if event_id.is_some() && event_id.as_deref() == deposit.event_id {
            return Ok(true);
        }
        if at <= deposit.at {
            return Ok(false);
        }
        credits::mark_first(connection, credit, false)?;
    }
    connection
        .prepare_cached("UPDATE players SET first_credit = ?2, first_event = ?3, first_at = ?4 WHERE player = ?1")?
        .execute((player, deposit.credit, deposit.event_id, deposit.at))?;
    Ok(true)
}
