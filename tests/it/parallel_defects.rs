//! Everything that makes cookie and S2S disagree, planted in the reference stack and found live: each comes out as the first cause that
//! is named. The stack and the run go by one squeezed clock.

use std::sync::Arc;

use jiff::Timestamp;
use postproof::report::RunReport;
use postproof::run::{Fixed, LiveOptions, live};
use postproof_mocks::{Clock, Config, CookieSettings, OperatorSettings, PARALLEL_DEFECTS, RawOperatorSettings, Urls};
use tokio::sync::watch;

use crate::harness::{Served, checked, shown};

/// 48 hours in six seconds.
const SPEED: f64 = 28_800.0;

/// How late an operator fires that fires late: at this speed later than anybody waits for a machine, which is five seconds.
const LATE_MINUTES: u32 = 60 * 60;

/// Players of whom some 190 make a first deposit: enough for every cause here, and little work for a debug build.
pub(crate) const PLAYERS: u64 = 300;

/// The stack on the run's clock, with that planted and that set-up of the cookie side.
pub(crate) async fn squeezed(planted: &[&str], cookies: CookieSettings) -> Served {
    let origin: Timestamp = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let clock = Clock::squeezed(origin, SPEED).expect("a speed");
    let late = RawOperatorSettings { late_minutes: LATE_MINUTES, ..RawOperatorSettings::default() };
    let operator = OperatorSettings::check(late).expect("settings");
    Served::configured(planted, Config { clock, cookies, operator, ..Config::default() }).await
}

/// The keys of `[parallel]` for a run against that stack.
pub(crate) fn keys(served: &Served) -> String {
    let Urls { clock, conversions, .. } = &served.urls;
    format!(
        "[parallel]\nplayers = {PLAYERS}\nspeed = {SPEED:.1}\nclock = \"{clock}\"\nconversions = \"{conversions}\"\n"
    )
}

/// What comes of a run of that scenario.
pub(crate) async fn compared(text: &str, seed: u64) -> RunReport {
    let out = tempfile::tempdir().expect("a folder");
    let (_keep, stop) = watch::channel(false);
    let options = LiveOptions {
        scenario: checked(text),
        fixed: Fixed { seed: Some(seed), ..Fixed::default() },
        out: Some(out.path().to_path_buf()),
        junit: None,
        resume: None,
        again: "postproof parallel test.toml".to_owned(),
        stop,
        watch: Arc::new(|_| {}),
    };
    live(options).await.unwrap_or_else(|error| panic!("{text}: {error}")).report
}

/// What comes of a run on the operator's pages, with that planted.
async fn through_operator(planted: &[&str]) -> RunReport {
    let served = squeezed(planted, CookieSettings::default()).await;
    compared(&served.through_operator(PLAYERS, &keys(&served)), 7).await
}

/// The cause that each defect has to come out as.
fn cause(defect: &str) -> &'static str {
    match defect {
        "operator-click-lost-in-navigation" => "click-id-lost",
        "operator-click-id-truncated" => "click-id-truncated",
        "operator-macro-unexpanded" => "macro-unexpanded",
        "cookie-domain-wrong" => "cookie-domain",
        "pixel-on-wrong-page" => "pixel-page",
        "pixel-fires-twice" => "pixel-twice",
        "operator-one-brand-only" => "s2s-brand",
        "operator-late-postbacks" => "s2s-late",
        "operator-always-usd" | "pixel-currency-wrong" => "currency",
        "operator-local-times" | "pixel-hour-off" => "time-zone",
        other => panic!("a defect whose cause nobody has named: {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_defect_is_the_first_cause_that_is_named() {
    let mut wrong = Vec::new();
    for defect in PARALLEL_DEFECTS {
        let report = through_operator(&[defect]).await;
        let first = report.diagnosis.as_ref().and_then(|diagnosis| diagnosis.causes.first()).map(|first| first.cause);
        if first != Some(cause(defect)) {
            wrong.push(format!("{defect} came out as {first:?}: {}", shown(&report)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_has_no_cause_and_does_not_fail() {
    let report = through_operator(&[]).await;
    assert_ne!(report.verdict, postproof::model::Verdict::Fail, "{}", shown(&report));
    assert_eq!(report.diagnosis.as_ref().map(|diagnosis| diagnosis.causes.len()), Some(0), "{}", shown(&report));
}
