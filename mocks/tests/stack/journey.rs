//! Players on the operator's pages, from the click to what the networks counted.

use serde_json::{Value, json};

use crate::harness::{Answer, Running, answer};
use crate::player::{Player, settled};

#[tokio::test]
async fn a_journey_is_credited_exactly_once() {
    let stack = Running::sound().await;
    let mut player = Player::arrive(&stack, "/click?utm_source=a&brand_id=lucky-star").await;
    player.visit("/landing/games").await;
    player.visit("/landing/promotions").await;
    let page = player.visit("/landing/register").await;
    assert!(page.contains("value=\"lucky-star\"") && !page.contains("clk_"), "{page}");
    let registered = player.register(&json!({"geo": "BR", "device": "android", "consent_version": "1"})).await;
    assert_eq!(registered["attribution"], "deterministic");
    player.post("kyc", &json!({"kyc_level": "full"})).await;
    let first = player.post("deposits", &json!({"amount": "100.00", "currency": "EUR"})).await;
    let second = player.post("deposits", &json!({"amount": 25, "currency": "EUR", "payment_method": "card"})).await;
    assert_eq!((&first["is_ftd"], &second["is_ftd"]), (&json!(true), &json!(false)));
    let deposit = json!({"amount": 40.50, "currency": "EUR", "deposit_event_id": first["event_id"]});
    let refund = player.post("refunds", &deposit).await;
    player.post("chargebacks", &json!({"amount": 1, "currency": "EUR"})).await;

    settled(&stack, 6).await;
    let credits = stack.credits().await;
    assert_eq!(credits.len(), 6, "{credits:?}");
    let credit = |event: &Value| {
        let found: Vec<_> = credits.iter().filter(|credit| credit["event_id"] == event["event_id"]).collect();
        assert_eq!(found.len(), 1, "{event}");
        (found[0]["amount"].clone(), found[0]["is_ftd"].clone(), found[0]["brand_id"].clone())
    };
    assert_eq!(credit(&first), (json!(100.0), json!(true), json!("lucky-star")));
    assert_eq!(credit(&second).0, json!(25.0));
    assert_eq!(credit(&refund).0, json!(-40.5));
    assert!(credits.iter().all(|credit| credit["click_id"] == player.click_id.as_str()), "{credits:?}");

    let counts = async |query: &str| stack.json(&format!("/operator/counts?{query}")).await["counts"].clone();
    let own = counts("network=tracker&brand_id=lucky-star").await;
    assert_eq!((own.as_array().map(Vec::len), &counts("network=volta").await), (Some(5), &json!([])), "{own}");
    let shown = stack.json(&format!("/operator/accounts/{}", player.account)).await;
    assert_eq!(shown["click_id"], player.click_id.as_str());
    let states: Vec<_> = shown["events"].as_array().expect("events").iter().map(|event| &event["postback"]).collect();
    assert_eq!(states, [&json!("delivered"); 6]);
    stack.stop().await;
}

#[tokio::test]
async fn each_network_is_told_of_its_own_players() {
    let stack = Running::sound().await;
    let mut volta = Player::arrive(&stack, "/networks/volta/click?brand_id=royal-spin").await;
    let mut keystone = Player::arrive(&stack, "/networks/keystone/click").await;
    for player in [&mut volta, &mut keystone] {
        player.visit("/landing/games").await;
        player.register(&json!({})).await;
        player.post("kyc", &json!({"kyc_level": "basic"})).await;
        let first = player.post("deposits", &json!({"amount": "20", "currency": "USD"})).await;
        player.post("deposits", &json!({"amount": "30", "currency": "USD"})).await;
        // Its own deposit is what it takes back, so the sale has to be there before.
        settled(&stack, 3).await;
        let refund = json!({"amount": "20", "currency": "USD", "deposit_event_id": first["event_id"]});
        player.post("refunds", &refund).await;
    }
    settled(&stack, 8).await;
    let counted = async |name: &str| {
        let shown = stack.json(&format!("/networks/{name}/conversions")).await;
        let all = shown["conversions"].as_array().expect("conversions").clone();
        let mut short: Vec<_> = all.iter().map(|c| format!("{} {}", c["status"], c["payout"])).collect();
        short.sort();
        short.join(", ").replace('"', "")
    };
    assert_eq!(counted("volta").await, "deposit 30.00, ftd 20.00, refund -20.00, registration 0");
    assert_eq!(counted("keystone").await, "lead 0, rebill 30.00, rejected -20.00");
    assert!(stack.credits().await.is_empty(), "the tracker made none of these clicks");
    stack.stop().await;
}

#[tokio::test]
async fn who_came_without_a_click_is_nobodys() {
    let stack = Running::sound().await;
    let mut player = Player::arrive(&stack, "/landing?brand_id=lucky-star").await;
    assert_eq!(player.cookie, None);
    let registered = player.register(&json!({"brand_id": "lucky-star"})).await;
    assert_eq!(registered["attribution"], "organic");
    player.post("deposits", &json!({"amount": "20", "currency": "USD"})).await;
    let counts = stack.json("/operator/counts").await;
    assert_eq!(counts["counts"][0]["event"], "deposit_success");
    assert_eq!(counts["counts"][0]["amount"], "20.00");
    let pending: Vec<_> = counts["delivery"].as_object().expect("networks").values().map(|d| &d["pending"]).collect();
    assert_eq!(pending, [&json!(0); 3]);
    stack.stop().await;
}

#[tokio::test]
async fn methods_and_strangers_are_refused() {
    let stack = Running::sound().await;
    let get = async |path: &str| answer(stack.client.get(stack.at(path))).await;
    let post = async |path: &str, body: &Value| answer(stack.post(path, body)).await;
    assert_eq!(get("/operator/register").await.refusal(), (405, "method_not_allowed"));
    assert_eq!(post("/operator/counts", &json!({})).await.refusal(), (405, "method_not_allowed"));
    assert_eq!(get("/operator/accounts/u_none").await.refusal(), (404, "account_unknown"));
    let deposit = json!({"amount": 1, "currency": "USD"});
    assert_eq!(post("/operator/accounts/u_none/deposits", &deposit).await.refusal(), (404, "account_unknown"));
    assert_eq!(get("/networks/acme/click").await.refusal(), (404, "not_found"));
    let odd = stack.post("/operator/register", &json!({"click_id": "clk_1"}));
    assert_eq!(answer(odd).await.refusal(), (422, "fields_unknown"));
    let text = stack.client.post(stack.at("/operator/register")).body("a=b").header("content-type", "text/plain");
    assert_eq!(answer(text).await.refusal(), (415, "content_type"));
    let large = stack.client.post(stack.at("/operator/register")).body("x".repeat(20_000));
    assert_eq!(answer(large).await.refusal(), (413, "body_unreadable"));
    let Answer { status, body } = get("/networks/volta/postback?cid=nobody&txid=1").await;
    assert_eq!((status, body), (200, json!("ERROR unknown click")));
    stack.stop().await;
}
