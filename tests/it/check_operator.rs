//! The cases of `operator.*` where there is an operator, where there is none, and where its pages lead nowhere.

use std::process::Command;

use postproof::model::Verdict;
use postproof_mocks::{
    Admission, Config, Database, OperatorSettings, Rate, RawOperatorSettings, RawRetry, TrackerSettings,
};

use crate::check::{found, perform, report};
use crate::harness::{Served, ids, shown};

const ALL: &[&str] = &["operator.*"];

#[tokio::test(flavor = "multi_thread")]
async fn the_stack_inside_the_process_has_an_operator_of_its_own() {
    let report = report("", ALL).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let passed = ids(&report, Verdict::Pass);
    let cases = passed.iter().filter(|id| id.starts_with("operator.")).count();
    assert_eq!(
        cases,
        7,
        "all but operator.busy and operator.redelivery, for which no rate is declared: {}",
        shown(&report)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_nobody_named_or_that_may_not_be_asked_is_not_visited() {
    let served = Served::with(&[], Database::Memory).await;
    for operator in ["", "[operator]\nurl = \"https://operator.example\"\n"] {
        let report = report(&served.scenario(1, operator), ALL).await;
        let told = &found(&report, "operator.deposit").observed;
        assert!(told.starts_with("there is no operator whose pages may be visited"), "{told}");
        assert!(ids(&report, Verdict::Fail).is_empty(), "{}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_lead_nowhere_accuse_nobody() {
    let served = Served::with(&[], Database::Memory).await;
    let url = &served.urls.operator;
    for (more, told) in [
        ("paths.register = \"/nowhere\"", "the step of the registration was refused with 404 by the operator"),
        ("answer.account_id = \"/nothing\"", "the answer to the registration names no account at /nothing"),
        ("answer.event_id = \"/nothing\"", "an answer of the operator names no event id at /nothing"),
    ] {
        let operator = format!("[operator]\nurl = \"{url}\"\n{more}\n");
        let report = report(&served.scenario(1, &operator), &["operator.deposit"]).await;
        let check = found(&report, "operator.deposit");
        assert_eq!(check.verdict, Verdict::Inconclusive, "{more}: {}", shown(&report));
        assert!(check.observed.contains(told), "{more}: {}", check.observed);
        assert!(ids(&report, Verdict::Fail).is_empty(), "{more}: {}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_told_in_words() {
    let served = Served::with(&["operator-always-usd", "operator-no-dead-letters"], Database::Memory).await;
    let operator = format!("[operator]\nurl = \"{}\"\npaths.dead_letters = \"/operator/dlq\"\n", served.urls.operator);
    let report = report(&served.scenario(1, &operator), ALL).await;
    let told = &found(&report, "operator.deposit").observed;
    assert!(told.contains("was booked with currency USD instead of BRL"), "{told}");
    let told = &found(&report, "operator.dead-letters").observed;
    assert!(told.contains("it is no dead letter"), "{told}");
}

/// The scenario of a stack whose operator may be visited.
fn visited(served: &Served, more: &str) -> String {
    let url = &served.urls.operator;
    let paths = "paths.dead_letters = \"/operator/dlq\"\npaths.redeliver = \"/operator/dlq/redeliver\"\n";
    served.scenario(1, &format!("[operator]\nurl = \"{url}\"\n{paths}{more}"))
}

/// A stack whose tracker takes three postbacks a second.
fn busy() -> Config {
    let config = Config::default();
    let admission = Admission { rate: Some(Rate { per_second: 3, burst: 3 }), ..Admission::default() };
    Config { tracker: TrackerSettings { admission, ..config.tracker }, ..config }
}

/// The same with an operator that tries each postback once, and keeps what did not come through for somebody to deliver.
pub(crate) fn giving_up() -> Config {
    let retry = RawRetry { attempts: 1, ..RawRetry::default() };
    let settings = RawOperatorSettings { retry, ..RawOperatorSettings::default() };
    Config { operator: OperatorSettings::check(settings).expect("sound"), ..busy() }
}

/// What a shell makes of a line.
fn pasted(line: &str) -> String {
    let done = Command::new("sh").args(["-c", line]).output().expect("a shell");
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

/// The origin of a stack.
fn origin(served: &Served) -> &str {
    served.urls.operator.trim_end_matches('/')
}

/// How a mistake shows when the line of a case is pasted, and must not without it.
struct Shows {
    planted: &'static [&'static str],
    case: &'static str,
    more: &'static str,
    marks: fn(&str) -> bool,
}

/// Credits that a line has printed, one on each line.
fn credits(output: &str) -> usize {
    output.lines().filter(|line| line.contains("\"event_id\"") && line.contains("\"click_id\"")).count()
}

const SHOWS: [Shows; 9] = [
    Shows {
        planted: &["operator-always-usd"],
        case: "operator.deposit",
        more: "",
        marks: |output| output.contains("1234.57") && !output.contains("\"currency\":\"BRL\""),
    },
    Shows {
        planted: &["operator-always-usd"],
        case: "operator.refund",
        more: "encoding = \"form\"\n",
        marks: |output| output.contains("(chargeback): 1 credits") && !output.contains("\"currency\":\"EUR\""),
    },
    Shows {
        planted: &["operator-fires-twice-same-id", "no-idempotency"],
        case: "operator.registration",
        more: "",
        marks: |output| output.contains("(kyc_approved): 2 credits"),
    },
    Shows {
        planted: &["operator-fires-twice"],
        case: "operator.once",
        more: "",
        marks: |output| output.contains("(deposit_success): 1 credits") && credits(output) == 4,
    },
    Shows {
        planted: &["operator-click-id-truncated"],
        case: "operator.registration",
        more: "",
        marks: |output| output.contains("(registration): 0 credits"),
    },
    Shows {
        planted: &["operator-one-brand-only"],
        case: "operator.brands",
        more: "",
        marks: |output| output.contains("(registration): 0 credits") && output.matches("(registration): ").count() == 2,
    },
    Shows {
        planted: &["operator-no-dead-letters"],
        case: "operator.dead-letters",
        more: "",
        marks: |output| output.contains("(registration): no dead letter"),
    },
    Shows {
        planted: &["operator-never-retries"],
        case: "operator.busy",
        more: "[contract]\nrate = 3\n",
        marks: |output| output.matches("(registration): ").count() == 9 && output.contains("(registration): 0 credits"),
    },
    Shows {
        planted: &["operator-redelivery-idle"],
        case: "operator.redelivery",
        more: "[contract]\nrate = 3\n",
        marks: |output| {
            output.contains("(registration): among the dead") && output.contains("(registration): 0 credits")
        },
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn the_shells_line_of_a_visit_shows_the_mistake_again_and_none_without_it() {
    let sound = Served::with(&[], Database::Memory).await;
    for Shows { planted, case, more, marks } in SHOWS {
        let config = match case {
            "operator.busy" => busy(),
            "operator.redelivery" => giving_up(),
            _ => Config::default(),
        };
        let served = Served::configured(planted, config).await;
        let report = report(&visited(&served, more), &[case]).await;
        let failed = found(&report, case);
        assert_eq!(failed.verdict, Verdict::Fail, "{}", shown(&report));
        let [_, line] = failed.repro.as_slice() else { panic!("{:?}", failed.repro) };
        assert!(!line.contains('\n') && line.len() < 100_000, "one line: {line}");
        // Twice, because nothing of the first time may stand in the way of the second.
        for _ in 0..2 {
            let output = pasted(line);
            assert!(marks(&output), "{planted:?} {case}: {output}\n{line}");
        }
        let output = pasted(&line.replace(origin(&served), origin(&sound)));
        assert!(output.contains("(registration): ") && !marks(&output), "{case}: {output}\n{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_gave_up_or_nobody_can_ask_for_is_told() {
    let served = Served::with(&[], Database::Memory).await;
    for (more, verdict, told) in [
        ("[contract]\nrate = 3\n", Verdict::Skipped, "gave nothing up"),
        ("paths.redeliver = \"\"\n[contract]\nrate = 3\n", Verdict::Skipped, "[operator.paths] redeliver"),
    ] {
        let text = visited(&served, more);
        let text = if more.starts_with("paths") {
            text.replacen("paths.redeliver = \"/operator/dlq/redeliver\"\n", "", 1)
        } else {
            text
        };
        let report = report(&text, &["operator.redelivery"]).await;
        let check = found(&report, "operator.redelivery");
        assert_eq!(check.verdict, verdict, "{}", shown(&report));
        assert!(check.observed.contains(told), "{}", check.observed);
    }
    let served = Served::configured(&[], giving_up()).await;
    let text = visited(&served, "[contract]\nrate = 3\n").replacen("/operator/dlq/redeliver", "/operator/nowhere", 1);
    let report = report(&text, &["operator.redelivery"]).await;
    let check = found(&report, "operator.redelivery");
    assert_eq!(check.verdict, Verdict::Inconclusive, "{}", shown(&report));
    assert_eq!(check.observed, "/operator/nowhere answers 404");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_lines_of_a_visit_stand_in_the_script() {
    let served = Served::with(&["operator-always-usd"], Database::Memory).await;
    let text = visited(&served, "");
    let out = tempfile::tempdir().expect("a folder");
    let outcome = perform(&text, &["operator.deposit"], out.path()).await.expect("performed");
    let [replay, line] = found(&outcome.report, "operator.deposit").repro.as_slice() else { panic!("two lines") };
    let all = std::fs::read_to_string(out.path().join("repro.sh")).expect("written");
    assert!(all.contains(line.as_str()) && all.contains(replay.as_str()), "{all}");
    let scenario = out.path().join("test.toml");
    std::fs::write(&scenario, &text).expect("written");
    let words = replay.replace("test.toml", &scenario.display().to_string());
    let words: Vec<&str> = words.split(' ').skip(1).collect();
    let again =
        Command::new(env!("CARGO_BIN_EXE_postproof")).args(words).arg("--quiet").current_dir(out.path()).status();
    assert_eq!(again.expect("it runs").code(), Some(1));
}
