//! Matching: which sighting of the one log is the same conversion as which of the other. Pure, one to one, the same for the same logs,
//! and O(n log n): ids are hashed to 96 bits, sorted, and merged.
//!
//! What each log has twice is found first (`doubles`). Then transactions are compared, then accounts, because players click again and
//! their clicks differ; then clicks; and where ids are missing, the day (UTC) with amount and currency, nearest in time. Two sightings
//! whose ids of one kind differ are never matched by another kind, once that kind has matched anybody: until then the two logs may as
//! well number their players differently.
//!
//! Time comes last. What was matched though S2S told of it only after its grace counts as seen by the cookie alone, as if S2S had never
//! told; what the cookie alone has so far, and whose grace is not over when the logs end, is pending and counts as nothing. Only a
//! message that says when it was received can be late.

mod doubles;
mod index;

use std::thread;

use jiff::{SignedDuration, Timestamp};

use self::doubles::{Sorted, doubles};
use self::index::{Index, Key, Keyed, runs};
use super::pairing::{Logs, MatchedBy, Pair, Pairing, Side};
use super::sighting::{Method, Sighting};

/// How two logs are matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matching {
    /// How long an S2S message may take.
    pub grace: SignedDuration,
    /// When the comparison ended. `None`: with the last thing that either log tells.
    pub end: Option<Timestamp>,
}

/// Where the sightings of a side stand while they are matched.
struct Open {
    open: Vec<bool>,
}

/// The work in progress.
struct Matcher<'a> {
    logs: &'a Logs,
    cookie: Open,
    s2s: Open,
    /// Kinds of ids that have matched anybody, by [`Key`].
    shared: [bool; 3],
    both: Vec<Pair>,
}

impl Matching {
    /// Matches two logs.
    pub fn of(&self, logs: &Logs) -> Pairing {
        let by_brand = brands_are_known(&logs.cookie) && brands_are_known(&logs.s2s);
        let (mut cookie, mut s2s) = (Open::of(&logs.cookie), Open::of(&logs.s2s));
        let mut pairing = Pairing {
            unattributed: places(&logs.s2s, |sighting| !sighting.attributed),
            anonymous: places(&logs.cookie, |sighting| !sighting.attributed),
            ..Pairing::default()
        };
        let (again, sorted) = thread::scope(|scope| {
            let other = scope.spawn(|| doubles(&logs.s2s, Method::S2s, by_brand, &mut s2s.open));
            let (mut again, sorted) = doubles(&logs.cookie, Method::Cookie, by_brand, &mut cookie.open);
            let (more, other) = other.join().expect("finding doubles does not panic");
            again.extend(more);
            (again, (sorted, other))
        });
        pairing.doubled = again;
        let most = logs.cookie.sightings.len().min(logs.s2s.sightings.len());
        let mut matcher = Matcher { logs, cookie, s2s, shared: [false; 3], both: Vec::with_capacity(most) };
        matcher.run(sorted.0, sorted.1);
        let Matcher { cookie, s2s, mut both, .. } = matcher;
        both.sort_unstable_by_key(|pair| pair.cookie);
        (pairing.late, pairing.both) = both.into_iter().partition(|pair| self.is_late(logs, *pair));
        let waits_until = self.end.or_else(|| end(logs)).map(|end| end.saturating_sub(self.grace).unwrap_or(end));
        for place in cookie.places() {
            let at = logs.cookie.sighting(place).map(|sighting| sighting.at);
            let list = if at > waits_until { &mut pairing.pending } else { &mut pairing.cookie_only };
            list.push(place);
        }
        if !pairing.late.is_empty() {
            pairing.cookie_only.extend(pairing.late.iter().map(|pair| pair.cookie));
            pairing.cookie_only.sort_unstable();
        }
        pairing.s2s_only = s2s.places().collect();
        pairing
    }

    /// Whether the S2S message came in after its grace. It is counted from the later of both instants, so that a clock or a time zone
    /// that is off on one side makes nobody late.
    fn is_late(&self, logs: &Logs, pair: Pair) -> bool {
        let (Some(cookie), Some(s2s)) = (logs.cookie.sighting(pair.cookie), logs.s2s.sighting(pair.s2s)) else {
            return false;
        };
        s2s.received.is_some_and(|received| received.duration_since(cookie.at.max(s2s.at)) > self.grace)
    }
}

impl Matcher<'_> {
    fn run(&mut self, cookie: Sorted, s2s: Sorted) {
        self.join(cookie.transactions, s2s.transactions, MatchedBy::Transaction);
        self.join(cookie.accounts, s2s.accounts, MatchedBy::Account);
        for (key, by) in [(Key::Click, MatchedBy::Click), (Key::Day, MatchedBy::Day)] {
            let index = |side, open: &Open| Index { side, key, by_brand: false }.sorted(&open.open);
            let (cookie, s2s) = (index(&self.logs.cookie, &self.cookie), index(&self.logs.s2s, &self.s2s));
            self.join(cookie, s2s, by);
        }
    }

    /// Pairs what has the same key, in the order of time.
    fn join(&mut self, mut cookie: Vec<Keyed>, mut s2s: Vec<Keyed>, by: MatchedBy) {
        cookie.retain(|keyed| self.cookie.has(keyed.place));
        s2s.retain(|keyed| self.s2s.has(keyed.place));
        let before = self.both.len();
        let (mut ours, mut theirs) = (runs(&cookie).peekable(), runs(&s2s).peekable());
        while let (Some(one), Some(other)) = (ours.peek(), theirs.peek()) {
            match one[0].key().cmp(&other[0].key()) {
                std::cmp::Ordering::Less => drop(ours.next()),
                std::cmp::Ordering::Greater => drop(theirs.next()),
                std::cmp::Ordering::Equal => {
                    self.group(one, other, by);
                    ours.next();
                    theirs.next();
                }
            }
        }
        if let (Some(shared), true) = (self.shared.get_mut(by as usize), self.both.len() > before) {
            *shared = true;
        }
    }

    /// Pairs those of one key. Where one log has more of them than the other, those that are nearer in time are taken.
    fn group(&mut self, cookie: &[Keyed], s2s: &[Keyed], by: MatchedBy) {
        let (mut i, mut j) = (0, 0);
        while let (Some(one), Some(other)) = (cookie.get(i), s2s.get(j)) {
            let (left, right) = (cookie.len() - i, s2s.len() - j);
            let nearer = |cookie: Option<&Keyed>, s2s: Option<&Keyed>| {
                let next = cookie.zip(s2s).map(|(cookie, s2s)| self.apart(cookie.place, s2s.place));
                next.is_some_and(|next| next < self.apart(one.place, other.place))
            };
            if self.contradict(one.place, other.place) {
                if self.at(Method::Cookie, one.place) <= self.at(Method::S2s, other.place) { i += 1 } else { j += 1 }
            } else if left > right && nearer(cookie.get(i + 1), Some(other)) {
                i += 1;
            } else if right > left && nearer(Some(one), s2s.get(j + 1)) {
                j += 1;
            } else {
                self.both.push(Pair { cookie: one.place, s2s: other.place, by });
                self.cookie.close(one.place);
                self.s2s.close(other.place);
                (i, j) = (i + 1, j + 1);
            }
        }
    }

    /// Whether both have an id of a kind that both logs use, and the ids differ.
    fn contradict(&self, cookie: u32, s2s: u32) -> bool {
        // The first join is over millions of places in no order, and what need not be looked up there is not.
        if !self.shared.contains(&true) {
            return false;
        }
        let (Some(one), Some(other)) = (self.logs.cookie.sighting(cookie), self.logs.s2s.sighting(s2s)) else {
            return false;
        };
        let ids = |sighting: &Sighting| [sighting.transaction, sighting.account, sighting.click];
        let kinds = ids(one).into_iter().zip(ids(other)).zip(self.shared);
        kinds.filter(|(_, shared)| *shared).any(|((one, other), _)| {
            one.zip(other).is_some_and(|(one, other)| self.logs.cookie.texts.get(one) != self.logs.s2s.texts.get(other))
        })
    }

    fn at(&self, method: Method, place: u32) -> Timestamp {
        self.logs.side(method).sighting(place).map_or(Timestamp::MAX, |sighting| sighting.at)
    }

    fn apart(&self, cookie: u32, s2s: u32) -> SignedDuration {
        self.at(Method::Cookie, cookie).duration_since(self.at(Method::S2s, s2s)).abs()
    }
}

impl Open {
    fn of(side: &Side) -> Self {
        Self { open: side.sightings.iter().map(|sighting| sighting.attributed).collect() }
    }

    fn has(&self, place: u32) -> bool {
        self.open.get(place as usize).copied().unwrap_or(false)
    }

    fn close(&mut self, place: u32) {
        if let Some(open) = self.open.get_mut(place as usize) {
            *open = false;
        }
    }

    fn places(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(&self.open).filter(|(_, open)| **open).map(|(place, _)| place)
    }
}

/// Whether every conversion names its brand, so that accounts of the same number at two brands can be told apart.
fn brands_are_known(side: &Side) -> bool {
    side.sightings.iter().all(|sighting| sighting.traits.get(super::sighting::Dimension::Brand).is_some())
}

fn places(side: &Side, wanted: impl Fn(&Sighting) -> bool) -> Vec<u32> {
    (0..).zip(&side.sightings).filter(|(_, sighting)| wanted(sighting)).map(|(place, _)| place).collect()
}

/// The last instant that either log tells of.
fn end(logs: &Logs) -> Option<Timestamp> {
    let all = logs.cookie.sightings.iter().chain(&logs.s2s.sightings);
    all.map(|sighting| sighting.received.map_or(sighting.at, |received| received.max(sighting.at))).max()
}

#[cfg(test)]
mod tests;
