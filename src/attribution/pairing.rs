//! Who belongs to whom: two logs of sightings, and which sighting of the one is the same conversion as which of the other. How that is
//! found out is left to `matching`, and what follows from it to `gap` and `diagnosis`.

use super::sighting::{Method, Sighting};
use super::texts::{Names, Texts};

/// What one method saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The conversions, in the order of the log.
    pub sightings: Vec<Sighting>,
    /// Their texts.
    pub texts: Texts,
}

/// What both methods saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logs {
    /// By the browser.
    pub cookie: Side,
    /// By the operator's server.
    pub s2s: Side,
    /// The names of both.
    pub names: Names,
}

/// By what two sightings were found to be one conversion. The order is that in which it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MatchedBy {
    /// The same transaction.
    Transaction,
    /// The same account: an account has one first deposit, and players click again.
    Account,
    /// The same click.
    Click,
    /// Ids are missing on one side: the same day (UTC), amount and currency, nearest in time.
    Day,
}

/// A conversion that both methods saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The sighting by cookie.
    pub cookie: u32,
    /// The sighting by S2S.
    pub s2s: u32,
    /// By what they were matched.
    pub by: MatchedBy,
}

/// A conversion that one method counted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubled {
    /// Which method.
    pub method: Method,
    /// The sighting that counts: the earliest.
    pub first: u32,
    /// The one that does not.
    pub again: u32,
}

/// Where each sighting belongs. Numbers are places in the `sightings` of a side; each sighting stands in exactly one list, but for those
/// that were doubled (`first` stands in another list too, and `again` in none) and for the cookie's of `late`, which stand in
/// `cookie_only` too. All lists are in the order of the log (of the cookie's log for pairs).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Seen by both.
    pub both: Vec<Pair>,
    /// Seen by cookie and not by S2S, though S2S had its grace; those of `late` are among them.
    pub cookie_only: Vec<u32>,
    /// Seen by S2S and not by cookie.
    pub s2s_only: Vec<u32>,
    /// Counted again within one log.
    pub doubled: Vec<Doubled>,
    /// S2S messages that came in and were credited to no click: never counted as seen, kept as evidence.
    pub unattributed: Vec<u32>,
    /// Pixels that came in and were credited to no click, for want of a cookie: never counted as seen, kept as evidence.
    pub anonymous: Vec<u32>,
    /// Seen by cookie so shortly before the end that their S2S may still come; places in the cookie's sightings. They count as nothing.
    pub pending: Vec<u32>,
    /// Conversions whose S2S came in after its grace, which is as good as never: the cookie alone saw them in time.
    pub late: Vec<Pair>,
}

impl Logs {
    /// What a method saw.
    pub fn side(&self, method: Method) -> &Side {
        match method {
            Method::Cookie => &self.cookie,
            Method::S2s => &self.s2s,
        }
    }
}

impl Side {
    /// The sighting at a place of a pairing.
    pub fn sighting(&self, place: u32) -> Option<&Sighting> {
        self.sightings.get(place as usize)
    }
}

impl MatchedBy {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Self; 4] = [Self::Transaction, Self::Account, Self::Click, Self::Day];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transaction => "transaction",
            Self::Account => "account",
            Self::Click => "click",
            Self::Day => "day and amount",
        }
    }
}

impl Pairing {
    /// First deposits seen by either method, each once.
    pub fn seen(&self) -> u64 {
        (self.both.len() + self.cookie_only.len() + self.s2s_only.len()) as u64
    }
}
