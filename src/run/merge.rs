//! `report merge`: what the shards of one load left becomes one folder with one report, judged once.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use super::folder::RunFolder;
use super::load::audience::audience;
use super::load::books::Sent;
use super::load::course::identity;
use super::load::faults::faults;
use super::load::findings::Findings as LoadFindings;
use super::load_closed::as_closed;
use super::prove::{Outcome, conclude};
use super::site::Site;
use super::summary::Setting;
use super::{Inputs, RunError, Watch};
use crate::load::{Findings, FindingsError, LoadRecord, read_record};
use crate::model::{Check, Ids, Road, Verdict};
use crate::oracle::Clicks;
use crate::report::RunReport;
use crate::scenario::{LoadModel, Scenario};

/// What is merged.
pub struct MergeOptions {
    /// The folders of the shards.
    pub folders: Vec<PathBuf>,
    /// The scenario that they were fired by, flags included: it says what was sent, and where the books are read.
    pub scenario: Scenario,
    /// Where the whole goes.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes.
    pub junit: Option<PathBuf>,
    /// The command line that repeats it.
    pub again: String,
    /// Turns true when it shall be cut short.
    pub stop: watch::Receiver<bool>,
    /// Who watches.
    pub watch: Watch,
}

/// Furthest apart, in milliseconds, that shards may begin: seconds of one then overlap those of another.
const APART_MS: i64 = 1000;

/// Merges what shards left and judges it.
///
/// # Errors
/// When the folders are not shards of one load of this scenario, or a file cannot be read or written.
pub async fn merge(options: &MergeOptions) -> Result<Outcome, RunError> {
    let MergeOptions { folders, out, junit, scenario, .. } = options;
    if let Some(out) = out {
        not_among(out, folders)?;
    }
    let first = folders.first().map(|folder| read_record(folder)).transpose().map_err(|error| refused(&error))?;
    let tag = first.as_ref().map_or("none", |record| record.identity.tag.as_str());
    let folder = RunFolder::prepare(out.as_deref(), &format!("merged-{tag}"), 0)?;
    crate::load::clear(folder.path()).map_err(|error| unwritable(folder.path(), &error))?;
    let left = Findings::merge(folders, folder.path()).map_err(|error| refused(&error))?;
    let scenario = as_closed(scenario);
    let site = Arc::new(Site::open(&scenario).await?);
    let report = Box::pin(judge(options, (&scenario, &left), &site, &folder)).await;
    conclude(site, report, &folder, junit.as_deref()).await
}

/// The report of a load, out of what its shards left and what the books say now.
async fn judge(
    options: &MergeOptions,
    (scenario, left): (&Scenario, &Findings),
    site: &Site,
    folder: &RunFolder,
) -> Result<RunReport, RunError> {
    let record = &left.record;
    let inputs = inputs(record)?;
    let players = match scenario.load.model {
        LoadModel::Open => audience(scenario),
        LoadModel::Closed => scenario.journeys.clone(),
    };
    let setting =
        Setting { command: "load", scenario, inputs: &inputs, run_id: folder.run_id(), site, again: &options.again };
    let own = identity(scenario, site, &setting.signing(), &inputs);
    if let Some(difference) = own.difference(&record.identity) {
        return Err(RunError::usage(
            format!("{} differs: {} here, {} in the shards", difference.what, difference.here, difference.there),
            "name the scenario and the flags that the shards were fired with: --scenario FILE, --target URL",
        ));
    }
    let ids = Ids::new(inputs.tag.clone());
    let clicks = SharedClicks::read(left, scenario.load.threads as u64, &ids)?;
    let sent = Sent {
        scenario,
        seed: inputs.seed,
        start: inputs.start.as_second(),
        players: &players,
        ids: &ids,
        clicks: &clicks,
        ledgers: &left.ledgers,
        read_back: &site.read_back,
        faults: &faults(scenario, site).0,
    };
    // Each shard of the embedded stack had books of its own, and they are gone; the credits of events that an operator
    // named cannot be told by their ids.
    let readable = !site.is_embedded() && site.read_back.plan.source.is_some() && scenario.road == Road::Own;
    let books = sent.settle(readable.then(Vec::new), &options.stop, &options.watch).await?;
    let (judged, gaps) = (books.proof.ledger.attempts, books.gaps.clone());
    let mut report = LoadFindings { scenario, left, books }.report(&setting);
    report.checks.splice(0..0, [shards(left), together(left), evidence(left, judged, gaps)]);
    report.verdict = Verdict::of_all(report.checks.iter().map(|check| check.verdict));
    report.notes.push("what stood in the books before the load is not known to a merge".to_owned());
    Ok(report)
}

fn inputs(record: &LoadRecord) -> Result<Inputs, RunError> {
    let identity = &record.identity;
    let tag = identity
        .tag
        .parse()
        .map_err(|_| RunError::usage(format!("`{}` is no tag", identity.tag), "name folders that a load has left"))?;
    Ok(Inputs { seed: identity.seed, tag, start: identity.start })
}

/// The click ids of all shards: each made its own, and its journeys take them in turn.
struct SharedClicks<'a> {
    ids: &'a Ids,
    shards: BTreeMap<u64, Vec<String>>,
    journeys: HashMap<String, u64>,
    threads: u64,
    count: u64,
}

impl<'a> SharedClicks<'a> {
    fn read(left: &Findings, threads: u64, ids: &'a Ids) -> Result<Self, RunError> {
        let (mut shards, mut journeys) = (BTreeMap::new(), HashMap::new());
        for (shard, name) in &left.record.clicks {
            let path = left.folder.join(name);
            let text = fs::read_to_string(&path).map_err(|error| {
                RunError::usage(
                    format!("{} cannot be read: {error}", path.display()),
                    "merge the whole folders of the shards",
                )
            })?;
            let clicks: Vec<String> = text.lines().map(str::to_owned).collect();
            // A journey that got no click id has an empty line.
            journeys.extend(clicks.iter().cloned().zip(0..).filter(|(click, _)| !click.is_empty()));
            shards.insert(u64::from(*shard), clicks);
        }
        Ok(Self { ids, shards, journeys, threads, count: u64::from(left.record.shards.count) })
    }
}

impl Clicks for SharedClicks<'_> {
    fn of(&self, journey: u64) -> Cow<'_, str> {
        // Lanes take journeys in turn, and a shard has as many lanes as threads.
        let shard = journey % (self.threads * self.count) / self.threads + 1;
        let clicks = self.shards.get(&shard).filter(|clicks| !clicks.is_empty());
        let made = clicks.and_then(|clicks| clicks.get(usize::try_from(journey % clicks.len() as u64).ok()?));
        let made = made.filter(|click| !click.is_empty());
        made.map_or_else(|| Cow::Owned(self.ids.click(journey)), |made| Cow::Borrowed(made.as_str()))
    }

    fn journey(&self, click: &str) -> Option<u64> {
        self.journeys.get(click).copied().or_else(|| Clicks::journey(self.ids, click))
    }
}

fn shards(findings: &Findings) -> Check {
    let shards = &findings.record.shards;
    let missing = shards.missing();
    let observed = match missing.as_slice() {
        [] => format!("all {} are there", shards.count),
        missing => {
            let missing: Vec<String> = missing.iter().map(|index| format!("{index}/{}", shards.count)).collect();
            format!("missing: {}", missing.join(", "))
        }
    };
    let verdict = if missing.is_empty() { Verdict::Pass } else { Verdict::Inconclusive };
    Check::new("load.shards", verdict, format!("what each of {} shards left", shards.count), observed)
}

fn together(findings: &Findings) -> Check {
    let record = &findings.record;
    let apart = record.began_last.duration_since(record.began).as_millis();
    let verdict = if apart <= i128::from(APART_MS) { Verdict::Pass } else { Verdict::Inconclusive };
    let expected = format!("shards begin within {APART_MS} ms of each other (--start-at)");
    Check::new("load.together", verdict, expected, format!("{apart} ms apart by their clocks"))
}

/// Whether every attempt that was counted stood in a ledger; `found` were there when they were judged, and `gaps` were met.
fn evidence(findings: &Findings, found: u64, gaps: Vec<String>) -> Check {
    let mut troubles: Vec<String> = findings.record.gaps.iter().cloned().chain(gaps).collect();
    let counted = findings.record.ledger_records;
    let whole = troubles.is_empty() && found == counted;
    troubles.insert(0, format!("{found} attempts"));
    let verdict = if whole { Verdict::Pass } else { Verdict::Inconclusive };
    Check::new("load.evidence", verdict, format!("{counted} attempts in whole ledgers"), troubles.join("; "))
}

/// The whole may not go where a part of it stands.
fn not_among(out: &Path, folders: &[PathBuf]) -> Result<(), RunError> {
    let place = |path: &Path| fs::canonicalize(path).ok();
    match folders.iter().find(|folder| place(folder).is_some_and(|folder| Some(folder) == place(out))) {
        Some(folder) => Err(RunError::usage(
            format!("{} is to be merged and written to", folder.display()),
            "name another folder with --out DIR",
        )),
        None => Ok(()),
    }
}

pub(super) fn refused(error: &FindingsError) -> RunError {
    if error.is_of_the_disk() {
        return RunError::undone(error.to_string(), "make room there, or name another folder with --out DIR");
    }
    RunError::usage(
        error.to_string(),
        "name the folders of all shards of one load: same scenario, --seed, --tag, --start and --target",
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> RunError {
    RunError::undone(format!("{} cannot be written: {error}", path.display()), "make room, or name another place")
}
