//! Old and new rows side by side, walked in stretches shorter than the tables.

use rusqlite::params;

use super::super::SHAPE;
use super::*;
use crate::database::Database;

const DAY: i64 = 86_400_000;

/// A database with `number` clicks and credits, one a day, and the keeper of it.
async fn kept(number: i64) -> Pruner {
    let writer = Writer::start(Database::Memory.open(&SHAPE).expect("memory"), "test").expect("a thread");
    let fill = move |transaction: &Transaction<'_>| {
        for day in 0..number {
            // Ids in another order than time.
            let click_id = format!("clk_{:03}", (day * 37) % number);
            let parameters = format!(r#"{{"affiliate":"a1","ip":"203.0.113.{day}","utm_source":"x"}}"#);
            transaction.execute(
                "INSERT INTO clicks (click_id, at, parameters) VALUES (?1, ?2, ?3)",
                params![click_id, day * DAY, parameters],
            )?;
            transaction.execute(
                "INSERT INTO credits (event_id, click_id, player, event, amount, currency, ts_event, billable, surplus,
                 received, booked) VALUES (?1, ?2, 'p', 'refund', '-1.25', 'USD', 'then', 1, '[\"tier\"]', ?3, ?3)",
                params![format!("e{day}"), click_id, day * DAY],
            )?;
            let letter = "INSERT INTO dead_letters VALUES (?1, ?2, '{}', 'why', '[]', ?2)";
            transaction.execute(letter, params![day, day * DAY])?;
        }
        Ok(())
    };
    writer.run(fill).await.expect("filled");
    Pruner::new(writer, Monitor::silent(), (Dialect::EventId, Keys::Whole))
}

async fn number(pruner: &Pruner, query: &'static str) -> i64 {
    pruner.run(|transaction| transaction.query_row(query, [], |row| row.get(0))).await.expect("a number")
}

/// Removes until nothing is left, and says how many each time.
async fn removed(pruner: &Pruner, kind: Kind, day: i64, limit: u32) -> Vec<u64> {
    let before = Timestamp::from_millisecond(day * DAY).expect("an instant");
    let mut all = Vec::new();
    loop {
        match pruner.delete_older(kind, before, limit).await.expect("done") {
            0 => return all,
            count => all.push(count),
        }
    }
}

#[tokio::test]
async fn parameters_of_old_clicks_go_and_ids_and_affiliates_stay() {
    let pruner = kept(100).await;
    let counts = removed(&pruner, Kind::ClickParameters, 60, 7).await;
    assert!(counts.iter().all(|count| *count <= 7) && counts.iter().sum::<u64>() == 60, "{counts:?}");
    assert_eq!(number(&pruner, "SELECT count(*) FROM clicks").await, 100);
    assert_eq!(number(&pruner, "SELECT count(*) FROM clicks WHERE parameters = '{\"affiliate\":\"a1\"}'").await, 60);
    let new = "SELECT count(*) FROM clicks WHERE parameters LIKE '%203.0.113.%' AND at >= 60 * 86400000";
    assert_eq!(number(&pruner, new).await, 40);
    assert_eq!(removed(&pruner, Kind::ClickParameters, 60, 7).await, [0; 0], "they are blank already");
    assert_eq!(removed(&pruner, Kind::ClickParameters, 61, 1000).await, [1], "a later walk begins anew");
}

#[tokio::test]
async fn credits_lose_what_no_sum_needs() {
    let pruner = kept(100).await;
    assert_eq!(removed(&pruner, Kind::Payloads, 60, 25).await, [25, 25, 10]);
    let kept = "SELECT count(*) FROM credits WHERE amount = '-1.25' AND currency = 'USD' AND event_id IS NOT NULL";
    assert_eq!(number(&pruner, kept).await, 100);
    assert_eq!(number(&pruner, "SELECT min(id) FROM credits WHERE surplus IS NOT NULL").await, 61);
    assert_eq!(removed(&pruner, Kind::Payloads, 60, 25).await, [0; 0]);
    assert_eq!(removed(&pruner, Kind::Payloads, 62, 25).await, [2], "later there is more");
}

#[tokio::test]
async fn old_dead_letters_go_and_are_counted() {
    let pruner = kept(10).await;
    pruner.monitor.dead_letters(10);
    assert_eq!(removed(&pruner, Kind::DeadLetters, 7, 5).await, [5, 2]);
    assert_eq!(number(&pruner, "SELECT min(seq) FROM dead_letters").await, 7);
    assert!(pruner.monitor.metrics().contains("\npostproof_dead_letters 3\n"));
    assert_eq!(removed(&pruner, Kind::Logs, 7, 5).await, [0; 0], "logs are somebody else's");
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let pruner = kept(1).await;
    pruner.writer.close().await.expect("closed");
    assert_eq!(pruner.delete_older(Kind::Payloads, Timestamp::MAX, 1).await, Err(RetainError));
}

#[test]
fn what_cannot_be_read_goes_as_a_whole() {
    assert_eq!(rest(r#"{"affiliate":"a"}"#), None);
    assert_eq!(
        rest(r#"{"affiliate":"a","brand_id":"b","geo":"BR"}"#).as_deref(),
        Some(r#"{"affiliate":"a","brand_id":"b"}"#)
    );
    assert_eq!(rest("{}"), None);
    assert_eq!(rest(r#"{"gclid":"x"}"#).as_deref(), Some("{}"));
    assert_eq!(rest("ip=203.0.113.7").as_deref(), Some("{}"));
}
