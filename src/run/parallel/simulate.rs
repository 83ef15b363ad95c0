//! `parallel --simulate`: the players of a parallel run without a single request, counted on some threads, so that the gap of an
//! audience is known before anything is fired.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attribution::{Crowd, Tally};
use crate::model::{Check, Verdict};
use crate::report::{ParallelBlock, RunReport};
use crate::run::folder::{RunFolder, try_report_path};
use crate::run::prove::{Outcome, write_reports};
use crate::run::{Fixed, Inputs, Phase, RunError, RunEvent, Watch, clock};
use crate::scenario::Scenario;

/// What is simulated.
pub struct SimulateOptions {
    /// The scenario, flags included.
    pub scenario: Scenario,
    /// How many players, 1 to [`MOST_SIMULATED`].
    pub players: u64,
    /// On how many threads, at least 1.
    pub threads: u64,
    /// Inputs that were given.
    pub fixed: Fixed,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
    /// The command line that repeats it, but for its inputs.
    pub again: String,
    /// Turns true when it shall be cut short.
    pub stop: watch::Receiver<bool>,
    /// Who watches.
    pub watch: Watch,
}

/// Most players of a simulation: a standard error of 0.002 points is finer than any use of it.
pub const MOST_SIMULATED: u64 = 1_000_000_000;

/// Into how many pieces the players are cut at most: progress is shown and signals are looked at between two of them.
const PIECES: u64 = 500;

/// Fewest players of a piece.
const LEAST_PIECE: u64 = 2_000;

/// Simulates the players and says what gap they make.
///
/// # Errors
/// When its folder cannot be written.
pub async fn simulate(options: SimulateOptions) -> Result<Outcome, RunError> {
    let start = options.fixed.start.unwrap_or_else(clock::now);
    let whole_second = Timestamp::from_second(start.as_second()).unwrap_or(start);
    let fixed = Fixed { start: Some(whole_second), ..options.fixed.clone() };
    let inputs = Inputs::starting_by(&fixed, whole_second)?;
    let folder = RunFolder::prepare(options.out.as_deref(), &inputs.run_id(clock::now()), 1 << 20)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let simulation = Arc::new(Simulation::new(&options, &inputs));
    let tally = counted(&simulation, options.threads).await?;
    let report = report(&options, &inputs, folder.run_id(), &simulation, &tally);
    write_reports(&report, &folder, options.junit.as_deref())?;
    Ok(Outcome { report, folder: folder.path().to_path_buf(), gone: false })
}

/// What all threads share, read only.
struct Simulation {
    scenario: Scenario,
    seed: u64,
    start: Timestamp,
    players: u64,
    stop: watch::Receiver<bool>,
    watch: Watch,
}

impl Simulation {
    fn new(options: &SimulateOptions, inputs: &Inputs) -> Self {
        Self {
            scenario: options.scenario.clone(),
            seed: inputs.seed,
            start: inputs.start,
            players: options.players,
            stop: options.stop.clone(),
            watch: Arc::clone(&options.watch),
        }
    }

    fn crowd(&self) -> Crowd<'_> {
        Crowd::new(&self.scenario.parallel, &self.scenario.journeys, self.seed, self.start, self.players)
    }

    /// How many players are counted between two looks at the signals.
    fn piece(&self) -> u64 {
        (self.players / PIECES).max(LEAST_PIECE)
    }

    /// Counts a range of players, as far as no signal comes.
    fn count(&self, range: Range<u64>) -> Tally {
        let crowd = self.crowd();
        let mut tally = Tally::new(&crowd);
        let mut next = range.start;
        while next < range.end && !*self.stop.borrow() {
            let end = (next + self.piece()).min(range.end);
            crowd.count(next..end, &mut tally);
            (self.watch)(&RunEvent::Step);
            next = end;
        }
        tally
    }
}

/// Counts all players, each thread a range of them, with nothing shared until the end.
async fn counted(simulation: &Arc<Simulation>, threads: u64) -> Result<Tally, RunError> {
    let threads = threads.clamp(1, simulation.players.max(1));
    let bound = |thread: u64| {
        let place = u128::from(simulation.players) * u128::from(thread) / u128::from(threads);
        u64::try_from(place).unwrap_or(simulation.players)
    };
    let ranges: Vec<Range<u64>> = (0..threads).map(|thread| bound(thread)..bound(thread + 1)).collect();
    let pieces = ranges.iter().map(|range| (range.end - range.start).div_ceil(simulation.piece())).sum();
    (simulation.watch)(&RunEvent::Began(Phase::Players, Some(pieces)));
    let mut counting = JoinSet::new();
    for range in ranges {
        let simulation = Arc::clone(simulation);
        counting.spawn_blocking(move || simulation.count(range));
    }
    let mut tally = Tally::new(&simulation.crowd());
    while let Some(counted) = counting.join_next().await {
        let counted = counted.map_err(|error| {
            RunError::undone(
                format!("a simulating thread ended early: {error}"),
                "report this as a defect of postproof",
            )
        })?;
        tally += &counted;
    }
    Ok(tally)
}

fn report(
    options: &SimulateOptions,
    inputs: &Inputs,
    run_id: &str,
    simulation: &Simulation,
    tally: &Tally,
) -> RunReport {
    let mut checks = vec![complete(tally, options.players), deposits(tally)];
    let repeat = format!("{} --seed {} --start {}", options.again, inputs.seed, inputs.start);
    for check in checks.iter_mut().filter(|check| check.verdict != Verdict::Pass) {
        check.repro.push(repeat.clone());
    }
    RunReport {
        seed: inputs.seed,
        run_id: run_id.to_owned(),
        tag: inputs.tag.to_string(),
        start: inputs.start.to_string(),
        scenario: options.scenario.name.clone(),
        target: "none: nothing is sent".to_owned(),
        through: options.scenario.road.name(),
        signing: "none".to_owned(),
        evidence: format!("a simulation of {} players", tally.players),
        interrupted: tally.players < options.players,
        notes: vec![live(options, tally)],
        parallel: Some(ParallelBlock::of(&simulation.crowd(), tally)),
        ..RunReport::of("parallel", checks)
    }
}

fn complete(tally: &Tally, asked: u64) -> Check {
    let verdict = if tally.players == asked { Verdict::Pass } else { Verdict::Inconclusive };
    let observed = format!("{} were", tally.players);
    Check::new("parallel.simulated", verdict, format!("{asked} players are simulated"), observed)
}

/// A gap of nothing is no gap.
fn deposits(tally: &Tally) -> Check {
    let (verdict, observed) = match tally.total.seen {
        0 => (Verdict::Inconclusive, "nobody did: see [journeys.funnel], [parallel] lag and hours".to_owned()),
        seen => (Verdict::Pass, format!("{seen} did")),
    };
    Check::new("parallel.deposits", verdict, "players make their first deposit within the hours", observed)
}

/// What the live run of the scenario will come to.
fn live(options: &SimulateOptions, tally: &Tally) -> String {
    let players = options.scenario.parallel.players;
    let deposits = u128::from(tally.total.seen) * u128::from(players) / u128::from(tally.players.max(1));
    format!("played live, the scenario's {players} players will make some {deposits} first deposits")
}

#[cfg(test)]
mod tests;
