//! Flags and keys mean the same, one by one and in any mixture; where both are given the flag counts.

use std::fmt::Write as _;

use clap::Parser;
use proptest::prelude::*;

use super::*;
use crate::attribution::Baseline;

/// The arguments by themselves.
#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: CompareArgs,
}

/// What can be said by a flag and by a key: flag, table, key, and two values for each.
struct Saying {
    flag: &'static str,
    key: (&'static str, &'static str),
    values: [&'static str; 2],
}

const fn saying(flag: &'static str, key: (&'static str, &'static str), values: [&'static str; 2]) -> Saying {
    Saying { flag, key, values }
}

const COMPARE: &str = "parallel.compare";
const COOKIE: &str = "parallel.compare.cookie";
const S2S: &str = "parallel.compare.s2s";

const SAYINGS: [Saying; 15] = [
    saying("--cookie", (COOKIE, "file"), ["c.csv", "other.csv"]),
    saying("--s2s", (S2S, "file"), ["s.csv.gz", "other.ndjson"]),
    saying("--map=cookie.click_id=", (COOKIE, "columns.click_id"), ["SubID", ""]),
    saying("--map=s2s.account=", (S2S, "columns.player_id"), ["Player", "u"]),
    saying("--cookie-zone", (COOKIE, "zone"), ["Europe/Madrid", "+02:00"]),
    saying("--s2s-zone", (S2S, "zone"), ["America/Sao_Paulo", "Z"]),
    saying("--cookie-decimal", (COOKIE, "decimal"), [",", "."]),
    saying("--s2s-decimal", (S2S, "decimal"), [".", ","]),
    saying("--max-rejected", (COMPARE, "max_rejected"), ["20%", "0.5%"]),
    saying("--grace", (COMPARE, "grace"), ["90m", "3d"]),
    saying("--attention", ("parallel", "attention"), ["1%", "2%"]),
    saying("--error", ("parallel", "error"), ["8%", "9%"]),
    saying("--baseline", ("parallel", "baseline"), ["none", "modelled"]),
    saying("--event", (COOKIE, "event"), ["purchase", "paid"]),
    saying("--event", (S2S, "event"), ["purchase", "paid"]),
];

/// How each is said: not at all, by key, by flag, or by both with another value in the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Nothing,
    Key,
    Flag,
    Both,
}

/// The text of a scenario that says so.
fn text(said: &[(&Saying, &str)]) -> String {
    let mut text = String::new();
    for table in ["parallel", COMPARE, COOKIE, S2S] {
        writeln!(text, "[{table}]").expect("memory");
        for (saying, value) in said.iter().filter(|(saying, _)| saying.key.0 == table) {
            writeln!(text, "{} = \"{value}\"", saying.key.1).expect("memory");
        }
    }
    text
}

/// What a command line with a scenario of that text asks for.
fn asked(text: &str, flags: &[String]) -> Result<Scenario, RunError> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("room");
    let line = ["compare".to_owned(), file.path().display().to_string()];
    let line = Line::try_parse_from(line.iter().chain(flags)).unwrap_or_else(|error| panic!("{error}"));
    line.args.scenario()
}

fn flag(saying: &Saying, value: &str) -> Vec<String> {
    if saying.flag.ends_with('=') {
        vec![format!("{}{value}", saying.flag)]
    } else {
        vec![saying.flag.to_owned(), value.to_owned()]
    }
}

/// What of a scenario a comparison goes by.
fn plan(scenario: &Scenario) -> String {
    let plan = &scenario.parallel;
    format!("{:?} {:?} {} {}", plan.compare, plan.baseline, plan.attention, plan.error)
}

proptest! {
    #[test]
    fn flags_and_keys_mean_the_same(
        by in prop::collection::vec(prop::sample::select(vec![By::Nothing, By::Key, By::Flag, By::Both]), SAYINGS.len()),
    ) {
        // --event says it of both logs, so both its rows are said alike.
        let by = [&by[..13], &[by[13], by[13]]].concat();
        let (mut keys, mut flags, mut all_keys) = (Vec::new(), Vec::new(), Vec::new());
        for (saying, by) in SAYINGS.iter().zip(&by) {
            let [value, other] = saying.values;
            match by {
                By::Nothing => continue,
                By::Key => keys.push((saying, value)),
                By::Flag => flags.extend(flag(saying, value)),
                By::Both => {
                    keys.push((saying, other));
                    flags.extend(flag(saying, value));
                }
            }
            all_keys.push((saying, value));
        }
        // A flag may be given once.
        let event = flags.iter().rposition(|word| word == "--event").filter(|_| by[13] != By::Key);
        if let Some(at) = event {
            flags.drain(at..at + 2);
        }
        let (mixed, by_keys) = (asked(&text(&keys), &flags), asked(&text(&all_keys), &[]));
        let (mixed, by_keys) = (mixed.expect("a scenario"), by_keys.expect("a scenario"));
        prop_assert_eq!(plan(&mixed), plan(&by_keys));
    }
}

#[test]
fn each_flag_says_something() {
    let nothing = plan(&asked(&text(&[]), &[]).expect("a scenario"));
    for saying in &SAYINGS {
        let said = saying.values.map(|value| plan(&asked(&text(&[]), &flag(saying, value)).expect("a scenario")));
        assert!(said[0] != said[1] && (said[0] != nothing || said[1] != nothing), "{}", saying.flag);
    }
}

fn without_scenario(flags: &[&str]) -> CompareLogs {
    let line = ["compare", "--cookie", "c.csv", "--s2s", "s.csv"].iter().chain(flags);
    let line = Line::try_parse_from(line).unwrap_or_else(|error| panic!("{error}"));
    let scenario = line.args.scenario().expect("a scenario");
    CompareLogs::planned(&scenario, None, None).expect("a plan")
}

#[test]
fn without_a_scenario_nothing_is_modelled_unless_it_is_asked_for() {
    assert_eq!(without_scenario(&[]).rules.baseline, Baseline::None);
    let given = without_scenario(&["--expected-gap", "15%"]);
    assert!(matches!(&given.rules.baseline, Baseline::Modelled(expected) if expected.by.is_empty()));
    let modelled = without_scenario(&["--baseline", "modelled"]);
    assert!(matches!(&modelled.rules.baseline, Baseline::Modelled(expected) if !expected.by.is_empty()));
    let named =
        asked("[parallel.compare]\ncookie = { file = \"a\" }\ns2s = { file = \"b\" }\n", &[]).expect("a scenario");
    let named = CompareLogs::planned(&named, None, None).expect("a plan");
    assert!(matches!(named.rules.baseline, Baseline::Modelled(_)), "a scenario has an audience");
}

#[test]
fn a_baseline_flag_goes_before_the_key_of_an_expected_gap() {
    let text = "[parallel.compare]\nexpected_gap = \"15%\"\n";
    let expected = |flags: &[&str]| {
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        asked(text, &flags).expect("a scenario").parallel.compare.expected_gap
    };
    assert_eq!((expected(&[]), expected(&["--baseline", "none"])), (Some(0.15), None));
    assert_eq!(expected(&["--expected-gap", "20%"]), Some(0.2));
    let both = ["compare", "--baseline", "none", "--expected-gap", "20%"];
    assert!(Line::try_parse_from(both).is_err(), "they contradict each other");
}

#[test]
fn one_flag_for_both_logs_leaves_room_for_one_of_its_own() {
    let flags = ["--decimal", ",", "--s2s-decimal", ".", "--map=click_id=Ref", "--map=s2s.click=SubID"];
    let scenario = asked("", &flags.map(str::to_owned)).expect("a scenario");
    let plan = scenario.parallel.compare;
    assert_ne!(plan.cookie.decimal, plan.s2s.decimal);
    let click = |columns: &std::collections::BTreeMap<Field, Option<String>>| columns.get(&Field::Click).cloned();
    assert_eq!(click(&plan.cookie.columns), Some(Some("Ref".to_owned())));
    assert_eq!(click(&plan.s2s.columns), Some(Some("SubID".to_owned())));
}

#[test]
fn mistakes_are_told() {
    for wrong in ["click_id", "server.click_id=x"] {
        assert!(mapped(wrong).is_err(), "{wrong}");
    }
    for (flags, said) in [
        (["--map", "colour=x"], "names a column for `colour`, which is no field of a log"),
        (["--s2s-zone", "Mars/Olympus"], "`parallel.compare.s2s.zone` is `Mars/Olympus`, which is no time zone"),
        (["--max-rejected", "5"], "`parallel.compare.max_rejected` is `5`, which is no share"),
        (["--grace", "soon"], "`parallel.compare.grace` is `soon`, which is no duration"),
        (["--attention", "11%"], "`parallel.attention` leaves no room"),
        (["--baseline", "guess"], "`parallel.baseline` is `guess`"),
    ] {
        let error = asked("", &flags.map(str::to_owned)).expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
}
