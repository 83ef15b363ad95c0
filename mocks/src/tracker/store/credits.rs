//! The books: one row for each credit, read back page by page.

use rusqlite::{CachedStatement, Connection, Row, params};

/// What was credited. An amount is decimal text: no number type of the database would keep it exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) struct Credit {
    pub(in crate::tracker) event_id: Option<String>,
    pub(in crate::tracker) transaction_id: Option<String>,
    pub(in crate::tracker) click_id: String,
    /// Whose event it is: the account, or the click where no account is named.
    pub(in crate::tracker) player: String,
    pub(in crate::tracker) event: String,
    pub(in crate::tracker) amount: Option<String>,
    pub(in crate::tracker) currency: Option<String>,
    /// What the sender says is earned by it.
    pub(in crate::tracker) commission: Option<String>,
    /// Both in the report currency, as they were worth at booking; nothing when the day had no rate.
    pub(in crate::tracker) report_amount: Option<String>,
    pub(in crate::tracker) report_commission: Option<String>,
    pub(in crate::tracker) brand_id: Option<String>,
    pub(in crate::tracker) ts_event: String,
    /// Only deposits have it.
    pub(in crate::tracker) is_ftd: Option<bool>,
    /// Whether anybody may be paid for it: a player who was only matched by likelihood is counted and not paid for.
    pub(in crate::tracker) billable: bool,
    /// Names of members that the schema does not know, as a JSON array.
    pub(in crate::tracker) surplus: Option<String>,
    /// When its postback was accepted, and when it was booked: milliseconds since 1970, UTC.
    pub(in crate::tracker) received: i64,
    pub(in crate::tracker) booked: i64,
}

/// A stretch of the books, in the order of booking.
#[derive(Debug)]
pub(in crate::tracker) struct Page {
    pub(in crate::tracker) credits: Vec<Credit>,
    /// Number of the last row in it.
    pub(in crate::tracker) last: i64,
    /// Number of the last row that was there when the reading began.
    pub(in crate::tracker) upto: i64,
}

/// Rows of a page: about a millisecond, which bookings can wait.
const PAGE: u16 = 512;

/// The statement that [`insert`] adds credits with: looked up once for all of a batch.
pub(super) fn inserting(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection.prepare_cached(
        "INSERT INTO credits (event_id, transaction_id, click_id, player, event, amount, currency, commission,
         report_amount, report_commission, brand_id, ts_event, is_ftd, billable, surplus, received, booked)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )
}

/// Adds a credit and gives its number. A `first` deposit is one whatever the credit says.
pub(super) fn insert(inserting: &mut CachedStatement<'_>, credit: &Credit, first: bool) -> rusqlite::Result<i64> {
    inserting.insert(params![
        credit.event_id,
        credit.transaction_id,
        credit.click_id,
        credit.player,
        credit.event,
        credit.amount,
        credit.currency,
        credit.commission,
        credit.report_amount,
        credit.report_commission,
        credit.brand_id,
        credit.ts_event,
        if first { Some(true) } else { credit.is_ftd },
        credit.billable,
        credit.surplus,
        credit.received,
        credit.booked,
    ])
}

/// Marks a credit as a first deposit, or takes the mark away.
pub(super) fn mark_first(connection: &Connection, id: i64, is_first: bool) -> rusqlite::Result<()> {
    connection.prepare_cached("UPDATE credits SET is_ftd = ?2 WHERE id = ?1")?.execute((id, is_first))?;
    Ok(())
}

/// Removes the credits of an event. Sound books never do; there is no index for it.
pub(super) fn remove(connection: &Connection, event_id: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM credits WHERE event_id = ?1")?.execute([event_id])?;
    Ok(())
}

/// Whether the event has a credit. Sound books never ask; there is no index for it.
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
        "SELECT id, event_id, transaction_id, click_id, player, event, amount, currency, commission, report_amount,
         report_commission, brand_id, ts_event, is_ftd, billable, surplus, received, booked
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

fn read(row: &Row<'_>) -> rusqlite::Result<Credit> {
    Ok(Credit {
        event_id: row.get(1)?,
        transaction_id: row.get(2)?,
        click_id: row.get(3)?,
        player: row.get(4)?,
        event: row.get(5)?,
        amount: row.get(6)?,
        currency: row.get(7)?,
        commission: row.get(8)?,
        report_amount: row.get(9)?,
        report_commission: row.get(10)?,
        brand_id: row.get(11)?,
        ts_event: row.get(12)?,
        is_ftd: row.get(13)?,
        billable: row.get(14)?,
        surplus: row.get(15)?,
        received: row.get(16)?,
        booked: row.get(17)?,
    })
}
