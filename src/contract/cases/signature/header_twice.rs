//! `signature.header-twice`: the signature's header sent twice, once rightly at least. Readers differ in which they take.

use crate::contract::{Card, Case, Key, Scene, Seal, Terms, Unfit};
use crate::model::EventKind;

pub(super) struct HeaderTwice;

impl Case for HeaderTwice {
    fn card(&self) -> Card {
        Card {
            id: "signature.header-twice",
            rule: "RFC 9110 §5.3",
            expected: "taken or refused; credited once at most",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_signature_header()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let right = Seal::default;
        let wrong = || Seal { key: Key::Another, ..Seal::default() };
        for (note, seals) in [
            ("with the right header twice", vec![right(), right()]),
            ("with a wrong header behind the right one", vec![right(), wrong()]),
            ("with a wrong header before the right one", vec![wrong(), right()]),
        ] {
            let visitor = scene.visitor();
            let registration = scene.event(&visitor, EventKind::Registration);
            scene.open(registration.sealed_by(seals).noted(note));
        }
    }
}
