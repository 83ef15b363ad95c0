//! What each planted mistake does, beside a sound operator that does not.

use serde_json::{Value, json};

use super::super::{MISTAKES, Mistake, Rules};
use super::rig::{Heard, Rig, Script, taken};

/// What came of two players.
struct Tale {
    heard: Vec<Heard>,
    /// Delivered and dead.
    states: [i64; 2],
    /// The dead letters.
    dlq: Value,
    /// What was heard once they were to be delivered again.
    again: Vec<Heard>,
}

/// Two players of two brands come from the tracker's clicks; the first pays in euros twice and takes a part back.
async fn tale(rules: Rules, script: Script) -> Tale {
    let rig = Rig::new(rules, script).await;
    let (account, deposited) =
        rig.player("/landing?click_id=clk_00112233445566778899aabbccddeeff&brand_id=one", "EUR").await;
    let again = json!({"amount": "20", "currency": "EUR", "occurred_at": "2099-01-01T00:00:00Z"});
    assert_eq!(rig.post(&format!("{account}/deposits"), None, &again).await.0, 422, "not in the future");
    let again = json!({"amount": "20", "currency": "EUR"});
    rig.post(&format!("{account}/deposits"), None, &again).await;
    let refund = json!({"amount": "5", "currency": "EUR", "deposit_event_id": deposited["event_id"]});
    rig.post(&format!("{account}/refunds"), None, &refund).await;
    rig.player("/landing?click_id=clk_ffeeddccbbaa99887766554433221100&brand_id=two", "USD").await;
    let states = rig.quiet().await;
    let dlq = rig.get("/operator/dlq").await["dlq"].clone();
    let heard = rig.heard();
    let (code, told) = rig.post("/operator/dlq/redeliver", None, &json!({})).await;
    assert_eq!((code, &told["redelivered"]), (200, &json!(states[1])), "{told}");
    rig.quiet().await;
    let again = rig.heard().split_off(heard.len());
    Tale { heard, states, dlq, again }
}

impl Tale {
    fn all(&self, name: &str) -> Vec<Value> {
        self.heard.iter().map(|one| one.body[name].clone()).filter(|value| !value.is_null()).collect()
    }

    fn of(&self, event: &str) -> Vec<&Heard> {
        self.heard.iter().filter(|one| one.body["event"] == event).collect()
    }

    fn says(&self, text: &str) -> bool {
        self.heard.iter().any(|one| one.text.contains(text))
    }

    /// The age of the oldest token, in seconds.
    fn token_age(&self) -> i64 {
        let now = crate::clock::wall().as_second();
        let issued = self.heard.iter().filter_map(|one| {
            let token = one.headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")?.to_owned();
            jsonwebtoken::dangerous::insecure_decode::<Value>(token).ok()?.claims["iat"].as_i64()
        });
        issued.map(|iat| now - iat).max().unwrap_or_default()
    }

    /// How far the newest event lies behind now, in hours.
    fn hours_behind(&self) -> i64 {
        let instants = self.all("ts_event");
        let instants = instants.iter().filter_map(|value| value.as_str()?.parse::<jiff::Timestamp>().ok());
        let newest = instants.max().expect("some event");
        (crate::clock::wall().as_second() - newest.as_second()) / 3600
    }
}

/// Whether a mistake shows in a tale, and what the network has to do for it to.
fn mark(name: &str) -> (Script, fn(&Tale) -> bool) {
    let busy: Script = |before, heard| if before.is_empty() { (503, "") } else { taken(before, heard) };
    let closed: Script = |_, _| (422, "{}");
    let failing: Script = |_, _| (500, "{}");
    match name {
        "operator-click-lost-in-navigation" => (taken, |tale| tale.heard.is_empty()),
        "operator-click-id-truncated" => (taken, |tale| tale.all("click_id").contains(&json!("clk_0011223344556677"))),
        "operator-fires-twice" => (taken, |tale| {
            let mut ids: Vec<_> = tale.of("refund").iter().map(|one| one.body["event_id"].to_string()).collect();
            ids.dedup();
            ids.len() == 2
        }),
        "operator-fires-twice-same-id" => (taken, |tale| {
            let refunds = tale.of("refund");
            refunds.len() == 2 && refunds[0].body["event_id"] == refunds[1].body["event_id"]
        }),
        "operator-never-retries" => (busy, |tale| tale.states[1] == 1 && tale.dlq[0]["attempts"] == 1),
        "operator-no-dead-letters" => (closed, |tale| tale.states == [0, 0] && tale.dlq == json!([])),
        "operator-redelivery-new-id" => (closed, |tale| {
            let known = tale.all("event_id");
            !tale.again.is_empty() && tale.again.iter().all(|one| !known.contains(&one.body["event_id"]))
        }),
        "operator-redelivery-idle" => (closed, |tale| tale.states[1] > 0 && tale.again.is_empty()),
        "operator-amounts-as-text" => (taken, |tale| tale.says("\"1234.50\"")),
        "operator-amounts-with-comma" => (taken, |tale| tale.says("\"1234,50\"")),
        "operator-local-times" => (taken, |tale| tale.hours_behind() == 3),
        "operator-brand-left-out" => (taken, |tale| tale.all("brand_id").is_empty()),
        "operator-always-usd" => (taken, |tale| !tale.all("currency").contains(&json!("EUR"))),
        "operator-every-deposit-first" => {
            (taken, |tale| tale.all("is_ftd").iter().filter(|first| **first == json!(true)).count() == 3)
        }
        "operator-refund-as-deposit" => {
            (taken, |tale| tale.of("refund").is_empty() && tale.of("deposit_success").len() == 4)
        }
        "operator-macro-unexpanded" => (taken, |tale| tale.all("click_id").iter().all(|id| id == "{click_id}")),
        "operator-token-never-refreshed" => (taken, |tale| tale.token_age() >= 3600),
        "operator-one-brand-only" => {
            (taken, |tale| !tale.all("brand_id").contains(&json!("two")) && tale.heard.len() == 4)
        }
        "operator-any-answer-delivers" => (failing, |tale| tale.states == [6, 0]),
        other => unreachable!("no mark for {other}: say how it shows"),
    }
}

#[tokio::test]
async fn each_mistake_shows_and_the_sound_operator_shows_none() {
    for Mistake { name, .. } in MISTAKES {
        let (script, shows) = mark(name);
        let mut rules = Rules::default();
        Mistake::by_name(name).expect("registered").plant(&mut rules);
        assert!(shows(&tale(rules, script).await), "{name} does not show");
        assert!(!shows(&tale(Rules::default(), script).await), "{name} shows without having been planted");
    }
}

#[tokio::test]
async fn the_sound_operator_tells_each_event_once() {
    let tale = tale(Rules::default(), taken).await;
    assert_eq!((tale.heard.len(), tale.states), (6, [6, 0]));
    let ids = tale.all("event_id");
    assert!(ids.iter().enumerate().all(|(index, id)| !ids[..index].contains(id)), "{ids:?}");
}
