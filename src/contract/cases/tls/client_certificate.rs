//! `tls.client-certificate`: a genuine postback by a sender who shows no certificate.

use crate::contract::grade::{described, groundless};
use crate::contract::{Address, Card, Case, Finding, Scene, Terms, Trial, Unfit, grade};
use crate::model::{FailReason, InfoReason, Outcome};

pub(super) struct ClientCertificate;

impl Case for ClientCertificate {
    fn card(&self) -> Card {
        Card {
            id: "tls.client-certificate",
            rule: "seed 003 §5: mTLS",
            expected: "the handshake fails, or a 4xx; no credit",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tls()?;
        if terms.contract.client_certificate {
            Ok(())
        } else {
            Err("no client certificate is declared to be asked for (client_certificate in [contract])")
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let player = scene.player();
        let deposit = scene.deposit(&player);
        scene.forged(deposit.to(Address::PostbackUncertified));
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        if let Some(missing) = groundless(trial) {
            return missing;
        }
        let Some(tried) = trial.heard.last().and_then(|heard| heard.last()) else { return grade(trial) };
        let told = format!("without a certificate it was {}", described(tried));
        let finding = match tried.outcome {
            Outcome::Fail(FailReason::Refused(_) | FailReason::NotConnected) | Outcome::Info(InfoReason::Broken) => {
                Finding::pass(told)
            }
            Outcome::Info(InfoReason::Status(400..500)) => Finding::pass(told),
            Outcome::Info(InfoReason::Timeout) => Finding::inconclusive(told),
            _ => Finding::fail(told, vec![trial.heard.len() - 1]),
        };
        finding.worse(grade(trial))
    }
}
