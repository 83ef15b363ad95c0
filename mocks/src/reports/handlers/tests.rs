//! The reports as they are asked for and answered over HTTP, with books in memory and a scripted operator.

use std::future::IntoFuture;
use std::net::SocketAddr;

use super::*;
use crate::reports::entry::{ClickEntry, ClickFacts};
use crate::reports::methods::FirstDeposit;
use crate::reports::shelf::{Happening, Shelf, books};
use crate::tracker::books::fx::Fx;
use crate::tracker::books::kind::Kind;

const COUNTS: &str = r#"{"counts":[
    {"day":"2026-11-02","brand_id":"b1","event":"registration","currency":null,"count":1,"amount":null},
    {"day":"2026-11-02","brand_id":"b1","event":"deposit_success","currency":"BRL","count":2,"amount":"200.00"}]}"#;

fn shelf(terms: &Terms) -> Shelf {
    let books = books(terms, Fx::built_in());
    let named = |text: &str| Some(text.to_owned());
    let facts = ClickFacts { affiliate: named("acme"), geo: named("=cmd|' /C calc'!A1"), ..ClickFacts::default() };
    let facts = Arc::new(facts);
    let at = "2026-11-02T12:00:00Z".parse().expect("an instant");
    let mut shelf = Shelf::default();
    shelf.clicks.push(ClickEntry { id: 1, at, facts: Arc::clone(&facts) });
    for (kind, money) in
        [(Kind::Registration, None), (Kind::Deposit, Some((rust_decimal::Decimal::ONE_HUNDRED, "BRL")))]
    {
        let facts = Arc::clone(&facts);
        let happening =
            Happening { kind, player: "p", brand: Some("b1"), facts, at, money, commission: None, billable: true };
        shelf.book(&books, happening);
    }
    let late = "2026-11-02T23:30:00Z".parse().expect("an instant");
    shelf.sightings =
        [(Method::Cookie, at, true), (Method::S2s, at, true), (Method::S2s, late, true), (Method::S2s, at, false)]
            .map(|(method, at, attributed)| (method, FirstDeposit { brand: named("b1"), at, attributed }))
            .to_vec();
    shelf
}

async fn served(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// The reports of that shelf, with an operator that answers so.
async fn reports(counts: Option<&'static str>) -> String {
    let operator = match counts {
        Some(counts) => {
            let address = served(Router::new().route("/operator/counts", get(move || async move { counts }))).await;
            Some(Operator::new(&format!("http://{address}"), vec!["tracker".to_owned()]).expect("an operator"))
        }
        None => None,
    };
    let terms = Arc::new(Terms::default());
    let spend = Arc::new(SpendTable::default());
    let reports = Reports::new(shelf(&terms), terms, spend, Boundaries::default(), operator);
    format!("http://{}/reports", served(router(Arc::new(reports))).await)
}

async fn asked(url: String) -> (u16, String, String) {
    let answer =
        reqwest::Client::builder().no_proxy().build().expect("a client").get(url).send().await.expect("an answer");
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    (answer.status().as_u16(), kind, answer.text().await.expect("a body"))
}

#[tokio::test]
async fn both_views_are_json_with_exact_numbers() {
    let base = reports(None).await;
    let (status, kind, manager) = asked(format!("{base}/manager?tz=America/Sao_Paulo")).await;
    assert_eq!((status, kind.as_str()), (200, "application/json"));
    let parsed: serde_json::Value = serde_json::from_str(&manager).expect("JSON");
    assert_eq!(parsed["zone"], "America/Sao_Paulo");
    assert_eq!((&parsed["groups"][0]["affiliate"], &parsed["groups"][0]["clicks"]), (&"acme".into(), &1.into()));
    assert!(manager.contains(r#""commission":100.00,"spend":0.00,"cost":100.00,"cpa":100.00"#), "{manager}");
    let (_, _, affiliate) = asked(format!("{base}/affiliate/acme?by=brand,month")).await;
    assert!(affiliate.contains(r#""affiliate":"acme""#) && affiliate.contains(r#""month":"2026-11""#), "{affiliate}");
    let (_, _, nobody) = asked(format!("{base}/affiliate/nobody%22")).await;
    assert!(nobody.contains(r#""affiliate":"nobody\"""#) && nobody.contains(r#""groups":[]"#), "{nobody}");
}

#[tokio::test]
async fn a_table_is_safe_in_a_spreadsheet() {
    let base = reports(None).await;
    let (status, kind, table) = asked(format!("{base}/manager?by=geo&format=csv&brand=b1")).await;
    assert!(status == 200 && kind.starts_with("text/csv"), "{status} {kind}");
    let mut lines = table.lines();
    assert!(lines.next().is_some_and(|head| head.starts_with("row,geo,clicks,registrations,")));
    assert!(lines.next().is_some_and(|total| total.starts_with("total,,0,1,0,1,1,")), "{table}");
    assert!(lines.next().is_some_and(|group| group.starts_with("group,\"'=cmd|' /C calc'!A1\",")), "{table}");
}

#[tokio::test]
async fn a_bad_query_is_told_what_to_send() {
    let base = reports(None).await;
    for path in ["manager?by=x", "affiliate/acme?brand=b1", "manager?from=1", "discrepancy?by=day", "affiliate/%ff"] {
        let (status, kind, body) = asked(format!("{base}/{path}")).await;
        assert_eq!((status, kind.as_str()), (400, "application/json"), "{path}");
        assert!(body.contains("\"error\"") && body.contains("\"hint\""), "{body}");
    }
}

#[tokio::test]
async fn the_operators_counts_are_compared() {
    let base = reports(Some(COUNTS)).await;
    let (status, _, table) = asked(format!("{base}/discrepancy?from=2026-11-01&to=2026-11-03&format=csv")).await;
    let lines: Vec<_> = table.lines().skip(1).collect();
    let deposits = "group,2026-11-02,b1,deposit_success,BRL,2,1,-1,0.5000,200.00,100,-100.00,0.5000,true,2026-11-09";
    let days = "day,2026-11-02,,,,3,2,1,0.3333,,,,0.5000,true,2026-11-09";
    assert_eq!((status, lines[0], lines[1]), (200, days, deposits));
    assert_eq!(lines[2], "group,2026-11-02,b1,registration,,1,1,0,0.0000,,,,,false,");
    let (status, _, _) = asked(format!("{base}/discrepancy?from=2026-01-01&to=2027-02-04")).await;
    let (refused, _, body) = asked(format!("{base}/discrepancy?from=2026-01-01&to=2027-02-05")).await;
    assert!(status == 200 && refused == 400 && body.contains("400 days"), "{status} {body}");
}

#[tokio::test]
async fn methods_are_counted_by_day_and_brand() {
    let base = reports(None).await;
    let (status, _, table) = asked(format!("{base}/methods?format=csv")).await;
    let lines: Vec<_> = table.lines().collect();
    assert_eq!((status, lines[1], lines[2]), (200, "total,,,1,2,1,0,1", "day,2026-11-02,,1,2,1,0,1"));
    let (_, _, table) = asked(format!("{base}/methods?format=csv&tz=Europe/Madrid&from=2026-11-03")).await;
    assert_eq!(table.lines().nth(3), Some("group,2026-11-03,b1,0,1,1,0,0"), "late in UTC is the next day in Madrid");
    let (_, _, document) = asked(format!("{base}/methods")).await;
    assert!(document.contains(r#""view":"methods""#) && document.contains(r#""s2s_unattributed":1"#), "{document}");
    assert_eq!(asked(format!("{base}/methods?by=brand")).await.0, 400);
}

#[tokio::test]
async fn an_operator_that_cannot_count_is_told() {
    let (status, _, body) = asked(format!("{}/discrepancy", reports(None).await)).await;
    assert!(status == 404 && body.contains("no_operator"), "{status} {body}");
    let (status, _, body) = asked(format!("{}/discrepancy", reports(Some("<html>")).await)).await;
    assert!(status == 502 && body.contains("operator_unusable") && !body.contains("html"), "{status} {body}");
}
