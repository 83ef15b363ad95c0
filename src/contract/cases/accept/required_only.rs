//! `accept.required-only`: every kind of event with nothing but its required members.

use crate::contract::{Card, Case, Scene};
use crate::model::EventKind;

pub(super) struct RequiredOnly;

/// What seed 003 §4 requires of an event; those with money have an amount and its currency besides.
const REQUIRED: [&str; 6] = ["event", "event_id", "click_id", "ts_event", "amount", "currency"];

impl Case for RequiredOnly {
    fn card(&self) -> Card {
        Card {
            id: "accept.required-only",
            rule: "seed 003 §4: the required fields",
            expected: "200, each event credited once",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        for kind in [EventKind::Registration, EventKind::KycApproved] {
            let event = scene.event(&visitor, kind);
            scene.accepted(event.only(&REQUIRED));
        }
        // Without the flag nobody can know whether a first deposit is meant as an FTD, so that one has it.
        let flagged = [&REQUIRED[..], &["is_ftd"]].concat();
        let first = scene.deposit(&visitor);
        scene.accepted(first.only(&flagged));
        for kind in [EventKind::Deposit, EventKind::Refund, EventKind::Chargeback] {
            let event = scene.event(&visitor, kind);
            scene.accepted(event.only(&REQUIRED));
        }
    }
}
