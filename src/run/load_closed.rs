//! A closed load: players who click, look, register and pay, each at his own pace, as many at once as the plan says. They
//! go by the operator where there is one, so that its own sender fires, and by postproof's postbacks elsewhere. Each has
//! his own cookies. How many there are is the crowd's to say, and what their events came to is the oracle's.

mod command;
mod seconds;
mod verdict;

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

pub(super) use self::command::load_closed;
use self::seconds::Seconds;
use super::courier::{GRACE, stopped};
use super::journey::{Field, Ground, Played};
use super::stopwatch::Stopwatch;
use super::{Phase, RunError, RunEvent};
use crate::fault::Moment;
use crate::journey::pause;
use crate::load::{Crowd, LoadRecord, Play, Playing, alone, attack};
use crate::model::{Event, Purpose, Road};
use crate::scenario::{FaultPlan, LoadModel, LoadPlan, Scenario, Speed};

/// Most journeys of one closed load: every delivery of them is held in memory, about 3 KB a journey.
const MOST_JOURNEYS: u64 = 100_000;

/// A pause is not taken to be shorter than this where the number of journeys is estimated.
const SHORTEST_PAUSE: f64 = 0.01;

/// A seat that is not taken asks again after so long at least.
const ROUNDING: Duration = Duration::from_millis(1);

/// The number of the pause after a journey, beyond those of its steps.
const AFTERWARDS: usize = usize::MAX;

/// What a closed load came to.
struct ClosedOutcome {
    /// The field that it was played on, whose ids and courier the findings are gathered with.
    field: Arc<Field>,
    /// What every journey came to, in their order.
    played: Vec<Played>,
    /// Genuine events that were begun. Those of players who left before are not owed by anybody.
    planned: u64,
    /// What was counted, of every attempt that was not cut short.
    record: LoadRecord,
    /// What became of the players.
    turnout: Turnout,
    /// From the first player to the last.
    took: Duration,
    /// Why it ended before its plan.
    early: Option<String>,
}

/// What became of the players of a closed load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Turnout {
    /// Journeys that were begun.
    begun: u64,
    /// Journeys that went as far as they were to go, or as far as they were let.
    finished: u64,
    /// Journeys that were left, because the plan had fewer players from then on, or was over.
    left: u64,
    /// Most players at once.
    most: u64,
}

/// The players at work.
struct Players {
    field: Arc<Field>,
    crowd: Crowd,
    began: Instant,
    /// Longest wait for an answer.
    timeout: Duration,
    next: AtomicU64,
    at_once: AtomicU64,
    /// Turns true when no player is to take another step.
    over: watch::Sender<bool>,
    told: Mutex<Told>,
}

/// What the players left behind.
#[derive(Default)]
struct Told {
    played: Vec<Played>,
    turnout: Turnout,
}

/// A scenario as a closed load plays it: through the operator where there is one, at the players' own pace, with as many
/// journeys as they may need at most.
///
/// One of the open model stays as it is.
pub(super) fn as_closed(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    if scenario.load.model == LoadModel::Open {
        return scenario;
    }
    if scenario.target.is_none() || scenario.operator.url.is_some() {
        scenario.road = Road::Operator;
    }
    scenario.journeys.speed = Speed::Max;
    scenario.journeys.players = journeys(&scenario.load);
    scenario.send.in_flight = Crowd::new(scenario.load.stages.clone()).seats();
    if !scenario.load.faults {
        scenario.faults.rates.clear();
    }
    scenario
}

/// Plays the load of a scenario that [`as_closed`] made. It is over when its plan is, at most one timeout of a request and
/// one second later, or one second after it was cut short.
///
/// # Errors
/// When the players cannot be run, or a journal cannot be written.
async fn closed(ground: &Ground<'_>, faults: &FaultPlan, mut seconds: Seconds) -> Result<ClosedOutcome, RunError> {
    let crowd = Crowd::new(ground.scenario.load.stages.clone());
    let (over, is_over) = watch::channel(false);
    let mut field = Field::new(ground, faults)?;
    // Time begins when the players may come.
    let alone = alone().await;
    let stopwatch = Stopwatch::start(crowd.clone(), over.clone(), (ground.scenario.ftd_minimum, seconds.watched));
    let began = stopwatch.began();
    field.courier.closing = is_over.clone();
    field.courier.stopwatch = Some(stopwatch);
    let field = Arc::new(field);
    let players = Arc::new(Players {
        timeout: field.courier.site.client.timeout(),
        field: Arc::clone(&field),
        crowd,
        began,
        next: AtomicU64::new(0),
        at_once: AtomicU64::new(0),
        over,
        told: Mutex::default(),
    });
    (ground.watch)(&RunEvent::Began(Phase::Load, Some(players.crowd.lasts().as_secs())));
    let attacked = tokio::select! {
        attacked = attack(alone, players.crowd.seats(), is_over, Arc::clone(&players) as Arc<dyn Play>) => attacked,
        never = players.end(ground.stop.clone()) => match never {},
        never = seconds.pass(&players) => match never {},
    };
    attacked.map_err(|error| RunError::undone(error.to_string(), "report this as a defect of postproof"))?;
    let took = began.elapsed();
    let record = seconds.end(&players);
    Ok(players.outcome(record, took))
}

/// Journeys that a plan's players can begin at most, within [`MOST_JOURNEYS`].
fn journeys(plan: &LoadPlan) -> u64 {
    let crowd = Crowd::new(plan.stages.clone());
    let each = plan.think.as_secs_f64().max(SHORTEST_PAUSE);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates, and is clamped")]
    let most = (crowd.player_seconds() / each).ceil() as u64;
    most.saturating_add(crowd.seats() as u64).min(MOST_JOURNEYS)
}

impl Play for Players {
    fn play(&self, seat: usize) -> Playing<'_> {
        Box::pin(self.turn(seat))
    }
}

impl Players {
    /// Ends the load when its plan is over or it is cut short.
    async fn end(&self, stop: watch::Receiver<bool>) -> Infallible {
        tokio::select! {
            () = tokio::time::sleep_until(self.began + self.crowd.lasts()) => {}
            () = stopped(stop, Duration::ZERO) => {}
        }
        self.over.send_replace(true);
        std::future::pending().await
    }

    /// One journey on a seat, or the wait until it is taken.
    async fn turn(&self, seat: usize) {
        let now = self.began.elapsed();
        match (self.crowd.taken_from(seat, now), self.crowd.taken_until(seat, now)) {
            (_, Some(until)) => self.sit(self.began + until).await,
            (Some(from), None) => drop(self.rest(self.began + from.max(now + ROUNDING)).await),
            (None, None) => self.is_over().await,
        }
    }

    /// One player on a seat that is taken until an instant.
    async fn sit(&self, until: Instant) {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        if index >= self.field.scenario.journeys.players {
            // The others may go on with what they have begun.
            return self.is_over().await;
        }
        let at_once = self.at_once.fetch_add(1, Ordering::Relaxed) + 1;
        self.told(|told| {
            told.turnout.begun += 1;
            told.turnout.most = told.turnout.most.max(at_once);
        });
        let mut played = Played { index, ..Played::default() };
        let stayed = self.journey(&mut played, until).await;
        if stayed {
            played = self.afterwards(played).await;
        }
        self.told(|told| {
            told.turnout.finished += u64::from(stayed);
            told.turnout.left += u64::from(!stayed);
            told.played.push(played);
        });
        // The next player does not come at once, so that a target that refuses every click is not run over.
        self.thinks(index, AFTERWARDS, until).await;
        self.at_once.fetch_sub(1, Ordering::Relaxed);
        let done = self.told(|told| told.turnout.begun == told.turnout.finished + told.turnout.left);
        if done && self.next.load(Ordering::Relaxed) >= self.field.scenario.journeys.players {
            self.over.send_replace(true);
        }
    }

    /// The journey from the click to its last event; false when the player left before.
    async fn journey(&self, played: &mut Played, until: Instant) -> bool {
        let (field, index) = (&self.field, played.index);
        let mut journey = field.journeys().journey(index);
        let operator = field.courier.site.operator.as_ref();
        let arrived = tokio::select! {
            arrived = async {
                match operator {
                    Some(operator) => {
                        let clicks = field.courier.site.click_url.is_some();
                        field.arrived(operator, &mut journey, clicks, played).await
                    }
                    None => field.clicked(&mut journey, played).await,
                }
            } => arrived,
            () = self.too_late() => return false,
        };
        if !arrived {
            return !self.field.courier.stopped();
        }
        let mut events: Vec<(Moment, &Event<'_>)> =
            journey.events.iter().map(|event| (field.moment(event.key), event)).collect();
        if operator.is_none() {
            events.retain(|(moment, _)| *moment != Moment::AfterRun);
            events.sort_by_key(|(moment, _)| *moment == Moment::AfterJourney);
        }
        for (step, (moment, event)) in events.into_iter().enumerate() {
            if !self.thinks(index, step, until).await {
                return false;
            }
            match operator {
                None => field.event(&journey, event, moment, played).await,
                Some(operator) if field.step(operator, &journey, event, played).await => {}
                Some(_) => break,
            }
        }
        true
    }

    /// What comes late, and what comes again: here after the rest of its journey.
    async fn afterwards(&self, played: Played) -> Played {
        if self.field.courier.site.operator.is_some() {
            return Arc::clone(&self.field).pass_again(played).await;
        }
        let played = Arc::clone(&self.field).finish(played).await;
        Arc::clone(&self.field).repeat(played).await
    }

    /// Thinks before a step; false when the seat is to be left instead.
    async fn thinks(&self, index: u64, step: usize, until: Instant) -> bool {
        let pause = pause(self.field.inputs.seed, index, step, self.field.scenario.load.think);
        self.rest((Instant::now() + pause).min(until)).await && Instant::now() < until
    }

    /// Waits until an instant; false when it is over before.
    async fn rest(&self, until: Instant) -> bool {
        tokio::select! {
            () = tokio::time::sleep_until(until) => !*self.over.borrow(),
            () = self.is_over() => false,
        }
    }

    async fn is_over(&self) {
        stopped(self.over.subscribe(), Duration::ZERO).await;
    }

    /// Ends when a page is not waited for any longer.
    async fn too_late(&self) {
        tokio::select! {
            () = stopped(self.over.subscribe(), self.timeout) => {}
            () = stopped(self.field.courier.stop.clone(), GRACE) => {}
        }
    }

    fn told<T>(&self, with: impl FnOnce(&mut Told) -> T) -> T {
        with(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What it came to, once nobody plays any more.
    fn outcome(&self, record: LoadRecord, took: Duration) -> ClosedOutcome {
        let Told { mut played, turnout } = self.told(std::mem::take);
        played.sort_unstable_by_key(|played| played.index);
        let genuine =
            |played: &Played| played.deliveries.iter().filter(|d| d.purpose == Purpose::Genuine).count() as u64;
        let planned = played.iter().map(genuine).sum();
        let early = took < self.crowd.lasts() && !*self.field.courier.stop.borrow();
        let early = early.then(|| {
            format!(
                "the load ended after {} s of {} s: a closed load holds at most {MOST_JOURNEYS} journeys and ten attempts \
                 for each; give it a longer [load] think, or less time",
                took.as_secs(),
                self.crowd.lasts().as_secs()
            )
        });
        ClosedOutcome { field: Arc::clone(&self.field), played, planned, record, turnout, took, early }
    }
}

#[cfg(test)]
mod tests;
