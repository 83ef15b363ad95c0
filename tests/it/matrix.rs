//! The suite tested by mutation: every defect of the reference stack beside the cases that find it. The matrix is measured
//! here, kept in `data/kills.txt`, shown in README and by `postproof list defects`; `make matrix` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use postproof::contract::{FAMILIES, all};
use postproof::model::Verdict;
use postproof::report::RunReport;
use postproof_mocks::{Admission, Config, DEFECTS, Dialect, MISTAKES, Rate, TrackerSettings};
use tokio::sync::Semaphore;

use crate::check::report;
use crate::harness::{Served, ids, shown};
use crate::https::Authority;
use crate::mistakes;

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
}

impl Stage {
    const ALL: [Self; 7] =
        [Self::Plain, Self::Limited, Self::Listed, Self::Certified, Self::Windowed, Self::Unordered, Self::Reported];

    /// Where a defect shows.
    fn of(defect: &str) -> Self {
        match defect {
            "forwarded-believed" => Self::Listed,
            "no-retry-after" | "limit-ignored" => Self::Limited,
            "client-certificate-optional" => Self::Certified,
            "no-fallback" => Self::Windowed,
            "early-deposit-refused" => Self::Unordered,
            "fx-of-wrong-day" | "day-boundary-local" => Self::Reported,
            _ => Self::Plain,
        }
    }

    fn config(self) -> Config {
        let config = Config::default();
        let admission = match self {
            Self::Plain | Self::Certified | Self::Unordered | Self::Reported => return config,
            Self::Windowed => {
                let tracker = TrackerSettings { dialect: Dialect::TransactionId, ..config.tracker };
                return Config { tracker, ..config };
            }
            Self::Limited => Admission { rate: Some(Rate { per_second: 10, burst: 10 }), ..Admission::default() },
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
            Self::Plain => "",
            Self::Limited => "[contract]\nrate = 10\n",
            Self::Certified => "[contract]\nclient_certificate = true\n",
            Self::Windowed => "[contract]\nfallback_window = \"60s\"\n",
            Self::Unordered => "[contract.policies]\nearly_deposit = \"accept\"\n",
            Self::Listed => "[contract]\nallow_list = \"192.0.2.9\"\n",
        };
        text.to_owned()
    }

    /// The suite's report at such a stack.
    async fn report(self, planted: &[&str]) -> RunReport {
        if self == Self::Certified {
            let authority = Authority::new();
            let served = Served::configured(planted, authority.config(Some(&authority))).await;
            return report(&(authority.scenario(&served, Some("client")) + &self.declared()), self.cases()).await;
        }
        let served = Served::configured(planted, self.config()).await;
        report(&served.scenario(1, &self.declared()), self.cases()).await
    }

    fn cases(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::Windowed => &["idempotency.*"],
            Self::Unordered => &["attribution.*"],
            Self::Reported => &["books.*"],
            Self::Limited => &["limits.burst"],
            Self::Listed => &["limits.forwarded-for"],
            Self::Certified => &["tls.*", "http.plain-on-tls"],
        }
    }
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
const ERRATIC: [(&str, &[&str]); 5] = [
    ("busy-drops", &["volume.two-hundred"]),
    ("check-then-insert", &["idempotency.twenty-at-once"]),
    ("failed-bookings-vanish", &["volume.two-hundred"]),
    ("forgets-after-many", &["volume.two-hundred"]),
    ("lost-after-ack", &["volume.two-hundred"]),
];

/// The cases that fail beside a defect.
async fn found(defect: &'static str) -> Vec<String> {
    let stage = Stage::of(defect);
    let report = stage.report(&[defect]).await;
    let failed = ids(&report, Verdict::Fail);
    let sure = ERRATIC.iter().find(|(name, _)| *name == defect).map(|(_, cases)| *cases);
    let counted = |id: &&str| failed.contains(id) && sure.is_none_or(|cases| cases.contains(id));
    all().map(|(_, case)| case.card().id).filter(counted).map(str::to_owned).collect()
}

/// The whole matrix, measured.
async fn measured() -> BTreeMap<&'static str, Vec<String>> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = tokio::task::JoinSet::new();
    for defect in DEFECTS {
        let room = Arc::clone(&room);
        tasks.spawn(async move {
            let _place = room.acquire_owned().await;
            (defect.name, Box::pin(found(defect.name)).await)
        });
    }
    let mut matrix: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    while let Some(row) = tasks.join_next().await {
        let (defect, killers) = row.expect("a measured defect");
        matrix.insert(defect, killers);
    }
    // The operator's mistakes are no matter of the postback endpoint; `tests/it/mistakes.rs` measures them by runs.
    for mistake in MISTAKES {
        let checks = mistakes::exposed_by(mistake.name).iter().map(|check| format!("run --through operator ({check})"));
        matrix.insert(mistake.name, checks.collect());
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

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_fails_no_case_on_any_stage() {
    for stage in Stage::ALL {
        let report = stage.report(&[]).await;
        let trouble = [ids(&report, Verdict::Fail), ids(&report, Verdict::Warn), ids(&report, Verdict::Inconclusive)];
        assert_eq!(trouble.concat(), [] as [&str; 0], "{stage:?}: {}", shown(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_defect_is_found_and_the_matrix_is_current() {
    let matrix = measured().await;
    for (defect, killers) in &matrix {
        assert!(!killers.is_empty() || mistakes::is_unmet(defect), "no case finds {defect}");
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
