//! What the tests share: a run against a target over real sockets, and the reference stack to run against.

use std::path::Path;
use std::sync::Arc;

use postproof::report::RunReport;
use postproof::run::{Fixed, Options, Outcome, RunError, prove};
use postproof::scenario::{self, Scenario};
use postproof_mocks::{Config, Database, Secrets, Stack, Urls};
use tokio::sync::{oneshot, watch};

/// The reference stack on a free port of loopback.
pub(crate) struct Served {
    /// Where it answers.
    pub(crate) urls: Urls,
    /// The folder that holds its secrets as files.
    pub(crate) secrets: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
}

impl Served {
    /// Starts it with defects.
    pub(crate) async fn with(defects: &[&str], database: Database) -> Self {
        Self::configured(defects, Config { database, ..Config::default() }).await
    }

    /// Starts it with defects of the tracker and mistakes of the operator, and whatever else the configuration has.
    pub(crate) async fn configured(planted: &[&str], mut config: Config) -> Self {
        for name in planted {
            assert!(config.plant(name), "a known defect: {name}");
        }
        config.secrets =
            Some(Secrets { hmac: "hmac-secret-of-the-test".into(), jwt: "jwt-secret-of-the-test-0123456789".into() });
        Self::start(config).await
    }

    /// Starts one that is set up so. It has to be given its secrets.
    pub(crate) async fn start(config: Config) -> Self {
        let secrets = config.secrets.clone().expect("secrets");
        let stack = Stack::bind(config).await.expect("the stack starts");
        let urls = stack.urls();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(stack.serve(async {
            let _ = stopped.await;
        }));
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("hmac"), &secrets.hmac).expect("written");
        std::fs::write(folder.path().join("jwt"), &secrets.jwt).expect("written");
        Self { urls, secrets: folder, stop: Some(stop) }
    }

    /// The scenario that runs against it; `more` is appended.
    pub(crate) fn scenario(&self, players: u64, more: &str) -> String {
        let folder = self.secrets.path().display();
        format!(
            "[target]\nurl = \"{}\"\nclick_url = \"{}\"\nsecret_file = \"{folder}/hmac\"\njwt_secret_file = \"{folder}/jwt\"\n\
             [read_back]\nurl = \"{}\"\nsettle = \"2s\"\n[journeys]\nplayers = {players}\n{more}",
            self.urls.target, self.urls.click, self.urls.read_back
        )
    }

    /// The scenario that goes through its operator; `more` is appended.
    pub(crate) fn through_operator(&self, players: u64, more: &str) -> String {
        format!(
            "through = \"operator\"\n[operator]\nurl = \"{}\"\n[target]\nclick_url = \"{}\"\n\
             [read_back]\nurl = \"{}\"\nsettle = \"2s\"\n[journeys]\nplayers = {players}\n{more}",
            self.urls.operator, self.urls.click, self.urls.read_back
        )
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
    }
}

/// A checked scenario.
pub(crate) fn checked(text: &str) -> Scenario {
    let raw = scenario::read("test.toml", text).expect("TOML");
    scenario::check(&raw, "test.toml", text).expect("a scenario")
}

/// Runs a scenario with a seed, writing to a folder.
pub(crate) async fn run_into(text: &str, fixed: Fixed, out: &Path) -> Result<Outcome, RunError> {
    let (_keep, stop) = watch::channel(false);
    let options = Options {
        scenario: checked(text),
        fixed,
        out: Some(out.to_path_buf()),
        junit: None,
        again: "postproof run test.toml".into(),
        stop,
        watch: Arc::new(|_| {}),
    };
    prove(options).await
}

/// Runs a scenario with a seed and gives the report.
pub(crate) async fn run(text: &str, seed: u64) -> RunReport {
    let out = tempfile::tempdir().expect("a folder");
    let fixed = Fixed { seed: Some(seed), ..Fixed::default() };
    run_into(text, fixed, out.path()).await.unwrap_or_else(|error| panic!("seed {seed}: {error}")).report
}

/// The checks with that verdict, by id.
pub(crate) fn ids(report: &RunReport, verdict: postproof::model::Verdict) -> Vec<&str> {
    report.checks.iter().filter(|check| check.verdict == verdict).map(|check| check.id.as_str()).collect()
}

/// What a failed assertion should show of a report.
pub(crate) fn shown(report: &RunReport) -> String {
    serde_json::to_string_pretty(report).expect("JSON")
}
