//! What goes after its time, and what does not go with it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::Rules;
use super::rig::{Rig, taken};
use crate::clock;
use crate::monitoring::retention::{Kind, Retain};

const TRACKER: &str = "/landing?click_id=clk_1";

async fn visitors(rig: &Rig) -> i64 {
    let known = "SELECT count(*) FROM accounts WHERE ip IS NOT NULL OR ua IS NOT NULL";
    let count = |transaction: &rusqlite::Transaction<'_>| transaction.query_row(known, [], |row| row.get(0));
    rig.operator.office().writer.run(count).await.expect("a count")
}

/// Removes until nothing is left, and says how much each time.
async fn removed(rig: &Rig, kind: Kind, before: Timestamp) -> Vec<u64> {
    let mut all = Vec::new();
    loop {
        match rig.operator.delete_older(kind, before, 1).await.expect("done") {
            0 => return all,
            count => all.push(count),
        }
    }
}

#[tokio::test]
async fn old_visitors_are_forgotten_and_their_accounts_are_not() {
    let rig = Rig::new(Rules::default(), taken).await;
    let (account, _) = rig.player(TRACKER, "EUR").await;
    rig.player(TRACKER, "EUR").await;
    rig.quiet().await;
    let (before, counts) = (rig.get(&account).await, rig.get("/operator/counts").await);
    assert_eq!(visitors(&rig).await, 2);
    let hour = SignedDuration::from_hours(1);
    assert_eq!(removed(&rig, Kind::ClickParameters, clock::now() - hour).await, [0; 0], "they came just now");
    assert_eq!(removed(&rig, Kind::ClickParameters, clock::now() + hour).await, [1, 1]);
    assert_eq!(visitors(&rig).await, 0);
    assert_eq!((rig.get(&account).await, rig.get("/operator/counts").await), (before, counts));
}

#[tokio::test]
async fn old_dead_letters_go_and_counts_of_events_stay() {
    let rig = Rig::new(Rules::default(), |_, _| (422, "{}")).await;
    rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [0, 2]);
    let counts = rig.get("/operator/counts").await["counts"].clone();
    let hour = SignedDuration::from_hours(1);
    assert_eq!(removed(&rig, Kind::DeadLetters, clock::now() - hour).await, [0; 0]);
    assert_eq!(removed(&rig, Kind::DeadLetters, clock::now() + hour).await, [1, 1]);
    assert_eq!((rig.states().await, rig.get("/operator/dlq").await), ([0, 0, 0], json!({"dlq": []})));
    assert_eq!(rig.get("/operator/counts").await["counts"], counts);
}
