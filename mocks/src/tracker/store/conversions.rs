//! First deposits as either method saw them. Those that postbacks told of are the marked ones of the books; pixels have
//! a table of their own; and what either told of a click that nobody made is kept for a while among the strays.
//!
//! A pixel comes from anybody, so what anybody can make the tracker keep is bounded: so many of one click, and so many
//! strays in all.

use rusqlite::{Connection, Row, Transaction, params};
use rust_decimal::Decimal;

use super::{Store, clicks};
use crate::answer::Refusal;
use crate::reports::methods::{Method, Place};
use crate::tracker::schema::{Event, Postback};

/// A checked pixel of a first deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Pixel {
    pub(in crate::tracker) transaction_id: Option<String>,
    pub(in crate::tracker) account: Option<String>,
    /// The click that the browser still knew.
    pub(in crate::tracker) click_id: Option<String>,
    pub(in crate::tracker) money: Option<(Decimal, String)>,
    pub(in crate::tracker) brand_id: Option<String>,
    /// As the page wrote it.
    pub(in crate::tracker) ts_event: Option<String>,
    /// When it was received: milliseconds since 1970, UTC.
    pub(in crate::tracker) received: i64,
}

/// A first deposit as one method saw it. Amounts are decimal text; `ts_event` is as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Sighting {
    pub(in crate::tracker) event_id: Option<String>,
    pub(in crate::tracker) transaction_id: Option<String>,
    pub(in crate::tracker) click_id: Option<String>,
    pub(in crate::tracker) account: Option<String>,
    pub(in crate::tracker) amount: Option<String>,
    pub(in crate::tracker) currency: Option<String>,
    pub(in crate::tracker) brand_id: Option<String>,
    pub(in crate::tracker) ts_event: Option<String>,
    pub(in crate::tracker) received: i64,
    /// Whether the redirector made its click.
    pub(in crate::tracker) attributed: bool,
}

/// A stretch of sightings.
#[derive(Debug)]
pub(in crate::tracker) struct Seen {
    pub(in crate::tracker) rows: Vec<Sighting>,
    /// Where the next stretch begins.
    pub(in crate::tracker) next: Place,
    /// Whether something is there already.
    pub(in crate::tracker) more: bool,
}

/// Rows that are looked at for one stretch: a few milliseconds, which bookings can wait.
const PAGE: i64 = 1000;

/// Most conversions of one click by pixel. A player has one account and one first deposit; a household has a few.
const MOST_PER_CLICK: i64 = 32;

/// Most strays, some 30 MB; the oldest go first.
const MOST_STRAYS: i64 = 100_000;

impl Store {
    /// Counts a pixel, once a transaction.
    pub(in crate::tracker) async fn see(&self, pixel: Pixel) -> Result<(), Refusal> {
        self.writer.run(move |transaction| see(transaction, &pixel)).await
    }

    /// Reads a stretch of what a method saw, behind that place.
    pub(in crate::tracker) async fn seen(&self, method: Method, after: Place) -> Result<Seen, Refusal> {
        self.writer.run(move |transaction| seen(transaction, method, after)).await
    }
}

fn see(connection: &Connection, pixel: &Pixel) -> rusqlite::Result<()> {
    let known = match &pixel.click_id {
        Some(click_id) => clicks::is_known(connection, click_id)?,
        None => false,
    };
    if !known {
        return stray_pixel(connection, pixel);
    }
    let of_click = "SELECT count(*) FROM pixels WHERE click_id = ?1";
    let count: i64 = connection.prepare_cached(of_click)?.query_row([&pixel.click_id], |row| row.get(0))?;
    if count >= MOST_PER_CLICK {
        return Ok(());
    }
    let (amount, currency) = money(pixel);
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO pixels (transaction_id, click_id, account, amount, currency, brand_id, ts_event,
             received) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            pixel.transaction_id,
            pixel.click_id,
            pixel.account,
            amount,
            currency,
            pixel.brand_id,
            pixel.ts_event,
            pixel.received
        ])?;
    // A page that is loaded again with its cookie makes good what it told without.
    connection
        .prepare_cached("DELETE FROM strays WHERE method = 'cookie' AND name = ?1")?
        .execute([&pixel.transaction_id])?;
    Ok(())
}

fn stray_pixel(connection: &Connection, pixel: &Pixel) -> rusqlite::Result<()> {
    let counted =
        connection.prepare_cached("SELECT 1 FROM pixels WHERE transaction_id = ?1")?.exists([&pixel.transaction_id])?;
    if counted {
        return Ok(());
    }
    let (amount, currency) = money(pixel);
    let sighting = Sighting {
        event_id: None,
        transaction_id: pixel.transaction_id.clone(),
        click_id: pixel.click_id.clone(),
        account: pixel.account.clone(),
        amount,
        currency,
        brand_id: pixel.brand_id.clone(),
        ts_event: pixel.ts_event.clone(),
        received: pixel.received,
        attributed: false,
    };
    stray(connection, Method::Cookie, pixel.transaction_id.as_deref(), &sighting)
}

/// Keeps a refused postback, the JSON of which is `postback`, where it tells of a first deposit: it was credited to
/// nobody, and somebody will ask why.
pub(super) fn stray_postback(transaction: &Transaction<'_>, postback: &str, received: i64) -> rusqlite::Result<()> {
    // It was written a moment ago, by the same type.
    let Ok(postback) = serde_json::from_str::<Postback>(postback) else { return Ok(()) };
    if postback.event != Event::DepositSuccess || !postback.is_ftd {
        return Ok(());
    }
    let (amount, currency) = postback.money.map(|money| (money.amount.to_string(), money.currency)).unzip();
    let name = postback.event_id.clone().or_else(|| postback.transaction_id.clone());
    let sighting = Sighting {
        event_id: postback.event_id,
        transaction_id: postback.transaction_id,
        click_id: Some(postback.click_id),
        account: postback.account_id,
        amount,
        currency,
        brand_id: postback.brand_id,
        ts_event: Some(postback.ts_event),
        received,
        attributed: false,
    };
    stray(transaction, Method::S2s, name.as_deref(), &sighting)
}

fn stray(connection: &Connection, method: Method, name: Option<&str>, sighting: &Sighting) -> rusqlite::Result<()> {
    let added = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO strays (method, name, event_id, transaction_id, click_id, account, amount, currency,
             brand_id, ts_event, received) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            method.name(),
            name,
            sighting.event_id,
            sighting.transaction_id,
            sighting.click_id,
            sighting.account,
            sighting.amount,
            sighting.currency,
            sighting.brand_id,
            sighting.ts_event,
            sighting.received
        ])?;
    if added == 1 {
        let beyond = connection.last_insert_rowid().saturating_sub(MOST_STRAYS);
        connection.prepare_cached("DELETE FROM strays WHERE id <= ?1")?.execute([beyond])?;
    }
    Ok(())
}

fn money(pixel: &Pixel) -> (Option<String>, Option<String>) {
    pixel.money.as_ref().map(|(amount, currency)| (amount.to_string(), currency.clone())).unzip()
}

/// What the books and the pixels have behind their place, then the strays behind theirs.
fn seen(connection: &Connection, method: Method, after: Place) -> rusqlite::Result<Seen> {
    let (counted, last) = match method {
        Method::Cookie => (
            "SELECT id, NULL, transaction_id, click_id, account, amount, currency, brand_id, ts_event, received, 1
             FROM pixels WHERE id > ?1 AND id <= ?2 ORDER BY id",
            "SELECT coalesce(max(id), 0) FROM pixels",
        ),
        // A click is unknown to the books only where a tracker credits what it should refuse.
        Method::S2s => (
            "SELECT c.id, c.event_id, c.transaction_id, c.click_id,
             CASE WHEN c.player LIKE 'account:%' THEN substr(c.player, 9) END, c.amount, c.currency, c.brand_id,
             c.ts_event, c.received, EXISTS (SELECT 1 FROM clicks k WHERE k.click_id = c.click_id)
             FROM credits c WHERE c.id > ?1 AND c.id <= ?2 AND c.event = 'deposit_success' AND c.is_ftd = 1 ORDER BY c.id",
            "SELECT coalesce(max(id), 0) FROM credits",
        ),
    };
    let upto: i64 = connection.prepare_cached(last)?.query_row([], |row| row.get(0))?;
    let end = after.counted.saturating_add(PAGE).min(upto).max(after.counted);
    let mut rows: Vec<Sighting> =
        connection.prepare_cached(counted)?.query_map((after.counted, end), read)?.collect::<rusqlite::Result<_>>()?;
    let strays =
        "SELECT id, event_id, transaction_id, click_id, account, amount, currency, brand_id, ts_event, received, 0
                  FROM strays WHERE method = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    let mut last_stray = after.strays;
    let mut found = 0;
    let mut select = connection.prepare_cached(strays)?;
    let mut strays = select.query((method.name(), after.strays, PAGE))?;
    while let Some(row) = strays.next()? {
        last_stray = row.get(0)?;
        found += 1;
        rows.push(read(row)?);
    }
    Ok(Seen { rows, next: Place { counted: end, strays: last_stray }, more: end < upto || found == PAGE })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Sighting> {
    Ok(Sighting {
        event_id: row.get(1)?,
        transaction_id: row.get(2)?,
        click_id: row.get(3)?,
        account: row.get(4)?,
        amount: row.get(5)?,
        currency: row.get(6)?,
        brand_id: row.get(7)?,
        ts_event: row.get(8)?,
        received: row.get(9)?,
        attributed: row.get(10)?,
    })
}
