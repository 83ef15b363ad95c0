//! Forged and conflicting deliveries: few beside the genuine ones, so a map holds them.

use std::collections::HashMap;

use crate::model::{EventKey, EventKind, FailReason, FaultKind, InfoReason, Outcome, Purpose};
use crate::oracle::Standing;
use crate::oracle::trace::Trace;

/// The forgeries of a run.
#[derive(Default)]
pub(super) struct Forgeries(HashMap<u64, u8>);

const OK: u8 = 1;
/// A 4xx, 409 for a known id included.
const REFUSED: u8 = 1 << 1;
const CREDITED: u8 = 1 << 2;
/// It was looked at and answered.
const ANSWERED: u8 = 1 << 3;
/// The number of its kind of event, three bits.
const KIND: u8 = 4;
/// It was answered by something that no forgery is to be answered by, whatever the books say: a 5xx, or a redirect.
const ODD: u8 = 1 << 7;

/// One forgery.
#[derive(Clone, Copy)]
pub(super) struct Forgery {
    pub(super) key: EventKey,
    flags: u8,
}

impl Forgeries {
    /// So many are judged, in some 36 MB: a fifth of all postbacks may be forged in a run of ten million.
    pub(super) const MOST: usize = 1_800_000;

    /// Notes how an attempt ended; `false` when there is no room for another forgery.
    pub(super) fn answered(&mut self, key: EventKey, outcome: Outcome) -> bool {
        if self.0.len() >= Self::MOST && !self.0.contains_key(&packed(key)) {
            return false;
        }
        let mut trace = Trace::default();
        trace.note(outcome);
        let said = match outcome {
            Outcome::Ok { .. } => OK,
            Outcome::Fail(FailReason::Refused(_)) | Outcome::Info(InfoReason::Status(409)) => REFUSED,
            Outcome::Info(InfoReason::Status(500..) | InfoReason::Redirect(_)) => ODD,
            Outcome::Fail(_) | Outcome::Info(_) => 0,
        };
        // Whatever kind of forgery it is: one that was not answered may never have been looked at.
        let answered = if trace.took_effect(FaultKind::WrongSecret) { ANSWERED } else { 0 };
        *self.0.entry(packed(key)).or_default() |= (key.kind as u8) << KIND | said | answered;
        true
    }

    /// Notes a credit of a forgery's own; `false` when there is no such forgery.
    pub(super) fn credit(&mut self, key: EventKey) -> bool {
        match self.0.get_mut(&packed(key)) {
            Some(flags) if kind(*flags) == key.kind => {
                *flags |= CREDITED;
                true
            }
            _ => false,
        }
    }

    /// Forgets all credits, for the books are read again.
    pub(super) fn forget_credits(&mut self) {
        self.0.values_mut().for_each(|flags| *flags &= !CREDITED);
    }

    /// All of them, in the order of their ids' numbers.
    pub(super) fn sorted(&self) -> Vec<Forgery> {
        let unpacked = |(&packed, &flags): (&u64, &u8)| {
            let slot = u16::try_from(packed & 0xffff).unwrap_or(0);
            Forgery { key: EventKey { journey: packed >> 16, slot, kind: kind(flags) }, flags }
        };
        let mut all: Vec<Forgery> = self.0.iter().map(unpacked).collect();
        all.sort_unstable_by_key(|forgery| forgery.key);
        all
    }
}

impl Forgery {
    /// Whether it went out under its genuine event's id.
    pub(super) fn is_conflicting(self) -> bool {
        self.key.slot < EventKey::SLOTS
    }

    pub(super) fn is_refused(self) -> bool {
        self.flags & REFUSED != 0
    }

    pub(super) fn is_answered(self) -> bool {
        self.flags & ANSWERED != 0
    }

    pub(super) fn is_odd(self) -> bool {
        self.flags & ODD != 0
    }

    /// What it is for, with the name of the fault that its slot tells.
    pub(super) fn purpose(self) -> Purpose {
        if self.is_conflicting() {
            return Purpose::Conflicting(FaultKind::OtherAmount.name());
        }
        let number = usize::from(self.key.slot / EventKey::SLOTS - 1);
        Purpose::Forged(FaultKind::ALL.get(number).map_or("forgery", |kind| kind.name()))
    }

    /// Its place in the table.
    pub(super) fn standing(self) -> Standing {
        match (self.flags & CREDITED != 0, self.flags & OK != 0) {
            (true, _) => Standing::Forged,
            (false, true) if !self.is_conflicting() => Standing::Accepted,
            (false, _) => Standing::Harmless,
        }
    }
}

fn packed(key: EventKey) -> u64 {
    key.journey << 16 | u64::from(key.slot)
}

fn kind(flags: u8) -> EventKind {
    EventKind::ALL[usize::from((flags & !ODD) >> KIND).min(EventKind::ALL.len() - 1)]
}
