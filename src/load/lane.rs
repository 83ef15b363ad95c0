//! One core at work: a dispatcher that hands slots to idle connections when they are due, and the connections, which take
//! what is overdue themselves. Everything runs on one thread, so nothing is locked and nothing is shared.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::iter::Peekable;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream::FuturesUnordered;
use hyper::http::HeaderMap;
use hyper::http::HeaderValue;
use hyper::http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use tokio::sync::{Mutex, Notify};
use tokio::time::timeout_at;

use super::effort::Meter;
use super::feed::{Feed, Outbound, What};
use super::fire::Ground;
use super::gate::Gate;
use super::line::{Line, NOT_CONNECTED, NoLine};
use super::pacer::Pacer;
use super::schedule::{Slot, Slots};
use super::tally::Tally;
use crate::model::{InfoReason, Outcome, Record};
use crate::scenario::HttpVersion;

mod attempt;

/// Longest stretch in which the dispatcher looks neither at the stop signal nor at the second's end.
const GLANCE: Duration = Duration::from_millis(100);

/// Pause of a worker for which this machine has no connection left.
const ASIDE: Duration = Duration::from_millis(100);

/// One core at work.
pub(super) struct Lane<'g> {
    ground: &'g Ground<'g>,
    number: usize,
    slots: RefCell<Peekable<Slots>>,
    feed: RefCell<Feed<'g>>,
    tally: RefCell<Tally>,
    tell: SyncSender<Tally>,
    idle: RefCell<Vec<usize>>,
    mail: Vec<Mail>,
    /// Tells the dispatcher that a connection is idle.
    freed: Notify,
    gate: Gate,
    phase: Cell<Phase>,
    in_flight: Cell<u64>,
    /// Genuine events that were taken at their first attempt.
    taken: Cell<u64>,
    meter: RefCell<Meter>,
    token: RefCell<Option<(Instant, HeaderValue)>>,
    /// The headers that all requests have.
    headers: HeaderMap,
    /// Connections that carry many exchanges, by their number.
    shared: Vec<Mutex<Option<Line>>>,
}

/// What an idle worker is told.
#[derive(Default)]
struct Mail {
    work: Cell<Option<Turn>>,
    called: Notify,
}

/// What is to be done next.
#[derive(Clone, Copy)]
struct Turn {
    slot: Slot,
    /// Whether it had to wait for a connection.
    waited: bool,
    /// Whether it is one of the plan's, and not what was left to be tried again after it.
    planned: bool,
}

/// Where in the load a lane is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Within its stages.
    Plan,
    /// After them: what is to be tried again is, and nothing fresh is begun.
    Remainder,
    /// Nothing more is sent.
    Over,
}

impl<'g> Lane<'g> {
    /// Works until the plan is over, and at most one timeout longer.
    pub(super) fn work(ground: &'g Ground<'g>, number: usize, tell: SyncSender<Tally>) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let lane = Self::new(ground, number, tell);
            let pacer = Pacer::new()?;
            let workers = FuturesUnordered::new();
            for worker in 0..lane.mail.len() {
                workers.push(lane.worker(worker));
            }
            let mut all = pin!(workers.for_each(|()| async {}));
            let work = poll_fn(|context| lane.gate.poll(|context| all.as_mut().poll(context), context));
            join(work, lane.dispatch(&pacer)).await;
            lane.end();
            Ok(())
        })
    }

    fn new(ground: &'g Ground<'g>, number: usize, tell: SyncSender<Tally>) -> Self {
        let lane = ground.first_lane + number as u64;
        let threads = ground.plan.threads;
        let share = |all: usize| (all / threads + usize::from(number < all % threads)).max(1);
        let connections = share(ground.plan.connections);
        let (workers, shared) = match ground.plan.http {
            // A connection that carries one exchange belongs to whoever makes it, whatever it could carry.
            HttpVersion::Two if ground.plan.keep_alive => (share(ground.plan.in_flight).max(connections), connections),
            HttpVersion::One | HttpVersion::Two => (connections, 0),
        };
        Self {
            ground,
            number,
            slots: RefCell::new(Slots::new(ground.plan, ground.seed, lane, ground.lanes).peekable()),
            feed: RefCell::new(Feed::new(ground, lane)),
            tally: RefCell::new(Tally::new(number, 0, ground.sla)),
            tell,
            idle: RefCell::new(Vec::with_capacity(workers)),
            mail: std::iter::repeat_with(Mail::default).take(workers).collect(),
            freed: Notify::new(),
            gate: Gate::default(),
            phase: Cell::new(Phase::Plan),
            in_flight: Cell::new(0),
            taken: Cell::new(0),
            meter: RefCell::new(Meter::new()),
            token: RefCell::new(None),
            headers: headers(ground),
            shared: std::iter::repeat_with(|| Mutex::new(None)).take(shared).collect(),
        }
    }

    /// Hands slots to idle workers when they are due, and tells the seconds.
    async fn dispatch(&self, pacer: &Pacer) {
        while self.phase.get() != Phase::Over {
            let now = self.now();
            self.turn_second(now);
            self.turn_phase(now);
            let Some(due) = self.next_due() else {
                if self.phase.get() == Phase::Plan || self.in_flight.get() > 0 {
                    pacer.until(Instant::now() + GLANCE.min(Duration::from_millis(5))).await;
                }
                continue;
            };
            if due > now {
                pacer.until(self.instant(due.min(now + GLANCE))).await;
                continue;
            }
            let worker = self.idle.borrow_mut().pop();
            match worker {
                Some(worker) => {
                    let Some(turn) = self.take_due(now, false) else { continue };
                    self.mail[worker].work.set(Some(turn));
                    self.mail[worker].called.notify_one();
                    // Those who were called get their turn before more are.
                    tokio::task::yield_now().await;
                }
                None => drop(tokio::time::timeout(GLANCE, self.freed.notified()).await),
            }
        }
        for mail in &self.mail {
            mail.called.notify_one();
        }
    }

    /// When something is to be sent next.
    fn next_due(&self) -> Option<Duration> {
        match self.phase.get() {
            Phase::Plan => self.slots.borrow_mut().peek().map(|slot| slot.due),
            Phase::Remainder => self.feed.borrow().backlog.due(),
            Phase::Over => None,
        }
    }

    /// Takes what is due, if anything is.
    fn take_due(&self, now: Duration, waited: bool) -> Option<Turn> {
        match self.phase.get() {
            Phase::Plan => {
                let slot = self.slots.borrow_mut().next_if(|slot| slot.due <= now)?;
                Some(Turn { slot, waited, planned: true })
            }
            Phase::Remainder => {
                let due = self.feed.borrow().backlog.due().filter(|due| *due <= now)?;
                let stage = u8::try_from(self.ground.plan.stages.len().saturating_sub(1)).unwrap_or(u8::MAX);
                let slot = Slot { due: due.max(self.ground.ends), stage };
                Some(Turn { slot, waited, planned: false })
            }
            Phase::Over => None,
        }
    }

    fn turn_phase(&self, now: Duration) {
        let stopped = self.ground.stop.load(Ordering::Relaxed);
        if self.phase.get() == Phase::Plan && (stopped || now >= self.ground.ends) {
            let due = |slot: &Slot| slot.due <= now;
            let unsent = self.slots.borrow_mut().by_ref().take_while(due).count();
            self.tally.borrow_mut().figures.slots.unsent += unsent as u64;
            self.phase.set(if stopped { Phase::Over } else { Phase::Remainder });
        }
        if self.phase.get() == Phase::Remainder {
            let nothing_left = self.feed.borrow().backlog.due().is_none() && self.in_flight.get() == 0;
            if stopped || nothing_left || now >= self.ground.ends + self.ground.timeout {
                self.phase.set(Phase::Over);
            }
        }
    }

    /// Connects, and does what is due until there is nothing more.
    async fn worker(&self, worker: usize) {
        let mut line = self.opened(worker).await;
        while let Some(turn) = self.next_turn(worker, &mut line).await {
            self.in_flight.set(self.in_flight.get() + 1);
            let exhausted = self.attempt(worker, turn, &mut line).await;
            self.in_flight.set(self.in_flight.get() - 1);
            if exhausted {
                line = self.opened(worker).await;
            }
            if !self.ground.plan.keep_alive {
                line = None;
            }
        }
    }

    /// A connection before there is something to send. A worker for which this machine has none stands aside until it has, and
    /// leaves the slots to those that are connected.
    async fn opened(&self, worker: usize) -> Option<Line> {
        let until = self.instant(self.ground.ends + self.ground.timeout).into();
        loop {
            match timeout_at(until, self.connected(worker)).await {
                Ok(Ok(line)) => return Some(line),
                Ok(Err(NoLine::Exhausted)) if self.phase.get() != Phase::Over => tokio::time::sleep(ASIDE).await,
                _ => return None,
            }
        }
    }

    async fn next_turn(&self, worker: usize, line: &mut Option<Line>) -> Option<Turn> {
        loop {
            let nobody_idle = self.idle.borrow().is_empty();
            if let Some(turn) = self.take_due(self.now(), nobody_idle) {
                return Some(turn);
            }
            if self.phase.get() == Phase::Over {
                return None;
            }
            self.idle.borrow_mut().push(worker);
            self.freed.notify_one();
            let called = self.mail[worker].called.notified();
            match line {
                Some(open) => open.beside(called).await,
                None => called.await,
            }
            if let Some(turn) = self.mail[worker].work.take() {
                return Some(turn);
            }
        }
    }

    /// Counts a slot that is on its way.
    fn left(&self, turn: Turn, now: Duration) {
        let lag = now.saturating_sub(turn.slot.due);
        let mut tally = self.tally.borrow_mut();
        let figures = &mut tally.figures;
        if turn.planned {
            figures.slots.sent += 1;
            if turn.waited {
                figures.slots.waited += 1;
            } else {
                figures.lag.record(lag);
                figures.slots.late += u64::from(lag > self.ground.plan.lag_bound);
            }
        } else {
            figures.slots.after += 1;
        }
    }

    /// Counts a slot for which there is nothing to send.
    fn unfed(&self, turn: Turn) {
        if turn.planned {
            self.tally.borrow_mut().figures.slots.unsent += 1;
        }
    }

    fn ended(&self, turn: Turn, outbound: &Outbound, outcome: Outcome, service: Duration) {
        let now = self.now();
        self.turn_second(now);
        let response = now.saturating_sub(turn.slot.due);
        let micros = |span: Duration| u32::try_from(span.as_micros()).unwrap_or(u32::MAX);
        let record = Record {
            key: outbound.key,
            stance: outbound.stance,
            outcome,
            stage: turn.slot.stage,
            owed: outbound.owed,
            scheduled_ms: u32::try_from(turn.slot.due.as_millis()).unwrap_or(u32::MAX),
            response_us: micros(response),
        };
        let answered = !matches!(
            outcome,
            NOT_CONNECTED | Outcome::Info(InfoReason::Timeout | InfoReason::GaveUpWaiting | InfoReason::Broken)
        );
        {
            let mut tally = self.tally.borrow_mut();
            tally.figures.attempt(&record, service, self.ground.sla);
            tally.figures.ends.in_plan += u64::from(answered && now < self.ground.ends);
            tally.records.push(record);
            if self.is_canary(outbound, outcome) {
                tally.canaries.push((record.key, Instant::now()));
            }
        }
        self.feed.borrow_mut().settled(&outbound.errand, outcome, now);
    }

    /// Whether the event's way into the books is watched: every so many of those that are taken for the first time.
    fn is_canary(&self, outbound: &Outbound, outcome: Outcome) -> bool {
        if !outcome.is_ok() || outbound.errand.what != What::Genuine(0) {
            return false;
        }
        let taken = self.taken.get();
        self.taken.set(taken + 1);
        taken.is_multiple_of(self.ground.canary_every)
    }

    /// Tells the second that has ended, if one has.
    fn turn_second(&self, now: Duration) {
        if now.as_secs() > self.tally.borrow().second {
            self.tell(now.as_secs());
        }
    }

    fn tell(&self, next: u64) {
        let (journeys, given_up) = {
            let feed = self.feed.borrow();
            (feed.begun(), feed.given_up())
        };
        let told = self.tally.replace(Tally::new(self.number, next, self.ground.sla));
        let mut told = Tally { in_flight: self.in_flight.get(), journeys, given_up, ..told };
        told.figures.effort = self.meter.borrow_mut().lap();
        told.figures.starved = u64::from(told.figures.effort.is_starved());
        // Whoever listens is gone only when everything ends.
        let _ = self.tell.send(told);
    }

    fn end(&self) {
        self.tell(u64::MAX);
    }

    fn now(&self) -> Duration {
        self.ground.began.elapsed()
    }

    fn instant(&self, after: Duration) -> Instant {
        self.ground.began + after
    }
}

/// The headers that every postback of the load has.
fn headers(ground: &Ground<'_>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(8);
    if ground.plan.http == HttpVersion::One {
        headers.insert(HOST, ground.endpoint.host_header.clone());
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(ground.dialect.profile.content_type()));
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("postproof/", env!("CARGO_PKG_VERSION"))));
    headers
}
