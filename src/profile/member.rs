//! The members of a dialect's bodies: which event has them, what they look like, and which are owed.
//! What a partner is given of this is written by `schema`.

use crate::model::EventKind;

/// One member of a JSON body.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it says, in a few words.
    pub about: &'static str,
    /// What its value looks like.
    pub form: Form,
    /// The events that carry it.
    pub kinds: &'static [EventKind],
    /// Whether those owe it; the others are usual and may be left out.
    pub required: bool,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The name of the event itself.
    Event,
    /// 1 to 255 printable ASCII characters.
    Id,
    /// Any text.
    Text,
    /// A number, no string, and positive for reversals too.
    Amount,
    /// Three capital letters of ISO 4217.
    Currency,
    /// `2025-10-21T15:12:31Z`: RFC 3339 in UTC.
    Instant,
    /// `true` or `false`.
    Flag,
}

/// Every event.
pub(super) const ALL: &[EventKind] = &EventKind::ALL;
/// The first event only.
pub(super) const REGISTRATION: &[EventKind] = &[EventKind::Registration];
/// Those with an amount.
pub(super) const MONEY: &[EventKind] = &[EventKind::Deposit, EventKind::Refund, EventKind::Chargeback];

impl Member {
    /// Whether bodies of that event carry it.
    pub fn stands_in(&self, kind: EventKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// A member that its events owe.
    pub(super) const fn owed(name: &'static str, form: Form, kinds: &'static [EventKind], about: &'static str) -> Self {
        Self { name, about, form, kinds, required: true }
    }

    /// A member that its events usually carry.
    pub(super) const fn usual(
        name: &'static str,
        form: Form,
        kinds: &'static [EventKind],
        about: &'static str,
    ) -> Self {
        Self { name, about, form, kinds, required: false }
    }
}
