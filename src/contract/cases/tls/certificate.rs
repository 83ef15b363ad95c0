//! `tls.certificate`: the target's certificate is one for its name, by an authority that is trusted here.

use crate::contract::grade::described;
use crate::contract::{Address, Card, Case, DISTRUST, Finding, Owed, Request, Scene, Terms, Trial, Unfit};

pub(super) struct Certificate;

impl Case for Certificate {
    fn card(&self) -> Card {
        Card {
            id: "tls.certificate",
            rule: "seed 003 §12.1; RFC 9110 §4.3.4",
            expected: "a certificate for the host of the URL, by an authority of this machine or of the scenario's ca_file",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        terms.need_tls()
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        scene.ask(Request::bare("OPTIONS", Address::Postback), Owed::Judged);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let Some(tried) = trial.heard.first().and_then(|heard| heard.last()) else {
            return Finding::inconclusive("it was cut short before everything was sent");
        };
        match &tried.reply {
            // No connection is used before the certificate was verified, so an answer is proof of it.
            Some(_) => Finding::pass("verified: the handshake was made, and the request answered"),
            None if tried.said.contains(DISTRUST) => Finding::fail(tried.said.clone(), vec![0]),
            None => Finding::inconclusive(described(tried)),
        }
    }
}
