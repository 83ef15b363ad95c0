//! The operator's own counts, kept as events come, so that a report reads no events.
//!
//! They are kept by quarter of an hour, because every time zone's day begins on one.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use rust_decimal::Decimal;

use super::balances::decimal;

/// The count of one quarter of an hour, network, brand, event and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Tally {
    /// The quarter's first second since 1970.
    pub(in crate::operator) from: i64,
    /// Who is owed a postback; empty where nobody is, because the player came by himself or his network does not want
    /// such events.
    pub(in crate::operator) network: String,
    /// Empty where no brand was named.
    pub(in crate::operator) brand_id: String,
    pub(in crate::operator) event: String,
    /// Empty where no money moved.
    pub(in crate::operator) currency: String,
    pub(in crate::operator) count: i64,
    /// Negative for money that was taken back.
    pub(in crate::operator) amount: Option<Decimal>,
}

const QUARTER_S: i64 = 900;

/// Adds one event: `tally.count` and `tally.amount` are its own, `tally.from` its instant.
pub(in crate::operator) fn add(transaction: &Transaction<'_>, tally: &Tally) -> rusqlite::Result<()> {
    let Tally { from, network, brand_id, event, currency, count, amount } = tally;
    let slot = from.div_euclid(QUARTER_S);
    let before: Option<Option<String>> = transaction
        .prepare_cached(
            "SELECT amount FROM tallies
             WHERE slot = ?1 AND network = ?2 AND brand_id = ?3 AND event = ?4 AND currency = ?5",
        )?
        .query_row(params![slot, network, brand_id, event, currency], |row| row.get(0))
        .optional()?;
    let before = before.flatten().map(|text| decimal(&text)).transpose()?;
    let sum = match (before, amount) {
        // 28 digits: 10¹³ events of the largest amount.
        (Some(before), Some(amount)) => Some(before.saturating_add(*amount)),
        (before, amount) => before.or(*amount),
    };
    transaction
        .prepare_cached(
            "INSERT INTO tallies (slot, network, brand_id, event, currency, count, amount)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET count = count + excluded.count, amount = excluded.amount",
        )?
        .execute(params![slot, network, brand_id, event, currency, count, sum.map(|sum| sum.to_string())])?;
    Ok(())
}

/// How many events of each kind these networks are owed, ever.
pub(in crate::operator) fn by_event(
    transaction: &Transaction<'_>,
    networks: &[String],
) -> rusqlite::Result<Vec<(String, u64)>> {
    let mut all = Vec::new();
    for network in networks {
        let mut sums =
            transaction.prepare_cached("SELECT event, sum(count) FROM tallies WHERE network = ?1 GROUP BY event")?;
        let rows = sums.query_map([network], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        for row in rows {
            let (event, count) = row?;
            all.push((event, u64::try_from(count).unwrap_or_default()));
        }
    }
    Ok(all)
}

/// At most `most` tallies from `from` to before `to` (seconds since 1970), in order of time.
pub(in crate::operator) fn between(
    transaction: &Transaction<'_>,
    (from, to): (i64, i64),
    most: usize,
) -> rusqlite::Result<Vec<Tally>> {
    let tally = |row: &Row<'_>| {
        let amount: Option<String> = row.get(6)?;
        Ok(Tally {
            from: row.get::<_, i64>(0)? * QUARTER_S,
            network: row.get(1)?,
            brand_id: row.get(2)?,
            event: row.get(3)?,
            currency: row.get(4)?,
            count: row.get(5)?,
            amount: amount.map(|text| decimal(&text)).transpose()?,
        })
    };
    transaction
        .prepare_cached(
            "SELECT slot, network, brand_id, event, currency, count, amount FROM tallies WHERE slot >= ?1 AND slot < ?2
             ORDER BY slot, network, brand_id, event, currency LIMIT ?3",
        )?
        .query_map(
            params![from.div_euclid(QUARTER_S), to.div_euclid(QUARTER_S), i64::try_from(most).unwrap_or(i64::MAX)],
            tally,
        )?
        .collect()
}
