//! Which cause each thing was given to. A byte for each sighting, so that three million of them stay cheap.

use super::explanation::Subject;
use super::messages::Messages;
use crate::attribution::{Logs, Pairing};

/// The number of a cause for each subject; 0 where it is still open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    cookie: Vec<u8>,
    s2s: Vec<u8>,
    doubled: Vec<u8>,
    pairs: Vec<u8>,
}

impl Claims {
    pub(super) fn new(logs: &Logs, pairing: &Pairing) -> Self {
        Self {
            cookie: vec![0; logs.cookie.sightings.len()],
            s2s: vec![0; logs.s2s.sightings.len()],
            doubled: vec![0; pairing.doubled.len()],
            pairs: vec![0; pairing.both.len()],
        }
    }

    /// Whether a subject is there and was given to no cause.
    pub(super) fn is_open(&self, subject: Subject) -> bool {
        self.number(subject) == Some(0)
    }

    /// The number of the cause that has the subject; `None` for a subject that is not there.
    pub(super) fn number(&self, subject: Subject) -> Option<u8> {
        let (list, place) = match subject {
            Subject::CookieOnly(place) => (&self.cookie, place),
            Subject::S2sOnly(place) | Subject::Unattributed(place) => (&self.s2s, place),
            Subject::Doubled(place) => (&self.doubled, place),
            Subject::Pair(place) => (&self.pairs, place),
        };
        list.get(place as usize).copied()
    }

    /// Gives every message and every repetition the cause of the conversion that it belongs to, so that each row of a log has one.
    pub(super) fn settle(&mut self, pairing: &Pairing, messages: &Messages) {
        for (s2s, cookie) in messages.all() {
            if let Some(number) = self.number(Subject::CookieOnly(cookie)) {
                self.give(Subject::Unattributed(s2s), number);
            }
        }
        for (place, doubled) in (0_u32..).zip(&pairing.doubled) {
            if let Some(number) = self.number(Subject::Doubled(place)) {
                self.give(Subject::alone(doubled.method, doubled.again), number);
            }
        }
    }

    /// Gives a subject to a cause, for good.
    pub(super) fn give(&mut self, subject: Subject, cause: u8) {
        let (list, place) = match subject {
            Subject::CookieOnly(place) => (&mut self.cookie, place),
            Subject::S2sOnly(place) | Subject::Unattributed(place) => (&mut self.s2s, place),
            Subject::Doubled(place) => (&mut self.doubled, place),
            Subject::Pair(place) => (&mut self.pairs, place),
        };
        if let Some(number @ 0) = list.get_mut(place as usize) {
            *number = cause;
        }
    }
}
