//! The command `run`: journeys end to end, then the books beside the ledger. It wires the core to the site and
//! leaves every judgement to the oracle.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::clock;
use super::folder::{RunFolder, try_report_path, write_report};
use super::journey::{Field, Ground, Played};
use super::passage::PassageCounts;
use super::settle::{Settled, Settling, settle};
use super::site::Site;
use super::summary::{Findings, Judged, Setting};
use super::{Fixed, Inputs, Phase, RunError, RunEvent, Watch};
use crate::fault::Forger;
use crate::model::{Credit, Delivery, FaultKind, Ids, Road};
use crate::oracle;
use crate::readback::ReadError;
use crate::report::{Json, Junit, RunReport};
use crate::scenario::{FaultPlan, Rate, Scenario, Speed};

/// What `run` is asked to do.
pub struct Options {
    /// The scenario, flags included.
    pub scenario: Scenario,
    /// Inputs that were given.
    pub fixed: Fixed,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
    /// The command line that repeats the run, but for its inputs.
    pub again: String,
    /// Turns true when the run shall be cut short.
    pub stop: watch::Receiver<bool>,
    /// Who watches.
    pub watch: Watch,
}

/// What came of it.
pub struct Outcome {
    /// The report, which also stands in the folder.
    pub report: RunReport,
    /// The run's folder.
    pub folder: PathBuf,
    /// Whether the target was gone in the end, so that the report holds what was sent until then.
    pub gone: bool,
}

/// A kind of fault that this site cannot be tested with, and why.
pub(super) type Unfit = (Rate, &'static str);

/// Runs journeys and proves what became of them.
///
/// # Errors
/// When the run could not be done at all; a target that breaks rules is a report.
pub async fn prove(options: Options) -> Result<Outcome, RunError> {
    let inputs = Inputs::complete(&options.fixed, &options.scenario.journeys, clock::now())?;
    let run_id = inputs.run_id(clock::now());
    let folder = RunFolder::prepare(options.out.as_deref(), &run_id, room_needed(&options.scenario))?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let site = Arc::new(Site::open(&options.scenario).await?);
    let report = Box::pin(on_site(&options, inputs, &folder, &site)).await;
    conclude(site, report, &folder, options.junit.as_deref()).await
}

/// Leaves the site, and writes the report of what was found there.
pub(super) async fn conclude(
    site: Arc<Site>,
    report: Result<RunReport, RunError>,
    folder: &RunFolder,
    junit: Option<&Path>,
) -> Result<Outcome, RunError> {
    let gone = is_gone(&site).await;
    // Every task has ended, so this is the last handle unless one panicked; then the process ends soon anyway.
    if let Ok(site) = Arc::try_unwrap(site) {
        site.close().await;
    }
    let mut report = report?;
    report.notes.extend(gone.then(|| GONE.to_owned()));
    write_reports(&report, folder, junit)?;
    Ok(Outcome { report, folder: folder.path().to_path_buf(), gone })
}

/// Everything that needs the site.
async fn on_site(
    options: &Options,
    inputs: Inputs,
    folder: &RunFolder,
    site: &Arc<Site>,
) -> Result<RunReport, RunError> {
    reachable(site).await?;
    let setting = Setting {
        command: "run",
        scenario: &options.scenario,
        inputs: &inputs,
        run_id: folder.run_id(),
        site,
        again: &options.again,
    };
    let before = match first_reading(site).await? {
        Ok(before) => before,
        Err(error) => return Ok(setting.unreadable(&error)),
    };
    let (plan, unfit) = fitting(&options.scenario.faults, site);
    let ground = Ground {
        scenario: &options.scenario,
        inputs: &inputs,
        folder,
        site,
        stop: &options.stop,
        watch: &options.watch,
    };
    let field = Arc::new(Field::new(&ground, &plan)?);
    let (planned, played) = journeys(&field, &options.watch).await;
    let findings = gather(&field, played, before, planned).await;
    let judged = Judged::of(&findings, &field.ids, &options.scenario);
    let mut report = setting.report(&judged, &plan, &unfit);
    if let Err(error) = judged.write_ledger(&folder.file("ledger.ndjson")) {
        report.notes.push(format!("ledger.ndjson is not complete: {error}"));
    }
    Ok(report)
}

pub(super) async fn reachable(site: &Site) -> Result<(), RunError> {
    let operator = site.operator.as_ref().map(|operator| &operator.url);
    // Through an operator without a postback URL the target is the operator, which is named as such.
    let target = Some(&site.url).filter(|url| operator != Some(url));
    for (what, flag, url) in [
        ("target", "--target", target),
        ("operator", "--operator", operator),
        ("click URL", "--click-url", site.click_url.as_ref()),
    ] {
        let Some(url) = url else { continue };
        site.client.probe(url.clone()).await.map_err(|cause| {
            RunError::undone(
                format!("the {what} {url} cannot be reached by HTTP: {cause}"),
                format!("start it, or correct {flag}"),
            )
        })?;
    }
    Ok(())
}

/// The books before anything is fired: `None` without a read-back. A file that is not there yet is one without credits.
///
/// # Errors
/// When nobody is there to read from. Books that are there and cannot be read are an error of the inner kind.
pub(super) async fn first_reading(site: &Site) -> Result<Result<Option<Vec<Credit>>, ReadError>, RunError> {
    match site.read_back.fetch().await {
        Err(ReadError::File { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Ok(Some(Vec::new()))),
        Err(error @ ReadError::Unreachable { .. }) => {
            Err(RunError::undone(error.to_string(), "start it, or correct --read-back"))
        }
        read => Ok(read),
    }
}

/// What a report says of a target that is gone.
const GONE: &str = "the target cannot be reached any more: the report holds what was sent until then";

/// Whether a target that was there in the beginning is not there any more.
async fn is_gone(site: &Site) -> bool {
    let place = site.operator.as_ref().map_or(&site.url, |operator| &operator.url);
    site.client.finds_nobody(place.clone()).await
}

/// The kinds of faults that this site can be tested with, and the others.
pub(super) fn fitting(plan: &FaultPlan, site: &Site) -> (FaultPlan, Vec<Unfit>) {
    let why_not = |kind| match kind {
        _ if site.operator.is_some() => not_through_operator(kind),
        FaultKind::UnknownClick if site.click_url.is_none() => {
            Some("no target can know the clicks of a run without a click URL: give --click-url")
        }
        _ => Forger::why_not(&site.dialect, kind),
    };
    let unfit = plan.rates.iter().filter_map(|&rate| Some((rate, why_not(rate.kind)?))).collect();
    let rates = plan.rates.iter().copied().filter(|rate| why_not(rate.kind).is_none()).collect();
    (FaultPlan { rates, ..plan.clone() }, unfit)
}

/// Why a kind of fault is not done where the operator's own sender fires.
fn not_through_operator(kind: FaultKind) -> Option<&'static str> {
    match kind {
        FaultKind::Duplicate | FaultKind::Concurrent | FaultKind::TimeoutRetry | FaultKind::AckLost => None,
        FaultKind::Reordered => Some("nobody can pay before registering: at an operator, steps come in their order"),
        FaultKind::Late => Some("the operator's own sender decides when its postbacks leave"),
        _ => Some("the operator's own sender signs and fires: a run without --through operator makes forgeries"),
    }
}

/// Plays all journeys, then what comes afterwards; tells how many genuine events were planned.
async fn journeys(field: &Arc<Field>, watch: &Watch) -> (u64, Vec<Played>) {
    let count = field.journeys().count();
    let most = if field.scenario.journeys.speed == Speed::Max { field.scenario.send.in_flight } else { WAITING };
    watch(&RunEvent::Began(Phase::Journeys, Some(count)));
    if field.scenario.road == Road::Operator {
        return (planned(field), through_operator(field, most, watch).await);
    }
    let played = round(most, watch, (0..count).map(|index| Arc::clone(field).play(index))).await;
    watch(&RunEvent::Began(Phase::Afterwards, Some(2 * count)));
    let played = round(most, watch, played.into_iter().map(|played| Arc::clone(field).finish(played))).await;
    let clicks = played.iter().filter_map(|played| played.click.as_ref()?.click_id.as_ref().ok().cloned()).collect();
    // Nobody else sets it, so it is set now.
    let _ = field.clicks.set(clicks);
    let mut played = round(most, watch, played.into_iter().map(|played| Arc::clone(field).repeat(played))).await;
    rehouse(field, &mut played).await;
    (planned(field), played)
}

/// Genuine events of all journeys.
fn planned(field: &Field) -> u64 {
    let journeys = field.journeys();
    (0..journeys.count()).map(|index| journeys.journey(index).events.len() as u64).sum()
}

/// Plays all journeys at the operator, then sends the steps again that are to come twice.
async fn through_operator(field: &Arc<Field>, most: usize, watch: &Watch) -> Vec<Played> {
    let count = field.journeys().count();
    let played = round(most, watch, (0..count).map(|index| Arc::clone(field).pass(index))).await;
    watch(&RunEvent::Began(Phase::Afterwards, Some(count)));
    round(most, watch, played.into_iter().map(|played| Arc::clone(field).pass_again(played))).await
}

/// Finds another event for each forgery whose final bytes came out valid.
async fn rehouse(field: &Arc<Field>, played: &mut [Played]) {
    let mut homeless: Vec<FaultKind> =
        played.iter_mut().flat_map(|played| std::mem::take(&mut played.homeless)).collect();
    homeless.sort_unstable();
    let mut next_spare = std::collections::HashMap::new();
    for kind in homeless {
        let spares = field.placement.spares(kind);
        loop {
            let place: &mut usize = next_spare.entry(kind).or_default();
            let Some(&key) = spares.get(*place) else { break };
            *place += 1;
            let Some(journey) = played.iter_mut().find(|played| played.index == key.journey) else { continue };
            let taken = std::mem::take(journey);
            *journey = Arc::clone(field).rehouse(taken, key, kind).await;
            if std::mem::take(&mut journey.homeless).is_empty() {
                break;
            }
        }
    }
}

/// Journeys that may be waiting for their next event at once when they are played in time.
const WAITING: usize = 100_000;

/// One thing done for every journey, at most so many at once; gives the journeys back in their order.
async fn round<F>(most: usize, watch: &Watch, journeys: impl Iterator<Item = F>) -> Vec<Played>
where
    F: Future<Output = Played> + Send + 'static,
{
    let (mut tasks, mut done) = (JoinSet::new(), Vec::new());
    let mut ended = |played: Result<Played, JoinError>| {
        // A journey that panicked is missing, and makes the run incomplete.
        done.extend(played.ok());
        watch(&RunEvent::Step);
    };
    for journey in journeys {
        if tasks.len() >= most
            && let Some(played) = tasks.join_next().await
        {
            ended(played);
        }
        tasks.spawn(journey);
    }
    while let Some(played) = tasks.join_next().await {
        ended(played);
    }
    done.sort_by_key(|played| played.index);
    done
}

pub(super) async fn gather(field: &Field, played: Vec<Played>, before: Option<Vec<Credit>>, planned: u64) -> Findings {
    let watch = &field.courier.watch;
    watch(&RunEvent::Began(Phase::Settling, None));
    let (mut deliveries, mut clicks): (Vec<Delivery>, Vec<_>) = (Vec::new(), Vec::new());
    let mut passage = PassageCounts::default();
    for journey in played {
        deliveries.extend(journey.deliveries);
        clicks.extend(journey.click);
        passage.merge(journey.passage.counts);
    }
    let settling = Settling {
        site: &field.courier.site,
        ids: &field.ids,
        booked: &field.scenario.booked,
        road: field.scenario.road,
        stop: field.courier.stop.clone(),
        watch,
    };
    let read = settle(&settling, &deliveries, before.as_deref().unwrap_or_default()).await;
    // A signal may have come while the books were read.
    let interrupted = *field.courier.stop.borrow();
    let (after, read_error) = match read {
        Ok(after) => (after, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut trouble: Vec<String> =
        [("exchanges.ndjson", field.courier.log.finish()), ("dlq.ndjson", field.courier.dlq.finish())]
            .into_iter()
            .filter_map(|(name, finished)| Some(format!("{name} is not complete: {}", finished.err()?)))
            .collect();
    if field.courier.reception.is_hopeless() {
        trouble.push("the target accepted nothing, so after the first postbacks each was tried once only".to_owned());
    }
    if let (Road::Operator, Some(settled)) = (field.scenario.road, &after) {
        name(&mut deliveries, &field.ids, before.as_deref().unwrap_or_default(), &settled.credits);
    }
    let settled_after = after.as_ref().map(|settled| settled.after);
    let books = before.zip(after).map(|(before, Settled { credits, quiet, .. })| oracle::Books {
        before,
        after: credits,
        unsettled: !quiet,
    });
    Findings { deliveries, clicks, passage, books, read_error, settled_after, planned, interrupted, trouble }
}

/// Gives deliveries whose answers named no event id those of the credits that they owe.
fn name(deliveries: &mut [Delivery], ids: &Ids, before: &[Credit], after: &[Credit]) {
    let mut names = oracle::names(deliveries, ids, before, after);
    for delivery in deliveries {
        if let Some(name) = names.remove(&delivery.sent.key) {
            delivery.sent.event_id = name;
        }
    }
}

/// A file of the run that could be written in the beginning, and cannot be any more.
pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> RunError {
    RunError::undone(format!("{} cannot be written any more: {error}", path.display()), "make room and run again")
}

/// Writes the report to the run's folder, and as JUnit where that was asked for.
pub(super) fn write_reports(report: &RunReport, folder: &RunFolder, junit: Option<&Path>) -> Result<(), RunError> {
    let json = folder.file("report.json");
    write_report(&Json, report, &json).map_err(|error| unwritable(&json, &error))?;
    if let Some(path) = junit {
        write_report(&Junit, report, path).map_err(|error| unwritable(path, &error))?;
    }
    Ok(())
}

/// Room on disk for logs and reports: some 2 KiB an event, and never less than a megabyte.
fn room_needed(scenario: &Scenario) -> u64 {
    let events = 4 + u64::from(scenario.journeys.funnel.repeat_deposits);
    scenario.journeys.players.saturating_mul(events).saturating_mul(2048).max(1 << 20)
}
