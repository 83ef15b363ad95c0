//! Sightings sorted by one kind of id, so that equal ids stand side by side.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::super::pairing::Side;
use super::super::sighting::{Dimension, Sighting, TextId};

/// What sightings are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Transaction,
    Account,
    Click,
    /// Day, amount and currency.
    Day,
}

/// A sighting with what its key hashes to: 96 bits, which no two of three million ids share by chance (1 in 10¹⁶).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Keyed {
    hash: u64,
    check: u32,
    pub(super) place: u32,
}

/// A side looked at by one key.
#[derive(Clone, Copy)]
pub(super) struct Index<'a> {
    pub(super) side: &'a Side,
    pub(super) key: Key,
    /// Whether an account is one only together with its brand.
    pub(super) by_brand: bool,
}

const SECONDS_OF_A_DAY: i64 = 86_400;

/// What stands for a macro that nobody replaced; such a text names no click.
const MACRO: &[u8] = b"{}$[%";

/// Words that stand for nothing.
const NOTHING: [&str; 6] = ["null", "undefined", "none", "nil", "n/a", "-"];

impl Keyed {
    /// What is equal where the ids are.
    pub(super) fn key(&self) -> (u64, u32) {
        (self.hash, self.check)
    }
}

impl Index<'_> {
    /// Those that are open and have the key: equal keys side by side, each in the order of time, and of one instant in the order in
    /// which they were received, so that of a message that came twice the first counts in whatever order the rows stand.
    pub(super) fn sorted(&self, open: &[bool]) -> Vec<Keyed> {
        let all = (0..).zip(&self.side.sightings).zip(open).filter(|(_, open)| **open);
        // Grown step by step, millions of them would be moved several times.
        let mut keyed: Vec<Keyed> = Vec::with_capacity(open.iter().filter(|open| **open).count());
        keyed.extend(all.filter_map(|((place, sighting), _)| self.keyed(place, sighting)));
        let at = |keyed: &Keyed| {
            let sighting = self.side.sighting(keyed.place);
            (sighting.map(|sighting| (sighting.at, sighting.received)), keyed.place)
        };
        keyed.sort_unstable_by(|one, other| one.key().cmp(&other.key()).then_with(|| at(one).cmp(&at(other))));
        keyed
    }

    fn keyed(&self, place: u32, sighting: &Sighting) -> Option<Keyed> {
        let mut hasher = DefaultHasher::new();
        let check = match self.key {
            Key::Transaction => self.text(sighting.transaction, &mut hasher)?,
            Key::Account => {
                let check = self.text(sighting.account, &mut hasher)?;
                self.by_brand.then(|| sighting.traits.get(Dimension::Brand)).hash(&mut hasher);
                check
            }
            Key::Click => {
                self.text(sighting.click.filter(|id| names_a_click(self.side.texts.get(*id))), &mut hasher)?
            }
            Key::Day => {
                let (amount, currency) = sighting.money?;
                let day = sighting.at.as_second().div_euclid(SECONDS_OF_A_DAY);
                (day, amount, currency).hash(&mut hasher);
                0
            }
        };
        Some(Keyed { hash: hasher.finish(), check, place })
    }

    /// Hashes an id that says something, and gives a second hash of it.
    fn text(&self, id: Option<TextId>, hasher: &mut DefaultHasher) -> Option<u32> {
        let text = self.side.texts.get(id?);
        says_something(text).then(|| {
            text.hash(hasher);
            fnv(text.as_bytes())
        })
    }
}

/// Whether a text is an id and not a word for none.
pub(super) fn says_something(text: &str) -> bool {
    !text.is_empty() && !NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

/// The runs of equal keys.
pub(super) fn runs(keyed: &[Keyed]) -> impl Iterator<Item = &[Keyed]> {
    keyed.chunk_by(|one, other| one.key() == other.key())
}

fn names_a_click(text: &str) -> bool {
    !text.bytes().any(|byte| MACRO.contains(&byte))
}

/// FNV-1a of 32 bits.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
