//! `idempotency.fallback-window`: where postbacks may come without an id, click, kind and time say what is the same event.

use crate::contract::{Card, Case, Draft, Owed, Scene, Terms, Unfit};
use crate::model::EventKind;

pub(super) struct FallbackWindow;

impl Case for FallbackWindow {
    fn card(&self) -> Card {
        Card {
            id: "idempotency.fallback-window",
            rule: "seed 003 §8: (click_id + event type + ts-window) as a fallback",
            expected: "the second is a repeat: 200 with \"idempotent\": true",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        let declared = terms.contract.fallback_window.is_some();
        if declared { Ok(()) } else { Err("no window is declared (contract.fallback_window)") }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        // Its player sends nothing else: no credit of these can be told by an id, so that none is looked for.
        let visitor = scene.visitor();
        let nameless = |draft: Draft| draft.without("event_id").request();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.ask(nameless(registration.clone()), Owed::Acceptance);
        scene.ask(nameless(registration), Owed::Repeat);
        let approved = scene.event(&visitor, EventKind::KycApproved);
        scene.ask(nameless(approved), Owed::Acceptance);
        // A second later, which every window holds.
        let again = scene.event(&visitor, EventKind::KycApproved);
        scene.ask(nameless(again), Owed::Repeat);
    }
}
