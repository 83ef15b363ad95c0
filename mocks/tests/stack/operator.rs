//! The operator's doors: idempotency, first deposits, reversals, sessions, counts.

use std::collections::HashSet;

use postproof_mocks::Database;
use serde_json::{Value, json};

use crate::harness::{Running, answer};
use crate::player::{Player, settled};

async fn depositor(stack: &Running) -> Player<'_> {
    let mut player = Player::arrive(stack, "/click").await;
    player.register(&json!({})).await;
    player
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

#[tokio::test]
async fn the_same_key_does_a_thing_once() {
    let stack = Running::sound().await;
    let player = depositor(&stack).await;
    let keyed = |key: &str, amount: &str| player.request("deposits", &usd(amount)).header("idempotency-key", key);
    let first = answer(keyed("k1", "20")).await;
    assert_eq!((first.status, answer(keyed("k1", "20")).await), (201, first.clone()));
    assert_eq!(answer(keyed("k1", "21")).await.refusal(), (422, "idempotency_key_reused"));
    let other = player.request("refunds", &usd("20")).header("idempotency-key", "k1");
    assert_eq!(answer(other).await.refusal(), (422, "idempotency_key_reused"));
    assert_ne!(answer(keyed("k2", "20")).await.body["event_id"], first.body["event_id"]);
    assert_eq!(answer(keyed("a b", "20")).await.refusal(), (400, "idempotency_key_invalid"));
    // What was refused has done nothing, so its key is free.
    assert_eq!(answer(keyed("k3", "0")).await.refusal(), (422, "amount_invalid"));
    assert_eq!(answer(keyed("k3", "20")).await.status, 201);
    settled(&stack, 4).await;
    assert_eq!(stack.credits().await.len(), 4);
    stack.stop().await;
}

#[tokio::test]
async fn concurrent_requests_do_it_once_and_make_one_first_deposit() {
    let stack = Running::sound().await;
    let player = depositor(&stack).await;
    let keyed = || answer(player.request("deposits", &usd("20")).header("idempotency-key", "one"));
    let (a, b, c, d) = tokio::join!(keyed(), keyed(), keyed(), keyed());
    assert!([&b, &c, &d].iter().all(|other| other.body == a.body), "{a:?} {b:?} {c:?} {d:?}");

    let other = depositor(&stack).await;
    let free = || answer(other.request("deposits", &usd("20")));
    let (a, b, c, d) = tokio::join!(free(), free(), free(), free());
    let all = [a, b, c, d];
    assert_eq!(all.iter().filter(|deposit| deposit.body["is_ftd"] == json!(true)).count(), 1, "{all:?}");
    settled(&stack, 7).await;
    let ids: HashSet<_> = stack.credits().await.iter().map(|credit| credit["event_id"].to_string()).collect();
    assert_eq!(ids.len(), 7);
    stack.stop().await;
}

#[tokio::test]
async fn no_more_goes_back_than_came() {
    let stack = Running::sound().await;
    let player = depositor(&stack).await;
    let refused = async |what: &str, body: &Value| answer(player.request(what, body)).await.refusal().1.to_owned();
    assert_eq!(refused("refunds", &usd("1")).await, "reversal_exceeds_deposits");
    let first = player.post("deposits", &usd("20")).await;
    player.post("deposits", &usd("10")).await;
    let of_first = |amount: &str| json!({"amount": amount, "currency": "USD", "deposit_event_id": first["event_id"]});
    assert_eq!(refused("refunds", &usd("30.01")).await, "reversal_exceeds_deposits");
    assert_eq!(refused("refunds", &json!({"amount": "1", "currency": "EUR"})).await, "reversal_exceeds_deposits");
    assert_eq!(refused("chargebacks", &of_first("25")).await, "reversal_exceeds_deposit");
    player.post("refunds", &of_first("15")).await;
    assert_eq!(refused("chargebacks", &of_first("5.01")).await, "reversal_exceeds_deposit");
    player.post("chargebacks", &of_first("5")).await;
    let unknown = json!({"amount": 1, "currency": "USD", "deposit_event_id": "dep_none"});
    assert_eq!(refused("refunds", &unknown).await, "deposit_unknown");
    player.post("refunds", &usd("10")).await;
    assert_eq!(refused("refunds", &usd("0.01")).await, "reversal_exceeds_deposits");
    stack.stop().await;
}

#[tokio::test]
async fn kyc_has_two_levels_and_comes_after_registration() {
    let stack = Running::sound().await;
    let player = depositor(&stack).await;
    let refused = async |body: &Value| answer(player.request("kyc", body)).await.refusal().1.to_owned();
    player.post("kyc", &json!({"kyc_level": "basic"})).await;
    assert_eq!(refused(&json!({"kyc_level": "basic"})).await, "kyc_passed");
    player.post("kyc", &json!({"kyc_level": "full"})).await;
    assert_eq!(refused(&json!({"kyc_level": "best"})).await, "kyc_level_invalid");
    assert_eq!(refused(&json!({})).await, "field_missing");
    let early = json!({"kyc_level": "full", "occurred_at": "2020-01-01T00:00:00Z"});
    assert_eq!(refused(&early).await, "before_registration");
    stack.stop().await;
}

#[tokio::test]
async fn a_session_outlives_the_stack_and_the_last_click_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let first = Running::on(database.clone()).await;
    let Player { cookie, click_id, .. } = Player::arrive(&first, "/click").await;
    first.stop().await;

    let second = Running::on(database).await;
    let mut player = Player::arrive(&second, "/landing/games").await;
    player.cookie.clone_from(&cookie);
    player.register(&json!({})).await;
    let account = second.json(&format!("/operator/accounts/{}", player.account)).await;
    assert_eq!(account["click_id"], click_id.as_str());

    // The page loaded anew keeps the session; another click begins another.
    player.visit(&format!("/landing?click_id={click_id}")).await;
    assert_eq!(player.cookie, cookie);
    player.visit("/landing?clickid=v1").await;
    assert_ne!(player.cookie, cookie);
    player.register(&json!({})).await;
    let account = second.json(&format!("/operator/accounts/{}", player.account)).await;
    assert_eq!((&account["network"], &account["click_id"]), (&json!("volta"), &json!("v1")));
    second.stop().await;
}

#[tokio::test]
async fn a_form_without_scripts_registers_and_answers_a_page() {
    let stack = Running::sound().await;
    let player = Player::arrive(&stack, "/click?brand_id=goal-bet").await;
    let form = stack
        .client
        .post(stack.at("/operator/register"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html,application/xhtml+xml")
        .header("cookie", player.cookie.clone().expect("a session"))
        .body("brand_id=goal-bet&geo=&device=android&consent_version=1");
    let response = form.send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 201);
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(response.text().await.expect("a page").starts_with("<!doctype html>"));
    settled(&stack, 1).await;
    assert_eq!(stack.credits().await[0]["brand_id"], "goal-bet");
    stack.stop().await;
}

#[tokio::test]
async fn counts_are_the_operators_own_by_day_and_zone() {
    let stack = Running::sound().await;
    let mut player = Player::arrive(&stack, "/landing?brand_id=one").await;
    player.register(&json!({"brand_id": "one", "occurred_at": "2025-10-21T22:30:00Z"})).await;
    let at = |amount: &str, at: &str| json!({"amount": amount, "currency": "EUR", "occurred_at": at});
    player.post("deposits", &at("100", "2025-10-21T22:40:00Z")).await;
    player.post("deposits", &at("0.10", "2025-10-21T23:59:59Z")).await;
    player.post("refunds", &at("30.05", "2025-10-22T00:00:00Z")).await;
    let lines = async |query: &str| {
        let counts = stack.json(&format!("/operator/counts?{query}")).await["counts"].clone();
        let line = |line: &Value| format!("{} {} {} {}", line["day"], line["event"], line["count"], line["amount"]);
        let all: Vec<_> = counts.as_array().expect("counts").iter().map(line).collect();
        all.join("; ").replace('"', "")
    };
    let utc = "2025-10-21 deposit_success 2 100.10; 2025-10-21 registration 1 null; 2025-10-22 refund 1 -30.05";
    assert_eq!(lines("from=2025-10-21&to=2025-10-22").await, utc);
    let malta = "2025-10-22 deposit_success 2 100.10; 2025-10-22 refund 1 -30.05; 2025-10-22 registration 1 null";
    assert_eq!(lines("from=2025-10-21&to=2025-10-22&tz=Europe/Malta").await, malta);
    assert_eq!(lines("from=2025-10-21&brand_id=one").await, utc.rsplit_once("; ").expect("three").0);
    assert_eq!(lines("from=2025-10-21&brand_id=two").await, "");
    assert_eq!(lines("from=2025-10-21&network=tracker").await, "", "nobody's click brought the player");
    let odd = answer(stack.client.get(stack.at("/operator/counts?tz=Mars"))).await;
    assert_eq!(odd.refusal(), (400, "query_invalid"));
    let dashboard = stack.text(&stack.at("/operator/dashboard?from=2025-10-21")).await;
    assert!(dashboard.contains("<td>deposit_success</td><td>2</td><td>100.10</td><td>EUR</td>"), "{dashboard}");
    stack.stop().await;
}
