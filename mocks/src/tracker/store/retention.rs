//! What the tracker lets go of after its time (seed 003 §9): what a click came with, what a credit keeps beside what
//! the books need, and dead letters.
//!
//! The id of a click stays, so that a late postback is still credited, and so do its affiliate and its brand, because
//! what is owed depends on both. Amounts and the ids of what was credited are never touched: no sum changes, and
//! nothing is credited again. A dead letter was never credited, so its claim goes with it: were it kept, a repetition
//! would be acknowledged and credited to nobody. Tables are walked in stretches of bounded length, so that bookings never wait long, without an index to keep up.

use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use serde_json::{Map, Value};

use super::claims;
use crate::database::Writer;
use crate::monitoring::Monitor;
use crate::monitoring::retention::{Kind, Removal, Retain, RetainError, Stretch, Walk};
use crate::tracker::identity::{self, Dialect};
use crate::tracker::rules::Keys;
use crate::tracker::schema::Postback;

/// What stays of a click's parameters: the names that an affiliate and a brand are told by.
const WHOSE: [&str; 5] = ["affiliate", "affiliate_id", "aff_id", "brand", "brand_id"];

/// Lets go of what the tracker has kept for long enough.
pub(crate) struct Pruner {
    writer: Writer,
    monitor: Monitor,
    /// By what senders name their events, and how the names are read.
    naming: (Dialect, Keys),
    clicks: Walk<String>,
    credits: Walk<i64>,
}

impl Pruner {
    /// What that database keeps. Dead letters that go are told to `monitor`.
    pub(super) fn new(writer: Writer, monitor: Monitor, naming: (Dialect, Keys)) -> Self {
        Self { writer, monitor, naming, clicks: Walk::default(), credits: Walk::default() }
    }

    async fn clicks(&self, before: i64, limit: u32) -> Result<u64, RetainError> {
        let blank = |after: String| {
            self.run(move |transaction: &Transaction<'_>| blank_clicks(transaction, &after, before, limit))
        };
        self.clicks.go(blank).await
    }

    async fn payloads(&self, before: i64, limit: u32) -> Result<u64, RetainError> {
        let blank = |after: i64| {
            self.run(move |transaction: &Transaction<'_>| blank_credits(transaction, after, before, limit))
        };
        self.credits.go(blank).await
    }

    async fn dead_letters(&self, before: i64, limit: u32) -> Result<u64, RetainError> {
        let naming = self.naming;
        let removed = self.run(move |transaction| remove_letters(transaction, before, limit, naming)).await?;
        self.monitor.dead_letters_left(removed);
        Ok(removed)
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, RetainError> {
        self.writer.run(job).await.map_err(|_| RetainError)
    }
}

impl Retain for Pruner {
    fn delete_older(&self, kind: Kind, before: Timestamp, limit: u32) -> Removal<'_> {
        let before = before.as_millisecond();
        Box::pin(async move {
            match kind {
                Kind::Logs => Ok(0),
                Kind::ClickParameters => self.clicks(before, limit).await,
                Kind::Payloads => self.payloads(before, limit).await,
                Kind::DeadLetters => self.dead_letters(before, limit).await,
            }
        })
    }
}

/// Blanks the old ones among the next `limit` clicks behind the id `after`.
fn blank_clicks(connection: &Connection, after: &str, before: i64, limit: u32) -> rusqlite::Result<Stretch<String>> {
    let next = "SELECT click_id, CASE WHEN at < ?2 THEN parameters END FROM clicks
                WHERE click_id > ?1 ORDER BY click_id LIMIT ?3";
    let mut select = connection.prepare_cached(next)?;
    let rows = select.query_map((after, before, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let clicks: Vec<(String, Option<String>)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut blank = connection.prepare_cached("UPDATE clicks SET parameters = ?2 WHERE click_id = ?1")?;
    let mut changed = 0;
    for (click_id, parameters) in &clicks {
        if let Some(rest) = parameters.as_deref().and_then(rest) {
            changed += blank.execute((click_id, rest))? as u64;
        }
    }
    Ok(Stretch::over(clicks.into_iter().map(|(click_id, _)| click_id).collect(), limit, changed))
}

/// Blanks the old ones among the next `limit` credits behind number `after`.
fn blank_credits(connection: &Connection, after: i64, before: i64, limit: u32) -> rusqlite::Result<Stretch<i64>> {
    let next = "SELECT id FROM credits WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut select = connection.prepare_cached(next)?;
    let numbers: Vec<i64> = select.query_map((after, limit), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let last = numbers.last().copied().unwrap_or(after);
    let blank = "UPDATE credits SET surplus = NULL
                 WHERE id > ?1 AND id <= ?2 AND booked < ?3 AND surplus IS NOT NULL";
    let changed = connection.prepare_cached(blank)?.execute((after, last, before))?;
    Ok(Stretch::over(numbers, limit, changed as u64))
}

/// Removes the oldest dead letters, at most `limit`, and what their postbacks had claimed.
fn remove_letters(
    connection: &Connection,
    before: i64,
    limit: u32,
    (dialect, keys): (Dialect, Keys),
) -> rusqlite::Result<u64> {
    let old = "DELETE FROM dead_letters
               WHERE seq IN (SELECT seq FROM dead_letters WHERE buried < ?1 ORDER BY seq LIMIT ?2) RETURNING postback";
    let mut remove = connection.prepare_cached(old)?;
    let letters: Vec<String> = remove.query_map((before, limit), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for letter in &letters {
        // One that cannot be read back does not say what it claimed.
        if let Ok(postback) = serde_json::from_str::<Postback>(letter) {
            claims::release(connection, &identity::claim(&postback, dialect, keys), &postback.click_id)?;
        }
    }
    Ok(letters.len() as u64)
}

/// What stays of parameters; nothing where all of them stay.
fn rest(parameters: &str) -> Option<String> {
    let mut all: Map<String, Value> = serde_json::from_str(parameters).unwrap_or_default();
    let before = all.len();
    all.retain(|name, _| WHOSE.contains(&name.as_str()));
    let unchanged = all.len() == before && parameters.starts_with('{');
    (!unchanged).then(|| Value::Object(all).to_string())
}

#[cfg(test)]
mod tests;
