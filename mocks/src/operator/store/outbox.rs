//! The postbacks that are owed, and what became of each.
//!
//! A row is written in the transaction of its event, so that an event is not acknowledged without it, and is pending
//! until an answer settled it. What a killed process had under way is pending still, and is sent again.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::super::event::Event;
use super::super::rules::Redelivery;
use super::events::{self, EventRow};

/// A postback that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Owed {
    pub(in crate::operator) row: i64,
    /// Attempts that failed so far.
    pub(in crate::operator) failed: u32,
    /// Whether one of them may have been taken.
    pub(in crate::operator) doubtful: bool,
    pub(in crate::operator) event: Event,
}

/// What waits for a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::operator) struct Waiting {
    pub(in crate::operator) due: Vec<Owed>,
    /// When the next one is due, in milliseconds since 1970.
    pub(in crate::operator) next: Option<i64>,
}

/// A postback that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Dead {
    pub(in crate::operator) row: i64,
    pub(in crate::operator) network: String,
    pub(in crate::operator) attempts: u32,
    pub(in crate::operator) reason: String,
    pub(in crate::operator) history: Vec<Tried>,
    pub(in crate::operator) event: Event,
}

/// One attempt in a history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::operator) struct Tried {
    /// RFC 3339, in UTC.
    pub(in crate::operator) at: String,
    /// The status, or what kept one from coming.
    pub(in crate::operator) outcome: String,
}

/// What an attempt leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) enum Fate {
    Delivered,
    /// To be tried again at that millisecond since 1970; whether the network may have taken it.
    Again {
        due: i64,
        doubtful: bool,
    },
    /// Given up, kept for somebody to look at.
    Dead(&'static str),
    /// Given up and gone.
    Gone,
}

/// Most attempts of a history: redelivery from the dead letters begins new rounds, and the latest tell most.
const MOST_TRIED: usize = 100;

/// Owes `network` a postback of the event from the instant `due` on (milliseconds since 1970); 0 is at once.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    network: &str,
    EventRow(event): EventRow,
    event_id: &str,
    due: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO outbox (network, event, event_id, state, attempts, due, doubtful)
             VALUES (?1, ?2, ?3, 'pending', 0, ?4, 0)",
        )?
        .execute(params![network, event, event_id, due])?;
    shift(transaction, network, None, Some("pending"))
}

/// At most `most` postbacks for `network` that are due at `now`, and when the next one is.
pub(in crate::operator) fn waiting(
    transaction: &Transaction<'_>,
    network: &str,
    now: i64,
    most: usize,
) -> rusqlite::Result<Waiting> {
    let (columns, from) = (events::COLUMNS, events::FROM);
    let query = format!(
        "SELECT {columns}, o.id, o.attempts, o.doubtful FROM {from}
         WHERE o.network = ?1 AND o.state = 'pending' AND o.due <= ?2 ORDER BY o.due LIMIT ?3"
    );
    let owed = |row: &Row<'_>| {
        Ok(Owed { event: events::read(row)?, row: row.get(21)?, failed: row.get(22)?, doubtful: row.get(23)? })
    };
    let due = transaction
        .prepare_cached(&query)?
        .query_map(params![network, now, i64::try_from(most).unwrap_or(i64::MAX)], owed)?
        .collect::<rusqlite::Result<_>>()?;
    let next = transaction
        .prepare_cached("SELECT min(due) FROM outbox WHERE network = ?1 AND state = 'pending' AND due > ?2")?
        .query_row(params![network, now], |row| row.get(0))?;
    Ok(Waiting { due, next })
}

/// Writes down at `now` (seconds since 1970) what became of an attempt.
pub(in crate::operator) fn settle(
    transaction: &Transaction<'_>,
    row: i64,
    now: i64,
    tried: Tried,
    fate: &Fate,
) -> rusqlite::Result<()> {
    let pending = "SELECT network, history FROM outbox WHERE id = ?1 AND state = 'pending'";
    let found = transaction
        .prepare_cached(pending)?
        .query_row([row], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))
        .optional()?;
    let Some((network, history)) = found else { return Ok(()) };
    let (state, due, doubtful, given_up) = match fate {
        Fate::Gone => {
            transaction.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
            return shift(transaction, &network, Some("pending"), None);
        }
        Fate::Delivered => ("delivered", 0, false, None),
        Fate::Again { due, doubtful } => ("pending", *due, *doubtful, None),
        Fate::Dead(reason) => ("dead", 0, false, Some((*reason, now))),
    };
    let (reason, at) = given_up.unzip();
    // Once delivered, how it went is nobody's question any more.
    let history = if *fate == Fate::Delivered { None } else { Some(longer(history.as_deref(), tried)) };
    transaction
        .prepare_cached(
            "UPDATE outbox SET state = ?2, due = ?3, doubtful = doubtful OR ?4, reason = ?5, history = ?6, given_up = ?7,
                attempts = attempts + 1 WHERE id = ?1",
        )?
        .execute(params![row, state, due, doubtful, reason, history, at])?;
    if state == "pending" { Ok(()) } else { shift(transaction, &network, Some("pending"), Some(state)) }
}

/// At most `most` of the dead, the oldest first, after row `after`.
pub(in crate::operator) fn dead(transaction: &Transaction<'_>, after: i64, most: u32) -> rusqlite::Result<Vec<Dead>> {
    let (columns, from) = (events::COLUMNS, events::FROM);
    let query = format!(
        "SELECT {columns}, o.id, o.network, o.attempts, o.reason, o.history FROM {from}
         WHERE o.state = 'dead' AND o.id > ?1 ORDER BY o.id LIMIT ?2"
    );
    let dead = |row: &Row<'_>| {
        Ok(Dead {
            event: events::read(row)?,
            row: row.get(21)?,
            network: row.get(22)?,
            attempts: row.get(23)?,
            reason: row.get::<_, Option<String>>(24)?.unwrap_or_default(),
            history: tried(row.get::<_, Option<String>>(25)?.as_deref()),
        })
    };
    transaction.prepare_cached(&query)?.query_map(params![after, most], dead)?.collect()
}

/// Removes the oldest of the dead that were given up before `before` (seconds since 1970), at most `limit`.
pub(in crate::operator) fn remove_dead(
    transaction: &Transaction<'_>,
    before: i64,
    limit: u32,
) -> rusqlite::Result<u64> {
    let old: Vec<(i64, String)> = transaction
        .prepare_cached("SELECT id, network FROM outbox WHERE state = 'dead' AND given_up < ?1 ORDER BY id LIMIT ?2")?
        .query_map((before, limit), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (row, network) in &old {
        transaction.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
        shift(transaction, network, Some("dead"), None)?;
    }
    Ok(old.len() as u64)
}

/// Owes the dead again, all of them or those of `rows`, and says how many. Each gets a whole new round of attempts.
pub(in crate::operator) fn revive(
    transaction: &Transaction<'_>,
    rows: Option<&[i64]>,
    redelivery: Redelivery,
) -> rusqlite::Result<u64> {
    let list = rows.map_or_else(String::new, |rows| {
        let marks = vec!["?"; rows.len()].join(",");
        format!(" AND id IN ({marks})")
    });
    let values: Vec<Value> = rows.unwrap_or_default().iter().map(|row| Value::Integer(*row)).collect();
    let per_network = format!("SELECT network, count(*) FROM outbox WHERE state = 'dead'{list} GROUP BY network");
    let counts: Vec<(String, i64)> = transaction
        .prepare(&per_network)?
        .query_map(rusqlite::params_from_iter(&values), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let new_id = match redelivery {
        Redelivery::SameId => "",
        Redelivery::NewId => ", event_id = event_id || lower(hex(randomblob(4)))",
        Redelivery::Idle => return Ok(counts.iter().map(|(_, count)| count.unsigned_abs()).sum()),
    };
    let revive = format!(
        "UPDATE outbox SET state = 'pending', due = 0, attempts = 0, given_up = NULL{new_id}
        WHERE state = 'dead'{list}"
    );
    let revived = transaction.prepare(&revive)?.execute(rusqlite::params_from_iter(&values))?;
    for (network, count) in counts {
        add(transaction, &network, "dead", -count)?;
        add(transaction, &network, "pending", count)?;
    }
    Ok(u64::try_from(revived).unwrap_or(u64::MAX))
}

/// How many postbacks of each network are in each state.
pub(in crate::operator) fn states(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<(String, String, i64)>> {
    transaction
        .prepare_cached("SELECT network, state, count FROM deliveries")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

fn shift(transaction: &Transaction<'_>, network: &str, from: Option<&str>, to: Option<&str>) -> rusqlite::Result<()> {
    from.map_or(Ok(()), |state| add(transaction, network, state, -1))?;
    to.map_or(Ok(()), |state| add(transaction, network, state, 1))
}

fn add(transaction: &Transaction<'_>, network: &str, state: &str, count: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO deliveries (network, state, count) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?
        .execute(params![network, state, count])
        .map(drop)
}

fn tried(history: Option<&str>) -> Vec<Tried> {
    // It was written below; a history that cannot be read is worth less than the postback it belongs to.
    history.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn longer(history: Option<&str>, last: Tried) -> String {
    let mut all = tried(history);
    if all.len() >= MOST_TRIED {
        all.remove(0);
    }
    all.push(last);
    serde_json::to_string(&all).unwrap_or_default()
}
