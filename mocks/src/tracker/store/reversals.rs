//! Where a player's refunds and chargebacks have taken a whole amount back.

use jiff::Timestamp;
use rusqlite::Connection;
use rust_decimal::Decimal;

/// Most reversals of one player that are looked at. Nobody has a hundredth of them; whoever has more is no player, and
/// must not hold the books up.
const MOST: u16 = 10_000;

/// Worded like the index of the same name, which is the only way that it is found.
const REVERSALS: &str = "SELECT id, ts_event, amount FROM credits
    WHERE player = ?1 AND event IN ('refund', 'chargeback') AND currency = ?2 ORDER BY id LIMIT ?3";

/// The credit with which a player's reversals in that currency reach the amount, in the order of the events and not of
/// their arrival: so a postback that comes late changes what it would have changed in time.
pub(super) fn reaching(
    connection: &Connection,
    player: &str,
    currency: &str,
    amount: Decimal,
) -> rusqlite::Result<Option<i64>> {
    let mut reversals = connection
        .prepare_cached(REVERSALS)?
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;
    use crate::tracker::store::SHAPE;

    fn books(rows: &[(&str, &str, &str, &str)]) -> Connection {
        let connection = Database::Memory.open(&SHAPE).expect("a fresh database");
        for (event, ts_event, amount, currency) in rows {
            connection
                .execute(
                    "INSERT INTO credits (click_id, player, event, ts_event, amount, currency, billable, received, booked)
                     VALUES ('c', 'p', ?1, ?2, ?3, ?4, 1, 0, 0)",
                    (event, ts_event, amount, currency),
                )
                .expect("a row");
        }
        connection
    }

    #[test]
    fn the_order_of_the_events_decides_and_not_that_of_arrival() {
        let books = books(&[
            ("refund", "2026-01-03T00:00:00Z", "-60.00", "USD"),
            ("deposit_success", "2026-01-01T00:00:00Z", "-100.00", "USD"),
            ("chargeback", "2026-01-02T00:00:00.5Z", "-30.00", "USD"),
            ("refund", "2026-01-02T00:00:00Z", "-10.00", "USD"),
            ("refund", "2026-01-01T00:00:00Z", "-500.00", "EUR"),
        ]);
        let reaching = |amount: i64| reaching(&books, "p", "USD", Decimal::from(amount)).expect("it can be read");
        assert_eq!([10, 40, 41, 100, 101].map(reaching), [Some(4), Some(3), Some(1), Some(1), None]);
        assert_eq!(super::reaching(&books, "q", "USD", Decimal::TEN).expect("it can be read"), None);
    }

    #[test]
    fn a_player_is_found_without_reading_all_the_books() {
        let plan: String = books(&[])
            .query_row(&format!("EXPLAIN QUERY PLAN {REVERSALS}"), ("p", "USD", MOST), |row| row.get(3))
            .expect("a plan");
        assert!(plan.contains("USING INDEX reversals"), "{plan}");
    }
}
