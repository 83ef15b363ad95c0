//! The books: one row for each credit, read back page by page.

use rusqlite::{Connection, Row};

/// What was credited. An amount is decimal text: no number type of the database would keep it exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credit {
    pub(crate) event_id: String,
    pub(crate) click_id: String,
    pub(crate) event: String,
    pub(crate) amount: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) brand_id: Option<String>,
    pub(crate) ts_event: String,
    /// Only deposits have it.
    pub(crate) is_ftd: Option<bool>,
}

/// A stretch of the books, in the order of booking.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) credits: Vec<Credit>,
    /// Number of the last row in it.
    pub(crate) last: i64,
    /// Number of the last row that was there when the reading began.
    pub(crate) upto: i64,
}

/// Rows of a page: about a millisecond, which bookings can wait.
const PAGE: u16 = 512;

/// Adds a credit.
pub(super) fn insert(connection: &Connection, credit: &Credit) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO credits (event_id, click_id, event, amount, currency, brand_id, ts_event, is_ftd)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(values(credit))?;
    Ok(())
}

/// Puts a credit in the place of the one with its event id.
pub(super) fn replace(connection: &Connection, credit: &Credit) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE credits SET click_id = ?2, event = ?3, amount = ?4, currency = ?5, brand_id = ?6, ts_event = ?7,
             is_ftd = ?8 WHERE event_id = ?1",
        )?
        .execute(values(credit))?;
    Ok(())
}

/// Whether the event has a credit.
pub(super) fn has(connection: &Connection, event_id: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM credits WHERE event_id = ?1")?.exists([event_id])
}

/// The rows behind row `after`, up to row `upto`; without that, up to the last one there is.
pub(super) fn page(connection: &Connection, after: i64, upto: Option<i64>) -> rusqlite::Result<Page> {
    let upto = match upto {
        Some(upto) => upto,
        None => {
            connection.prepare_cached("SELECT coalesce(max(id), 0) FROM credits")?.query_row([], |row| row.get(0))?
        }
    };
    let mut select = connection.prepare_cached(
        "SELECT id, event_id, click_id, event, amount, currency, brand_id, ts_event, is_ftd
         FROM credits WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3",
    )?;
    let rows = select.query_map((after, upto, PAGE), |row| Ok((row.get(0)?, read(row)?)))?;
    let mut page = Page { credits: Vec::new(), last: upto, upto };
    for row in rows {
        let (id, credit) = row?;
        page.credits.push(credit);
        if page.credits.len() == usize::from(PAGE) {
            page.last = id;
        }
    }
    Ok(page)
}

/// The columns in the order that both statements above count them in.
type Values<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>, &'a str, Option<bool>);

fn values(credit: &Credit) -> Values<'_> {
    (
        &credit.event_id,
        &credit.click_id,
        &credit.event,
        credit.amount.as_deref(),
        credit.currency.as_deref(),
        credit.brand_id.as_deref(),
        &credit.ts_event,
        credit.is_ftd,
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<Credit> {
    Ok(Credit {
        event_id: row.get(1)?,
        click_id: row.get(2)?,
        event: row.get(3)?,
        amount: row.get(4)?,
        currency: row.get(5)?,
        brand_id: row.get(6)?,
        ts_event: row.get(7)?,
        is_ftd: row.get(8)?,
    })
}
