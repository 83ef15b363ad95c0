//! `schema.oversize`: a valid, signed postback of more than 10 MB, nearly all of it padding.

use crate::contract::{Card, Case, Finding, Owed, Scene, Seal, Trial, Tried, grade};
use crate::model::{FailReason, InfoReason, Outcome};

pub(super) struct Oversize;

/// In bytes; somewhat more than 10 MB, however they are counted.
const PADDING: usize = 10 << 20;

impl Case for Oversize {
    fn card(&self) -> Card {
        Card {
            id: "schema.oversize",
            rule: "RFC 9110 §15.5.14",
            expected: "413, another 4xx or a closed connection, and no credit",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player).json("amount", "100");
        // The member stands last in canonical order, and nothing here is spelled in two ways: the bytes are the canonical
        // form themselves, and need not be put into it for every attempt.
        let mut bytes = deposit.body();
        bytes.pop();
        bytes.extend_from_slice(b",\"z_padding\":\"");
        bytes.resize(bytes.len() + PADDING, b'x');
        bytes.extend_from_slice(b"\"}");
        scene.forged(deposit.spelled(bytes.clone()).sealed(Seal::of_bytes(bytes)));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        trial.shots().fold(grade(trial), |found, (place, shot, heard)| match heard.last() {
            Some(tried) if shot.owed == Owed::Judged => of_answer(place, tried).worse(found),
            _ => found,
        })
    }
}

fn of_answer(place: usize, tried: &Tried) -> Finding {
    match tried.outcome {
        // Whoever stops reading may well close the connection on a sender that still writes.
        Outcome::Fail(FailReason::Refused(_)) | Outcome::Info(InfoReason::Broken | InfoReason::Status(408 | 409)) => {
            Finding::pass(tried.outcome.to_string())
        }
        Outcome::Fail(FailReason::NotConnected) | Outcome::Info(InfoReason::Status(429)) => {
            Finding::inconclusive(format!("a body of 10 MB got {}", tried.outcome))
        }
        outcome => Finding::fail(format!("a body of 10 MB was {outcome}"), vec![place]),
    }
}
