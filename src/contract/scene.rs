//! The scene of a case: players with clicks that the target knows, postbacks made of them, and the plan that it all becomes.
//! The clicks themselves were made by the shell; what a change does to a postback is `draft`'s.

use std::collections::HashMap;

use super::plan::{Owed, Plan, Planned, Shot, Step};
use super::{Arrival, Deed, Draft, Request, Terms, Visit, journey};
use crate::fault::lookalike;
use crate::model::{Cause, EventKey, EventKind, Label, Mixer, Money, Player, Purpose, Sent};
use crate::profile::{Member, Payload, Profile, Sample, link};
use crate::scenario::Policy;

/// Players that one case can have; each case's own begin at a multiple of it.
pub(super) const MOST_PLAYERS: u64 = 256;

/// The first of them that comes to the operator: the others' clicks are made beforehand.
const FIRST_VISITOR: u64 = 128;

/// What a case is planned with.
pub struct Scene<'a> {
    /// What was agreed on with the target.
    pub terms: &'a Terms,
    profile: &'static dyn Profile,
    sample: &'a Sample,
    cause: Cause,
    /// The number of its first player.
    first: u64,
    /// When its events begin: whole seconds since 1970.
    start: i64,
    /// The click ids that the target gave its players; a player beyond them has a derived one.
    clicks: &'a [String],
    players: u64,
    slots: HashMap<u64, u16>,
    plan: Plan,
}

/// What the cases of one suite share.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// What was agreed on with the target.
    pub terms: &'a Terms,
    /// How postbacks are written.
    pub profile: &'static dyn Profile,
    /// The players' words and ids.
    pub sample: &'a Sample,
    /// When events begin: whole seconds since 1970, far enough in the past that none lies in the target's future.
    pub start: i64,
}

/// A postback that stands in the plan, for those who send it again.
#[derive(Clone, Debug)]
pub struct Placed {
    place: usize,
    /// What was sent.
    pub draft: Draft,
}

impl<'a> Scene<'a> {
    /// An empty scene for the case of that name and number in the registry.
    pub(super) fn new(stage: Stage<'a>, cause: Cause, number: u64, clicks: &'a [String]) -> Self {
        Self {
            terms: stage.terms,
            profile: stage.profile,
            sample: stage.sample,
            cause,
            first: journey(number, 0),
            start: stage.start,
            clicks,
            players: 0,
            slots: HashMap::new(),
            plan: Plan::default(),
        }
    }

    /// What it became, and how many players take part.
    pub(super) fn finish(self) -> (Plan, u64) {
        (self.plan, self.players)
    }

    /// A player who has clicked and not registered.
    pub fn visitor(&mut self) -> Player<'a> {
        let number = self.players;
        self.players += 1;
        let mut player = self.sample.nth_player(self.first + number);
        if let Some(click) = usize::try_from(number).ok().and_then(|place| self.clicks.get(place)) {
            player.click_id = Label::new(click.as_str());
        }
        player
    }

    /// A player who has clicked and registered; the registration is sent before anything else of the player.
    pub fn player(&mut self) -> Player<'a> {
        let player = self.visitor();
        let registration = self.event(&player, EventKind::Registration);
        self.ground(registration);
        player
    }

    /// The genuine postback of a player's next event. The first deposit of an account is said to be one.
    pub fn event(&mut self, player: &Player<'a>, kind: EventKind) -> Draft {
        let slot = self.slots.entry(player.journey).or_insert(0);
        *slot += 1;
        let key = EventKey { journey: player.journey, slot: *slot, kind };
        // Events of one player come a second apart, and never lie in the target's future.
        let event = self.sample.event(key, self.start + i64::from(key.slot.min(240)));
        let mut body = Vec::with_capacity(512);
        self.profile.write_body(self.sample.ids(), player, &event, &mut body);
        let payload = Payload::read(&body).expect("profiles write JSON objects");
        Draft::new(Sent::of(self.sample.ids(), player, &event), payload, self.profile.content_type())
    }

    /// About when its events happen: whole seconds since 1970.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// The postback of a player's first deposit.
    pub fn deposit(&mut self, player: &Player<'a>) -> Draft {
        self.event(player, EventKind::Deposit)
    }

    /// The members that bodies of that event owe.
    pub fn owed_members(&self, kind: EventKind) -> impl Iterator<Item = &'static Member> + use<> {
        self.profile.members().iter().filter(move |member| member.required && member.stands_in(kind))
    }

    /// The postback of a player's second deposit, which claims to be no FTD; the first is sent before it.
    pub fn later_deposit(&mut self, player: &Player<'a>) -> Draft {
        let first = self.deposit(player);
        self.ground(first);
        self.deposit(player).repeat_deposit()
    }

    /// A click id of the same look as a player's own that the target never made.
    pub fn lookalike_click(&self, player: &Player<'a>) -> String {
        let own = player.click_id.as_str();
        let mixer = Mixer::new(player.journey).bytes(self.cause.as_bytes());
        let fresh = |variant: u64| lookalike(own, mixer.word(variant));
        (0..16).map(fresh).find(|click| click != own && !self.clicks.contains(click)).unwrap_or_else(|| fresh(16))
    }

    /// An id of the run that no event has: for postbacks that need one of a certain look.
    pub fn spare_id(&mut self, player: &Player<'a>, kind: EventKind) -> String {
        self.event(player, kind).event_id().to_owned()
    }

    /// Sends a genuine postback that only prepares what the case is about.
    pub fn ground(&mut self, draft: Draft) -> Placed {
        self.first_shot(draft, Purpose::Genuine, Owed::Ground)
    }

    /// Sends a genuine postback, which has to be taken.
    pub fn accepted(&mut self, draft: Draft) -> Placed {
        self.first_shot(draft, Purpose::Genuine, Owed::Acceptance)
    }

    /// Sends a bad postback, which has to be refused, best with one of these statuses.
    pub fn refused(&mut self, draft: Draft, statuses: &'static [u16]) -> Placed {
        self.first_shot(draft, Purpose::Forged(self.cause), Owed::Refusal(statuses))
    }

    /// Sends a bad postback whose answer is for the case's own judge to read.
    pub fn forged(&mut self, draft: Draft) -> Placed {
        self.first_shot(draft, Purpose::Forged(self.cause), Owed::Judged)
    }

    /// Sends a postback that the contract lets the target take or refuse.
    pub fn open(&mut self, draft: Draft) -> Placed {
        self.first_shot(draft, Purpose::Open(self.cause), Owed::Either)
    }

    /// Sends a postback that may be taken or refused, and whose values readers may tell differently.
    pub fn untold(&mut self, draft: Draft) -> Placed {
        self.first_shot(draft, Purpose::Untold(self.cause), Owed::Either)
    }

    /// Sends a postback that is open unless the scenario has declared what becomes of its like.
    pub fn by_policy(&mut self, policy: Policy, draft: Draft, statuses: &'static [u16]) -> Placed {
        match policy {
            Policy::Open => self.open(draft),
            Policy::Refuse => self.refused(draft, statuses),
            Policy::Accept => self.accepted(draft),
        }
    }

    /// Sends another body, rightly signed, under the id of a postback that stands.
    pub fn conflicting(&mut self, draft: Draft, owed: Owed) -> Placed {
        self.first_shot(draft, Purpose::Conflicting(self.cause), owed)
    }

    /// Sends the same delivery again, as it was or in another shape.
    pub fn again(&mut self, placed: &Placed, draft: Draft, owed: Owed) {
        let (_, request) = draft.finish();
        self.plan.steps.push(Step(vec![Shot { delivery: Some(placed.place), owed, request }]));
    }

    /// Sends so many copies of a genuine postback at the same moment.
    pub fn at_once(&mut self, draft: Draft, copies: usize) -> Placed {
        let place = self.deliver(&draft, Purpose::Genuine);
        let (_, request) = draft.clone().finish();
        let shot = Shot { delivery: Some(place), owed: Owed::Judged, request };
        self.plan.steps.push(Step(vec![shot; copies]));
        Placed { place, draft }
    }

    /// Sends genuine postbacks at the same moment; each has to be taken.
    pub fn all_at_once(&mut self, drafts: Vec<Draft>, owed: Owed) {
        let mut step = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let delivery = Some(self.deliver(&draft, Purpose::Genuine));
            step.push(Shot { delivery, owed, request: draft.finish().1 });
        }
        self.plan.steps.push(Step(step));
    }

    /// Sends requests that tell of no event, one after the other.
    pub fn ask(&mut self, request: Request, owed: Owed) {
        self.plan.steps.push(Step(vec![Shot { delivery: None, owed, request }]));
    }

    /// Sends requests that tell of no event at the same moment.
    pub fn ask_all(&mut self, requests: Vec<Request>, owed: Owed) {
        let shot = |request| Shot { delivery: None, owed, request };
        self.plan.steps.push(Step(requests.into_iter().map(shot).collect()));
    }

    /// Lets a player click, come to the operator's pages of a brand, and do these things there.
    pub fn visit(&mut self, brand: &str, deeds: &[(EventKind, Option<Money>)]) {
        self.comes(brand, deeds, |_| Arrival::Clicked);
    }

    /// Lets a player come to the operator with a click id that the target never made.
    pub fn stray_visit(&mut self, brand: &str, deeds: &[(EventKind, Option<Money>)]) {
        self.comes(brand, deeds, |derived| Arrival::Stray(derived.to_owned()));
    }

    /// Has the operator asked, after all visits, to deliver once more what it gave up.
    pub fn revive(&mut self) {
        self.plan.revives = true;
    }

    fn comes(&mut self, brand: &str, deeds: &[(EventKind, Option<Money>)], arrival: impl Fn(&str) -> Arrival) {
        let player = self.first + FIRST_VISITOR + self.plan.visits.len() as u64;
        let deed = |(slot, &(kind, money)): (u16, &(EventKind, Option<Money>))| {
            let earlier = deeds.iter().take(usize::from(slot - 1));
            let first = kind == EventKind::Deposit && !earlier.into_iter().any(|(kind, _)| *kind == EventKind::Deposit);
            let key = EventKey { journey: player, slot, kind };
            Deed { key, at: self.start + i64::from(slot.min(240)), money, first }
        };
        let visit = Visit {
            player,
            brand: Label::new(brand),
            arrival: arrival(&self.sample.ids().click(player)),
            deeds: (1..).zip(deeds).map(deed).collect(),
        };
        self.plan.visits.push(visit);
    }

    /// The parameters of a click on the affiliate's link, as everybody's are.
    pub fn link(&self) -> Vec<(&'static str, String)> {
        let player = self.sample.nth_player(self.first);
        link(&player).into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    fn first_shot(&mut self, draft: Draft, purpose: Purpose, owed: Owed) -> Placed {
        let place = self.deliver(&draft, purpose);
        let (_, request) = draft.clone().finish();
        self.plan.steps.push(Step(vec![Shot { delivery: Some(place), owed, request }]));
        Placed { place, draft }
    }

    fn deliver(&mut self, draft: &Draft, purpose: Purpose) -> usize {
        self.plan.deliveries.push(Planned { sent: draft.sent.clone(), purpose, note: draft.note.clone() });
        self.plan.deliveries.len() - 1
    }
}
