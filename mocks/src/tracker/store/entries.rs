//! The books as reports read them: each credit with its click and with what is known of its player *now*.
//!
//! Worth was fixed when the credit was booked; who is new, which deposit is the first and whether it was taken back
//! is read here, so that all rows of one page tell of one state however late a postback came. A report of many pages
//! that is read while a first deposit moves may show that one player in between; the next one does not.

use std::collections::HashMap;

use rusqlite::{Connection, Row};
use rust_decimal::Decimal;

use super::reversals;

/// A credit, its click, and its player's beginnings. Amounts are decimal text; instants that are numbers are
/// milliseconds since 1970, UTC.
#[derive(Debug)]
pub(in crate::tracker) struct EntryRow {
    pub(in crate::tracker) id: i64,
    pub(in crate::tracker) event: String,
    pub(in crate::tracker) event_id: Option<String>,
    pub(in crate::tracker) click_id: String,
    pub(in crate::tracker) player: String,
    pub(in crate::tracker) brand_id: Option<String>,
    pub(in crate::tracker) ts_event: String,
    pub(in crate::tracker) amount: Option<String>,
    pub(in crate::tracker) currency: Option<String>,
    pub(in crate::tracker) report_amount: Option<String>,
    pub(in crate::tracker) commission: Option<String>,
    pub(in crate::tracker) report_commission: Option<String>,
    pub(in crate::tracker) is_ftd: bool,
    pub(in crate::tracker) billable: bool,
    pub(in crate::tracker) received: i64,
    pub(in crate::tracker) booked: i64,
    /// The click's query as a JSON object; nothing when the click is not known.
    pub(in crate::tracker) parameters: Option<String>,
    pub(in crate::tracker) registered: Option<i64>,
    pub(in crate::tracker) first_deposit: Option<i64>,
    /// Whether with it the player's whole first deposit has been taken back.
    pub(in crate::tracker) reverses: bool,
    /// What the first deposit's own postback said is owed for it, in the report currency.
    pub(in crate::tracker) first_commission: Option<String>,
}

/// A player's first deposit, as the reversals are held against it.
struct First {
    amount: Option<String>,
    currency: Option<String>,
}

/// The entries behind number `after`, in the order of booking, at most `limit`, and the number of the last one there
/// is. What bears no event's name is left out: only a tracker that credits refusals has such a row.
pub(super) fn page(connection: &Connection, after: i64, limit: u16) -> rusqlite::Result<(Vec<EntryRow>, i64)> {
    let last =
        connection.prepare_cached("SELECT coalesce(max(id), 0) FROM credits")?.query_row([], |row| row.get(0))?;
    let mut select = connection.prepare_cached(
        "SELECT c.id, c.event, c.event_id, c.click_id, c.player, c.brand_id, c.ts_event, c.amount, c.currency,
         c.report_amount, c.commission, c.report_commission, coalesce(c.is_ftd, 0), c.billable, c.received, c.booked,
         k.parameters, p.registered, p.first_at, f.report_commission, f.amount, f.currency
         FROM credits c
         LEFT JOIN clicks k ON k.click_id = c.click_id
         LEFT JOIN players p ON p.player = c.player
         LEFT JOIN credits f ON f.id = p.first_credit
         WHERE c.id > ?1
         AND c.event IN ('registration', 'kyc_approved', 'deposit_success', 'refund', 'chargeback')
         ORDER BY c.id LIMIT ?2",
    )?;
    let found = select
        .query_map((after, limit), |row| Ok((read(row)?, First { amount: row.get(20)?, currency: row.get(21)? })))?;
    let (mut rows, mut reaching) = (Vec::new(), HashMap::new());
    for found in found {
        let (mut row, first) = found?;
        if matches!(row.event.as_str(), "refund" | "chargeback") {
            // One look for all reversals of a player in this page.
            let known = if let Some(known) = reaching.get(&row.player) {
                *known
            } else {
                let known = first.taken_back_by(connection, &row.player)?;
                reaching.insert(row.player.clone(), known);
                known
            };
            row.reverses = known == Some(row.id);
        }
        rows.push(row);
    }
    Ok((rows, last))
}

impl First {
    /// The credit with which all of it has been taken back.
    fn taken_back_by(&self, connection: &Connection, player: &str) -> rusqlite::Result<Option<i64>> {
        let amount = self.amount.as_deref().and_then(|text| text.parse::<Decimal>().ok());
        match (amount, &self.currency) {
            (Some(amount), Some(currency)) => reversals::reaching(connection, player, currency, amount),
            _ => Ok(None),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow {
        id: row.get(0)?,
        event: row.get(1)?,
        event_id: row.get(2)?,
        click_id: row.get(3)?,
        player: row.get(4)?,
        brand_id: row.get(5)?,
        ts_event: row.get(6)?,
        amount: row.get(7)?,
        currency: row.get(8)?,
        report_amount: row.get(9)?,
        commission: row.get(10)?,
        report_commission: row.get(11)?,
        is_ftd: row.get(12)?,
        billable: row.get(13)?,
        received: row.get(14)?,
        booked: row.get(15)?,
        parameters: row.get(16)?,
        registered: row.get(17)?,
        first_deposit: row.get(18)?,
        reverses: false,
        first_commission: row.get(19)?,
    })
}
