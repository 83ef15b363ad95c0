//! Closed loads over real sockets: against the reference stack, and against targets that do not answer.

use std::net::Ipv4Addr;
use std::sync::atomic::AtomicUsize;

use postproof_mocks::{Config, Database, Secrets, Stack};
use tokio::net::TcpListener;

use super::*;
use crate::load::Ledgers;
use crate::model::{Outcome, Record, Stance, Verdict};
use crate::report::RunReport;
use crate::run::folder::RunFolder;
use crate::run::prove::{first_reading, fitting, gather};
use crate::run::site::Site;
use crate::run::summary::{Judged, Setting};
use crate::run::{Fixed, Inputs, clock};
use crate::scenario::{self, Stage};

/// A scenario with a closed load of these stages, in players and milliseconds.
fn scenario(text: &str, stages: &[(f64, f64, u64)], think_ms: u64) -> Scenario {
    let mut scenario = scenario::check(&scenario::read("test", text).expect("TOML"), "test", text).expect("a scenario");
    let stage = |(number, &(from, to, ms)): (usize, &(f64, f64, u64))| Stage {
        name: number.to_string(),
        lasts: Duration::from_millis(ms),
        from,
        to,
    };
    scenario.load.model = LoadModel::Closed;
    scenario.load.stages = stages.iter().enumerate().map(stage).collect();
    scenario.load.think = Duration::from_millis(think_ms);
    scenario.load.faults = false;
    scenario
}

/// What a load is played with, besides its scenario.
struct Surroundings {
    end: watch::Sender<bool>,
    stop: watch::Receiver<bool>,
    attempts: Arc<AtomicUsize>,
    folder: tempfile::TempDir,
}

impl Surroundings {
    fn new() -> Self {
        let (end, stop) = watch::channel(false);
        Self { end, stop, attempts: Arc::default(), folder: tempfile::tempdir().expect("a folder") }
    }

    /// Plays a closed load, and reports on it as `run` does.
    async fn play(&self, scenario: &Scenario) -> (ClosedTotals, RunReport) {
        let inputs = Fixed { seed: Some(7), ..Fixed::default() };
        let inputs = Inputs::complete(&inputs, &scenario.journeys, clock::now()).expect("inputs");
        let folder = RunFolder::prepare(Some(self.folder.path()), "test", 0).expect("a folder");
        let site = Arc::new(Site::open(scenario).await.expect("a site"));
        let attempts = Arc::clone(&self.attempts);
        let watch: crate::run::Watch = Arc::new(move |event| {
            if matches!(event, RunEvent::Attempted(_)) {
                attempts.fetch_add(1, Ordering::Relaxed);
            }
        });
        let before = first_reading(&site).await.expect("somebody is there").expect("books");
        let ground =
            Ground { scenario, inputs: &inputs, folder: &folder, site: &site, stop: &self.stop, watch: &watch };
        let (faults, unfit) = fitting(&scenario.faults, &site);
        let seconds = Seconds::begin(&ground, None, None).expect("files");
        let ClosedOutcome { field, played, planned, record, turnout, took, early } =
            Box::pin(closed(&ground, &faults, seconds)).await.expect("a load");
        let findings = gather(&field, played, before, planned).await;
        let judged = Judged::of(&findings, &field.ids, scenario);
        let setting = Setting {
            command: "load",
            scenario,
            inputs: &inputs,
            run_id: "test",
            site: &site,
            again: "postproof load",
        };
        let report = setting.report(&judged, &faults, &unfit);
        let ledgers = Ledgers::of(folder.path()).expect("a ledger");
        let records: Vec<Record> = ledgers.records().map(|record| record.expect("whole")).collect();
        assert_eq!(record.ledger_records, records.len() as u64, "every attempt stands in the ledger");
        assert_eq!(record.ends.values().sum::<u64>(), records.len() as u64, "and is counted");
        (ClosedTotals { records, turnout, took, early }, report)
    }
}

struct ClosedTotals {
    records: Vec<Record>,
    turnout: Turnout,
    took: Duration,
    early: Option<String>,
}

fn failed(report: &RunReport) -> Vec<String> {
    let bad = report.checks.iter().filter(|check| check.verdict == Verdict::Fail);
    bad.map(|check| format!("{}: {}", check.id, check.observed)).collect()
}

const TRAPEZIUM: [(f64, f64, u64); 3] = [(0.0, 6.0, 700), (6.0, 6.0, 800), (6.0, 0.0, 700)];

#[tokio::test]
async fn players_come_and_go_through_the_operator_and_every_event_is_credited_once() {
    let scenario = as_closed(&scenario("", &TRAPEZIUM, 20));
    assert_eq!(scenario.road, Road::Operator, "the reference stack has an operator");
    let around = Surroundings::new();
    let (totals, report) = around.play(&scenario).await;
    assert_eq!(failed(&report), Vec::<String>::new());
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert!(ledger.ok > 20 && ledger.lost + ledger.double + ledger.corrupt + ledger.unexpected == 0, "{ledger:?}");
    assert_eq!(ledger.ok, ledger.events, "an event is under the click that its player's cookie stands for");
    let Turnout { begun, finished, left, most } = totals.turnout;
    assert_eq!(begun, finished + left);
    assert!(finished > 5 && (4..=6).contains(&most), "{:?}", totals.turnout);
    assert_eq!(totals.records.len(), around.attempts.load(Ordering::Relaxed), "each attempt has its record");
    let stages: Vec<u8> = totals.records.iter().map(|record| record.stage).collect();
    assert!((0..3).all(|stage| stages.contains(&stage)), "each stage had its attempts");
    assert!(totals.records.iter().all(|r| r.stance == Stance::Genuine && r.is_available() == Some(true)));
    assert!(totals.records.iter().all(|r| r.response_us > 0 && r.scheduled_ms < 2_200 + 10_000));
    assert_eq!(totals.early, None);
}

/// A reference stack of one's own, and the scenario that fires at it.
async fn own_road(more: &str) -> (String, tempfile::TempDir, tokio::sync::oneshot::Sender<()>) {
    let secrets = Secrets { hmac: "hmac-secret-of-the-test".into(), jwt: "jwt-secret-of-the-test-0123456789".into() };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("hmac"), &secrets.hmac).expect("written");
    std::fs::write(folder.path().join("jwt"), &secrets.jwt).expect("written");
    let config = Config {
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        database: Database::Memory,
        secrets: Some(secrets),
        ..Config::default()
    };
    let stack = Stack::bind(config).await.expect("the stack starts");
    let (urls, at) = (stack.urls(), folder.path().display().to_string());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(stack.serve(async {
        let _ = stopped.await;
    }));
    let text = format!(
        "[target]\nurl = \"{}\"\nclick_url = \"{}\"\nsecret_file = \"{at}/hmac\"\njwt_secret_file = \"{at}/jwt\"\n\
         [read_back]\nurl = \"{}\"\nsettle = \"5s\"\n{more}",
        urls.target, urls.click, urls.read_back
    );
    (text, folder, stop)
}

#[tokio::test]
async fn where_there_is_no_operator_postproof_fires_with_its_faults() {
    let (text, _folder, _stack) = own_road("").await;
    let mut scenario = scenario(&text, &[(8.0, 8.0, 1500)], 5);
    scenario.load.faults = true;
    let scenario = as_closed(&scenario);
    assert_eq!(scenario.road, Road::Own);
    let (totals, report) = Surroundings::new().play(&scenario).await;
    assert_eq!(failed(&report), Vec::<String>::new());
    let ledger = report.ledger.as_ref().expect("a ledger");
    assert!(ledger.ok + ledger.recovered > 20 && ledger.attempts > ledger.events, "{ledger:?}");
    assert!(totals.records.iter().any(|record| record.stance == Stance::Forged), "forgeries are recorded as such");
    assert!(totals.turnout.most <= 8, "{:?}", totals.turnout);
}

#[tokio::test]
async fn a_load_that_is_cut_short_ends_with_what_it_has() {
    let scenario = as_closed(&scenario("", &[(4.0, 4.0, 600_000)], 20));
    let around = Surroundings::new();
    let cut = async {
        while around.attempts.load(Ordering::Relaxed) < 10 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        around.end.send_replace(true);
    };
    let ((totals, report), ()) = tokio::join!(around.play(&scenario), cut);
    assert!(totals.took < Duration::from_mins(1), "{:?}", totals.took);
    assert!(report.interrupted);
    assert!(report.ledger.as_ref().is_some_and(|ledger| ledger.ok > 0));
    assert_eq!(failed(&report), Vec::<String>::new());
}

#[tokio::test]
async fn when_the_journeys_are_used_up_the_load_is_over_and_says_so() {
    let mut scenario = as_closed(&scenario("", &[(3.0, 3.0, 600_000)], 1));
    assert_eq!(scenario.journeys.players, MOST_JOURNEYS, "more than that are not held");
    scenario.journeys.players = 7;
    let (totals, report) = Surroundings::new().play(&scenario).await;
    assert_eq!((totals.turnout.begun, totals.turnout.finished), (7, 7));
    assert!(totals.took < Duration::from_mins(1));
    let early = totals.early.expect("a reason");
    assert!(early.starts_with("the load ended after"), "{early}");
    assert_eq!(failed(&report), Vec::<String>::new());
}

/// A target that takes connections and never answers, with so many stages of waiting for it.
async fn mute() -> (String, tempfile::TempDir) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("hmac"), "hmac-secret-of-the-test").expect("written");
    let text = format!(
        "[target]\nurl = \"http://{at}/postback\"\nsecret_file = \"{}/hmac\"\ntimeout = \"1s\"\n",
        folder.path().display()
    );
    (text, folder)
}

#[tokio::test]
async fn a_target_that_hangs_does_not_hold_it_up_for_longer_than_one_timeout() {
    let (text, _folder) = mute().await;
    let scenario = as_closed(&scenario(&text, &[(3.0, 3.0, 1500)], 1));
    let (totals, report) = Surroundings::new().play(&scenario).await;
    // The margin is for a busy machine; retries alone would take minutes.
    assert!(totals.took < Duration::from_millis(1500 + 1000 + 4000), "{:?}", totals.took);
    assert!(
        !totals.records.is_empty()
            && totals.records.iter().all(|r| r.outcome == Outcome::Info(crate::model::InfoReason::Timeout))
    );
    assert!(totals.records.iter().all(|record| record.is_available() == Some(false)));
    assert!(report.ledger.is_some_and(|ledger| ledger.ok == 0));
}

#[tokio::test]
async fn a_target_that_is_down_is_tried_at_the_players_pace() {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port").local_addr().expect("an address");
    let (text, _folder) = mute().await;
    let url = text.split('"').nth(1).expect("the URL").to_owned();
    let scenario = as_closed(&scenario(&text.replace(&url, &format!("http://{free}/")), &[(3.0, 3.0, 1000)], 10));
    let (totals, _) = Surroundings::new().play(&scenario).await;
    assert!(!totals.records.is_empty());
    assert!(totals.records.iter().all(|record| record.outcome.is_fail() && record.is_available() == Some(false)));
    assert!(totals.records.len() < 3000, "nobody runs it over: {}", totals.records.len());
    assert!(totals.took < Duration::from_secs(20), "{:?}", totals.took);
}
