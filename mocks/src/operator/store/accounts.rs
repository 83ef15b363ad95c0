//! Accounts: whose they are to the operator, and the click they came from (seed 003 §3).

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::super::event::Visitor;
use super::sessions::{self, Click};

/// An account.
#[expect(clippy::struct_field_names, reason = "`account_id` is the field's own name in every postback")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Account {
    /// Its row.
    pub(in crate::operator) row: i64,
    pub(in crate::operator) account_id: String,
    pub(in crate::operator) origin: Option<Click>,
    pub(in crate::operator) probabilistic: bool,
    pub(in crate::operator) brand_id: Option<String>,
    pub(in crate::operator) visitor: Visitor,
    /// When it registered, in seconds since 1970.
    pub(in crate::operator) at: i64,
    /// The event of its first deposit.
    pub(in crate::operator) first_deposit: Option<String>,
}

/// Keeps a new account, which is written at `now` (seconds since 1970), and gives it its row.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    account: &mut Account,
    now: i64,
) -> rusqlite::Result<()> {
    let Account { account_id, origin, probabilistic, brand_id, visitor, at, .. } = &*account;
    transaction
        .prepare_cached(
            "INSERT INTO accounts (account_id, network, click_id, probabilistic, brand_id, geo, device,
                consent_version, ip, ua, at, written) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            account_id,
            origin.as_ref().map(|click| &click.network),
            origin.as_ref().map(|click| &click.click_id),
            probabilistic,
            brand_id,
            visitor.geo,
            visitor.device,
            visitor.consent_version,
            visitor.ip,
            visitor.ua,
            at,
            now
        ])?;
    account.row = transaction.last_insert_rowid();
    Ok(())
}

/// Forgets address and browser of those among the next `limit` accounts behind row `after` that were written before
/// `before` (seconds since 1970), and says which rows were looked at and how many forgot something. They went out with
/// the registration's postback, and nobody asks again; where that is still owed, it says the same at every attempt.
pub(in crate::operator) fn forget_visitors(
    transaction: &Transaction<'_>,
    after: i64,
    before: i64,
    limit: u32,
) -> rusqlite::Result<(Vec<i64>, u64)> {
    let mut select = transaction.prepare_cached("SELECT id FROM accounts WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows: Vec<i64> = select.query_map((after, limit), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let last = rows.last().copied().unwrap_or(after);
    let forget = "UPDATE accounts SET ip = NULL, ua = NULL
                  WHERE id > ?1 AND id <= ?2 AND written < ?3 AND (ip IS NOT NULL OR ua IS NOT NULL)
                  AND NOT EXISTS (SELECT 1 FROM events e JOIN outbox o ON o.event = e.id
                      WHERE e.account = accounts.id AND e.event = 'registration' AND o.state = 'pending')";
    let changed = transaction.prepare_cached(forget)?.execute((after, last, before))?;
    Ok((rows, changed as u64))
}

/// The account of that id.
pub(in crate::operator) fn find(transaction: &Transaction<'_>, account_id: &str) -> rusqlite::Result<Option<Account>> {
    transaction
        .prepare_cached(
            "SELECT id, account_id, network, click_id, probabilistic, brand_id, geo, device, consent_version, ip, ua,
                at, first_deposit FROM accounts WHERE account_id = ?1",
        )?
        .query_row([account_id], account)
        .optional()
}

/// Remembers which event was the account's first deposit.
pub(in crate::operator) fn set_first_deposit(
    transaction: &Transaction<'_>,
    row: i64,
    event_id: &str,
) -> rusqlite::Result<()> {
    let set = "UPDATE accounts SET first_deposit = ?2 WHERE id = ?1";
    transaction.prepare_cached(set)?.execute(params![row, event_id]).map(drop)
}

/// The brand that was there first.
pub(in crate::operator) fn first_brand(transaction: &Transaction<'_>) -> rusqlite::Result<Option<String>> {
    transaction
        .prepare_cached("SELECT brand_id FROM accounts WHERE brand_id IS NOT NULL ORDER BY id LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        row: row.get(0)?,
        account_id: row.get(1)?,
        origin: sessions::click(row, 2, 3)?,
        probabilistic: row.get(4)?,
        brand_id: row.get(5)?,
        visitor: Visitor {
            geo: row.get(6)?,
            device: row.get(7)?,
            consent_version: row.get(8)?,
            ip: row.get(9)?,
            ua: row.get(10)?,
        },
        at: row.get(11)?,
        first_deposit: row.get(12)?,
    })
}
