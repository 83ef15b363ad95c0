//! Operators of other makes, and broken ones: what a run through them makes of their answers. Each fires at the books of
//! its own, as its sender would.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use postproof::model::Verdict;
use postproof::report::RunReport;
use postproof::run::{Fixed, RunError};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::harness::{Served, ids, run, run_into, shown};

/// What a scripted operator does with a step that is new to it: what its sender books, and what it answers. The second
/// argument is the number of the step, from 1.
type Doing = dyn Fn(&Value, usize) -> (Vec<Value>, ResponseTemplate) + Send + Sync;

/// An operator with its books: a click page, a landing page that opens a session, `POST /do/<what>` for the steps, and
/// `GET /credits`. It knows a step again by its key, and answers as before.
async fn operator(
    doing: impl Fn(&Value, usize) -> (Vec<Value>, ResponseTemplate) + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    let doing: Arc<Doing> = Arc::new(doing);
    let clicks = Mutex::new(0);
    let landing = format!("{}/landing", server.uri());
    let click = move |_: &Request| {
        let mut clicks = clicks.lock().expect("no panic");
        *clicks += 1;
        ResponseTemplate::new(302).insert_header("Location", format!("{landing}?click_id=c{clicks}"))
    };
    Mock::given(path("/click")).respond_with(click).mount(&server).await;
    let page = |request: &Request| {
        let click = request.url.query_pairs().next().map_or_else(String::new, |(_, click)| click.into_owned());
        ResponseTemplate::new(200).insert_header("Set-Cookie", format!("sid=session-of-{click}; Path=/"))
    };
    Mock::given(path("/landing")).respond_with(page).mount(&server).await;
    let books: Arc<Mutex<Vec<Value>>> = Arc::default();
    let credits = Arc::clone(&books);
    let read = move |_: &Request| ResponseTemplate::new(200).set_body_json(&*credits.lock().expect("no panic"));
    Mock::given(path("/credits")).respond_with(read).mount(&server).await;
    let known: Mutex<HashMap<String, ResponseTemplate>> = Mutex::default();
    let step = move |request: &Request| {
        let mut known = known.lock().expect("no panic");
        let key = header(request, "idempotency-key");
        if let Some(answer) = known.get(&key) {
            return answer.clone();
        }
        let mut body: Value = serde_json::from_slice(&request.body).expect("JSON");
        body["click_id"] = header(request, "cookie").trim_start_matches("sid=session-of-").into();
        body["event"] = request.url.path().trim_start_matches("/do/").into();
        let number = known.len() + 1;
        let (credits, answer) = doing(&body, number);
        books.lock().expect("no panic").extend(credits);
        known.insert(key, answer.clone());
        answer
    };
    Mock::given(method("POST")).respond_with(step).mount(&server).await;
    server
}

fn header(request: &Request, name: &str) -> String {
    request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// What a sound tracker has of a step after its postback.
fn credit(step: &Value, event_id: &str) -> Value {
    let mut credit = json!({"event_id": event_id, "click_id": step["click_id"], "event": step["event"],
        "ts_event": step["occurred_at"]});
    if !step["amount"].is_null() {
        let sign = if matches!(step["event"].as_str(), Some("refund" | "chargeback")) { "-" } else { "" };
        credit["amount"] = format!("{sign}{}", step["amount"]).into();
        credit["currency"] = step["currency"].clone();
    }
    credit
}

fn answer(number: usize) -> ResponseTemplate {
    ResponseTemplate::new(201)
        .set_body_json(json!({"data": {"id": format!("ev-{number}"), "user": format!("u{number}")}}))
}

/// The scenario for such an operator.
fn scenario(server: &MockServer, more: &str) -> String {
    let uri = server.uri();
    format!(
        "through = \"operator\"\n[target]\nclick_url = \"{uri}/click\"\ntimeout = \"1s\"\n\
         [operator]\nurl = \"{uri}\"\n[operator.paths]\npages = []\nregister = \"/do/registration\"\n\
         kyc = \"/do/kyc_approved\"\ndeposit = \"/do/deposit_success\"\nrefund = \"/do/refund\"\n\
         chargeback = \"/do/chargeback\"\n[operator.fields]\naccount = \"user\"\n\
         [operator.answer]\nevent_id = \"/data/id\"\naccount_id = \"/data/user\"\n\
         [read_back]\nurl = \"{uri}/credits\"\nsettle = \"1s\"\n\
         [send]\nattempts = 3\nbackoff_base = \"1ms\"\nbackoff_cap = \"2ms\"\n\
         [journeys]\nplayers = 8\nfunnel = {{ reversal = \"50%\" }}\n{more}"
    )
}

fn observed<'a>(report: &'a RunReport, id: &str) -> (Verdict, &'a str) {
    let check = report.checks.iter().find(|check| check.id == id);
    check.map_or_else(|| panic!("no {id}: {}", shown(report)), |check| (check.verdict, check.observed.as_str()))
}

#[tokio::test]
async fn an_operator_of_another_make_passes_and_the_report_names_the_road() {
    let server = operator(|step, number| (vec![credit(step, &format!("ev-{number}"))], answer(number))).await;
    let report = run(&scenario(&server, ""), 1).await;
    assert_eq!((report.verdict, report.through), (Verdict::Pass, "operator"), "{}", shown(&report));
    assert!(report.faults.iter().all(|fault| fault.reached > 0), "{:?}", report.faults);
    let ledger = report.ledger.as_ref().expect("a ledger");
    let sum = |figure: fn(&postproof::report::StepBlock) -> u64| report.steps.iter().skip(1).map(figure).sum::<u64>();
    assert_eq!((sum(|step| step.count), sum(|step| step.requests)), (ledger.events, ledger.attempts));
    assert_eq!((report.steps[0].step, report.steps[0].count), ("page", 8));
    let skipped = ids(&report, Verdict::Skipped);
    assert!(skipped.contains(&"forgery.wrong-secret") && skipped.contains(&"fault.late"), "{skipped:?}");
    let declared = run(&scenario(&server, "[faults.rates]\nwrong-secret = \"5%\"\n"), 1).await;
    assert_eq!(
        observed(&declared, "forgery.wrong-secret").0,
        Verdict::Inconclusive,
        "what was asked for was not tested"
    );
}

#[tokio::test]
async fn the_same_inputs_and_clicks_give_the_same_steps() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = operator(|step, number| (vec![credit(step, &format!("ev-{number}"))], answer(number))).await;
        let fixed = Fixed {
            seed: Some(7),
            tag: Some("same".parse().expect("a tag")),
            start: Some("2026-11-01T00:00:00Z".parse().expect("an instant")),
        };
        let out = tempfile::tempdir().expect("a folder");
        let text =
            scenario(&server, "[faults]\nenabled = false\n").replace("backoff_cap", "in_flight = 1\nbackoff_cap");
        run_into(&text, fixed, out.path()).await.expect("a report");
        let asked = server.received_requests().await.expect("recorded");
        let steps = asked.iter().filter(|request| request.method.as_str() == "POST");
        let mut steps: Vec<_> = steps
            .map(|request| (header(request, "idempotency-key"), String::from_utf8_lossy(&request.body).into_owned()))
            .collect();
        steps.sort();
        seen.push(steps);
    }
    assert!(seen[0].len() > 20 && seen[0].iter().all(|(key, _)| key.contains("_same_")), "{:?}", seen[0]);
    // Accounts and deposits are named by the operator, in the order in which it met them.
    let keys = |steps: &[(String, String)]| steps.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
    let registrations = |steps: &[(String, String)]| {
        steps.iter().filter(|(key, _)| key.starts_with("reg_")).cloned().collect::<Vec<_>>()
    };
    assert_eq!((keys(&seen[0]), registrations(&seen[0])), (keys(&seen[1]), registrations(&seen[1])));
}

#[tokio::test]
async fn an_operator_that_names_no_event_ids_is_matched_by_click_event_and_amount() {
    let silent =
        |number: usize| ResponseTemplate::new(201).set_body_json(json!({"data": {"user": format!("u{number}")}}));
    let sound = operator(move |step, number| (vec![credit(step, &format!("their-{number}"))], silent(number))).await;
    let report = run(&scenario(&sound, ""), 1).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let (verdict, told) = observed(&report, "operator.event-id");
    assert!(
        verdict == Verdict::Warn && told.contains("matched by click id, event and amount") && told.contains("user"),
        "{told}"
    );
    let undeclared = scenario(&sound, "").replace("event_id = \"/data/id\"", "event_id = \"\"");
    assert_eq!(observed(&run(&undeclared, 2).await, "operator.event-id").0, Verdict::Skipped);

    let losing = move |step: &Value, number: usize| {
        let lost = step["event"] == "deposit_success" && number.is_multiple_of(2);
        (if lost { Vec::new() } else { vec![credit(step, &format!("their-{number}"))] }, silent(number))
    };
    let report = run(&scenario(&operator(losing).await, ""), 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"ledger.lost"), "{}", shown(&report));

    let doubling = move |step: &Value, number: usize| {
        let ids = [format!("their-{number}"), format!("their-{number}-again")];
        (ids.map(|id| credit(step, &id)).to_vec(), silent(number))
    };
    let report = run(&scenario(&operator(doubling).await, ""), 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"ledger.unexpected"), "{}", shown(&report));
}

#[tokio::test]
async fn an_operator_that_makes_two_events_of_one_step_fails() {
    let server = operator(|step, number| (vec![credit(step, &format!("ev-{number}"))], answer(number))).await;
    // It looks at no key: every request is new to it.
    let number = Mutex::new(0);
    let forgetful = move |_: &Request| {
        let mut number = number.lock().expect("no panic");
        *number += 1;
        answer(*number)
    };
    Mock::given(method("POST"))
        .and(path("/do/deposit_success"))
        .respond_with(forgetful)
        .with_priority(1)
        .mount(&server)
        .await;
    let report = run(&scenario(&server, "[faults]\nat_least = 5\n"), 1).await;
    let (verdict, told) = observed(&report, "operator.same-answer");
    assert!(verdict == Verdict::Fail && told.contains(" and ev-"), "{told}");
}

#[tokio::test]
async fn html_and_errors_in_place_of_answers_are_told_as_they_are() {
    let html = operator(|step, number| {
        (vec![credit(step, &format!("ev-{number}"))], ResponseTemplate::new(200).set_body_string("<h1>Welcome</h1>"))
    })
    .await;
    let report = run(&scenario(&html, ""), 1).await;
    let (verdict, told) = observed(&report, "operator.account");
    assert!(verdict == Verdict::Inconclusive && told.contains("<h1>Welcome</h1>"), "{told}");
    assert_eq!(report.verdict, Verdict::Inconclusive, "no step but the first could be taken: {}", shown(&report));
    assert_eq!(observed(&report, "run.complete").0, Verdict::Inconclusive);

    let refusing =
        operator(|_, _| (Vec::new(), ResponseTemplate::new(422).set_body_json(json!({"error": "closed"})))).await;
    let report = run(&scenario(&refusing, ""), 1).await;
    assert!(ids(&report, Verdict::Fail).contains(&"ledger.refused"), "{}", shown(&report));

    let broken = operator(|_, _| (Vec::new(), ResponseTemplate::new(500))).await;
    let report = run(&scenario(&broken, ""), 1).await;
    assert_eq!(report.verdict, Verdict::Inconclusive, "{}", shown(&report));
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert_eq!((ledger.unresolved, ledger.dead_lettered), (ledger.events, 0), "a step has no DLQ");
}

#[tokio::test]
async fn a_slow_operator_is_waited_for_no_longer_than_asked() {
    let slow = operator(|step, number| {
        (vec![credit(step, &format!("ev-{number}"))], answer(number).set_delay(Duration::from_secs(30)))
    })
    .await;
    let more = "[faults]\nenabled = false\n";
    let text = scenario(&slow, more)
        .replace("timeout = \"1s\"", "timeout = \"100ms\"")
        .replace("attempts = 3", "attempts = 1");
    let report = run(&text, 1).await;
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert_eq!(
        (report.verdict, ledger.recovered),
        (Verdict::Inconclusive, 8),
        "it took them and said nothing: {}",
        shown(&report)
    );
}

#[tokio::test]
async fn a_landing_page_that_is_not_there_lets_nobody_in() {
    let server = operator(|step, number| (vec![credit(step, &format!("ev-{number}"))], answer(number))).await;
    let gone = ResponseTemplate::new(404);
    Mock::given(path("/landing")).respond_with(gone).with_priority(1).mount(&server).await;
    let report = run(&scenario(&server, ""), 1).await;
    let (verdict, told) = observed(&report, "click.landing");
    assert!(verdict == Verdict::Fail && told.contains("404"), "{told}");
    assert_eq!(report.ledger.as_ref().map(|ledger| ledger.events), Some(0));
}

#[tokio::test]
async fn a_landing_page_on_another_host_is_not_asked_unasked() {
    let server = operator(|step, number| (vec![credit(step, &format!("ev-{number}"))], answer(number))).await;
    let away = ResponseTemplate::new(302).insert_header("Location", "https://casino.example/?click_id=1");
    Mock::given(path("/click")).respond_with(away).with_priority(1).mount(&server).await;
    let report = run(&scenario(&server, ""), 1).await;
    assert_eq!(report.verdict, Verdict::Fail, "all clicks have one id: {}", shown(&report));
    assert_eq!(observed(&report, "click.landing").0, Verdict::Inconclusive);
    assert!(observed(&report, "operator.pages").1.contains("--allow-host casino.example"), "{}", shown(&report));
}

#[tokio::test]
async fn echoes_of_sessions_reach_no_file() {
    let echo = operator(|step, _| {
        let text = format!("no: session-of-{} is not welcome", step["click_id"].as_str().unwrap_or_default());
        (Vec::new(), ResponseTemplate::new(422).set_body_string(text))
    })
    .await;
    let out = tempfile::tempdir().expect("a folder");
    run_into(&scenario(&echo, ""), Fixed::default(), out.path()).await.expect("a report");
    let log = std::fs::read_to_string(out.path().join("exchanges.ndjson")).expect("the log");
    assert!(log.contains("is not welcome") && !log.contains("session-of"), "{log}");
}

#[tokio::test]
async fn without_a_click_url_players_arrive_with_derived_clicks() {
    let served = Served::with(&["unknown-click-taken"], postproof_mocks::Database::Memory).await;
    let text =
        served.through_operator(5, "").replace(&format!("[target]\nclick_url = \"{}\"\n", served.urls.click), "");
    let report = run(&text, 1).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert_eq!(observed(&report, "click.redirect").0, Verdict::Skipped);
    let served = Served::with(&[], postproof_mocks::Database::Memory).await;
    let text =
        served.through_operator(5, "").replace(&format!("[target]\nclick_url = \"{}\"\n", served.urls.click), "");
    assert!(ids(&run(&text, 1).await, Verdict::Fail).contains(&"ledger.lost"), "a sound tracker knows no such click");
}

#[tokio::test]
async fn forms_are_taken_as_well() {
    let served = Served::with(&[], postproof_mocks::Database::Memory).await;
    let text = served.through_operator(5, "").replace("[operator]\n", "[operator]\nencoding = \"form\"\n");
    let report = run(&text, 1).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    // A run that is told no time cannot hold `ts_event` against anybody, and says so.
    let untimed = text.replace("[target]", "[operator.fields]\noccurred_at = \"\"\n[target]");
    let report = run(&untimed, 2).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert!(report.notes.iter().any(|note| note.contains("ts_event")), "{:?}", report.notes);
}

#[tokio::test]
async fn without_a_read_back_nothing_is_proven() {
    let server = operator(|_, number| (Vec::new(), answer(number))).await;
    let text = scenario(&server, "").replace(&format!("url = \"{}/credits\"\n", server.uri()), "");
    let report = run(&text, 1).await;
    assert_eq!(report.verdict, Verdict::Inconclusive, "{}", shown(&report));
    assert!(observed(&report, "evidence.answers-only").1.contains("--read-back"));
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let server = operator(|_, number| (Vec::new(), answer(number))).await;
    let text = scenario(&server, "");
    let to = |url: &str| {
        text.replace(&format!("[operator]\nurl = \"{}\"", server.uri()), &format!("[operator]\nurl = \"{url}\""))
    };
    for (url, undone, told) in
        [("http://127.0.0.1:1", true, "operator"), ("https://operator.example", false, "--allow-host operator.example")]
    {
        let out = tempfile::tempdir().expect("a folder");
        let error = run_into(&to(url), Fixed::default(), out.path()).await.err().expect("an error");
        assert_eq!(matches!(error, RunError::Undone { .. }), undone, "{url}: {error}");
        let help = miette::Diagnostic::help(&error).map_or_else(String::new, |help| help.to_string());
        assert!(format!("{error} {help}").contains(told), "{url}: {error} {help}");
        assert!(!out.path().join("report.json").exists(), "no half a report");
    }
}
