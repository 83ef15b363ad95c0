//! Who is told of what: bonuses, probable matches, personal data.

use serde_json::{Value, json};

use super::super::Rules;
use super::rig::{Rig, taken};

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0";

/// Visits with a phone.
async fn visit(rig: &Rig, path: &str) {
    let request = rig.client.get(format!("{}{path}", rig.doors)).header("user-agent", PHONE);
    assert_eq!(request.send().await.expect("an answer").status().as_u16(), 200);
}

/// Reports an installation, and registers with it.
async fn install(rig: &Rig, install: &Value) -> (Value, Value) {
    let (status, installed) = rig.post("/operator/installs", None, install).await;
    assert_eq!(status, 201, "{installed}");
    let registration = json!({"install_id": install["install_id"]});
    let (status, registered) = rig.post("/operator/register", None, &registration).await;
    assert_eq!(status, 201, "{registered}");
    (installed["attribution"].clone(), registered["attribution"].clone())
}

#[tokio::test]
async fn parameters_carry_the_click_and_nobodys_data() {
    let rig = Rig::new(Rules::default(), taken).await;
    visit(&rig, "/landing").await;
    let (account, deposited) = rig.player("/landing?clickid=v%261&brand_id=one", "USD").await;
    rig.quiet().await;
    let heard = rig.heard();
    let ftd = heard.iter().find(|one| one.query["et"] == "ftd").expect("the deposit's");
    let value = |name: &str| ftd.query[name].as_str();
    assert_eq!([value("cid"), value("payout"), value("currency")], ["v&1", "1234.50", "USD"]);
    assert_eq!(value("txid"), deposited["transaction_id"]);
    let account = account.rsplit('/').next().expect("an id");
    for one in &heard {
        let line = format!("{one:?}");
        assert!(one.headers.get("authorization").is_none() && one.headers.get("cookie").is_none(), "{line}");
        assert!(!line.contains(account) && !one.query.values().any(|value| value.contains("127.0.0.1")), "{line}");
    }
}

#[tokio::test]
async fn a_bonus_is_no_first_deposit_and_nothing_to_pay_for() {
    let rig = Rig::new(Rules::default(), taken).await;
    for landing in ["/landing?click_id=clk_1", "/landing?clickid=v1"] {
        let (account, _) = rig.player(landing, "USD").await;
        let bonus = json!({"amount": 50, "currency": "USD", "bonus": true});
        let (status, given) = rig.post(&format!("{account}/deposits"), None, &bonus).await;
        assert_eq!((status, &given["is_ftd"]), (201, &json!(false)));
        let back = json!({"amount": 50, "currency": "USD", "deposit_event_id": given["event_id"]});
        assert_eq!(rig.post(&format!("{account}/refunds"), None, &back).await.0, 422);
    }
    assert_eq!(rig.quiet().await, [5, 0]);
    let heard = rig.heard();
    let bonuses: Vec<_> = heard.iter().filter(|one| one.body["bonus"] == json!(true)).collect();
    assert_eq!((bonuses.len(), &bonuses[0].body["is_ftd"]), (1, &json!(false)));
    assert!(!heard.iter().any(|one| one.query.get("payout").is_some_and(|payout| payout == "50.00")));
}

#[tokio::test]
async fn a_bonus_before_the_first_payment_takes_nothing_from_it() {
    let rig = Rig::new(Rules::default(), taken).await;
    let (_, registered) = rig.post("/operator/register", None, &json!({})).await;
    let path = format!("/operator/accounts/{}/deposits", registered["account_id"].as_str().expect("an account"));
    let mut first = Vec::new();
    for bonus in [true, false, false] {
        let deposit = json!({"amount": 10, "currency": "USD", "bonus": bonus});
        first.push(rig.post(&path, None, &deposit).await.1["is_ftd"].clone());
    }
    assert_eq!(first, [json!(false), json!(true), json!(false)]);
}

#[tokio::test]
async fn an_installation_with_a_click_is_certain() {
    let rig = Rig::new(Rules::default(), taken).await;
    let attribution = install(&rig, &json!({"install_id": "i1", "click_id": "clk_9"})).await;
    assert_eq!(attribution, (json!("deterministic"), json!("deterministic")));
    install(&rig, &json!({"install_id": "i2", "click_id": "v9", "network": "volta"})).await;
    assert_eq!(rig.quiet().await, [2, 0]);
    let heard = rig.heard();
    let told = heard.iter().find(|one| one.path == "/postback").expect("the tracker's");
    assert_eq!((&told.body["click_id"], &told.body["attribution"]), (&json!("clk_9"), &Value::Null));
    assert!(heard.iter().any(|one| one.query.get("cid").is_some_and(|cid| cid == "v9")));
}

#[tokio::test]
async fn a_probable_match_is_marked_and_never_billable() {
    let rig = Rig::new(Rules::default(), taken).await;
    visit(&rig, "/landing?click_id=clk_7&brand_id=one").await;
    // The app names the same system from the same network; whoever does not is nobody's.
    let alike = json!({"install_id": "i1", "ua": "Casino/3.1 (Android 14)"});
    assert_eq!(install(&rig, &alike).await, (json!("probabilistic"), json!("probabilistic")));
    let other_system = json!({"install_id": "i2", "ua": "Casino/3.1 iPhone"});
    assert_eq!(install(&rig, &other_system).await, (json!("organic"), json!("organic")));
    let elsewhere = json!({"install_id": "i3", "ua": PHONE, "ip": "203.0.113.7"});
    assert_eq!(install(&rig, &elsewhere).await, (json!("organic"), json!("organic")));
    assert_eq!(rig.quiet().await, [1, 0]);
    let told = rig.heard().remove(0);
    assert_eq!((&told.body["click_id"], &told.body["attribution"]), (&json!("clk_7"), &json!("probabilistic")));
    assert_eq!(told.body["brand_id"], "one");

    // A network that cannot be told so would pay, and is not told at all.
    let rig = Rig::new(Rules::default(), taken).await;
    visit(&rig, "/landing?clickid=v7").await;
    assert_eq!(install(&rig, &json!({"install_id": "i1", "ua": PHONE})).await.1, json!("probabilistic"));
    assert_eq!((rig.quiet().await, rig.heard().len()), ([0, 0], 0));
}

#[tokio::test]
async fn the_first_word_about_an_installation_stands() {
    let rig = Rig::new(Rules::default(), taken).await;
    assert_eq!(install(&rig, &json!({"install_id": "i1"})).await.0, json!("organic"));
    let late = json!({"install_id": "i1", "click_id": "clk_1"});
    assert_eq!(rig.post("/operator/installs", None, &late).await.1["attribution"], "organic");
    let (status, refusal) = rig.post("/operator/register", None, &json!({"install_id": "i2"})).await;
    assert_eq!((status, &refusal["error"]), (422, &json!("origin_unknown")));
    let stranger = json!({"install_id": "i3", "click_id": "c", "network": "acme"});
    assert_eq!(rig.post("/operator/installs", None, &stranger).await.1["error"], "network_unknown");
}
