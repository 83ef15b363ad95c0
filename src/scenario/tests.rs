//! What a mistake in a scenario looks like to the person who made it: file, line, column, caret, and what to write.
//! And that a scenario without mistakes is none, from the empty one to those that come along.

mod load;
mod parallel;

use insta::assert_snapshot;
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::*;
use crate::model::FaultKind;

/// The error of a scenario as it is shown, without colour.
fn shown(text: &str) -> String {
    rendered(&read("my.toml", text).and_then(|raw| check(&raw, "my.toml", text)).expect_err("a mistake"))
}

fn rendered(error: &ScenarioError) -> String {
    let mut out = String::new();
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    handler.render_report(&mut out, error).unwrap();
    out
}

fn scenario(text: &str) -> Scenario {
    let raw = read("my.toml", text).unwrap_or_else(|error| panic!("{}", rendered(&error)));
    check(&raw, "my.toml", text).unwrap_or_else(|error| panic!("{}", rendered(&error)))
}

#[test]
fn an_unknown_key_is_named_beside_the_known_ones() {
    assert_snapshot!(shown("[journeys]\nplayers = 10\nplayer = 20\n"), @r#"
      × my.toml: unknown field `player`, expected one of `players`, `window`, `speed`, `funnel`,
      │ `delays`, `amounts`, `mix`
       ╭─[my.toml:3:1]
     2 │ players = 10
     3 │ player = 20
       · ──────
       ╰────
      help: write one of the keys named above, or take the key out; `postproof init` writes a file
            with every key
    "#);
}

#[test]
fn a_wrong_type_is_named_beside_the_right_one() {
    assert_snapshot!(shown("[journeys]\nplayers = \"many\"\n"), @r#"
      × my.toml: invalid type: string "many", expected u64
       ╭─[my.toml:2:11]
     1 │ [journeys]
     2 │ players = "many"
       ·           ──────
       ╰────
      help: `postproof schema` prints what each key takes; `postproof init` writes a file with every
            key
    "#);
}

#[test]
fn a_rate_over_100_percent_is_refused() {
    assert_snapshot!(shown("[faults.rates]\nlate = \"1%\"\nduplicate = \"120%\"\n"), @r#"
      × my.toml: `faults.rates.duplicate` is `120%`, and a share goes from 0% to 100%
       ╭─[my.toml:3:13]
     2 │ late = "1%"
     3 │ duplicate = "120%"
       ·             ──────
       ╰────
      help: write a share such as "2%"
    "#);
}

#[test]
fn an_unknown_kind_of_fault_is_named_beside_the_known_ones() {
    assert_snapshot!(shown("[faults.rates]\nduplicates = \"2%\"\n"), @r#"
      × my.toml: `faults.rates.duplicates` is no kind of fault
       ╭─[my.toml:2:14]
     1 │ [faults.rates]
     2 │ duplicates = "2%"
       ·              ────
       ╰────
      help: write one of duplicate, concurrent, timeout-retry, ack-lost, reordered, late, tampered-
            body, wrong-secret, missing-signature, truncated-signature, wrong-canonicaliser, stale-
            token, missing-token, other-amount, unknown-click, stale-signature
    "#);
}

#[test]
fn a_bad_duration_is_shown_with_good_ones() {
    assert_snapshot!(shown("[journeys]\nwindow = \"6 fortnights\"\n"), @r#"
      × my.toml: `journeys.window` is `6 fortnights`, which is no duration
       ╭─[my.toml:2:10]
     1 │ [journeys]
     2 │ window = "6 fortnights"
       ·          ──────────────
       ╰────
      help: write it such as "500ms", "10s", "1h 30m" or "2d"
    "#);
}

#[test]
fn a_bad_url_is_shown_with_a_good_one() {
    assert_snapshot!(shown("[target]\nurl = \"tracker.example/postback\"\n"), @r#"
      × my.toml: `target.url` is no URL: relative URL without a base
       ╭─[my.toml:2:7]
     1 │ [target]
     2 │ url = "tracker.example/postback"
       ·       ──────────────────────────
       ╰────
      help: write it such as "https://tracker.example/postback"
    "#);
}

#[test]
fn a_signature_stands_in_one_place() {
    assert_snapshot!(shown("[signature]\nheader = \"X-Sig\"\nmember = \"signature\"\n"), @r#"
      × my.toml: `signature.member` stands beside a header
       ╭─[my.toml:3:10]
     2 │ header = "X-Sig"
     3 │ member = "signature"
       ·          ───────────
       ╰────
      help: keep one of the two
    "#);
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    assert_snapshot!(shown("[journeys\nplayers = 10\n"), @r#"
      × my.toml: unclosed table, expected `]`
       ╭─[my.toml:1:10]
     1 │ [journeys
       ·          ▲
     2 │ players = 10
       ╰────
      help: `postproof schema` prints what each key takes; `postproof init` writes a file with every
            key
    "#);
}

#[test]
fn a_mistake_in_an_inline_table_is_found_too() {
    assert_snapshot!(shown("faults = { at_least = 1, rates = { duplicate = 0.02 } }\n"), @r#"
      × my.toml: invalid type: floating point `0.02`, expected a string
       ╭─[my.toml:1:48]
     1 │ faults = { at_least = 1, rates = { duplicate = 0.02 } }
       ·                                                ────
       ╰────
      help: `postproof schema` prints what each key takes; `postproof init` writes a file with every
            key
    "#);
}

/// Every mistake below is shown with its place, the line it stands in, a mark under it, and help.
#[test]
fn every_mistake_is_shown_with_its_place_and_what_to_write() {
    for (text, line, column) in [
        ("name = 7", 1, 8),
        ("sed = 7", 1, 1),
        ("\n\njourneys.players = 0", 3, 20),
        ("journeys.players = -1", 1, 20),
        ("journeys.speed = \"0.5\"", 1, 18),
        ("journeys.window = \"5000d\"", 1, 19),
        ("[journeys.delays]\nftd = { median = \"2h\", p90 = \"1h\" }", 2, 1),
        ("[journeys.amounts]\nmin = \"100\"\nmax = \"50\"", 1, 11),
        ("[journeys.amounts]\nmin = \"ten\"", 2, 7),
        ("[journeys.amounts.scale]\nXYZ = \"2\"", 2, 7),
        ("[journeys.mix]\ncurrencies = { EUR = 1, XYZ = 1 }", 2, 1),
        ("[journeys.mix]\nbrands = {}", 2, 1),
        ("[journeys.mix]\nbrands = { \"a\\nb\" = 1 }", 2, 1),
        ("[journeys.funnel]\nkyc = \"70\"", 2, 7),
        ("[journeys.funnel]\nrepeat_deposits = 60", 2, 19),
        ("[faults.rates]\nduplicate = \"-1%\"", 2, 13),
        ("[send]\nattempts = 0", 2, 12),
        ("[send]\nschedule = [\"1s\"]\nattempts = 2", 2, 12),
        ("[send]\nbackoff_cap = \"1ms\"", 2, 15),
        ("[signature]\ncanonical = \"jsc\"", 2, 13),
        ("[signature]\nheader = \"X Signature\"", 2, 10),
        ("[signature]\nscheme = \"gitlab\"", 2, 10),
        ("[signature]\nscheme = \"github\"\ncanonical = \"raw\"", 3, 13),
        ("[signature]\nscheme = \"slack\"\nmember = \"signature\"", 3, 10),
        ("[token]\nalgorithm = \"none\"", 2, 13),
        ("[token]\nlifetime = \"2d\"", 2, 12),
        ("[target]\nprofile = \"other\"", 2, 11),
        ("[target]\nurl = \"ftp://tracker.example/\"", 2, 7),
        ("[target]\nclick_url = \"https://tracker.example/click\"", 2, 13),
        ("[target]\nurl = \"http://127.0.0.1/\"\nclient_cert_file = \"cert.pem\"", 3, 20),
        ("[target]\nurl = \"http://127.0.0.1/\"\nsecret_env = \"A\"\nsecret_file = \"b\"", 4, 15),
        ("[target]\nurl = \"http://127.0.0.1/\"\nbearer_env = \"A\"\njwt_secret_env = \"B\"", 3, 14),
        ("[read_back]\nitems = \"data\"", 2, 9),
        ("[read_back.map]\namount = \"value\"", 2, 10),
        ("[contract.ftd]\nminimum = \"-1\"", 2, 11),
        ("[contract]\nallow_list = \"anybody\"", 2, 14),
        ("books.events = [\"deposit\"]", 1, 16),
    ] {
        let shown = shown(text);
        assert!(
            shown.contains(&format!("[my.toml:{line}:{column}]")),
            "{line}:{column} is not where it is in\n{shown}"
        );
        let source = text.lines().nth(line - 1).unwrap();
        assert!(shown.contains(&format!("{line} │ {source}\n")), "{shown}");
        assert!(shown.lines().any(|line| line.trim_start().starts_with('·')), "{shown}");
        assert!(shown.contains("help: "), "{shown}");
    }
}

#[test]
fn a_mistake_that_came_by_a_flag_is_shown_without_a_place() {
    let mut raw = read("my.toml", "name = \"x\"").unwrap();
    raw.target.url = Some("tracker".to_owned());
    let error = rendered(&check(&raw, "my.toml", "name = \"x\"").expect_err("a mistake"));
    assert!(error.contains("`target.url` is no URL") && error.contains("help: "), "{error}");
    assert!(!error.contains("my.toml"), "{error}");
}

#[test]
fn a_password_in_a_url_is_refused_and_not_repeated() {
    let text = "[target]\nurl = \"https://me:hunter2@tracker.example/\"";
    let error = check(&read("my.toml", text).unwrap(), "my.toml", text).expect_err("a mistake");
    let shown = rendered(&error);
    assert!(!shown.contains("hunter2") && shown.contains("my.toml:2: `target.url`"), "{shown}");
}

#[test]
fn the_empty_scenario_is_the_default_run() {
    let scenario = scenario("");
    assert_eq!(scenario.name, "my.toml");
    assert!(scenario.target.is_none() && scenario.seed.is_none());
    assert_eq!(scenario.profile, "s2s-json");
    assert_eq!(scenario.journeys.players, 200);
    assert_eq!(scenario.ftd_minimum, "10".parse().unwrap());
    assert_eq!(scenario.booked, EventKind::ALL);
    assert_eq!(scenario.read_back.settle, std::time::Duration::from_secs(10));
    assert_eq!(scenario.faults.at_least, 1);
    // Against the reference stack every kind can be tested, and none is asked for by name.
    assert_eq!(scenario.faults.rates.iter().map(|rate| rate.kind).collect::<Vec<_>>(), FaultKind::ALL);
    assert!(scenario.faults.rates.iter().all(|rate| !rate.declared));
}

#[test]
fn a_scenario_chooses_its_signature_scheme() {
    assert_eq!(scenario("").signature.scheme.name, "s2s-json");
    for entry in crate::sign::SCHEMES {
        let plan = scenario(&format!("signature.scheme = \"{}\"", entry.name)).signature;
        assert_eq!(plan.build().name(), entry.name);
    }
    let sorted = scenario("[signature]\nscheme = \"s2s-json\"\ncanonical = \"sorted\"").signature;
    assert_eq!(sorted.build().canonical(), Some(crate::sign::Canonical::Sorted));
}

#[test]
fn every_table_may_be_empty() {
    for table in [
        "target",
        "signature",
        "token",
        "click",
        "journeys",
        "journeys.funnel",
        "journeys.delays",
        "journeys.amounts",
        "journeys.mix",
        "faults",
        "faults.rates",
        "send",
        "read_back",
        "read_back.map",
        "contract",
        "contract.ftd",
        "load",
        "sla",
        "sla.stages",
        "sla.events",
        "books",
    ] {
        scenario(&format!("[{table}]"));
    }
}

#[test]
fn the_scenarios_that_come_along_check() {
    let first_run = include_str!("../../scenarios/first-run.toml");
    let raw = read("scenarios/first-run.toml", first_run).unwrap();
    let scenario = check(&raw, "scenarios/first-run.toml", first_run).unwrap();
    assert_eq!((scenario.name.as_str(), scenario.journeys.players, scenario.faults.at_least), ("first run", 200, 10));
}

#[test]
fn without_a_click_url_unknown_clicks_are_fired_only_where_they_are_asked_for() {
    let kinds = |text: &str| scenario(text).faults.rate(FaultKind::UnknownClick).map(|rate| rate.declared);
    let target = "target.url = \"http://127.0.0.1:8080/postback\"";
    assert_eq!(kinds(""), Some(false));
    assert_eq!(kinds(target), None);
    assert_eq!(kinds(&format!("{target}\ntarget.click_url = \"http://127.0.0.1:8080/click\"")), Some(false));
    assert_eq!(kinds(&format!("{target}\nfaults.rates.unknown-click = \"5%\"")), Some(true));
}
