//! `schema.byte-order-mark`: a byte order mark before the body, which RFC 8259 lets readers take or refuse.

use super::UNREADABLE;
use crate::contract::{Card, Case, Scene, Seal};
use crate::model::EventKind;

pub(super) struct ByteOrderMark;

impl Case for ByteOrderMark {
    fn card(&self) -> Card {
        Card { id: "schema.byte-order-mark", rule: "RFC 8259 §8.1", expected: "taken or refused" }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let policy = scene.terms.contract.policies.byte_order_mark;
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        let document = registration.body();
        let marked = ["\u{feff}".as_bytes(), document.as_slice()].concat();
        let exact = scene.terms.signs_exact_bytes();
        let seal = if exact { Seal::of_bytes(marked.clone()) } else { Seal::of_document(document) };
        scene.by_policy(policy, registration.spelled(marked).sealed(seal), UNREADABLE);
    }
}
