//! The reports over real sockets: what the books come to, and how they compare with what the operator counts.

use std::time::Duration;

use postproof_mocks::{
    Config, Database, Defect, Mistake, OperatorSettings, Programme, RawOperatorSettings, RawProgramme, Stack,
    StartError, TrackerSettings,
};
use serde_json::{Value, json};

use crate::harness::{Running, answer, deposit, money, registration, with};
use crate::player::{Player, settled};

/// Events of October 2025 are told now, so every booking is late.
const FROM: &str = "from=2025-10-01&to=2025-10-31";

/// A click of that affiliate.
async fn click_of(stack: &Running, query: &str) -> String {
    Player::arrive(stack, &format!("/click?{query}")).await.click_id
}

/// A player of acme: registered and paid in euros, half an hour before midnight in UTC.
async fn late_payer(stack: &Running) {
    let click = click_of(stack, "affiliate=acme&brand=one&utm_source=mail&geo=BR&device=ios&creative=red").await;
    let at = json!({"account_id": "u_1", "ts_event": "2025-10-21T01:30:00Z"});
    stack.fire(&with(&registration(&click, "reg_1"), at.clone())).await;
    let paid = json!({"account_id": "u_1", "currency": "EUR", "is_ftd": true, "ts_event": "2025-10-21T02:00:00Z"});
    stack.fire(&with(&deposit(&click, "dep_1", 100), paid)).await;
    stack.quiet().await;
}

async fn group(stack: &Running, path: &str) -> Value {
    let sheet = stack.json(path).await;
    assert_eq!(sheet["groups"].as_array().map(Vec::len), Some(1), "{sheet}");
    sheet["groups"][0].clone()
}

#[tokio::test]
async fn a_player_is_seen_from_click_to_commission() {
    let stack = Running::sound().await;
    late_payer(&stack).await;
    let sheet = stack.json("/reports/affiliate/acme").await;
    let total = &sheet["total"];
    assert_eq!((&sheet["report_currency"], &sheet["zone"]), (&json!("USD"), &json!("UTC")));
    assert_eq!((&total["clicks"], &total["registrations"], &total["ftds"]), (&json!(1), &json!(1), &json!(1)));
    // 100.00 EUR by the rate of 2025-10-21, and the default contract's sum.
    assert_eq!((&total["deposit_sum"], &total["commission"]), (&json!(109.8), &json!(100.0)));
    assert_eq!((&total["depositors_d7"], &total["registrants_d30"]), (&json!(1), &json!(1)));
    for (by, value) in [("brand", "one"), ("utm_source", "mail"), ("geo", "BR"), ("device", "ios"), ("creative", "red")]
    {
        assert_eq!(group(&stack, &format!("/reports/manager?by={by}&from=2025-10-21&to=2025-10-21")).await[by], value);
    }
    let nobody = stack.json("/reports/affiliate/nobody").await;
    assert_eq!((&nobody["total"]["deposits"], &nobody["groups"]), (&json!(0), &json!([])));
    stack.stop().await;
}

#[tokio::test]
async fn commission_follows_the_first_deposit_however_late_it_comes() {
    let stack = Running::sound().await;
    let first = click_of(&stack, "affiliate=acme").await;
    let other = click_of(&stack, "affiliate=blue").await;
    let flagged = |click: &str, id: &str, at: &str| {
        with(&deposit(click, id, 50.5), json!({"account_id": "u_1", "is_ftd": true, "ts_event": at}))
    };
    stack.fire(&flagged(&other, "late", "2025-10-21T12:00:00Z")).await;
    stack.quiet().await;
    let owed =
        async |name: &str| stack.json(&format!("/reports/affiliate/{name}")).await["total"]["commission"].clone();
    assert_eq!((owed("acme").await, owed("blue").await), (json!(0.0), json!(100.0)));
    stack.fire(&flagged(&first, "early", "2025-10-21T06:00:00Z")).await;
    stack.quiet().await;
    assert_eq!((owed("acme").await, owed("blue").await), (json!(100.0), json!(0.0)));
    stack.stop().await;
}

#[tokio::test]
async fn the_rate_of_the_wrong_day_moves_money_and_nothing_else() {
    let mut sheets = Vec::new();
    for defects in [&[][..], &["fx-of-wrong-day"][..]] {
        let stack = Running::with(defects).await;
        late_payer(&stack).await;
        sheets.push(group(&stack, "/reports/manager?by=affiliate,day&to=2025-10-31").await);
        stack.stop().await;
    }
    let [sound, wrong] = &sheets[..] else { panic!("two sheets") };
    assert_eq!(sound["deposit_sum"], json!(109.8), "{sound}");
    assert_ne!(wrong["deposit_sum"], sound["deposit_sum"], "{wrong}");
    let changed = differing(sound, wrong);
    for figure in ["affiliate", "day", "deposits", "ftds", "commission", "unconverted"] {
        assert!(!changed.contains(&figure.to_owned()), "{figure}: {wrong}");
    }
}

#[tokio::test]
async fn a_day_cut_in_local_time_moves_events_to_another_day_and_nothing_else() {
    let mut sheets = Vec::new();
    for defects in [&[][..], &["day-boundary-local"][..]] {
        let stack = Running::with(defects).await;
        late_payer(&stack).await;
        let groups = stack.json("/reports/manager?by=day").await["groups"].clone();
        let paid = groups.as_array().expect("groups").iter().find(|group| group["deposits"] == json!(1));
        sheets.push(paid.expect("the day of the deposit").clone());
        stack.stop().await;
    }
    let [sound, wrong] = &sheets[..] else { panic!("two sheets") };
    assert_eq!((&sound["day"], &wrong["day"]), (&json!("2025-10-21"), &json!("2025-10-20")));
    assert_eq!(differing(sound, wrong), ["day"]);
}

fn differing(one: &Value, other: &Value) -> Vec<String> {
    let one = one.as_object().expect("a row");
    one.iter().filter(|(name, value)| other[name.as_str()] != **value).map(|(name, _)| name.clone()).collect()
}

/// Players of two brands on the operator's pages, paying in two currencies on two days.
async fn played(stack: &Running) {
    for brand in ["lucky-star", "goal-bet"] {
        let mut player = Player::arrive(stack, &format!("/click?affiliate=acme&brand_id={brand}")).await;
        player.register(&json!({"occurred_at": "2025-10-20T10:00:00Z"})).await;
        let pay =
            |amount: &str, currency: &str, at: &str| json!({"amount": amount, "currency": currency, "occurred_at": at});
        player.post("deposits", &pay("100", "EUR", "2025-10-21T23:30:00Z")).await;
        player.post("deposits", &pay("2500", "JPY", "2025-10-22T10:00:00Z")).await;
        player.post("refunds", &pay("30.05", "EUR", "2025-10-22T12:00:00Z")).await;
    }
    // A player of another network is none of the tracker's, and must not look lost.
    let mut volta = Player::arrive(stack, "/networks/volta/click?brand_id=goal-bet").await;
    volta.register(&json!({"occurred_at": "2025-10-20T10:00:00Z"})).await;
}

async fn discrepancy(stack: &Running, query: &str) -> Value {
    stack.quiet().await;
    stack.json(&format!("/reports/discrepancy?{FROM}{query}")).await
}

fn beyond(sheet: &Value) -> Vec<String> {
    let groups = sheet["groups"].as_array().expect("groups").iter().filter(|group| group["beyond"] == json!(true));
    groups.map(|group| format!("{} {} {}", group["brand"], group["event"], group["count_difference"])).collect()
}

#[tokio::test]
async fn the_operators_counts_and_the_books_agree_by_day_in_any_zone() {
    let stack = Running::sound().await;
    played(&stack).await;
    settled(&stack, 9).await;
    for (zone, days) in [("", 3), ("&tz=Europe/Malta", 2), ("&tz=Asia/Kathmandu", 2)] {
        let sheet = discrepancy(&stack, zone).await;
        assert_eq!((sheet["days"].as_array().map(Vec::len), beyond(&sheet)), (Some(days), vec![]), "{sheet}");
        for row in sheet["groups"].as_array().expect("groups") {
            assert_eq!((&row["count_difference"], row["tracker_count"] == json!(0)), (&json!(0), false), "{row}");
            assert!(row["amount_difference"].as_f64().is_none_or(|difference| difference == 0.0), "{row}");
        }
        let refund = sheet["groups"].as_array().expect("groups").iter().find(|row| row["event"] == "refund");
        assert_eq!(refund.expect("a refund")["operator_amount"], json!(-30.05));
    }
    stack.stop().await;
}

/// A stack whose operator tells these networks and no others.
async fn telling(networks: Value) -> Running {
    let raw: RawOperatorSettings = serde_json::from_value(json!({"networks": networks})).expect("well formed");
    let operator = OperatorSettings::check(raw).expect("sound settings");
    Running::start(Config { operator, ..Config::default() }).await
}

#[tokio::test]
async fn what_a_network_does_not_want_is_not_missing_there_whatever_it_is_called() {
    let own = |name: &str, parameter: &str, events: &[&str]| {
        json!({"kind": "s2s-json", "name": name, "url": "{base}/postback", "click_parameter": parameter,
            "events": events})
    };
    let house = own("house", "click_id", &["registration"]);
    let annex = own("annex", "aid", &["registration", "deposit_success"]);
    let elsewhere = json!({"kind": "s2s-json", "name": "tracker", "url": "http://127.0.0.1:1/postback",
        "click_parameter": "tid", "events": ["kyc_approved"]});
    let stack = telling(json!([house, annex, elsewhere])).await;
    let (click, at) = (stack.click().await, json!({"occurred_at": "2025-10-20T10:00:00Z"}));
    let paid = json!({"amount": "20", "currency": "EUR", "occurred_at": "2025-10-20T11:00:00Z"});
    for landing in ["/click".to_owned(), format!("/landing?aid={click}"), "/landing?tid=t1".to_owned()] {
        let mut player = Player::arrive(&stack, &landing).await;
        player.register(&at).await;
        player.post("deposits", &paid).await;
    }
    settled(&stack, 3).await;
    let sheet = discrepancy(&stack, "").await;
    let groups = sheet["groups"].as_array().expect("groups").iter();
    let counts: Vec<_> = groups.map(|row| [&row["event"], &row["operator_count"], &row["tracker_count"]]).collect();
    let agreed = [[json!("deposit_success"), json!(1), json!(1)], [json!("registration"), json!(2), json!(2)]];
    assert_eq!(counts, agreed.each_ref().map(<[Value; 3]>::each_ref), "{sheet}");
    let all = stack.json(&format!("/operator/counts?{FROM}")).await["counts"].clone();
    let all: Vec<_> = all.as_array().expect("counts").iter().map(|line| &line["count"]).collect();
    assert_eq!(all, [3, 3], "whoever names no network is told everything");
    stack.stop().await;
    let stack = telling(json!([elsewhere])).await;
    assert_eq!(answer(stack.client.get(stack.at("/reports/discrepancy"))).await.refusal(), (404, "no_operator"));
    stack.stop().await;
}

#[tokio::test]
async fn a_brand_that_is_never_told_shows_as_a_gap() {
    let mistakes = vec![Mistake::by_name("operator-one-brand-only").expect("a registered mistake")];
    let stack = Running::start(Config { mistakes, ..Config::default() }).await;
    played(&stack).await;
    settled(&stack, 4).await;
    let sheet = discrepancy(&stack, "").await;
    let events = ["deposit_success", "deposit_success", "refund", "registration"];
    let expected = events.map(|event| format!("\"goal-bet\" \"{event}\" -1"));
    let mut found = beyond(&sheet);
    found.sort();
    assert_eq!(found, expected, "{sheet}");
    assert!(sheet["days"].as_array().expect("days").iter().all(|day| day["reconcile_by"].is_string()), "{sheet}");
    stack.stop().await;
}

#[tokio::test]
async fn a_postback_that_is_never_sent_again_shows_as_a_gap() {
    for (mistake, gap) in [(None, vec![]), (Some("operator-never-retries"), vec!["null \"deposit_success\" -1"])] {
        let mistakes = mistake.map(|name| Mistake::by_name(name).expect("a registered mistake"));
        // One postback fills the queue while the books are closed, and the next is told to come again.
        let tracker = TrackerSettings { queue_capacity: 1, ..TrackerSettings::default() };
        let config = Config { mistakes: mistakes.into_iter().collect(), tracker, ..Config::default() };
        let stack = Running::start(config).await;
        answer(stack.post("/books/close", &json!({}))).await;
        let mut player = Player::arrive(&stack, "/click").await;
        player.register(&json!({"occurred_at": "2025-10-20T10:00:00Z"})).await;
        settled(&stack, 1).await;
        let paid = json!({"amount": "20", "currency": "EUR", "occurred_at": "2025-10-21T10:00:00Z"});
        player.post("deposits", &paid).await;
        while mistake.is_some() && stack.json("/operator/counts").await["delivery"]["tracker"]["dead"] != json!(1) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        answer(stack.post("/books/open", &json!({}))).await;
        if mistake.is_none() {
            settled(&stack, 2).await;
        }
        assert_eq!(beyond(&discrepancy(&stack, "").await), gap);
        stack.stop().await;
    }
}

#[tokio::test]
async fn days_cut_in_local_time_do_not_agree_with_the_operators() {
    let defects = vec![Defect::by_name("day-boundary-local").expect("a registered defect")];
    let stack = Running::start(Config { defects, ..Config::default() }).await;
    let mut player = Player::arrive(&stack, "/click?brand_id=goal-bet").await;
    player.register(&json!({"occurred_at": "2025-10-20T01:00:00Z"})).await;
    settled(&stack, 1).await;
    let sheet = discrepancy(&stack, "").await;
    assert_eq!(beyond(&sheet).len(), 2, "{sheet}");
    stack.stop().await;
}

#[tokio::test]
async fn a_gift_is_no_first_deposit() {
    let stack = Running::sound().await;
    let click = click_of(&stack, "affiliate=acme").await;
    let gift = json!({"is_ftd": true, "bonus": true, "account_id": "u_1"});
    stack.fire(&with(&deposit(&click, "gift", 50.5), gift)).await;
    stack.fire(&with(&deposit(&click, "paid", 50.5), json!({"is_ftd": true, "account_id": "u_2"}))).await;
    let credits = stack.credits().await;
    let first: Vec<_> = credits.iter().filter(|c| c["is_ftd"] == true).filter_map(|c| c["event_id"].as_str()).collect();
    assert_eq!((first, &credits[0]["surplus_fields"]), (vec!["paid"], &Value::Null));
    stack.stop().await;
}

#[tokio::test]
async fn a_probable_match_and_a_sent_commission_reach_the_report() {
    let stack = Running::sound().await;
    let click = click_of(&stack, "affiliate=acme").await;
    let flagged = |id: &str, more: Value| {
        let body = with(&deposit(&click, id, 50.5), json!({"is_ftd": true, "account_id": id}));
        with(&body, more)
    };
    stack.fire(&flagged("probable", json!({"attribution": "probabilistic"}))).await;
    stack.fire(&flagged("sent", json!({"commission": 35.5}))).await;
    stack.fire(&with(&money("refund", &click, "ref_1", 20.25), json!({"account_id": "sent"}))).await;
    stack.quiet().await;
    let total = stack.json("/reports/affiliate/acme").await["total"].clone();
    assert_eq!((&total["ftds"], &total["not_billable_ftds"]), (&json!(2), &json!(1)));
    assert_eq!((&total["commission"], &total["ngr"]), (&json!(35.5), &json!(80.75)));
    stack.stop().await;
}

#[tokio::test]
async fn an_address_without_a_report_is_told_where_there_are_some() {
    let stack = Running::sound().await;
    let unknown = answer(stack.client.get(stack.at("/report"))).await;
    assert_eq!(unknown.refusal(), (404, "not_found"));
    assert!(unknown.body["hint"].as_str().is_some_and(|hint| hint.contains("/reports")), "{unknown:?}");
    let posted = answer(stack.post("/reports/manager", &json!({}))).await;
    assert_eq!(posted.refusal(), (405, "method_not_allowed"));
    stack.stop().await;
}

/// A stack that pays so.
async fn contracted(terms: &str, database: Database) -> Result<Stack, StartError> {
    let raw: RawProgramme = serde_json::from_str(terms).expect("a programme");
    let programme = Programme::load(raw, std::path::Path::new(".")).expect("checked terms");
    let tracker = TrackerSettings { programme, ..TrackerSettings::default() };
    Stack::bind(Config { tracker, database, ..Config::default() }).await
}

#[tokio::test]
async fn a_bounty_is_taken_back_in_the_month_in_which_the_money_was() {
    let terms = r#"{"terms": {"ftd": {"minimum": "50"}, "fees": {"percent_of_deposits": "2"}, "affiliates": {
        "acme": {"model": "cpa", "amount": "80.00", "amount_by_brand": {"lux": "120.00"}, "clawback": true}}}}"#;
    let stack = Running::serve(contracted(terms, Database::Memory).await.expect("a stack"));
    let click = click_of(&stack, "affiliate=acme&brand=lux").await;
    let at = |body: &Value, at: &str| with(body, json!({"account_id": "u_1", "ts_event": at, "is_ftd": true}));
    let (small, enough) = (deposit(&click, "small", 49.5), deposit(&click, "enough", 60.5));
    let (october, november) = (money("refund", &click, "ref_2", 60), money("chargeback", &click, "cha_1", 0.5));
    stack.fire(&at(&small, "2025-09-01T00:00:00Z")).await;
    stack.fire(&at(&enough, "2025-09-02T00:00:00Z")).await;
    // The later one comes first.
    for (body, instant) in [(&november, "2025-11-05T00:00:00Z"), (&october, "2025-10-05T00:00:00Z")] {
        stack.fire(&at(body, instant)).await;
        stack.quiet().await;
    }
    let sheet = stack.json("/reports/affiliate/acme?by=month&to=2025-12-31").await;
    let months = sheet["groups"].as_array().expect("months").iter();
    let months: Vec<_> =
        months.map(|month| format!("{} {} {}", month["month"], month["commission"], month["ngr"])).collect();
    assert_eq!(months, [r#""2025-09" 120.0 107.8"#, r#""2025-10" 0.0 -60.0"#, r#""2025-11" -120.0 -0.5"#], "{sheet}");
    stack.stop().await;
}

#[tokio::test]
async fn books_in_another_currency_are_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let rates = folder.path().join("fx.csv");
    std::fs::write(&rates, "date,currency,rate_to_EUR\n2020-01-01,USD,0.9\n").expect("written");
    let database = Database::File(folder.path().join("stack.db"));
    let euros = json!({"rates": rates, "terms": {"report_currency": "EUR"}}).to_string();
    drop(contracted(&euros, database.clone()).await.expect("books in euros"));
    let refused = contracted("{}", database.clone()).await.expect_err("books in dollars").to_string();
    assert!(refused.contains("keeps its books in EUR") && refused.contains("report in USD"), "{refused}");
    contracted(&euros, database).await.expect("books in euros again");
}
