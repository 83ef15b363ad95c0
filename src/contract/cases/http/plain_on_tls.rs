//! `http.plain-on-tls`: a postback in plain HTTP, on the port that speaks TLS.

use crate::contract::grade::described;
use crate::contract::{Address, Card, Case, Finding, Scene, Terms, Trial, Unfit, grade};
use crate::model::{InfoReason, Outcome};

pub(super) struct PlainOnTls;

impl Case for PlainOnTls {
    fn card(&self) -> Card {
        Card {
            id: "http.plain-on-tls",
            rule: "seed 003 §12.1: the postback endpoint has TLS",
            expected: "no acceptance: a refusal, or an end without an answer; no credit",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tls()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.forged(deposit.to(Address::PostbackInPlain));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let Some(tried) = trial.heard.last().and_then(|heard| heard.last()) else { return grade(trial) };
        let told = described(tried);
        let finding = match tried.outcome {
            Outcome::Ok { .. } | Outcome::Info(InfoReason::Unclear(_)) => {
                Finding::fail(told, vec![trial.heard.len() - 1])
            }
            _ => Finding::pass(told),
        };
        finding.worse(grade(trial))
    }
}
