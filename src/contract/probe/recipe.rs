//! A probe's recipe: a genuine postback, what is done to it, and how it is signed. Aimed at a player it becomes a plan, and
//! what its final bytes owe is told by reading them.

use jiff::Timestamp;

use super::draws::Draws;
use super::{Basis, Class, Expected, Mutation, PROBES, read};
use crate::contract::{Cut, Draft, Key, Plan, Scene, Seal, Stage};
use crate::model::{EventKind, Money};
use crate::profile::{Dialect, Postback, Profile, TokenUse};
use crate::scenario::Policy;
use crate::sign::{Canonical, Place};

/// How a probe is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The genuine postback.
    pub base: Base,
    /// What is done to its body, in order.
    pub mutations: Vec<Mutation>,
    /// How the result is signed.
    pub signing: Signing,
}

/// A genuine postback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What it tells of.
    pub kind: EventKind,
    /// Of a deposit, whether it is the account's first.
    pub first: bool,
    /// Optional members that it lacks.
    pub without: Vec<&'static str>,
}

/// How a probe is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// As agreed, over the final bytes.
    Right,
    /// Not at all.
    Missing,
    /// With another key.
    AnotherKey,
    /// As agreed, and only the first half is sent.
    Half,
}

/// With whom, for whom and when a recipe is aimed.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    /// What the suite shares.
    pub stage: Stage<'a>,
    /// The number of its player, as a case's.
    pub number: u64,
    /// The click id that the target gave the player, if it gave one.
    pub clicks: &'a [String],
    /// What the target expects.
    pub dialect: &'a Dialect,
    /// The time now.
    pub now: Timestamp,
}

/// A recipe with a player: what is sent, and what is expected.
#[derive(Clone, Debug)]
pub struct Aimed {
    /// What is sent; the probe is its last shot.
    pub plan: Plan,
    /// What is expected of the answer.
    pub expected: Expected,
    /// What the final bytes are.
    pub class: Class,
    /// Why they are not valid, or how they are signed wrongly.
    pub why: &'static str,
    /// The mutations that did anything.
    pub mutations: Vec<Mutation>,
    /// The final bytes.
    pub body: Vec<u8>,
}

impl Recipe {
    /// The recipe of a probe in one of its turns: the next turn is for one of which nothing could be told.
    pub fn drawn(seed: u64, probe: u64, turn: u64, profile: &dyn Profile) -> Self {
        let mut draws = Draws::new(seed, probe, turn);
        let (kind, first) = match draws.below(20) {
            0..=3 => (EventKind::Registration, false),
            4 | 5 => (EventKind::KycApproved, false),
            6..=9 => (EventKind::Deposit, true),
            10..=16 => (EventKind::Deposit, false),
            17 | 18 => (EventKind::Refund, false),
            _ => (EventKind::Chargeback, false),
        };
        let signing = match draws.below(20) {
            0 => Signing::Missing,
            1 => Signing::AnotherKey,
            2 => Signing::Half,
            _ => Signing::Right,
        };
        let members: Vec<_> = profile.members().iter().filter(|member| member.stands_in(kind)).collect();
        let names: Vec<&'static str> = members.iter().map(|member| member.name).collect();
        let optional = members.iter().filter(|member| !member.required).map(|member| member.name);
        let mutations = Mutation::draw(&mut draws, &names, &optional.collect::<Vec<_>>());
        Self { base: Base { kind, first, without: Vec::new() }, mutations, signing }
    }

    /// What it becomes with the player of that number, who has these clicks; `None` where nothing could be told of it.
    pub fn aim(&self, occasion: &Occasion<'_>) -> Option<Aimed> {
        let Occasion { stage, number, clicks, dialect, now } = *occasion;
        // A second deposit of a click would be taken for the first one again.
        if self.base.kind == EventKind::Deposit && !self.base.first && stage.terms.contract.fallback_window.is_some() {
            return None;
        }
        let mut scene = Scene::new(stage, PROBES, number, clicks);
        let (draft, deposited) = self.genuine(&mut scene);
        let base = draft.body();
        let sent = draft.sent.clone();
        let bytes = Mutation::apply_all(&self.mutations, &base);
        let draft = self.sealed(draft.spelled(bytes.clone()), &bytes, dialect, now)?;
        let wire = draft.clone().finish().1.wire(dialect, now).ok()?;
        let place = dialect.scheme.place();
        let policies = &stage.terms.contract.policies;
        let basis = Basis {
            sent: &sent,
            body: &base,
            profile: dialect.profile,
            deposited,
            clicks_known: stage.terms.clicks.is_some() && policies.unknown_click == Policy::Refuse,
            strict: matches!(dialect.scheme.canonical(), Some(Canonical::Jcs | Canonical::Sorted)),
            minimum: stage.terms.ftd_minimum,
            signature: match &place {
                Place::Member(name) => Some(name),
                Place::Header(_) => None,
            },
            now,
        };
        let reading = read(&basis, &wire.body);
        let signed = holds(dialect, &sent.event_id, &wire.headers, &wire.body, now);
        let (class, why) = self.weighed(reading.class, reading.why, signed)?;
        let expected = Expected::of(class);
        let mut said = draft;
        said.sent = reading.sent;
        match (expected, class) {
            (Expected::Acceptance, _) => scene.accepted(said),
            (Expected::Refusal, _) => scene.refused(said, &[]),
            (Expected::Either, Class::Open) => scene.open(said),
            (Expected::Either, _) => scene.untold(said),
        };
        let mutations = Mutation::effective(&self.mutations, &base);
        Some(Aimed { plan: scene.finish().0, expected, class, why, mutations, body: wire.body })
    }

    /// The genuine postback after all that it takes, and what the account had deposited before it.
    fn genuine(&self, scene: &mut Scene<'_>) -> (Draft, Option<Money>) {
        let Base { kind, first, without } = &self.base;
        let player = if *kind == EventKind::Registration { scene.visitor() } else { scene.player() };
        let mut deposited = None;
        if kind.is_reversal() || (*kind == EventKind::Deposit && !first) {
            let deposit = scene.deposit(&player);
            deposited = deposit.amount();
            scene.ground(deposit);
        }
        let mut draft = scene.event(&player, *kind);
        if *kind == EventKind::Deposit && !first {
            draft = draft.repeat_deposit();
        }
        (without.iter().fold(draft, |draft, name| draft.without(name)), deposited)
    }

    /// The signature. Bytes that have no agreed form are signed as they are, which is the next best.
    fn sealed(&self, draft: Draft, bytes: &[u8], dialect: &Dialect, now: Timestamp) -> Option<Draft> {
        let seal = match self.signing {
            Signing::Missing => return Some(draft.sealed_by(Vec::new())),
            Signing::Right => Seal::default(),
            Signing::AnotherKey => Seal { key: Key::Another, ..Seal::default() },
            Signing::Half => Seal { cut: Cut::Half, ..Seal::default() },
        };
        let exact = Seal { over: Seal::of_bytes(bytes).over, ..seal.clone() };
        [seal, exact].into_iter().map(|seal| draft.clone().sealed(seal)).find(|draft| {
            let (_, request) = draft.clone().finish();
            request.wire(dialect, now).is_ok()
        })
    }

    /// Class and reason with the signature taken into account; `None` where nothing can be told.
    fn weighed(&self, class: Class, why: &'static str, signed: bool) -> Option<(Class, &'static str)> {
        let wrong = match self.signing {
            Signing::Right => None,
            Signing::Missing => Some("no signature"),
            Signing::AnotherKey => Some("signed with another key"),
            Signing::Half => Some("half a signature"),
        };
        match (wrong, signed, class) {
            // Signed wrongly and come out right, or the reverse.
            (Some(_), true, _) | (None, _, Class::Unusable) | (None, false, Class::Valid) => None,
            (Some(wrong), false, _) => Some((Class::Bad, wrong)),
            (None, _, class) => Some((class, why)),
        }
    }
}

/// Whether the signature of the final bytes is right.
fn holds(dialect: &Dialect, event_id: &str, headers: &[(String, String)], body: &[u8], now: Timestamp) -> bool {
    let postback = Postback {
        event_id: event_id.to_owned(),
        headers: headers.to_vec(),
        body: body.to_vec(),
        token: TokenUse::Fresh,
        renewed: false,
    };
    dialect.verify(&postback, now).is_ok()
}
