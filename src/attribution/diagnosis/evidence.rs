//! What causes look at: both logs, who belongs to whom, and what is not explained yet.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::claims::Claims;
use super::explanation::Subject;
use super::messages::Messages;
use crate::attribution::{Baseline, Dimension, Expected, Logs, Method, NameId, Pair, Pairing, Sighting, TextId};
use crate::stats::Reference;

/// What is taken for granted.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// For how long after the deposit a postback may come.
    pub grace: SignedDuration,
    /// How many cookies each browser is expected to lose; empty where no audience was modelled.
    pub losses: &'a [ExpectedLoss],
}

/// The share of conversions that are expected to be seen by S2S alone in a browser.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedLoss {
    /// The browser, by the name that it has in the logs.
    pub browser: String,
    /// The share, 0 to 1.
    pub share: f64,
    /// Its standard error.
    pub error: f64,
}

/// Both logs, and what of them is open.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The logs.
    pub logs: &'a Logs,
    /// Who belongs to whom.
    pub pairing: &'a Pairing,
    /// What is taken for granted.
    pub terms: Terms<'a>,
    pub(super) claims: Claims,
    pub(super) messages: Messages,
}

/// A conversion that one method saw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    /// Its place among that method's sightings.
    pub(super) place: u32,
    /// How that method saw it.
    pub(super) sighting: &'a Sighting,
    /// Whether the other method did not see it.
    pub(super) missing: bool,
}

/// A conversion of which both sides have a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Couple<'a> {
    /// A pair, or what only the cookie side saw.
    pub(super) subject: Subject,
    /// Its other half, where the S2S side saw it as another conversion.
    pub(super) also: Option<Subject>,
    /// As the cookie side has it.
    pub(super) cookie: &'a Sighting,
    /// As the S2S side has it.
    pub(super) s2s: &'a Sighting,
}

impl ExpectedLoss {
    /// What each browser is expected to lose, as far as that is modelled.
    pub fn of(baseline: &Baseline) -> Vec<Self> {
        let Baseline::Modelled(Expected { by, .. }) = baseline else { return Vec::new() };
        let browsers = by.iter().filter(|((dimension, _), _)| *dimension == Dimension::Browser);
        let loss = |((_, browser), reference): (&(Dimension, String), &Reference)| Self {
            browser: browser.clone(),
            share: reference.difference,
            error: reference.standard_error,
        };
        browsers.map(loss).collect()
    }
}

impl Couple<'_> {
    /// What is explained when this is.
    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject> + use<> {
        [Some(self.subject), self.also].into_iter().flatten()
    }
}

impl<'a> Evidence<'a> {
    /// The evidence before anything is explained.
    pub fn new(logs: &'a Logs, pairing: &'a Pairing, terms: Terms<'a>) -> Self {
        let claims = Claims::new(logs, pairing);
        Self { logs, pairing, terms, claims, messages: Messages::find(logs, pairing) }
    }

    /// Whether something is still open.
    pub(super) fn is_open(&self, subject: Subject) -> bool {
        self.claims.is_open(subject)
    }

    /// The conversions that a method saw: those that the other saw too, be it late, then those that it did not and nothing explains yet.
    pub(super) fn population(&self, by: Method) -> impl Iterator<Item = Member<'a>> {
        let side = self.logs.side(by);
        let both = self.pairing.both.iter().chain(&self.pairing.late).map(move |pair| match by {
            Method::Cookie => pair.cookie,
            Method::S2s => pair.s2s,
        });
        let both = both.filter_map(|place| Some(Member { place, sighting: side.sighting(place)?, missing: false }));
        let is_late = move |place| by == Method::Cookie && self.messages.is_late(place);
        let alone = self.alone(by).filter(move |place| self.is_open(Subject::alone(by, *place)) && !is_late(*place));
        both.chain(alone.filter_map(|place| Some(Member { place, sighting: side.sighting(place)?, missing: true })))
    }

    /// Conversions that the S2S side was told of in some way or other, as both sides have them: pairs, and cookie-only ones whose
    /// message came late or was credited to no click.
    pub(super) fn couples(&self) -> impl Iterator<Item = Couple<'a>> {
        let pairs = (0_u32..).zip(&self.pairing.both).filter_map(|(place, pair)| self.couple(place, pair));
        let told = self.alone(Method::Cookie).filter_map(|place| {
            let message = self.messages.of(place)?;
            let (cookie, s2s) = (self.logs.cookie.sighting(place)?, self.logs.s2s.sighting(message.place())?);
            Some(Couple { subject: Subject::CookieOnly(place), also: message.also(), cookie, s2s })
        });
        pairs.chain(told).filter(|couple| self.is_open(couple.subject))
    }

    fn couple(&self, place: u32, pair: &Pair) -> Option<Couple<'a>> {
        let (cookie, s2s) = (self.logs.cookie.sighting(pair.cookie)?, self.logs.s2s.sighting(pair.s2s)?);
        Some(Couple { subject: Subject::Pair(place), also: None, cookie, s2s })
    }

    /// S2S messages that were credited to no click, that belong to no conversion of the cookie side, and that nothing explains yet.
    pub(super) fn strays(&self) -> impl Iterator<Item = (Subject, &'a Sighting)> {
        let strays = self.pairing.unattributed.iter().filter(|place| !self.messages.is_taken(**place));
        let strays = strays.map(|place| (Subject::Unattributed(*place), self.logs.s2s.sighting(*place)));
        strays
            .filter_map(|(subject, sighting)| Some((subject, sighting?)))
            .filter(|(subject, _)| self.is_open(*subject))
    }

    /// The text of an id of a method's sighting, if it has one that is not empty.
    pub(super) fn text(&self, of: Method, id: Option<TextId>) -> Option<&'a str> {
        Some(self.logs.side(of).texts.get(id?).trim()).filter(|text| !text.is_empty())
    }

    /// What a name reads.
    pub(super) fn name(&self, name: NameId) -> &'a str {
        self.logs.names.get(name)
    }

    /// The last instant of which either log tells.
    pub(super) fn end(&self) -> Option<Timestamp> {
        let all = self.logs.cookie.sightings.iter().chain(&self.logs.s2s.sightings);
        all.map(|sighting| sighting.received.map_or(sighting.at, |received| received.max(sighting.at))).max()
    }

    /// How many pixels without a cookie came in of a brand, and how many conversions of it the cookie side did not see.
    pub(super) fn pixels(&self, brand: Option<NameId>) -> (u64, u64) {
        let of_brand = |sighting: &Sighting| brand.is_none() || sighting.traits.get(Dimension::Brand) == brand;
        let anonymous = self.pairing.anonymous.iter().filter_map(|place| self.logs.cookie.sighting(*place));
        let lost = self.pairing.s2s_only.iter().filter_map(|place| self.logs.s2s.sighting(*place));
        (
            anonymous.filter(|pixel| of_brand(pixel)).count() as u64,
            lost.filter(|sighting| of_brand(sighting)).count() as u64,
        )
    }

    /// Names with their counts, those with most first.
    pub(super) fn listed(&self, mut counted: Vec<(NameId, u64)>) -> String {
        counted.sort_by_key(|(name, count)| (Reverse(*count), *name));
        let names = counted.iter().take(MOST_NAMES).map(|(name, _)| format!("`{}`", self.name(*name)));
        let names = names.collect::<Vec<_>>().join(", ");
        match counted.len().saturating_sub(MOST_NAMES) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }

    fn alone(&self, by: Method) -> impl Iterator<Item = u32> + use<'a> {
        match by {
            Method::Cookie => self.pairing.cookie_only.iter().copied(),
            Method::S2s => self.pairing.s2s_only.iter().copied(),
        }
    }
}

/// So many names are read out in a sentence.
const MOST_NAMES: usize = 5;
