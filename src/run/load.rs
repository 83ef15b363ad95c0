//! The command `load`: a target under load, and the verdict on its SLA. It wires the engine to the site, the ledger and the
//! terminal, and leaves every judgement to the statistics and the oracle.

pub(super) mod audience;
pub(super) mod board;
pub(super) mod books;
pub(super) mod canaries;
pub(super) mod chronicle;
mod clicking;
pub(super) mod course;
mod distrust;
pub(super) mod faults;
pub(super) mod findings;
mod hindsight;
pub(super) mod latencies;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use self::audience::audience;
use self::board::Board;
use self::books::Sent;
use self::chronicle::Chronicle;
use self::course::Course;
use self::faults::faults;
use self::findings::Findings;
use super::folder::{RunFolder, try_report_path};
use super::load_closed::load_closed;
use super::prove::{conclude, first_reading, reachable};
use super::site::Site;
use super::summary::Setting;
use super::{Fixed, Inputs, Outcome, Phase, RunError, RunEvent, Watch, clock};
use crate::load::{Findings as Left, FindingsError, LoadRecord, Shard, Slots, StartAt, wait_until, write_record};
use crate::model::{Ids, Record};
use crate::oracle::{Clicks, MadeClicks};
use crate::report::RunReport;
use crate::scenario::{JourneyPlan, LoadModel, Scenario};

/// Connections are made so long before the first slot.
const CONNECTING: SignedDuration = SignedDuration::from_secs(1);

/// What `load` is asked to do.
pub struct LoadOptions {
    /// The scenario, flags included.
    pub scenario: Scenario,
    /// Inputs that were given.
    pub fixed: Fixed,
    /// The part of the load that is fired.
    pub shard: Shard,
    /// When all shards begin; at once where it is not said.
    pub begins: Option<StartAt>,
    /// Where Prometheus may look on.
    pub metrics: Option<SocketAddr>,
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

/// Puts a target under load and judges what became of it.
///
/// # Errors
/// When it could not be done at all; a target that breaks its promises is a report.
pub async fn load(options: LoadOptions) -> Result<Outcome, RunError> {
    let LoadOptions { scenario, .. } = &options;
    if scenario.load.model == LoadModel::Closed {
        return Box::pin(load_closed(options)).await;
    }
    let players = audience(scenario);
    let begins = beginning(options.begins)?;
    alike(options.shard, &options.fixed, begins)?;
    // Shards that begin together end their journeys together, and so have one start.
    let inputs = Inputs::complete(&options.fixed, &players, begins.unwrap_or_else(clock::now))?;
    let run_id = inputs.run_id(clock::now());
    let folder = RunFolder::prepare(options.out.as_deref(), &run_id, room_needed(scenario))?;
    forget_earlier(&folder)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let board = Board::open(&options, scenario).await?;
    let site = Arc::new(Site::open(scenario).await?);
    let at = Where { site: &site, folder: &folder, players: &players, board: board.as_ref() };
    let report = Box::pin(on_site(&options, (&inputs, begins), at)).await;
    conclude(site, report, &folder, options.junit.as_deref()).await
}

/// Where a load takes place, and is shown.
#[derive(Clone, Copy)]
struct Where<'a> {
    site: &'a Arc<Site>,
    folder: &'a RunFolder,
    players: &'a JourneyPlan,
    board: Option<&'a Board>,
}

async fn on_site(
    options: &LoadOptions,
    (inputs, begins): (&Inputs, Option<Timestamp>),
    Where { site, folder, players, board }: Where<'_>,
) -> Result<RunReport, RunError> {
    reachable(site).await?;
    let scenario = &options.scenario;
    let setting = Setting { command: "load", scenario, inputs, run_id: folder.run_id(), site, again: &options.again };
    let before = match first_reading(site).await? {
        Ok(before) => before,
        Err(error) => return Ok(setting.unreadable(&error)),
    };
    let ids = Ids::new(inputs.tag.clone());
    let clicks = clicking::clicks(options, site, players, inputs).await?;
    let (watched, found) = canaries::watch(site, &ids, before.is_some(), &options.stop);
    let chronicle = Chronicle::begin(scenario, folder, &options.watch, watched, board)?;
    until(begins, &options.stop).await;
    (options.watch)(&RunEvent::Began(Phase::Load, Some(scenario.load.lasts().as_secs())));
    let course = Course {
        scenario: scenario.clone(),
        inputs: inputs.clone(),
        players: players.clone(),
        clicks,
        faults: faults(scenario, site).0,
        site: Arc::clone(site),
        shard: options.shard,
        signing: setting.signing(),
        begins,
    };
    let (course, mut record) = course.run(chronicle, &options.stop).await?;
    record.canaries = found.await.map(|sightings| sightings.told()).unwrap_or_default();
    record.interrupted = *options.stop.borrow();
    course.write_clicks(&mut record, folder)?;
    let left = left(&record, folder)?;
    (options.watch)(&RunEvent::Began(Phase::Settling, None));
    let made = MadeClicks::new(course.clicks.clone());
    let clicks: &dyn Clicks = match &made {
        Some(made) => made,
        None => &ids,
    };
    let sent = Sent {
        scenario,
        seed: inputs.seed,
        start: inputs.start.as_second(),
        players: &course.players,
        ids: &ids,
        clicks,
        ledgers: &left.ledgers,
        read_back: &site.read_back,
        faults: &course.faults,
    };
    let books = sent.settle(before, &options.stop, &options.watch).await?;
    Ok(Findings { scenario, left: &left, books }.report(&setting))
}

/// Takes away what an earlier load left in the folder: its ledgers, or those of shards that were merged here, would be taken
/// for this one's.
///
/// # Errors
/// When it cannot be taken away.
pub(super) fn forget_earlier(folder: &RunFolder) -> Result<(), RunError> {
    crate::load::clear(folder.path()).map_err(|error| {
        let told = format!("what an earlier load left in {} cannot be taken away: {error}", folder.path().display());
        RunError::usage(told, "name another folder with --out DIR")
    })
}

/// Leaves the record of a load in its folder, and reads back everything that it left there.
///
/// # Errors
/// When the disk does not take it.
pub(super) fn left(record: &LoadRecord, folder: &RunFolder) -> Result<Left, RunError> {
    let unwritable = |error: FindingsError| RunError::undone(error.to_string(), "make room, or name another --out DIR");
    write_record(record, folder.path()).map_err(unwritable)?;
    Left::read(folder.path()).map_err(unwritable)
}

/// The instant at which all shards begin, where it is named.
fn beginning(named: Option<StartAt>) -> Result<Option<Timestamp>, RunError> {
    let instant = named.map(|start| start.instant(clock::now())).transpose();
    instant.map_err(|error| RunError::usage(error.to_string(), "give all shards a later --start-at"))
}

/// Waits until shortly before the shards begin together.
async fn until(begins: Option<Timestamp>, stop: &watch::Receiver<bool>) {
    let Some(begins) = begins else { return };
    let shortly = begins.checked_sub(CONNECTING).unwrap_or(begins);
    let mut stop = stop.clone();
    tokio::select! {
        () = wait_until(shortly, clock::now) => {}
        _ = stop.wait_for(|stopped| *stopped) => {}
    }
}

/// Shards share nothing but what they are told, so all of it has to be told.
fn alike(shard: Shard, fixed: &Fixed, begins: Option<Timestamp>) -> Result<(), RunError> {
    let told = fixed.seed.is_some() && fixed.tag.is_some() && (fixed.start.is_some() || begins.is_some());
    if shard.is_whole() || told {
        return Ok(());
    }
    Err(RunError::usage(
        format!("shard {shard} would draw inputs that the other shards do not have"),
        "give all shards the same --seed, --tag and --start-at",
    ))
}

/// Bytes that the run will write: the ledger, and a histogram or two a second.
fn room_needed(scenario: &Scenario) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a plan has fewer than 2^32 slots")]
    let slots = Slots::planned(&scenario.load) as u64;
    (8 << 20) + slots * Record::SIZE as u64 * 5 / 4 + scenario.load.lasts().as_secs() * (64 << 10)
}
