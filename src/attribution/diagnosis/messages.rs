//! S2S messages of conversions that the cookie side alone saw: they came in too late, were credited to no click, or to a wrong one. The
//! late ones were matched; the others are known by the operator's ids, by a click id cut short, or by instant and amount.

use std::collections::HashMap;
use std::hash::Hash;

use super::explanation::Subject;
use crate::attribution::{Logs, Method, Pairing, Sighting, TextId};
use crate::model::{Amount, Currency};

/// A click id cut shorter than this begins too many others.
const SHORTEST: usize = 6;

/// Which message belongs to which cookie-only conversion. A message belongs to one at most; one may have several, if it was retried.
#[derive(Clone, Debug, Default)]
pub(super) struct Messages {
    of: HashMap<u32, Message>,
    taken: HashMap<u32, u32>,
}

/// The S2S message of a cookie-only conversion, by its place among the S2S sightings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// It came in after its grace.
    Late(u32),
    /// It was credited to no click.
    Stray(u32),
    /// It was credited to another click: by itself it is S2S-only.
    Elsewhere(u32),
}

impl Message {
    /// Its place.
    pub(super) fn place(self) -> u32 {
        let (Self::Late(place) | Self::Stray(place) | Self::Elsewhere(place)) = self;
        place
    }

    /// What it is by itself, where the S2S side saw it as another conversion.
    pub(super) fn also(self) -> Option<Subject> {
        match self {
            Self::Elsewhere(place) => Some(Subject::S2sOnly(place)),
            Self::Late(_) | Self::Stray(_) => None,
        }
    }
}

impl Messages {
    /// Finds them: the late ones, then by transaction, by account, by click id cut short, by instant and amount.
    pub(super) fn find(logs: &Logs, pairing: &Pairing) -> Self {
        let mut found = Self::default();
        if pairing.cookie_only.is_empty() {
            return found;
        }
        for late in &pairing.late {
            found.of.insert(late.cookie, Message::Late(late.s2s));
            found.taken.insert(late.s2s, late.cookie);
        }
        let text = |by, id: Option<TextId>| Some(logs.side(by).texts.get(id?)).filter(|text| !text.is_empty());
        for pick in [|sighting: &Sighting| sighting.transaction, |sighting: &Sighting| sighting.account] {
            found.join(pairing, usize::MAX, |by, place| text(by, pick(logs.side(by).sighting(place)?)));
        }
        found.join_prefixes(logs, pairing);
        found.join(pairing, 1, |by, place| moment(logs.side(by).sighting(place)?));
        found
    }

    /// The message of a cookie-only conversion.
    pub(super) fn of(&self, cookie: u32) -> Option<Message> {
        self.of.get(&cookie).copied()
    }

    /// Whether the message of a cookie-only conversion came late.
    pub(super) fn is_late(&self, cookie: u32) -> bool {
        matches!(self.of(cookie), Some(Message::Late(_)))
    }

    /// Whether a message belongs to a cookie-only conversion.
    pub(super) fn is_taken(&self, s2s: u32) -> bool {
        self.taken.contains_key(&s2s)
    }

    /// Every message of a cookie-only conversion, with that conversion.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32)> {
        self.taken.iter().map(|(s2s, cookie)| (*s2s, *cookie))
    }

    /// Joins one conversion with the unattributed messages of the same key, if there are no more than `most`.
    fn join<K: Eq + Hash>(&mut self, pairing: &Pairing, most: usize, key: impl Fn(Method, u32) -> Option<K>) {
        let strays = pairing.unattributed.iter().copied().filter(|place| !self.taken.contains_key(place));
        let messages = by_key(strays, |place| key(Method::S2s, place));
        let alone = pairing.cookie_only.iter().copied().filter(|place| !self.of.contains_key(place));
        for (key, conversions) in by_key(alone, |place| key(Method::Cookie, place)) {
            let Some(messages) = messages.get(&key).filter(|messages| messages.len() <= most) else { continue };
            if let ([cookie], Some(first)) = (conversions.as_slice(), messages.first()) {
                self.of.insert(*cookie, Message::Stray(*first));
                self.taken.extend(messages.iter().map(|message| (*message, *cookie)));
            }
        }
    }

    /// Joins messages whose click id begins the click id of one conversion only.
    fn join_prefixes(&mut self, logs: &Logs, pairing: &Pairing) {
        let click = |by, place| {
            let side = logs.side(by);
            side.sighting(place).and_then(|sighting| sighting.click).map(|id| side.texts.get(id))
        };
        let alone = pairing.cookie_only.iter().filter(|place| !self.of.contains_key(place));
        let mut whole: Vec<_> = alone.filter_map(|place| Some((click(Method::Cookie, *place)?, *place))).collect();
        whole.sort_unstable();
        let strays = pairing.unattributed.iter().map(|place| (place, Message::Stray(*place)));
        let alone = pairing.s2s_only.iter().map(|place| (place, Message::Elsewhere(*place)));
        for (s2s, message) in strays.chain(alone) {
            let Some(cut) = click(Method::S2s, *s2s).filter(|cut| cut.len() >= SHORTEST) else { continue };
            let start = whole.partition_point(|(whole, _)| *whole < cut);
            let mut begun = whole.iter().skip(start).take_while(|(whole, _)| whole.starts_with(cut));
            if let (Some((_, cookie)), None) = (begun.next(), begun.next())
                && !self.taken.contains_key(s2s)
                && !self.of.contains_key(cookie)
            {
                self.of.insert(*cookie, message);
                self.taken.insert(*s2s, *cookie);
            }
        }
    }
}

/// The places that have each key, in order.
fn by_key<K: Eq + Hash>(places: impl Iterator<Item = u32>, key: impl Fn(u32) -> Option<K>) -> HashMap<K, Vec<u32>> {
    let mut keyed: HashMap<K, Vec<u32>> = HashMap::new();
    for place in places {
        if let Some(key) = key(place) {
            keyed.entry(key).or_default().push(place);
        }
    }
    keyed
}

/// The second of a deposit, and its amount.
fn moment(sighting: &Sighting) -> Option<(i64, (Amount, Currency))> {
    Some((sighting.at.as_second(), sighting.money?))
}
