//! Events as they happened.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::super::event::{Event, EventKind, Payment, Reversed};
use super::balances::decimal;
use super::{accounts::Account, tallies, tallies::Tally};

/// The row of an event, and of the deposit that it takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operator) struct EventRow(pub(super) i64);

/// An event as its account's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Shown {
    pub(in crate::operator) event: String,
    pub(in crate::operator) event_id: String,
    /// In seconds since 1970.
    pub(in crate::operator) at: i64,
    pub(in crate::operator) amount: Option<String>,
    pub(in crate::operator) currency: Option<String>,
    pub(in crate::operator) is_ftd: bool,
    /// What became of its postback; nothing when none is owed.
    pub(in crate::operator) delivery: Option<String>,
}

/// Keeps an event of `account` and counts it for the network that is `owed` a postback, or for none when that is empty.
/// `reverses` is the row of the deposit that it names.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    account: &Account,
    event: &Event,
    reverses: Option<i64>,
    owed: &str,
) -> rusqlite::Result<EventRow> {
    let payment = event.payment.as_ref();
    transaction
        .prepare_cached(
            "INSERT INTO events (event_id, account, event, at, kyc_level, amount, currency, transaction_id,
                payment_method, is_ftd, bonus, reverses) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            event.event_id,
            account.row,
            event.kind.name(),
            event.at.as_second(),
            event.kyc_level,
            payment.map(|payment| payment.amount.to_string()),
            payment.map(|payment| &payment.currency),
            payment.map(|payment| &payment.transaction_id),
            payment.and_then(|payment| payment.method.as_deref()),
            payment.is_some_and(|payment| payment.is_ftd),
            payment.is_some_and(|payment| payment.bonus),
            reverses
        ])?;
    let row = EventRow(transaction.last_insert_rowid());
    let sign = |payment: &Payment| if event.kind.reverses() { -payment.amount } else { payment.amount };
    let tally = Tally {
        from: event.at.as_second(),
        network: owed.to_owned(),
        brand_id: event.brand_id.clone().unwrap_or_default(),
        event: event.kind.name().to_owned(),
        currency: payment.map(|payment| payment.currency.clone()).unwrap_or_default(),
        count: 1,
        amount: payment.map(sign),
    };
    tallies::add(transaction, &tally)?;
    Ok(row)
}

/// Whether the account passed KYC at that level already.
pub(in crate::operator) fn has_kyc(transaction: &Transaction<'_>, account: i64, level: &str) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT 1 FROM events WHERE account = ?1 AND event = 'kyc_approved' AND kyc_level = ?2")?
        .exists(params![account, level])
}

/// A deposit as its page thanks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Paid {
    pub(in crate::operator) transaction_id: String,
    /// Decimal text.
    pub(in crate::operator) amount: String,
    pub(in crate::operator) currency: String,
    /// In seconds since 1970.
    pub(in crate::operator) at: i64,
    pub(in crate::operator) is_ftd: bool,
}

/// The deposit of that account and transaction.
pub(in crate::operator) fn paid(
    transaction: &Transaction<'_>,
    account: i64,
    transaction_id: &str,
) -> rusqlite::Result<Option<Paid>> {
    transaction
        .prepare_cached(
            "SELECT transaction_id, amount, currency, at, is_ftd FROM events
             WHERE account = ?1 AND transaction_id = ?2 AND event = 'deposit_success'",
        )?
        .query_row(params![account, transaction_id], |row| {
            Ok(Paid {
                transaction_id: row.get(0)?,
                amount: row.get(1)?,
                currency: row.get(2)?,
                at: row.get(3)?,
                is_ftd: row.get(4)?,
            })
        })
        .optional()
}

/// At most `most` events of the account, in the order they came.
pub(in crate::operator) fn of_account(
    transaction: &Transaction<'_>,
    account: i64,
    most: u32,
) -> rusqlite::Result<Vec<Shown>> {
    transaction
        .prepare_cached(
            "SELECT event, event_id, at, amount, currency, is_ftd,
                (SELECT state FROM outbox WHERE outbox.event = events.id ORDER BY outbox.id LIMIT 1)
             FROM events WHERE account = ?1 ORDER BY id LIMIT ?2",
        )?
        .query_map(params![account, most], |row| {
            Ok(Shown {
                event: row.get(0)?,
                event_id: row.get(1)?,
                at: row.get(2)?,
                amount: row.get(3)?,
                currency: row.get(4)?,
                is_ftd: row.get(5)?,
                delivery: row.get(6)?,
            })
        })?
        .collect()
}

/// What [`read`] needs, of an outbox row `o`, its event `e`, its account `a` and the deposit `d` it takes back.
pub(super) const COLUMNS: &str = "e.event, o.event_id, a.click_id, a.probabilistic, a.account_id, a.brand_id, e.at, \
    e.kyc_level, e.amount, e.currency, e.transaction_id, e.payment_method, e.is_ftd, e.bonus, d.event_id, \
    d.transaction_id, a.geo, a.device, a.consent_version, a.ip, a.ua";

/// Where those stand.
pub(super) const FROM: &str = "outbox o JOIN events e ON e.id = o.event JOIN accounts a ON a.id = e.account \
    LEFT JOIN events d ON d.id = e.reverses";

/// Reads the event in a row that begins with [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    let kind: String = row.get(0)?;
    let kind = EventKind::by_name(&kind).ok_or(rusqlite::Error::InvalidQuery)?;
    let at = Timestamp::from_second(row.get(6)?).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(6, 0))?;
    let mut event = Event {
        kind,
        event_id: row.get(1)?,
        click_id: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
        probabilistic: row.get(3)?,
        account_id: row.get(4)?,
        brand_id: row.get(5)?,
        at,
        kyc_level: row.get(7)?,
        payment: payment(row)?,
        visitor: super::super::event::Visitor::default(),
    };
    // What was learned of the visitor belongs to the registration; later postbacks have no use for it.
    if kind == EventKind::Registration {
        let visitor = &mut event.visitor;
        (visitor.geo, visitor.device, visitor.consent_version) = (row.get(16)?, row.get(17)?, row.get(18)?);
        (visitor.ip, visitor.ua) = (row.get(19)?, row.get(20)?);
    }
    Ok(event)
}

fn payment(row: &Row<'_>) -> rusqlite::Result<Option<Payment>> {
    let Some(amount) = row.get::<_, Option<String>>(8)? else { return Ok(None) };
    let (event_id, transaction_id): (Option<String>, Option<String>) = (row.get(14)?, row.get(15)?);
    Ok(Some(Payment {
        amount: decimal(&amount)?,
        currency: row.get(9)?,
        transaction_id: row.get(10)?,
        method: row.get(11)?,
        is_ftd: row.get(12)?,
        bonus: row.get(13)?,
        reverses: event_id.zip(transaction_id).map(|(event_id, transaction_id)| Reversed { event_id, transaction_id }),
    }))
}
