//! The example of `parallel compare` in `docs/parallel.md`: two logs with planted differences, and what the command prints of them. The
//! logs are what the usual audience's browsers and the operator's server write down of one seed, with the differences put in.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use postproof::attribution::{Crowd, Dimension, Logs, Side, Sighting, TextId, told};
use postproof::model::Ids;
use postproof::scenario::{check, read};
use serde_json::{Map, Value, json};

use super::{held, root};
use crate::command::{code, text};
use crate::process::postproof;

/// Players who click in the 48 hours.
const PLAYERS: u64 = 800;

/// Players on this path lose their click id in the first hours.
const LEAKY: &str = "landing>games>register";

/// So many of them.
const LOST: usize = 12;

/// The postback of this deposit comes three hours late.
const LATE: usize = 100;

/// The postback of this deposit comes a second time.
const POSTBACK_TWICE: usize = 200;

/// The player of this row loads the page again, and its pixel comes a second time.
const PIXEL_TWICE: usize = 150;

/// Behind this row stands something that is none.
const GARBAGE: usize = 60;

fn logs() -> Logs {
    let scenario = check(&read("logs", "").expect("TOML"), "logs", "").expect("a scenario");
    let start: Timestamp = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let crowd = Crowd::new(&scenario.parallel, &scenario.journeys, 7, start, PLAYERS);
    let mut conversions: Vec<_> = crowd.conversions().collect();
    conversions.sort_by_key(|conversion| conversion.deposited);
    told(conversions, &Ids::new("example".parse().expect("a tag")))
}

fn id(side: &Side, id: Option<TextId>) -> String {
    id.map_or_else(String::new, |id| side.texts.get(id).to_owned())
}

fn name(logs: &Logs, sighting: &Sighting, dimension: Dimension) -> String {
    sighting.traits.get(dimension).map_or_else(String::new, |name| logs.names.get(name).to_owned())
}

/// The cookie's log: pixels that were credited.
fn cookie_log(logs: &Logs) -> String {
    let mut log = String::from("When;SubID;Order;Deposit;Currency;Brand;Country;Browser;Device;Pages\n");
    let madrid = TimeZone::get("Europe/Madrid").expect("a zone");
    let credited = logs.cookie.sightings.iter().filter(|sighting| sighting.attributed);
    for (number, sighting) in credited.enumerate() {
        let (amount, currency) = sighting.money.expect("deposits have money");
        let names = [Dimension::Brand, Dimension::Country, Dimension::Browser, Dimension::Device, Dimension::Path];
        let row = format!(
            "{};{};{};{};{currency};{}\n",
            sighting.at.to_zoned(madrid.clone()).strftime("%F %T"),
            id(&logs.cookie, sighting.click),
            id(&logs.cookie, sighting.transaction),
            amount.to_string().replace('.', ","),
            names.map(|dimension| name(logs, sighting, dimension)).join(";")
        );
        log.push_str(&row);
        if number == PIXEL_TWICE {
            log.push_str(&row);
        }
        if number == GARBAGE {
            log.push_str("#REF!;;;\n");
        }
    }
    log
}

/// The operator's log: one postback a line.
fn s2s_log(logs: &Logs) -> String {
    let mut log = String::new();
    let mut leaked = 0;
    for (number, sighting) in logs.s2s.sightings.iter().enumerate() {
        let (amount, currency) = sighting.money.expect("deposits have money");
        let leaks = name(logs, sighting, Dimension::Path) == LEAKY && leaked < LOST;
        leaked += usize::from(leaks);
        let delay = SignedDuration::from_secs(if number == LATE { 3 * 3_600 } else { 2 });
        let mut row = Map::new();
        for (key, value) in [
            ("ts_event", json!(sighting.at.to_string())),
            ("received_at", json!((sighting.at + delay).to_string())),
            ("event", json!("deposit_success")),
            ("event_id", json!(id(&logs.s2s, sighting.transaction))),
            ("click_id", json!(if leaks { String::new() } else { id(&logs.s2s, sighting.click) })),
            ("account_id", json!(id(&logs.s2s, sighting.account))),
            ("amount", json!(amount.to_string())),
            ("currency", json!(currency.to_string())),
            ("brand_id", json!(name(logs, sighting, Dimension::Brand))),
            ("country", json!(name(logs, sighting, Dimension::Country))),
            ("browser", json!(name(logs, sighting, Dimension::Browser))),
            ("device", json!(name(logs, sighting, Dimension::Device))),
            ("attributed", json!(!leaks)),
        ] {
            row.insert(key.to_owned(), value);
        }
        let mut row = Value::Object(row);
        writeln!(log, "{row}").expect("memory");
        if number == POSTBACK_TWICE {
            row["received_at"] = json!((sighting.at + SignedDuration::from_secs(32)).to_string());
            writeln!(log, "{row}").expect("memory");
        }
    }
    log
}

/// What follows the command in the page, between its fences.
fn printed(page: &str) -> std::ops::Range<usize> {
    const COMMAND: &str = "```sh\npostproof parallel compare docs/compare/logs.toml\n```\n\n```text\n";
    let from = page.find(COMMAND).expect("the command") + COMMAND.len();
    from..from + page[from..].find("\n```").expect("the end of what it prints") + 1
}

#[test]
fn the_page_shows_what_a_comparison_prints() {
    let logs = logs();
    held("docs/compare/cookie.csv", &cookie_log(&logs));
    held("docs/compare/s2s.ndjson", &s2s_log(&logs));
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().display().to_string();
    let args = ["parallel", "compare", "docs/compare/logs.toml", "--out", &folder];
    let output = postproof(&root("")).args(args).output().expect("it runs");
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let shown = text(&output.stdout).replace(&folder, "reports/out/…");
    let page = std::fs::read_to_string(root("docs/parallel.md")).expect("the page");
    let place = printed(&page);
    let expected = [&page[..place.start], &shown, &page[place.end..]].concat();
    held("docs/parallel.md", &expected);
}

#[test]
fn what_was_planted_in_the_example_is_found() {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().display().to_string();
    let args = ["parallel", "compare", "docs/compare/logs.toml", "--format=json", "--out", &folder];
    let output = postproof(&root("")).args(args).output().expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let aside = &report["gap"]["aside"];
    for (planted, count) in
        [("doubled_cookie", 1), ("doubled_s2s", 1), ("late", 1), ("unattributed", LOST as u64), ("pending", 0)]
    {
        assert_eq!(aside[planted], count, "{planted} {aside}");
    }
    assert_eq!((&report["gap"]["logs"][0]["rejected"], &report["gap"]["logs"][1]["rejected"]), (&json!(1), &json!(0)));
    let causes: Vec<&str> = report["diagnosis"]["causes"]
        .as_array()
        .expect("causes")
        .iter()
        .filter_map(|it| it["cause"].as_str())
        .collect();
    assert_eq!(causes[0], "click-id-lost", "{causes:?}");
    for cause in ["postback-twice", "s2s-late"] {
        assert!(causes.contains(&cause), "{cause} in {causes:?}");
    }
    // One pixel that came again is a player who loaded the page again, and no cause.
    assert_eq!((causes.len(), &report["diagnosis"]["unexplained"]["doubled"]), (3, &json!(1)), "{causes:?}");
    // The page's own words: of seven of the twelve the cookie was still there, and one postback came late.
    assert_eq!(
        (&report["gap"]["total"]["cookie_only"], &report["diagnosis"]["causes"][0]["explained"]["total"]),
        (&json!(8), &json!(LOST))
    );
    assert_eq!(report["diagnosis"]["unexplained"]["cookie_only"], 0);
    let unmatched = std::fs::read_to_string(out.path().join("unmatched.csv")).expect("a file");
    let late: Vec<&str> = unmatched.lines().filter(|line| line.starts_with("late,s2s,")).collect();
    assert!(late.len() == 1 && late[0].ends_with(",s2s-late"), "{late:?}");
}
