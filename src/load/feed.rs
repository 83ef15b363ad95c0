//! What is sent: the events of journeys in the order in which they happen, and what the faults and retries make of them.
//! One lane plays every n-th journey and keeps only those that are under way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use bytes::Bytes;
use hyper::http::{HeaderName, HeaderValue};
use jiff::Timestamp;

use super::backlog::Backlog;
use super::fire::Ground;
use crate::fault::{Course, Forger, faults_by_rate, other_amount};
use crate::journey::{Journey, Journeys};
use crate::model::{Event, EventKey, FaultKind, Label, Mixer, Outcome, Purpose, Stance};
use crate::oracle::fingerprint;
use crate::profile::{Postback, TokenUse};
use crate::scenario::Traffic;
use crate::send::{Next, Patience, next};
use crate::sign::Prepared;

/// Journeys under way at most; when there are more, the earliest go on before their time. So many fit into a core's cache with
/// their names, and are far more than there are connections.
const OPEN: usize = 4_000;

/// How long after an event its repeat comes, and one that is late; in a short load a quarter of it.
const APART: Duration = Duration::from_secs(10);

/// One attempt that is to be made.
#[derive(Clone, Copy)]
pub(super) struct Errand {
    pub(super) journey: u64,
    /// Place of the event within its journey.
    pub(super) place: u8,
    pub(super) what: What,
    /// The faults that are done to the event.
    course: Course,
    /// Whether another amount comes under its id, once it was accepted.
    disputed: bool,
}

/// What an attempt is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// The attempt of that number, from 0, of a genuine event.
    Genuine(u32),
    /// A genuine event that was accepted, once more.
    Repeat,
    /// A forgery made from it.
    Forgery(FaultKind),
}

/// An attempt, ready to be sent.
pub(super) struct Outbound {
    pub(super) errand: Errand,
    pub(super) key: EventKey,
    pub(super) stance: Stance,
    /// Fingerprint of the credit that is owed, or that a forgery must not get.
    pub(super) owed: u32,
    pub(super) patience: Patience,
    pub(super) signature: Vec<(HeaderName, HeaderValue)>,
    pub(super) token: TokenUse,
    pub(super) body: Bytes,
}

/// The events and what else there is to send on one lane.
pub(super) struct Feed<'g> {
    ground: &'g Ground<'g>,
    journeys: Journeys<'g>,
    /// What signs the bodies of genuine events, and the header for it, where that takes no more than hashing them.
    prepared: Option<(Prepared, HeaderName)>,
    /// The next journey that begins, and its step to the one after it.
    upcoming: Option<Journey<'g>>,
    next: u64,
    /// In boxes, because they are taken out and put back with every event.
    open: Vec<Option<Box<Journey<'g>>>>,
    free: Vec<usize>,
    /// The next event of each open journey: when it happens, where the journey lies, and its place within it.
    events: BinaryHeap<Reverse<(i64, usize, u8)>>,
    pub(super) backlog: Backlog,
    apart: Duration,
    begun: u64,
    given_up: u64,
}

impl<'g> Feed<'g> {
    /// The feed of that lane.
    pub(super) fn new(ground: &'g Ground<'g>, lane: u64) -> Self {
        let journeys = Journeys::new(ground.journeys, ground.ids, ground.seed, ground.start);
        let mut feed = Self {
            ground,
            journeys,
            prepared: ground.dialect.prepared().and_then(|prepared| {
                let header = prepared.header().parse().ok()?;
                Some((prepared, header))
            }),
            upcoming: None,
            next: lane,
            open: Vec::new(),
            free: Vec::new(),
            events: BinaryHeap::new(),
            backlog: Backlog::default(),
            apart: APART.min(ground.plan.lasts() / 4),
            begun: 0,
            given_up: 0,
        };
        feed.upcoming = feed.begin();
        feed
    }

    /// Journeys that have begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    /// Genuine events that were given up after all their attempts, or because too many waited.
    pub(super) fn given_up(&self) -> u64 {
        self.given_up + self.backlog.dropped()
    }

    /// What is sent in a slot that is due `now` after the start.
    pub(super) fn outbound(&mut self, now: Duration, instant: Timestamp) -> Option<Outbound> {
        loop {
            if let Some(made) = self.remainder(now, instant) {
                return Some(made);
            }
            let turn = self.turn()?;
            // What is put off comes later.
            if let Some(made) = self.fresh(turn, now, instant) {
                return Some(made);
            }
        }
    }

    /// What waits and is due, and nothing fresh: for the time after the last stage. A forgery that would come out valid is
    /// none, and is left out.
    pub(super) fn remainder(&mut self, now: Duration, instant: Timestamp) -> Option<Outbound> {
        while let Some(errand) = self.backlog.take(now) {
            let journey = self.journey(errand.journey);
            if let Some(made) = self.make(&journey, errand, instant) {
                return Some(made);
            }
        }
        None
    }

    /// Learns how an attempt ended; retries, repeats and disputes follow from it.
    pub(super) fn settled(&mut self, errand: &Errand, outcome: Outcome, now: Duration) {
        let What::Genuine(attempt) = errand.what else { return };
        let before = mishaps(&errand.course).count();
        if (attempt as usize) < before {
            return self.backlog.put(now, Errand { what: What::Genuine(attempt + 1), ..*errand });
        }
        if outcome.is_ok() {
            if errand.course.again {
                self.backlog.put(now + self.apart, Errand { what: What::Repeat, ..*errand });
            }
            if errand.disputed {
                self.backlog.put(now, Errand { what: What::Forgery(FaultKind::OtherAmount), ..*errand });
            }
            return;
        }
        let made = attempt + 1 - u32::try_from(before).unwrap_or(0);
        let jitter = Mixer::new(self.ground.seed).word(errand.journey).word(u64::from(errand.place)).word(made.into());
        match next(self.ground.send, made, outcome, None, jitter.unit()) {
            Next::Again(wait) => self.backlog.put(now + wait, Errand { what: What::Genuine(attempt + 1), ..*errand }),
            Next::GiveUp if outcome.is_info() => self.given_up += 1,
            Next::GiveUp | Next::Done => {}
        }
    }

    /// The event whose turn it is; `None` when it is put off.
    fn fresh(&mut self, (at, place): (usize, u8), now: Duration, instant: Timestamp) -> Option<Outbound> {
        let journey = self.open[at].take()?;
        let made = self.event(&journey, place, now, instant);
        let follows = usize::from(place) + 1;
        match journey.events.get(follows) {
            Some(event) if self.ground.plan.traffic == Traffic::Journeys => {
                self.events.push(Reverse((event.at, at, u8::try_from(follows).unwrap_or(u8::MAX))));
                self.open[at] = Some(journey);
            }
            _ => self.free.push(at),
        }
        made
    }

    /// Where the next event's journey lies, and the event's place in it. Journeys begin when their first event is the next
    /// to happen.
    fn turn(&mut self) -> Option<(usize, u8)> {
        loop {
            let earliest = self.events.peek().map(|Reverse((at, ..))| *at);
            let begins = self.upcoming.as_ref().map(|journey| journey.clicked_at);
            let full = self.events.len() >= OPEN;
            match (earliest, begins) {
                (None, None) => return None,
                (Some(earliest), begins) if full || begins.is_none_or(|begins| earliest <= begins) => {
                    let Reverse((_, at, place)) = self.events.pop()?;
                    return Some((at, place));
                }
                _ => self.admit(),
            }
        }
    }

    /// Lets the next journey begin.
    fn admit(&mut self) {
        let Some(journey) = self.upcoming.take() else { return };
        self.upcoming = self.begin();
        self.begun += 1;
        let wanted = |event: &&Event<'_>| match self.ground.plan.traffic {
            Traffic::Journeys => true,
            Traffic::Only(kind) => event.key.kind == kind,
        };
        let Some(first) = journey.events.iter().position(|event| wanted(&event)) else { return };
        let at = self.free.pop().unwrap_or_else(|| {
            self.open.push(None);
            self.open.len() - 1
        });
        self.events.push(Reverse((journey.events[first].at, at, u8::try_from(first).unwrap_or(u8::MAX))));
        self.open[at] = Some(Box::new(journey));
    }

    fn begin(&mut self) -> Option<Journey<'g>> {
        let index = self.next;
        self.next += self.ground.lanes;
        (index < self.journeys.count()).then(|| self.journey(index))
    }

    /// A journey with the click id that it was given.
    fn journey(&self, index: u64) -> Journey<'g> {
        let mut journey = self.journeys.journey(index);
        if let Some(click) = self.ground.click(index) {
            journey.player.click_id = Label::new(click);
        }
        journey
    }

    /// An event whose turn it is, unless its faults put it off; what is forged from it follows at once.
    fn event(&mut self, journey: &Journey<'g>, place: u8, now: Duration, instant: Timestamp) -> Option<Outbound> {
        let event = journey.events.get(usize::from(place))?;
        let faults = faults_by_rate(self.ground.faults, journey, event, self.ground.seed);
        let course = Course::new(&faults.genuine, event.key, self.ground.seed);
        let disputed = faults.forged.contains(&FaultKind::OtherAmount);
        let errand = Errand { journey: event.key.journey, place, what: What::Genuine(0), course, disputed };
        for kind in faults.forged.into_iter().filter(|&kind| kind != FaultKind::OtherAmount) {
            self.backlog.put(now, Errand { what: What::Forgery(kind), ..errand });
        }
        if course.moment != crate::fault::Moment::InTurn {
            self.backlog.put(now + self.apart, errand);
            return None;
        }
        self.make(journey, errand, instant)
    }

    fn make(&mut self, journey: &Journey<'g>, errand: Errand, instant: Timestamp) -> Option<Outbound> {
        let event = journey.events.get(usize::from(errand.place))?;
        if let What::Forgery(kind) = errand.what {
            return self.forgery((journey, event), errand, kind, instant);
        }
        let patience = match errand.what {
            What::Genuine(attempt) => self.patience(errand, attempt),
            _ => Patience::Full,
        };
        let mut body = Vec::with_capacity(512);
        self.ground.dialect.profile.write_body(self.ground.ids, &journey.player, event, &mut body);
        let (signature, body) = self.signed(event, body, instant)?;
        Some(Outbound {
            errand,
            key: event.key,
            stance: Stance::Genuine,
            owed: fingerprint(&journey.player, event, self.ground.ftd_minimum),
            patience,
            signature,
            token: TokenUse::Fresh,
            body,
        })
    }

    /// How patiently an attempt waits; the copies of one that leaves in several are sent off beside the first that counts.
    fn patience(&mut self, errand: Errand, attempt: u32) -> Patience {
        let mishap = mishaps(&errand.course).nth(attempt as usize);
        if attempt as usize == mishaps(&errand.course).count() {
            for _ in 1..errand.course.copies.0 {
                self.backlog.put(Duration::ZERO, Errand { what: What::Repeat, ..errand });
            }
        }
        mishap.unwrap_or(Patience::Full)
    }

    fn signed(
        &self,
        event: &Event<'_>,
        body: Vec<u8>,
        instant: Timestamp,
    ) -> Option<(Vec<(HeaderName, HeaderValue)>, Bytes)> {
        if let Some((prepared, header)) = &self.prepared {
            let value = HeaderValue::from_maybe_shared(Bytes::from(prepared.sign(&body))).ok()?;
            return Some((vec![(header.clone(), value)], body.into()));
        }
        let postback = self.ground.dialect.postback(&self.ground.ids.event(event.key), body, instant).ok()?;
        Some((headers(&postback), postback.body.into()))
    }

    /// Fingerprint of the credit that the other amount of a disputed event would get.
    fn disputed(&self, journey: &Journey<'g>, event: &Event<'g>) -> u32 {
        let detail = other_amount(event.detail).unwrap_or(event.detail);
        fingerprint(&journey.player, &Event { detail, ..*event }, self.ground.ftd_minimum)
    }

    fn forgery(
        &self,
        (journey, event): (&Journey<'g>, &Event<'g>),
        errand: Errand,
        kind: FaultKind,
        instant: Timestamp,
    ) -> Option<Outbound> {
        let Ground { dialect, ids, seed, known_clicks, .. } = *self.ground;
        let forger = Forger { dialect, ids, known_clicks, seed };
        let made = forger.forge(kind, &journey.player, event, instant).ok()?;
        let (stance, owed) = match made.purpose {
            Purpose::Conflicting(_) => (Stance::Conflicting, self.disputed(journey, event)),
            _ => (Stance::Forged, 0),
        };
        Some(Outbound {
            errand,
            key: made.sent.key,
            stance,
            owed,
            patience: Patience::Full,
            signature: headers(&made.postback),
            token: made.postback.token,
            body: made.postback.body.into(),
        })
    }
}

/// The attempts of a delivery that go wrong on purpose, before the one that counts.
fn mishaps(course: &Course) -> impl Iterator<Item = Patience> + use<> {
    let gives_up = course.gives_up_after_ms.map(|ms| Patience::GivesUpAfter(Duration::from_millis(ms)));
    gives_up.into_iter().chain(course.loses_ack.then_some(Patience::LosesAnswer))
}

fn headers(postback: &Postback) -> Vec<(HeaderName, HeaderValue)> {
    let header = |(name, value): &(String, String)| Some((name.parse().ok()?, value.parse().ok()?));
    postback.headers.iter().filter_map(header).collect()
}
