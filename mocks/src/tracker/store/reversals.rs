//! Where a player's refunds and chargebacks have taken a whole amount back.

use jiff::Timestamp;
use rusqlite::Connection;
use rust_decimal::Decimal;

/// Most reversals of one player that are looked at. Nobody has a hundredth of them; whoever has more is no player, and
/// must not hold the books up.
const MOST: u16 = 10_000;

/// The credit with which a player's reversals in that currency reach the amount, in the order of the events and not of
/// their arrival: so a postback that comes late changes what it would have changed in time.
pub(super) fn reaching(
    connection: &Connection,
    player: &str,
    currency: &str,
    amount: Decimal,
) -> rusqlite::Result<Option<i64>> {
    let mut reversals = connection
        .prepare_cached(
            "SELECT id, ts_event, amount FROM credits
             WHERE player = ?1 AND event IN ('refund', 'chargeback') AND currency = ?2 ORDER BY id LIMIT ?3",
        )?
        .query_map((player, currency, MOST), |row| {
            let (ts_event, amount): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((ts_event.parse::<Timestamp>().ok(), row.get(0)?, amount.parse().unwrap_or_default()))
        })?
        .collect::<rusqlite::Result<Vec<(Option<Timestamp>, i64, Decimal)>>>()?;
    reversals.sort_by_key(|(at, id, _)| (*at, *id));
    let mut taken = Decimal::ZERO;
    let reaches = reversals.into_iter().find(|(_, _, reversed)| {
        taken = taken.saturating_add(*reversed);
        taken <= -amount
    });
    Ok(reaches.map(|(_, id, _)| id))
}
