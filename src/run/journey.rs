//! One journey at work: the click, the postbacks in their turn, and what comes after the rest of the run.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::click::{Landing, click, visit};
use super::clock;
use super::courier::{Courier, Errand, Parcel, Private, Reception};
use super::folder::RunFolder;
use super::inputs::Inputs;
use super::passage::Passage;
use super::site::Site;
use super::{RunError, Watch};
use crate::fault::{Course, EventFaults, Forged, Forger, Moment, NotForged, Placement};
use crate::journey::{Journey, Journeys};
use crate::model::{Delivery, Event, EventKey, FaultKind, Ids, Label, Player, Purpose, Sent};
use crate::profile::Postback;
use crate::scenario::{FaultPlan, Scenario, Speed};
use crate::sign::SignError;

/// Everything that the journeys of a run share.
pub(super) struct Field {
    pub(super) scenario: Scenario,
    pub(super) inputs: Inputs,
    pub(super) ids: Ids,
    pub(super) placement: Placement,
    pub(super) courier: Courier,
    /// Journeys that may send at once.
    pub(super) senders: Semaphore,
    /// Every click id of the run, once all journeys have clicked.
    pub(super) clicks: OnceLock<HashSet<String>>,
    /// When the run began, in the runtime's time.
    pub(super) began: Instant,
}

/// What one journey came to so far.
#[derive(Default)]
pub(super) struct Played {
    pub(super) index: u64,
    pub(super) click: Option<Clicking>,
    pub(super) deliveries: Vec<Delivery>,
    /// Forgeries whose final bytes came out valid.
    pub(super) homeless: Vec<FaultKind>,
    /// What the operator was asked and told, where the journey went through one.
    pub(super) passage: Passage,
}

/// How the click went.
pub(super) struct Clicking {
    /// The click id, or what was wrong.
    pub(super) click_id: Result<String, String>,
    /// What the landing page was.
    pub(super) landing: Landing,
}

/// Where journeys are played, and from what.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) inputs: &'a Inputs,
    pub(super) folder: &'a RunFolder,
    pub(super) site: &'a Arc<Site>,
    /// Turns true when the run is to be cut short.
    pub(super) stop: &'a watch::Receiver<bool>,
    pub(super) watch: &'a Watch,
}

impl Field {
    /// The field of a run, with the faults that its site can be tested with.
    ///
    /// # Errors
    /// When a journal cannot be written.
    pub(super) fn new(ground: &Ground<'_>, faults: &FaultPlan) -> Result<Self, RunError> {
        Self::logging_to(ground, faults, "exchanges.ndjson")
    }

    /// The same, whose log is a file of that name.
    ///
    /// # Errors
    /// When a journal cannot be written.
    pub(super) fn logging_to(ground: &Ground<'_>, faults: &FaultPlan, log: &str) -> Result<Self, RunError> {
        let Ground { inputs, folder, .. } = *ground;
        let scenario = ground.scenario.clone();
        let ids = Ids::new(inputs.tag.clone());
        let placement = if faults.rates.is_empty() {
            Placement::default()
        } else {
            let journeys = Journeys::new(&scenario.journeys, &ids, inputs.seed, inputs.start.as_second());
            Placement::new(faults, &journeys, inputs.seed)
        };
        let courier = Courier {
            site: Arc::clone(ground.site),
            plan: scenario.send.clone(),
            log: folder.journal(log)?,
            dlq: folder.journal("dlq.ndjson")?,
            stop: ground.stop.clone(),
            closing: ground.stop.clone(),
            watch: Arc::clone(ground.watch),
            seed: inputs.seed,
            reception: Reception::default(),
            stopwatch: None,
        };
        let senders = Semaphore::new(scenario.send.in_flight);
        let (inputs, began) = (inputs.clone(), Instant::now());
        Ok(Self { scenario, inputs, ids, placement, courier, senders, clicks: OnceLock::new(), began })
    }

    /// The journeys themselves.
    pub(super) fn journeys(&self) -> Journeys<'_> {
        Journeys::new(&self.scenario.journeys, &self.ids, self.inputs.seed, self.inputs.start.as_second())
    }

    /// Plays a journey up to what comes after the run.
    pub(super) async fn play(self: Arc<Self>, index: u64) -> Played {
        let mut played = Played { index, ..Played::default() };
        let mut journey = self.journeys().journey(index);
        self.due(journey.clicked_at).await;
        if self.courier.stopped() || !self.clicked(&mut journey, &mut played).await {
            return played;
        }
        for moment in [Moment::InTurn, Moment::AfterJourney] {
            for event in &journey.events {
                if self.courier.stopped() {
                    return played;
                }
                self.due(event.at).await;
                self.event(&journey, event, moment, &mut played).await;
            }
        }
        played
    }

    /// What of a journey comes after all others: the late ones.
    pub(super) async fn finish(self: Arc<Self>, mut played: Played) -> Played {
        let Some(journey) = self.resumed(&played) else { return played };
        for event in &journey.events {
            if !self.courier.stopped() {
                self.event(&journey, event, Moment::AfterRun, &mut played).await;
            }
        }
        played
    }

    /// What comes once everything has been sent: the repeats, and forgeries that need to know every click.
    pub(super) async fn repeat(self: Arc<Self>, mut played: Played) -> Played {
        let Some(journey) = self.resumed(&played) else { return played };
        let private = private(&journey.player);
        for event in &journey.events {
            let faults = self.placement.of(event.key);
            let course = Course::new(&faults.genuine, event.key, self.inputs.seed);
            let place = played.deliveries.iter().position(|d| d.sent.key == event.key && d.purpose == Purpose::Genuine);
            if let (true, Some(place), false) = (course.again, place, self.courier.stopped()) {
                let _sending = self.senders.acquire().await;
                if let Ok(postback) = self.postback(&journey.player, event) {
                    let (delivery, parcel) = (&mut played.deliveries[place], Parcel::Postback(postback));
                    let mut errand = Errand { delivery, parcel, private: &private, accepted: Vec::new() };
                    self.courier.until_settled(&mut errand).await;
                }
            }
            if faults.forged.contains(&FaultKind::UnknownClick) {
                self.forge(&journey, event, FaultKind::UnknownClick, &mut played).await;
            }
        }
        played
    }

    /// Makes and fires a forgery that came out valid where it was placed first.
    pub(super) async fn rehouse(self: Arc<Self>, mut played: Played, key: EventKey, kind: FaultKind) -> Played {
        let Some(journey) = self.resumed(&played) else { return played };
        if let Some(event) = journey.events.iter().find(|event| event.key == key) {
            self.forge(&journey, event, kind, &mut played).await;
        }
        played
    }

    /// The journey again with the click id that it was given; `None` for one that never clicked.
    pub(super) fn resumed(&self, played: &Played) -> Option<Journey<'_>> {
        let mut journey = self.journeys().journey(played.index);
        match &played.click {
            None if self.courier.site.click_url.is_some() => return None,
            None => {}
            Some(clicking) => journey.player.click_id = Label::new(clicking.click_id.as_ref().ok()?.as_str()),
        }
        Some(journey)
    }

    /// Clicks, and looks at the landing page; false when the player got nowhere.
    pub(super) async fn clicked(&self, journey: &mut Journey<'_>, played: &mut Played) -> bool {
        if self.courier.site.click_url.is_none() {
            return true;
        }
        let _sending = self.senders.acquire().await;
        let clicked = click(&self.courier.site, &self.scenario.click, &journey.player, &self.courier.closing).await;
        let (click_id, landing) = match clicked {
            Ok(clicked) => {
                (Ok(clicked.click_id), visit(&self.courier.site, &self.scenario.click, clicked.landing).await)
            }
            Err(error) => (Err(error), Landing::Unvisited),
        };
        if let Ok(click_id) = &click_id {
            journey.player.click_id = Label::new(click_id.as_str());
        }
        let clicked = click_id.is_ok();
        played.click = Some(Clicking { click_id, landing });
        clicked
    }

    /// Sends an event whose moment it is, and the forgeries made from it.
    pub(super) async fn event(&self, journey: &Journey<'_>, event: &Event<'_>, moment: Moment, played: &mut Played) {
        let EventFaults { genuine, forged } = self.placement.of(event.key);
        let course = Course::new(&genuine, event.key, self.inputs.seed);
        if course.moment != moment {
            return;
        }
        let Ok(postback) = self.postback(&journey.player, event) else { return };
        let delivery = self.deliver(journey, event, postback, (genuine, course)).await;
        if !delivery.attempts.is_empty() {
            played.deliveries.push(delivery);
        }
        for kind in forged.into_iter().filter(|&kind| kind != FaultKind::UnknownClick) {
            self.forge(journey, event, kind, played).await;
        }
    }

    /// Sends an event's postback as its faults have it.
    pub(super) async fn deliver(
        &self,
        journey: &Journey<'_>,
        event: &Event<'_>,
        postback: Postback,
        (faults, course): (Vec<FaultKind>, Course),
    ) -> Delivery {
        let _sending = self.senders.acquire().await;
        let sent = Sent::of(&self.ids, &journey.player, event);
        let mut delivery =
            Delivery { sent, purpose: Purpose::Genuine, faults, attempts: Vec::new(), dead_lettered: false };
        let (private, parcel) = (private(&journey.player), Parcel::Postback(postback));
        let mut errand = Errand { delivery: &mut delivery, parcel, private: &private, accepted: Vec::new() };
        self.courier.genuine(&mut errand, course).await;
        delivery
    }

    async fn forge(&self, journey: &Journey<'_>, event: &Event<'_>, kind: FaultKind, played: &mut Played) {
        if self.courier.stopped() {
            return;
        }
        let none = HashSet::new();
        let known_clicks = self.clicks.get().unwrap_or(&none);
        let forger =
            Forger { dialect: &self.courier.site.dialect, ids: &self.ids, known_clicks, seed: self.inputs.seed };
        let forge = || forger.forge(kind, &journey.player, event, clock::now());
        let Forged { sent, purpose, .. } = match forge() {
            Ok(forgery) => forgery,
            Err(NotForged::CameOutValid) => return played.homeless.push(kind),
            Err(NotForged::Sign(_)) => return,
        };
        // Another body under a known id is only known to be one once the first was accepted.
        let genuine_ok = played.deliveries.iter().any(|d| d.sent.event_id == sent.event_id && d.any_ok());
        if matches!(purpose, Purpose::Conflicting(_)) && !genuine_ok {
            return played.homeless.push(kind);
        }
        let _sending = self.senders.acquire().await;
        let mut delivery = Delivery { sent, purpose, faults: Vec::new(), attempts: Vec::new(), dead_lettered: false };
        let make = || forge().ok().map(|forged| forged.postback);
        self.courier.forged(&mut delivery, make, &private(&journey.player)).await;
        if !delivery.attempts.is_empty() {
            played.deliveries.push(delivery);
        }
    }

    /// When an event is sent.
    pub(super) fn moment(&self, key: EventKey) -> Moment {
        Course::new(&self.placement.of(key).genuine, key, self.inputs.seed).moment
    }

    /// An event's postback, signed now.
    pub(super) fn postback(&self, player: &Player<'_>, event: &Event<'_>) -> Result<Postback, SignError> {
        let dialect = &self.courier.site.dialect;
        let mut body = Vec::with_capacity(512);
        dialect.profile.write_body(&self.ids, player, event, &mut body);
        dialect.postback(&self.ids.event(event.key), body, clock::now())
    }

    /// Waits until a moment of journey time has come in real time.
    pub(super) async fn due(&self, at: i64) {
        let Speed::Times(times) = self.scenario.journeys.speed else { return };
        #[expect(clippy::cast_precision_loss, reason = "a span is below 2^50 seconds")]
        let after = (at - self.inputs.start.as_second()).max(0) as f64 / times;
        let mut closing = self.courier.closing.clone();
        tokio::select! {
            () = tokio::time::sleep_until(self.began + std::time::Duration::from_secs_f64(after)) => {}
            _ = closing.wait_for(|closing| *closing) => {}
        }
    }
}

pub(super) fn private<'a>(player: &Player<'a>) -> Private<'a> {
    Private { ip: player.ip.to_string(), user_agent: player.user_agent, session: Vec::new() }
}
