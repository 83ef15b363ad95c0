//! `http.head`: a HEAD request, as monitors and link checkers send them.

use crate::contract::grade::described;
use crate::contract::{Address, Card, Case, Finding, Owed, Request, Scene, Trial};
use crate::model::{FailReason, InfoReason, Outcome};

pub(super) struct Head;

impl Case for Head {
    fn card(&self) -> Card {
        Card {
            id: "http.head",
            rule: "RFC 9110 §9.3.2; seed 003 §5",
            expected: "405, another 4xx or an empty 200: no redirect, no error of the server, no hang",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.ask(Request::bare("HEAD", Address::Postback), Owed::Judged);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let Some(tried) = trial.heard.first().and_then(|heard| heard.last()) else {
            return Finding::inconclusive("it was cut short before everything was sent");
        };
        let told = described(tried);
        match (tried.reply.as_ref().map(|reply| reply.status), tried.outcome) {
            (Some(200..=299 | 400..=499), _) => Finding::pass(told),
            // It says that no such method is known, which no sender takes for a reason to come again.
            (Some(501), _) => Finding::warn(told, vec![0]),
            (Some(_), _) | (None, Outcome::Info(InfoReason::Timeout | InfoReason::Broken)) => {
                Finding::fail(told, vec![0])
            }
            (None, Outcome::Fail(FailReason::NotConnected) | _) => Finding::inconclusive(told),
        }
    }
}
