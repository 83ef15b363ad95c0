//! `parallel` live: players are played on the operator's pages by the clock of the run, what either method has seen is read back, and
//! the diary is kept so that a run that was killed can be gone on with.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use super::clock::VirtualClock;
use super::conversions::Conversions;
use super::diary::{DIARY, Diary, Progress, Read, Title};
use super::owners::Owners;
use super::player::Stage;
use super::verdict::{Played, judge};
use crate::run::embedding::Embedding;
use crate::run::folder::{RunFolder, remove, try_report_path};
use crate::run::journey::{Field, Ground};
use crate::run::prove::{Outcome, conclude, reachable};
use crate::run::site::Site;
use crate::run::{Fixed, Inputs, Phase, RunError, RunEvent, Watch, clock};
use crate::scenario::{FaultPlan, PixelPlan, Scenario};

/// What a live run is asked to do.
pub struct LiveOptions {
    /// The scenario, flags included.
    pub scenario: Scenario,
    /// Inputs that were given.
    pub fixed: Fixed,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
    /// The folder of a run to go on with.
    pub resume: Option<PathBuf>,
    /// The command line that repeats the run, but for its inputs.
    pub again: String,
    /// Turns true when the run shall be cut short.
    pub stop: watch::Receiver<bool>,
    /// Who watches.
    pub watch: Watch,
}

/// The file of the scenario in the run's folder.
const SCENARIO: &str = "scenario.toml";

/// How often the clock is noted and the counts are read, in the machine's time.
const LOOKS: Duration = Duration::from_secs(1);

/// So long, in the machine's time, S2S messages may take at any speed: a grace of an hour is an eighth of a second at 28,800 times.
const LEAST_GRACE: Duration = Duration::from_secs(5);

/// So long nothing may have come in, in the machine's time, before the comparison ends early.
const STILL: Duration = Duration::from_millis(500);

/// Bytes that the folder of a run needs: the diary and the store of the reference stack.
const ROOM: u64 = 64 << 20;

/// Plays cookie and S2S tracking side by side, and judges the gap.
///
/// # Errors
/// When the run could not be done at all, or is not the one that is to be gone on with; a gap is a report.
pub async fn live(options: LiveOptions) -> Result<Outcome, RunError> {
    let mut options = options;
    // Journeys lend the players their names and amounts; there are as many of them as players.
    options.scenario.journeys.players = options.scenario.parallel.players;
    let there = match &options.scenario.parallel.clock {
        Some(clock) => Site::time_there(&options.scenario, clock).await?,
        None => None,
    };
    let Begun { inputs, folder, diary, read } = begin(&options, there)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let (origin, known) = match read {
        Some(read) => {
            options.again = read.title.again;
            (read.clock, read.players)
        }
        None => (inputs.start, HashMap::new()),
    };
    let embedding = Embedding::living(folder.path(), origin, &options.scenario.parallel)?;
    let site = Arc::new(Site::open_as(&options.scenario, embedding).await?);
    let clock = {
        let now = site.now(options.scenario.parallel.clock.as_ref()).await?;
        VirtualClock::starting(now.unwrap_or(origin), options.scenario.parallel.speed)
    };
    let report = Box::pin(async {
        reachable(&site).await?;
        complete(&options.scenario, &site)?;
        let conversions = site.conversions.clone().ok_or_else(no_conversions)?;
        let ground = Ground {
            scenario: &options.scenario,
            inputs: &inputs,
            folder: &folder,
            site: &site,
            stop: &options.stop,
            watch: &options.watch,
        };
        let field = Field::new(&ground, &FaultPlan { rates: Vec::new(), ..options.scenario.faults.clone() })?;
        let stage = Arc::new(Stage { field: Arc::new(field), clock, diary });
        let mut run =
            Run { stage: &stage, conversions: Conversions::new(conversions), players: known, watch: &options.watch };
        let interrupted = run.play().await?;
        let (ended, read_error) =
            if interrupted { (stage.clock.now(), run.look().await.err()) } else { run.settle().await };
        let played = Played { players: &run.players, conversions: &run.conversions, interrupted, ended, read_error };
        judge(&options, &folder, &stage, &played)
    })
    .await;
    conclude(site, report, &folder, options.junit.as_deref()).await
}

/// The scenario that a run was begun with: its name for messages, and its text.
///
/// # Errors
/// When there is no such run.
pub fn stored_scenario(folder: &Path) -> Result<(String, String), RunError> {
    let path = folder.join(SCENARIO);
    let text = std::fs::read_to_string(&path).map_err(|error| no_run(folder, &error))?;
    Ok((path.display().to_string(), text))
}

/// A run that may go on.
struct Begun {
    inputs: Inputs,
    folder: RunFolder,
    diary: Diary,
    read: Option<Read>,
}

/// Begins a run, or takes up one that was begun.
fn begin(options: &LiveOptions, there: Option<Timestamp>) -> Result<Begun, RunError> {
    if let Some(path) = &options.resume {
        return resume(options, path);
    }
    if let Some(out) = options.out.as_deref().filter(|out| is_unfinished(out)) {
        return Err(RunError::usage(
            format!("an unfinished parallel run is kept in {}", out.display()),
            format!("go on with it by --resume {}, or name another folder with --out DIR", out.display()),
        ));
    }
    let plan = &options.scenario.parallel;
    // No event may lie in its target's future: what is played faster than real time has to begin in the past.
    let ahead =
        SignedDuration::try_from_secs_f64(plan.window.as_secs_f64() * (1.0 - 1.0 / plan.speed)).unwrap_or_default();
    let now = clock::now();
    let latest = there.unwrap_or_else(|| now.saturating_sub(ahead).unwrap_or(now));
    let latest = Timestamp::from_second(latest.as_second()).unwrap_or(latest);
    let inputs = Inputs::starting_by(&options.fixed, latest)?;
    let folder = RunFolder::prepare(options.out.as_deref(), &inputs.run_id(now), ROOM)?;
    let cannot = |error: &dyn std::fmt::Display| {
        RunError::usage(
            format!("the run's folder {} cannot be written: {error}", folder.path().display()),
            "make room there, or name another folder with --out DIR",
        )
    };
    clear(folder.path()).map_err(|error| cannot(&error))?;
    std::fs::write(folder.file(SCENARIO), &options.scenario.given.text).map_err(|error| cannot(&error))?;
    let diary = Diary::create(&folder.file(DIARY), &title(options, &inputs)).map_err(|error| cannot(&error))?;
    Ok(Begun { inputs, folder, diary, read: None })
}

/// Takes up a run that was begun, if it is this one.
fn resume(options: &LiveOptions, path: &Path) -> Result<Begun, RunError> {
    let diary = path.join(DIARY);
    let read = Read::of(&diary).map_err(|error| no_run(path, &error))?;
    let wrong = |_| no_run(path, &"its tag is none");
    let inputs = Inputs { seed: read.title.seed, tag: read.title.tag.parse().map_err(wrong)?, start: read.title.start };
    if let Some(difference) = read.title.difference(&title(options, &inputs)) {
        return Err(RunError::usage(
            format!("the run in {} was begun otherwise: {difference}", path.display()),
            "go on with it as it was begun: --resume DIR alone takes its own scenario; or begin another run",
        ));
    }
    let folder = RunFolder::reopen(path)?;
    let diary = Diary::go_on(&diary, &read).map_err(|error| no_run(path, &error))?;
    Ok(Begun { inputs, folder, diary, read: Some(read) })
}

fn no_run(folder: &Path, why: &dyn std::fmt::Display) -> RunError {
    RunError::usage(
        format!("there is no parallel run to go on with in {}: {why}", folder.display()),
        "name the folder that the run told when it began, such as reports/out/20261122T020000Z-k3f9q2xw",
    )
}

/// Whether players have where to go and something to fire.
fn complete(scenario: &Scenario, site: &Site) -> Result<(), RunError> {
    if site.click_url.is_none() {
        return Err(RunError::usage(
            "nobody knows where players click, and cookies begin with a click",
            "name it with --click-url URL, or click_url = \"URL\" in [target]",
        ));
    }
    let Some(pixel) = scenario.parallel.pixel.as_ref().map(PixelPlan::url) else { return Ok(()) };
    if site.operator.is_some() {
        return Err(RunError::usage(
            format!("the pixel {pixel} stands beside an operator, whose pages carry it"),
            "leave --pixel out, or --operator where its pages carry none",
        ));
    }
    site.allow(pixel)
}

fn no_conversions() -> RunError {
    RunError::usage(
        "nobody knows where the tracker shows first deposits by method",
        "name it with --conversions URL, or conversions = \"URL\" in [parallel]",
    )
}

/// Whether a run was begun in a folder and has come to no report.
fn is_unfinished(folder: &Path) -> bool {
    folder.join(DIARY).exists() && !folder.join("report.json").exists()
}

/// Takes away what an earlier run of players left.
fn clear(folder: &Path) -> std::io::Result<()> {
    for name in [DIARY, SCENARIO, "unmatched.csv"] {
        remove(&folder.join(name))?;
    }
    match std::fs::remove_dir_all(folder.join(Embedding::FOLDER)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn title(options: &LiveOptions, inputs: &Inputs) -> Title {
    let keys: BTreeMap<String, String> = options.scenario.given.keys.clone();
    Title { seed: inputs.seed, tag: inputs.tag.to_string(), start: inputs.start, keys, again: options.again.clone() }
}

/// A run at work.
struct Run<'a> {
    stage: &'a Arc<Stage>,
    conversions: Conversions,
    /// How far everybody has got who has begun.
    players: HashMap<u64, Progress>,
    watch: &'a Watch,
}

impl Run<'_> {
    /// Plays all players; whether a signal cut the run short.
    async fn play(&mut self) -> Result<bool, RunError> {
        let stage = Arc::clone(self.stage);
        let crowd = stage.crowd();
        (self.watch)(&RunEvent::Began(Phase::Players, Some(crowd.players())));
        let mut stop = stage.field.courier.stop.clone();
        let mut looks = tokio::time::interval(LOOKS);
        looks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut playing: JoinSet<std::io::Result<Progress>> = JoinSet::new();
        let mut next = 0;
        loop {
            let clicks = (next < crowd.players()).then(|| stage.clock.instant(crowd.visitor(next).clicked));
            let click = tokio::time::sleep_until(clicks.unwrap_or_else(Instant::now));
            tokio::select! {
                biased;
                _ = stop.wait_for(|stopped| *stopped) => break,
                _ = looks.tick() => {
                    self.note()?;
                    // Whether the tracker shows its conversions is asked in the end; until then a gap in reading is one in the display.
                    let _ = self.look().await;
                }
                ended = playing.join_next(), if !playing.is_empty() => self.take(ended)?,
                () = click, if clicks.is_some() => {
                    let progress = self.players.get(&next).cloned();
                    playing.spawn(Arc::clone(&stage).play(progress.unwrap_or(Progress { player: next, ..Progress::default() })));
                    next += 1;
                }
                else => break,
            }
            if next == crowd.players() && playing.is_empty() {
                return Ok(false);
            }
        }
        while let Some(ended) = playing.join_next().await {
            self.take(Some(ended))?;
        }
        self.note()?;
        Ok(true)
    }

    fn take(
        &mut self,
        ended: Option<Result<std::io::Result<Progress>, tokio::task::JoinError>>,
    ) -> Result<(), RunError> {
        match ended {
            Some(Ok(Ok(progress))) => {
                (self.watch)(&RunEvent::Step);
                self.players.insert(progress.player, progress);
                Ok(())
            }
            Some(Ok(Err(error))) => Err(unwritten(&error)),
            Some(Err(error)) => Err(RunError::undone(
                format!("a player ended early: {error}"),
                "report this as a defect of postproof; --resume goes on with the run",
            )),
            None => Ok(()),
        }
    }

    fn note(&self) -> Result<(), RunError> {
        self.stage.diary.clock(self.stage.clock.now()).map_err(|error| unwritten(&error))
    }

    /// Reads what has come, and shows where the run stands; tells how much came.
    async fn look(&mut self) -> Result<usize, String> {
        let read = self.conversions.read(&self.stage.field.courier.site.client).await;
        let plan = &self.stage.field.scenario.parallel;
        let passed = self.stage.clock.now().duration_since(self.stage.field.inputs.start);
        let passed = Duration::try_from(passed).unwrap_or_default().min(plan.window);
        (self.watch)(&RunEvent::Compared(self.conversions.standing(passed, plan)));
        read
    }

    /// Waits until S2S has told of everybody who paid, or has had its grace. Tells when the last reading began, and why it failed, if it
    /// did.
    async fn settle(&mut self) -> (Timestamp, Option<String>) {
        (self.watch)(&RunEvent::Began(Phase::Settling, None));
        let stage = Arc::clone(self.stage);
        let mut stop = stage.field.courier.stop.clone();
        let players = std::mem::take(&mut self.players);
        let owners = Owners::of(&players);
        let paid = players.values().filter(|player| player.event_id.is_some()).count();
        let grace = SignedDuration::try_from(grace(&stage.field.scenario)).unwrap_or_default();
        let until = stage.clock.instant(stage.clock.now().saturating_add(grace).unwrap_or(Timestamp::MAX));
        let longest = until + (until - Instant::now()) * 2;
        let mut quiet_since = Instant::now();
        let (mut heard, mut of) = (0, HashSet::new());
        let last = loop {
            let now = stage.clock.now();
            let read = self.look().await;
            if !matches!(read, Ok(0)) {
                quiet_since = Instant::now();
            }
            of.extend(self.conversions.s2s.iter().skip(heard).filter_map(|seen| owners.of_seen(seen)));
            heard = self.conversions.s2s.len();
            let still = quiet_since.elapsed() >= STILL;
            // While messages come in, an operator on a busy machine is still at its queue.
            let over = Instant::now() >= if still { until } else { longest };
            if of.len() >= paid && still || over || *stop.borrow() {
                break (now, read.err());
            }
            tokio::select! {
                () = tokio::time::sleep(STILL / 5) => {}
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        };
        drop(owners);
        self.players = players;
        last
    }
}

/// How long an S2S message may take, in the players' time: what the scenario says, and no less than a real one needs.
pub(super) fn grace(scenario: &Scenario) -> Duration {
    scenario.parallel.grace.max(LEAST_GRACE.mul_f64(scenario.parallel.speed))
}

fn unwritten(error: &std::io::Error) -> RunError {
    RunError::undone(
        format!("the run's diary cannot be written: {error}"),
        "make room on the disk, then go on with --resume DIR: nothing that was done is lost",
    )
}
