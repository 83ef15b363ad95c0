//! The suite tested by mutation: every defect of the reference stack beside the cases that find it. The matrix is measured
//! here, kept in `data/kills.txt`, shown in README and by `postproof list defects`; `make matrix` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use jsonwebtoken::{EncodingKey, Header, encode, get_current_timestamp};
use postproof::contract::{FAMILIES, all};
use postproof::report::RunReport;
use postproof_mocks::{
    Admission, Canonical, Config, DEFECTS, Dialect, MISTAKES, Rate, SignatureScheme, Signing, Tokens, TrackerSettings,
};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::check::report;
use crate::check_operator::giving_up;
use crate::harness::Served;
use crate::https::Authority;
use crate::mistakes;
use crate::process::postproof;

/// Stacks that are tried at once.
const AT_ONCE: usize = 4;

/// What a defect needs around it in order to show, and the cases that are performed there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// A stack as it comes.
    Plain,
    /// One that turns postbacks away when they come too fast.
    Limited,
    /// One that takes postbacks from listed addresses only.
    Listed,
    /// One that speaks TLS, and asks its clients for certificates.
    Certified,
    /// One whose senders may leave out ids, and which falls back on click, event type and time.
    Windowed,
    /// One that has declared that deposits may come before their registration.
    Unordered,
    /// One that shows what credits are worth in reports, and under which day.
    Reported,
    /// One whose operator's pages are visited.
    Visited,
    /// The same, with a tracker that takes so few postbacks a second that the operator's sender is told to come again.
    Busy,
    /// The same, with a tracker that credits whatever comes twice: sound as long as nobody sends anything twice.
    Credulous,
    /// The same with an operator that gives up after one attempt, so that there is something to deliver once more.
    GivingUp,
    /// One whose signatures are over the exact bytes.
    Raw,
    /// One whose signatures carry the time.
    Timed,
    /// One whose tokens have to name issuer and audience.
    Claimed,
    /// One whose token was handed out, and cannot be made by postproof.
    Handed,
}

impl Stage {
    const ALL: [Self; 15] = [
        Self::Plain,
        Self::Limited,
        Self::Listed,
        Self::Certified,
        Self::Windowed,
        Self::Unordered,
        Self::Reported,
        Self::Visited,
        Self::Busy,
        Self::Credulous,
        Self::GivingUp,
        Self::Raw,
        Self::Timed,
        Self::Claimed,
        Self::Handed,
    ];

    /// Where a defect shows.
    fn of(defect: &str) -> Self {
        match defect {
            "forwarded-believed" => Self::Listed,
            "no-retry-after" | "limit-ignored" => Self::Limited,
            "client-certificate-optional" => Self::Certified,
            "no-fallback" => Self::Windowed,
            "early-deposit-refused" => Self::Unordered,
            "fx-of-wrong-day" | "day-boundary-local" => Self::Reported,
            "operator-never-retries" => Self::Busy,
            "operator-fires-twice-same-id" => Self::Credulous,
            mistake if mistake.starts_with("operator-redelivery-") => Self::GivingUp,
            mistake if mistake.starts_with("operator-") => Self::Visited,
            _ => Self::Plain,
        }
    }

    /// Where a defect shows besides, because cases that would find it are not for the stage above.
    fn further(defect: &str) -> &'static [Self] {
        match defect {
            "signature-unchecked" => &[Self::Raw, Self::Timed],
            "token-unchecked" => &[Self::Claimed, Self::Handed],
            _ => &[],
        }
    }

    fn config(self) -> Config {
        let config = Config::default();
        let admission = match self {
            Self::Plain
            | Self::Certified
            | Self::Unordered
            | Self::Reported
            | Self::Visited
            | Self::Credulous
            | Self::Handed => return config,
            Self::GivingUp => return giving_up(),
            Self::Raw => {
                let signature = Signing { canonical: Canonical::Raw, ..Signing::default() };
                return Config { tracker: TrackerSettings { signature, ..config.tracker }, ..config };
            }
            Self::Timed => {
                let scheme = SignatureScheme::by_name("stripe").expect("a scheme");
                let signature = Signing { scheme, ..Signing::default() };
                return Config { tracker: TrackerSettings { signature, ..config.tracker }, ..config };
            }
            Self::Claimed => {
                let named = |name: &str| Some(name.to_owned());
                let tokens = Tokens { audience: named("tracker"), issuer: named("operator"), ..Tokens::default() };
                return Config { tracker: TrackerSettings { tokens, ..config.tracker }, ..config };
            }
            Self::Windowed => {
                let tracker = TrackerSettings { dialect: Dialect::TransactionId, ..config.tracker };
                return Config { tracker, ..config };
            }
            Self::Limited => Admission { rate: Some(Rate { per_second: 10, burst: 10 }), ..Admission::default() },
            Self::Busy => Admission { rate: Some(Rate { per_second: 3, burst: 3 }), ..Admission::default() },
            Self::Listed => {
                Admission { allow: vec!["192.0.2.0/24".parse().expect("a network")], ..Admission::default() }
            }
        };
        Config { tracker: TrackerSettings { admission, ..config.tracker }, ..config }
    }

    /// What the scenario declares of it.
    fn declared(self) -> String {
        let text = match self {
            Self::Reported => return reports(),
            Self::Plain | Self::Visited | Self::Credulous | Self::Handed => "",
            Self::Busy | Self::GivingUp => "[contract]\nrate = 3\n",
            Self::Raw => "[signature]\ncanonical = \"raw\"\n",
            Self::Timed => "[signature]\nscheme = \"stripe\"\n",
            Self::Claimed => "[token]\nissuer = \"operator\"\naudience = \"tracker\"\n",
            Self::Limited => "[contract]\nrate = 10\n",
            Self::Certified => "[contract]\nclient_certificate = true\n",
            Self::Windowed => "[contract]\nfallback_window = \"60s\"\n",
            Self::Unordered => "[contract.policies]\nearly_deposit = \"accept\"\n",
            Self::Listed => "[contract]\nallow_list = \"192.0.2.9\"\n",
        };
        text.to_owned()
    }

    /// The suite's report at such a stack.
    async fn report(self, planted: &[&str]) -> Value {
        if self == Self::Certified {
            let authority = Authority::new();
            let served = Served::configured(planted, authority.config(Some(&authority))).await;
            let text = authority.scenario(&served, Some("client")) + &self.declared();
            return json(&report(&text, self.cases()).await);
        }
        let served = Served::configured(&[planted, self.planted()].concat(), self.config()).await;
        let operator = if self.visits() { operator(&served) } else { String::new() };
        let text = served.scenario(1, &(operator + &self.declared()));
        if self == Self::Handed {
            return tokio::task::spawn_blocking(move || handed(&served, &text)).await.expect("a report");
        }
        // What was turned away takes a while to come again; what a mistake has lost never does.
        let text = if planted.is_empty() { text.replace("\"2s\"", "\"20s\"") } else { text };
        json(&report(&text, self.cases()).await)
    }

    /// What is wrong with it on purpose, beside what is to be found.
    fn planted(self) -> &'static [&'static str] {
        if self == Self::Credulous { &["no-idempotency"] } else { &[] }
    }

    /// Whether the operator's pages are visited there.
    fn visits(self) -> bool {
        matches!(self, Self::Visited | Self::Busy | Self::Credulous | Self::GivingUp)
    }

    fn cases(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::Windowed => &["idempotency.*"],
            Self::Unordered => &["attribution.*"],
            Self::Reported => &["books.*"],
            Self::Visited | Self::Credulous => &["operator.*"],
            Self::Busy => &["operator.busy"],
            Self::GivingUp => &["operator.redelivery"],
            Self::Raw | Self::Timed => &["signature.*"],
            Self::Claimed | Self::Handed => &["auth.*"],
            Self::Limited => &["limits.burst"],
            Self::Listed => &["limits.forwarded-for"],
            Self::Certified => &["tls.*", "http.plain-on-tls"],
        }
    }
}

/// Where the stack's operator is.
fn operator(served: &Served) -> String {
    let url = &served.urls.operator;
    let paths = "dead_letters = \"/operator/dlq\"\nredeliver = \"/operator/dlq/redeliver\"\n";
    format!("[operator]\nurl = \"{url}\"\n[operator.paths]\n{paths}")
}

/// The suite's report where the token comes out of the environment: what is in it, postproof cannot know. No test changes
/// its own environment, so the suite is a process of its own.
fn handed(served: &Served, text: &str) -> Value {
    let secrets = served.secrets.path();
    let key = std::fs::read(secrets.join("jwt")).expect("a key");
    let now = get_current_timestamp();
    let claims = serde_json::json!({"sub": "handed out", "iat": now, "exp": now + 600});
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(&key)).expect("a token");
    let line = format!("jwt_secret_file = \"{}/jwt\"\n", secrets.display());
    assert!(text.contains(&line), "{text}");
    std::fs::write(secrets.join("handed.toml"), text.replace(&line, "bearer_env = \"HANDED_OUT\"\n")).expect("written");
    let args = ["check", "handed.toml", "--seed", "7", "--format", "json", "--quiet", "--case"];
    let mut command = postproof(secrets);
    let done = command.args(args).args(Stage::Handed.cases()).env("HANDED_OUT", token).output().expect("it runs");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"))
}

fn json(report: &RunReport) -> Value {
    serde_json::to_value(report).expect("JSON")
}

/// The checks of a report with that verdict, by id.
fn ids(report: &Value, verdict: &str) -> Vec<String> {
    let checks = report["checks"].as_array().expect("checks");
    let fitting = checks.iter().filter(|check| check["verdict"] == verdict);
    fitting.map(|check| check["id"].as_str().expect("an id").to_owned()).collect()
}

/// What was agreed on with the stack about reports: the rates that it converts by when it is given none of its own, which
/// are real's of the table that is built into it, and the days of UTC.
fn reports() -> String {
    let table = std::fs::read_to_string("data/fx.csv").expect("the rates");
    let rates = table.lines().filter_map(|line| match line.split(',').collect::<Vec<_>>()[..] {
        [date, "BRL", rate] => Some(format!("\"{date}\" = \"{rate}\"\n")),
        _ => None,
    });
    let rates: String = rates.collect();
    format!(
        "[read_back.map]\nreport_amount = \"/report_amount\"\nreport_currency = \"/report_currency\"\n\
         report_day = \"/report_day\"\n[contract.reports]\ncurrency = \"USD\"\nzone = \"UTC\"\n\
         [contract.reports.rates.BRL]\n{rates}"
    )
}

/// Defects that hit every so many postbacks, or a race: the cases that they are sure to meet. Which others they meet
/// differs from run to run.
const ERRATIC: [(&str, &[&str]); 7] = [
    ("busy-drops", &["volume.two-hundred"]),
    ("check-then-insert", &["idempotency.twenty-at-once"]),
    ("failed-bookings-vanish", &["volume.two-hundred"]),
    ("forgets-after-many", &["volume.two-hundred"]),
    ("lost-after-ack", &["volume.two-hundred"]),
    // Which of its two credits is taken for the one that is owed is a race.
    ("operator-fires-twice", &["operator.once"]),
    // Which brand is there first is a race.
    ("operator-one-brand-only", &["operator.brands"]),
];

/// The cases that fail beside a defect.
async fn found(defect: &'static str) -> Vec<String> {
    let sure = ERRATIC.iter().find(|(name, _)| *name == defect).map(|(_, cases)| *cases);
    let mut failed: Vec<String> = Vec::new();
    for stage in std::iter::once(Stage::of(defect)).chain(Stage::further(defect).iter().copied()) {
        let report = stage.report(&[defect]).await;
        failed.extend(ids(&report, "fail"));
    }
    let counted = |id: &&str| failed.iter().any(|failed| failed == id) && sure.is_none_or(|cases| cases.contains(id));
    all().map(|(_, case)| case.card().id).filter(counted).map(str::to_owned).collect()
}

/// The whole matrix, measured.
async fn measured() -> BTreeMap<&'static str, Vec<String>> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    let names = DEFECTS.iter().map(|defect| defect.name).chain(MISTAKES.iter().map(|mistake| mistake.name));
    for name in names {
        let room = Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            (name, Box::pin(found(name)).await)
        });
    }
    let mut matrix: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    while let Some(row) = tasks.join_next().await {
        let (defect, killers) = row.expect("a measured defect");
        matrix.insert(defect, killers);
    }
    // Runs through the operator expose its mistakes too; `tests/it/mistakes.rs` measures that.
    for mistake in MISTAKES {
        let checks = mistakes::exposed_by(mistake.name).iter().map(|check| format!("run --through operator ({check})"));
        matrix.entry(mistake.name).or_default().extend(checks);
    }
    matrix
}

/// The table for README: each defect, how many cases of each family find it, and the first of them by name.
fn shown_table(matrix: &BTreeMap<&'static str, Vec<String>>) -> String {
    let mut table = String::from("| defect | found by | cases |\n|---|---|---|\n");
    for (defect, killers) in matrix.iter().filter(|(_, killers)| !killers.is_empty()) {
        let first = &killers[0];
        let families = FAMILIES.iter().filter_map(|family| {
            let prefix = format!("{}.", family.name);
            match killers.iter().filter(|killer| killer.starts_with(&prefix)).count() {
                0 => None,
                count => Some(format!("{} {count}", family.name)),
            }
        });
        let families: Vec<String> = families.collect();
        let _ = writeln!(table, "| `{defect}` | `{first}` | {} |", families.join(", "));
    }
    table
}

/// Cases that a sound stack is asked for by their own stage alone.
const OWN: [(Stage, &[&str]); 13] = [
    (Stage::Limited, &["limits.burst"]),
    (Stage::Listed, &["limits.forwarded-for"]),
    (Stage::Certified, &["tls.client-certificate", "http.plain-on-tls"]),
    (Stage::Windowed, &["idempotency.fallback-window"]),
    (Stage::Unordered, &["attribution.deposit-first"]),
    (Stage::Reported, &["books.report-currency", "books.rate-of-the-day", "books.report-day"]),
    (Stage::Visited, &["operator.deposit", "operator.once", "operator.dead-letters"]),
    (Stage::Busy, &["operator.busy"]),
    (Stage::Raw, &["signature.canonical-where-raw"]),
    (Stage::Timed, &["signature.stale"]),
    (Stage::GivingUp, &["operator.redelivery"]),
    (Stage::Claimed, &["auth.wrong-audience", "auth.wrong-issuer"]),
    (Stage::Handed, &["auth.another-token"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_fails_no_case_on_any_stage() {
    let tasks = Stage::ALL.map(|stage| (stage, tokio::spawn(async move { Box::pin(stage.report(&[])).await })));
    for (stage, task) in tasks {
        let report = task.await.expect("a report");
        let trouble = ["fail", "warn", "inconclusive"].map(|verdict| ids(&report, verdict));
        assert_eq!(trouble.concat(), [] as [&str; 0], "{stage:?}: {report:#}");
        let passed = ids(&report, "pass");
        for case in OWN.iter().filter(|(own, _)| *own == stage).flat_map(|(_, cases)| *cases) {
            assert!(passed.iter().any(|id| id == case), "{stage:?}: {case} was not tried: {report:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_is_found_and_the_matrix_is_current() {
    let matrix = measured().await;
    for (defect, killers) in &matrix {
        assert!(killers.iter().any(|killer| !killer.starts_with("run ")), "no case finds {defect}");
    }
    let rows: Vec<String> = matrix
        .iter()
        .filter(|(_, killers)| !killers.is_empty())
        .map(|(defect, killers)| format!("{defect}: {}\n", killers.join(", ")))
        .collect();
    let readme = std::fs::read_to_string("README.md").expect("README");
    let (before, rest) = readme.split_once("<!-- matrix -->\n").expect("the matrix has its place");
    let (_, after) = rest.split_once("<!-- end of matrix -->").expect("the matrix has an end");
    let readme_now = format!("{before}<!-- matrix -->\n{}<!-- end of matrix -->{after}", shown_table(&matrix));
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        std::fs::write("data/kills.txt", rows.concat()).expect("written");
        std::fs::write("README.md", readme_now).expect("written");
        return;
    }
    let kept = std::fs::read_to_string("data/kills.txt").expect("the matrix");
    assert_eq!(kept, rows.concat(), "run `make matrix`");
    assert_eq!(readme, readme_now, "run `make matrix`");
}
