//! Monitoring as an operator of the stack meets it: figures, alerts, the log, and what is let go of.

use std::collections::BTreeMap;
use std::time::Duration;

use postproof_mocks::{
    Config, Database, Dialect, MonitoringSettings, OperatorSettings, RawMonitoring, RawNetwork, RawOperatorSettings,
    RawRetry, TrackerSettings,
};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time;

use crate::harness::{Answer, Running, answer, deposit, money, registration, with};
use crate::player::{Player, settled};
use crate::receiver::Receiver;
use crate::scrape::Page;

/// An amount as it stands in an answer.
#[derive(Deserialize)]
struct Sum<'a> {
    currency: Option<String>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
}

/// Sums by currency, exactly.
fn sums(text: &str) -> BTreeMap<String, Decimal> {
    let rows: Vec<Sum<'_>> = serde_json::from_str(text).expect("rows");
    let mut sums = BTreeMap::new();
    for row in rows {
        if let (Some(currency), Some(amount)) = (row.currency, row.amount) {
            *sums.entry(currency).or_default() += amount.get().parse::<Decimal>().expect("a decimal");
        }
    }
    sums
}

/// The money of `/metrics`, `/totals` and `/credits`, which is one.
async fn money_of(stack: &Running) -> BTreeMap<String, Decimal> {
    stack.quiet().await;
    let page = Page::of(stack).await;
    assert_eq!(page.text("postproof_books_current"), "1");
    let family = page.family("postproof_booked_amount");
    let shown: BTreeMap<String, Decimal> =
        family.iter().map(|(code, sum)| ((*code).to_owned(), sum.parse().expect("a decimal"))).collect();
    assert_eq!(shown, sums(&stack.text(&stack.door("/totals")).await), "/metrics and /totals");
    let credits = stack.text(&stack.urls.read_back).await;
    assert_eq!(shown, sums(&credits), "/metrics and /credits");
    let rows: Vec<Value> = serde_json::from_str(&credits).expect("rows");
    assert_eq!(page.sum("postproof_booked_events_total"), rows.len() as u64);
    shown
}

/// Looks until there is something.
async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..500 {
        if let Some(found) = look().await {
            return found;
        }
        time::sleep(Duration::from_millis(10)).await;
    }
    look().await.expect(what)
}

/// Waits until the page says so.
async fn until(stack: &Running, says: impl Fn(&Page) -> bool) {
    eventually("the page says so", async || says(&Page::of(stack).await).then_some(())).await;
}

async fn monitored(settings: Value) -> Running {
    Running::start(Config { monitoring: checked(settings), ..Config::default() }).await
}

fn checked(settings: Value) -> MonitoringSettings {
    let raw: RawMonitoring = serde_json::from_value(settings).expect("settings");
    raw.try_into().expect("sound settings")
}

/// Sends what a tracker meets on a bad day; answers how many were taken, repeated and refused.
async fn bad_day(stack: &Running) -> (u64, u64, BTreeMap<&'static str, u64>) {
    let click = stack.click().await;
    let euros = |id: &str, amount: f64| with(&deposit(&click, id, amount), json!({"currency": "EUR"}));
    let taken = [
        registration(&click, "reg_1"),
        deposit(&click, "dep_1", 0.1),
        deposit(&click, "dep_2", 0.2),
        euros("dep_3", 20.05),
        with(&deposit(&click, "dep_4", 700), json!({"currency": "JPY"})),
        money("refund", &click, "ref_1", 0.3),
        with(&money("chargeback", &click, "cha_1", 7.5), json!({"currency": "EUR"})),
    ];
    for body in &taken {
        assert_eq!(stack.fire(body).await, Answer::ack(false));
    }
    for body in [&taken[0], &taken[1], &taken[1]] {
        assert_eq!(stack.fire(body).await, Answer::ack(true));
    }
    let forged = with(&taken[1], json!({"event_id": "dep_forged"})).to_string();
    for _ in 0..2 {
        let request = stack.request_as(reqwest::Method::POST, "application/json", &forged);
        let request = request.header("authorization", format!("Bearer {}", stack.token()));
        let forged = answer(request.header("x-signature", stack.signature("another body"))).await;
        assert_eq!(forged.refusal(), (403, "signature_invalid"));
    }
    let stale = stack.request_as(reqwest::Method::POST, "application/json", &forged);
    let stale = answer(stale.header("authorization", format!("Bearer {}", stack.token_of(1_000_000)))).await;
    assert_eq!(stale.refusal(), (401, "token_expired"));
    let unknown = stack.fire(&registration("clk_nobody", "reg_2")).await;
    assert_eq!(unknown.refusal(), (422, "unknown_click"));
    let conflict = stack.fire(&with(&taken[1], json!({"amount": 999.5}))).await;
    assert_eq!(conflict.refusal(), (409, "event_id_conflict"));
    assert_eq!(answer(stack.client.get(&stack.urls.target)).await.refusal(), (405, "method_not_allowed"));
    let refused = [
        ("signature_invalid", 2),
        ("token_expired", 1),
        ("unknown_click", 1),
        ("event_id_conflict", 1),
        ("method_not_allowed", 1),
    ];
    (10, 3, BTreeMap::from(refused))
}

#[tokio::test]
async fn figures_are_those_of_what_was_sent() {
    let stack = Running::sound().await;
    let before = Page::of(&stack).await;
    assert_eq!(
        (before.count("postproof_postbacks_received_total"), before.sum("postproof_booked_events_total")),
        (0, 0)
    );
    let (accepted, repeated, refused) = bad_day(&stack).await;
    stack.quiet().await;
    let page = Page::of(&stack).await;
    let all: u64 = refused.values().sum();
    assert_eq!(page.count("postproof_postbacks_received_total"), accepted + all);
    assert_eq!(page.count("postproof_postbacks_accepted_total"), accepted);
    assert_eq!(page.count("postproof_postbacks_repeated_total"), repeated);
    assert_eq!(page.sum("postproof_postbacks_refused_total"), all);
    for (cause, number) in refused {
        assert_eq!(page.count(&format!("postproof_postbacks_refused_total{{cause=\"{cause}\"}}")), number, "{cause}");
    }
    assert_eq!(page.count("postproof_answer_seconds_count"), accepted + all);
    assert_eq!(page.count("postproof_answer_seconds_bucket{le=\"10\"}"), accepted + all);
    let booked = accepted - repeated;
    assert_eq!(page.count("postproof_ingestion_lag_seconds_count"), booked);
    assert_eq!(page.count("postproof_booking_attempts_total{outcome=\"done\"}"), booked);
    assert_eq!(page.count("postproof_ingestion_lag_seconds_bucket{le=\"60\"}"), booked, "they waited for nothing");
    assert_eq!(page.count("postproof_delivery_delay_seconds_bucket{le=\"3600\"}"), 0, "they happened a year ago");
    assert_eq!(page.count("postproof_queue_depth"), 0);
    assert_eq!(page.sum("postproof_failures_by_hour"), all);
    assert_eq!(page.count("postproof_booked_events_total{event=\"deposit_success\"}"), 4);
    let money: Vec<_> = money_of(&stack).await.into_iter().map(|(code, sum)| format!("{code} {sum}")).collect();
    assert_eq!(money, ["EUR 12.55", "JPY 700", "USD 0.00"]);
    stack.stop().await;
}

#[tokio::test]
async fn the_queue_is_shown_while_it_waits() {
    let stack = Running::sound().await;
    let click = stack.click().await;
    answer(stack.client.post(stack.at("/books/close"))).await;
    for id in ["reg_1", "reg_2"] {
        stack.fire(&registration(&click, id)).await;
    }
    let page = Page::of(&stack).await;
    assert_eq!((page.count("postproof_queue_depth"), page.sum("postproof_booked_events_total")), (2, 0));
    until(&stack, |page| page.count("postproof_booking_attempts_total{outcome=\"again\"}") >= 2).await;
    answer(stack.client.post(stack.at("/books/open"))).await;
    stack.quiet().await;
    assert_eq!(Page::of(&stack).await.sum("postproof_booked_events_total"), 2);
}

#[tokio::test]
async fn a_restart_shows_the_same_money() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let first = Running::on(database.clone()).await;
    bad_day(&first).await;
    let money = money_of(&first).await;
    first.stop().await;
    let second = Running::on(database).await;
    assert_eq!(money_of(&second).await, money);
    let page = Page::of(&second).await;
    assert_eq!(page.count("postproof_postbacks_received_total"), 0, "counts are those of the process");
    second.fire(&deposit(&second.click().await, "dep_9", 0.01)).await;
    assert_eq!(money_of(&second).await["USD"].to_string(), "0.01");
}

#[tokio::test]
async fn errors_beyond_the_threshold_call_the_webhook_and_their_end_does() {
    let receiver = Receiver::listen().await;
    let rule = |name: &str, threshold: u32| json!({"name": name, "rule": "failures", "threshold": threshold, "over": "1s", "for": "0s", "webhook": receiver.url});
    let stack = monitored(json!({"alerts": [rule("refusals", 2), rule("many", 500)]})).await;
    // A rule looks at what came since the look before. Of six refusals one look sees three at least.
    time::sleep(Duration::from_millis(100)).await;
    bad_day(&stack).await;
    let told = receiver.messages(1).await;
    assert_eq!((&told[0]["alert"], &told[0]["state"]), (&json!("refusals"), &json!("firing")));
    assert!(told[0]["value"].as_f64().is_some_and(|value| value > 2.0), "{told:?}");
    assert_eq!(stack.json("/alerts").await["alerts"][1]["state"], "quiet");
    let told = receiver.messages(2).await;
    assert_eq!((&told[1]["alert"], &told[1]["state"], told.len()), (&json!("refusals"), &json!("resolved"), 2));
    until(&stack, |page| page.count("postproof_alert_webhooks_total{outcome=\"sent\"}") == 2).await;
    stack.stop().await;
}

/// An operator whose postbacks to the tracker find nobody.
fn unheard() -> OperatorSettings {
    let mut raw = RawOperatorSettings {
        retry: RawRetry { attempts: 2, base_ms: 1, cap_ms: 1, ..RawRetry::default() },
        ..RawOperatorSettings::default()
    };
    if let RawNetwork::S2sJson(tracker) = &mut raw.networks[0] {
        "http://127.0.0.1:1/postback".clone_into(&mut tracker.url);
    }
    OperatorSettings::check(raw).expect("sound settings")
}

/// What belongs to somebody and is sent along.
const PRIVATE: [&str; 7] = [
    "u_private",
    "203.0.113.77",
    "Mozilla/5.0 (Private)",
    "ann@mail.example",
    "Ann Private",
    "tier_value",
    "gclid_value",
];

#[tokio::test]
async fn the_log_tells_every_step_and_nothing_of_anybody() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stack.log");
    let monitoring = checked(json!({"log": {"to": "file", "file": path}}));
    let stack = Running::start(Config { monitoring, operator: unheard(), ..Config::default() }).await;
    let click = stack.click().await;
    let private = json!({"account_id": PRIVATE[0], "ip": PRIVATE[1], "ua": PRIVATE[2], "email": PRIVATE[3],
        "Ann Private": 1, "tier": PRIVATE[5], "aff_sub": PRIVATE[6]});
    let body = with(&registration(&click, "reg_1"), private);
    assert_eq!(stack.fire(&body).await, Answer::ack(false));
    assert_eq!(stack.fire(&body).await, Answer::ack(true));
    for hostile in ["dep\n{\"at\":\"2020\",\"forged\":1}", PRIVATE[3], &stack.token()] {
        stack.fire(&with(&body, json!({"event_id": hostile, "click_id": PRIVATE[0]}))).await;
    }
    let stale = stack.request_as(reqwest::Method::POST, "application/json", &body.to_string());
    answer(stale.header("authorization", "Bearer aaa.bbb.ccc").header("x-signature", "sha256=abcdef")).await;
    let mut player = Player::arrive(&stack, "/click?gclid=gclid_value&ip=203.0.113.77").await;
    player.register(&json!({})).await;
    let given_up = given_up(&stack).await;
    let (signature, secrets) = (stack.signature(&body.to_string()), stack.secrets.clone());
    let account = player.account.clone();
    stack.quiet().await;
    stack.stop().await;

    let log = std::fs::read_to_string(&path).expect("the log");
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
    let of = |room: &str, outcome: &str| {
        let found = lines.iter().filter(|line| line["room"] == room && line["outcome"] == outcome);
        found.map(|line| line["event_id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((of("tracker", "accepted"), of("tracker", "repeated")), (vec!["reg_1".into()], vec!["reg_1".into()]));
    assert_eq!(of("processing", "booked"), ["reg_1"]);
    let refused = of("tracker", "refused");
    assert_eq!((refused.len(), &*refused[3]), (4, "reg_1"), "found by its id although its token was refused: {log}");
    assert!(refused[..3].iter().all(|id| id.starts_with("sha256:")), "{refused:?}");
    assert_eq!(of("sender", "dead_lettered"), [given_up]);
    assert_eq!(of("sender", "failed").len(), 1);
    let known = ["at", "room", "event_id", "outcome", "status", "cause", "took_ms", "attempt"];
    for line in &lines {
        assert!(line.as_object().expect("an object").keys().all(|key| known.contains(&key.as_str())), "{line}");
    }
    let token_parts = ["aaa.bbb", "eyJ", "sha256=", "abcdef\""];
    let secret = [secrets.jwt.as_str(), signature.trim_start_matches("sha256="), account.as_str()];
    for word in PRIVATE.into_iter().chain(token_parts).chain(secret) {
        assert!(!log.contains(word), "{word} is in the log:\n{log}");
    }
}

/// Waits until the operator has given a postback up, and says which.
async fn given_up(stack: &Running) -> String {
    let dead = async || stack.json("/operator/dlq").await["dlq"][0]["event_id"].as_str().map(str::to_owned);
    let event_id = eventually("something is given up", dead).await;
    let page = Page::of(stack).await;
    assert_eq!(page.count("postproof_sender_attempts_total{outcome=\"again\"}"), 1);
    assert_eq!(page.count("postproof_sender_attempts_total{outcome=\"given_up\"}"), 1);
    assert_eq!((page.count("postproof_sender_retries_total"), page.text("postproof_retried_ratio")), (1, "0.5"));
    event_id
}

#[tokio::test]
async fn a_sender_that_is_heard_has_attempts_and_no_failures() {
    let stack = Running::sound().await;
    let mut player = Player::arrive(&stack, "/click").await;
    player.register(&json!({})).await;
    player.post("deposits", &json!({"amount": "20.35", "currency": "USD"})).await;
    settled(&stack, 2).await;
    assert_eq!(money_of(&stack).await["USD"].to_string(), "20.35");
    let page = Page::of(&stack).await;
    assert_eq!(page.count("postproof_sender_attempts_total{outcome=\"done\"}"), 2);
    assert_eq!((page.sum("postproof_sender_attempts_total"), page.count("postproof_sender_retries_total")), (2, 0));
    stack.stop().await;
}

#[tokio::test]
async fn what_is_old_goes_and_money_and_clicks_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stack.db");
    let database = Database::File(path.clone());
    let first = Running::on(database.clone()).await;
    let click = first.click().await;
    first.fire(&with(&deposit(&click, "dep_1", 20.35), json!({"tier": 1}))).await;
    let money = money_of(&first).await;
    first.stop().await;

    // As if all of it had happened 91 days ago; a dead letter of then and one of yesterday.
    let file = rusqlite::Connection::open(&path).expect("the database");
    let letter = |seq: i64, days: i64| {
        let then = "SELECT max(at) FROM clicks";
        let add =
            format!("INSERT INTO dead_letters VALUES ({seq}, 0, '{{}}', 'why', '[]', ({then}) - {days} * 86400000)");
        file.execute(&add, []).expect("a letter");
    };
    letter(1001, 91);
    letter(1002, 1);
    for ageing in [
        "UPDATE credits SET booked = booked - 91 * 86400000",
        "UPDATE clicks SET at = at - 91 * 86400000, parameters = '{\"affiliate\":\"a1\",\"utm_source\":\"test\"}'",
    ] {
        file.execute(ageing, []).expect("older");
    }
    drop(file);

    let second = Running::on(database).await;
    let removed = until_removed(&second).await;
    assert_eq!(removed, BTreeMap::from([("click_parameters", 1), ("dead_letters", 1), ("logs", 0), ("payloads", 1)]));
    assert_eq!(money_of(&second).await, money, "no sum changes");
    assert_eq!(Page::of(&second).await.count("postproof_dead_letters"), 1, "yesterday's is still there");
    assert_eq!(second.credits().await[0]["surplus_fields"], Value::Null);
    assert_eq!(second.fire(&with(&deposit(&click, "dep_1", 20.35), json!({"tier": 1}))).await, Answer::ack(true));
    assert_eq!(second.fire(&deposit(&click, "dep_2", 1)).await, Answer::ack(false), "the click is known");
    assert_eq!(money_of(&second).await["USD"].to_string(), "21.35");
    second.stop().await;
    let file = rusqlite::Connection::open(&path).expect("the database");
    let kept: String = file.query_row("SELECT parameters FROM clicks", [], |row| row.get(0)).expect("a click");
    assert_eq!(kept, r#"{"affiliate":"a1"}"#);
}

/// A deposit and a registration of that click, each with an id of its own under that name, or without any.
fn two_of(click: &str, name: Option<&str>) -> [Value; 2] {
    [deposit(click, "dep_1", 20.35), registration(click, "reg_1")].map(|mut body| {
        let id = body.as_object_mut().and_then(|members| members.remove("event_id")).expect("an id");
        name.map_or_else(|| body.clone(), |name| with(&body, json!({name: id})))
    })
}

#[tokio::test]
async fn what_went_as_a_dead_letter_can_come_again() {
    for (dialect, name) in [
        (Dialect::EventId, Some("event_id")),
        (Dialect::TransactionId, Some("transaction_id")),
        (Dialect::TransactionId, None),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stack.db");
        let tracker = TrackerSettings { dialect, ..TrackerSettings::default() };
        let config = Config { database: Database::File(path.clone()), tracker, ..Config::default() };
        let first = Running::start(config.clone()).await;
        let bodies = two_of(&first.click().await, name);
        answer(first.post("/books/close", &json!({}))).await;
        for body in &bodies {
            assert_eq!(first.fire(body).await, Answer::ack(false));
        }
        first.stop().await;
        // As if the deposit had been given up long ago, and the registration just now.
        let file = rusqlite::Connection::open(&path).expect("the database");
        let given_up = "INSERT INTO dead_letters SELECT seq, received, postback, 'books_closed', '[]',
            received - (postback LIKE '%deposit_success%') * 91 * 86400000 FROM queue; DELETE FROM queue";
        file.execute_batch(given_up).expect("buried");
        drop(file);
        let second = Running::start(config).await;
        assert_eq!(until_removed(&second).await["dead_letters"], 1);
        assert_eq!(second.fire(&bodies[0]).await, Answer::ack(false), "{name:?}: new, as it was never credited");
        assert_eq!(second.fire(&bodies[0]).await, Answer::ack(true), "{name:?}");
        assert_eq!(second.fire(&bodies[1]).await, Answer::ack(true), "{name:?}: its letter is kept");
        second.quiet().await;
        assert_eq!(second.credits().await.len(), 1, "{name:?}");
        second.stop().await;
    }
}

/// What the first run of the retention job removed.
async fn until_removed(stack: &Running) -> BTreeMap<&'static str, u64> {
    let run = async || stack.json("/retention").await["last_run"]["kinds"].as_array().cloned();
    let kinds = eventually("the job runs", run).await;
    let page = Page::of(stack).await;
    let count = |kind: &'static str| {
        let all = kinds.iter().filter(|shown| shown["kind"] == kind);
        let removed = all.map(|shown| shown["removed"].as_u64().expect("a number")).sum();
        assert_eq!(page.count(&format!("postproof_retention_removed_total{{kind=\"{kind}\"}}")), removed);
        (kind, removed)
    };
    ["logs", "click_parameters", "payloads", "dead_letters"].into_iter().map(count).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_that_hang_up_are_counted_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let stack = Running::on(Database::File(folder.path().join("stack.db"))).await;
    let click = stack.click().await;
    let host = stack.urls.health.trim_start_matches("http://").trim_end_matches("/health").to_owned();
    for number in 0..40 {
        let body = registration(&click, &format!("reg_{number}")).to_string();
        let request = format!(
            "POST /postback HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n\
             x-signature: {}\r\ncontent-length: {}\r\n\r\n{body}",
            stack.token(),
            stack.signature(&body),
            body.len(),
        );
        let mut stream = tokio::net::TcpStream::connect(&host).await.expect("a connection");
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.expect("taken");
    }
    eventually("everything that was received is told of", async || {
        let page = Page::of(&stack).await;
        let [received, accepted] = ["postproof_postbacks_received_total", "postproof_postbacks_accepted_total"]
            .map(|name| page.text(name).parse::<u64>().expect("a number"));
        (received > 0 && received == accepted && stack.credits().await.len() as u64 == received).then_some(())
    })
    .await;
}
