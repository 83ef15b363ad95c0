//! What goes after its time, and what does not go with it.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::Rules;
use super::rig::{Rig, taken};
use crate::clock;
use crate::database::Database;
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
    assert_eq!(removed(&rig, Kind::ClickParameters, clock::wall() - hour).await, [0; 0], "they came just now");
    assert_eq!(removed(&rig, Kind::ClickParameters, clock::wall() + hour).await, [1, 1]);
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
    assert_eq!(removed(&rig, Kind::DeadLetters, clock::wall() - hour).await, [0; 0]);
    assert_eq!(removed(&rig, Kind::DeadLetters, clock::wall() + hour).await, [1, 1]);
    assert_eq!((rig.states().await, rig.get("/operator/dlq").await), ([0, 0, 0], json!({"dlq": []})));
    assert_eq!(rig.get("/operator/counts").await["counts"], counts);
}

#[tokio::test]
async fn what_is_told_late_is_not_old() {
    let rig = Rig::new(Rules::default(), |_, _| (422, "{}")).await;
    let cookie = rig.visit(TRACKER, None).await;
    let long_ago = json!({"occurred_at": "2024-10-20T10:00:00Z"});
    assert_eq!(rig.post("/operator/register", cookie.as_deref(), &long_ago).await.0, 201);
    assert_eq!(rig.quiet().await, [0, 1]);
    let hour = SignedDuration::from_hours(1);
    for kind in [Kind::DeadLetters, Kind::ClickParameters] {
        assert_eq!(removed(&rig, kind, clock::wall() - hour).await, [0; 0], "{kind:?}: it came just now");
    }
    assert_eq!((visitors(&rig).await, rig.states().await), (1, [0, 0, 1]));
    for kind in [Kind::DeadLetters, Kind::ClickParameters] {
        assert_eq!(removed(&rig, kind, clock::wall() + hour).await, [1], "{kind:?}");
    }
}

#[tokio::test]
async fn a_letter_that_was_sent_again_is_as_old_as_its_last_end() {
    let rig = Rig::new(Rules::default(), |_, _| (422, "{}")).await;
    rig.player(TRACKER, "EUR").await;
    assert_eq!(rig.quiet().await, [0, 2]);
    let age = |transaction: &rusqlite::Transaction<'_>| transaction.execute("UPDATE outbox SET given_up = 0", []);
    rig.operator.office().writer.run(age).await.expect("older");
    let first = rig.get("/operator/dlq").await["dlq"][0]["id"].clone();
    rig.post("/operator/dlq/redeliver", None, &json!({"ids": [first]})).await;
    assert_eq!(rig.quiet().await, [0, 2]);
    assert_eq!(removed(&rig, Kind::DeadLetters, clock::wall() - SignedDuration::from_hours(1)).await, [1]);
    assert_eq!(rig.get("/operator/dlq").await["dlq"][0]["id"], first);
}

#[tokio::test]
async fn a_registration_that_is_still_owed_says_all_it_would_have_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("operator.db"));
    let rig = Rig::on(&database, Rules::default(), taken).await;
    rig.operator.drain().await;
    rig.player(TRACKER, "EUR").await;
    let later = clock::wall() + SignedDuration::from_hours(1);
    assert_eq!(removed(&rig, Kind::ClickParameters, later).await, [0; 0]);
    rig.operator.close().await.expect("closed in order");
    let rig = rig.restart(&database).await;
    assert_eq!(rig.quiet().await, [2, 0]);
    let heard = rig.heard();
    let registration = heard.iter().find(|one| one.body["event"] == "registration").expect("a registration");
    assert_eq!(registration.body["ip"], "127.0.0.1");
    assert_eq!(removed(&rig, Kind::ClickParameters, later).await, [1], "once it was told");
}
