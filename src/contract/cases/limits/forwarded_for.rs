//! `limits.forwarded-for`: postbacks from an address that is not on the allow-list, under headers that name one that is.

use crate::contract::{Card, Case, Finding, Owed, Scene, Terms, Trial, Unfit, grade};
use crate::model::EventKind;

pub(super) struct ForwardedFor;

/// The statuses that tell a sender that it is not on the list.
const UNLISTED: &[u16] = &[403];

/// Headers by which proxies tell whom they had a request from (RFC 7239, and what was there before it).
const HEADERS: [&str; 5] = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP"];

impl Case for ForwardedFor {
    fn card(&self) -> Card {
        Card {
            id: "limits.forwarded-for",
            rule: "seed 003 §5: IP allow-list; RFC 7239 §8.1",
            expected: "403 whatever address a header names, no credit",
        }
    }

    fn fits(&self, terms: &Terms) -> Result<(), Unfit> {
        match terms.contract.allow_list {
            Some(_) => Ok(()),
            None => Err("no allow-list is declared (allow_list in [contract])"),
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let Some(listed) = scene.terms.contract.allow_list else { return };
        let visitor = scene.visitor();
        // Without any such header it tells whether the list holds against this machine at all.
        let plain = scene.event(&visitor, EventKind::Registration);
        scene.open(plain);
        for header in HEADERS {
            let value = match header {
                "Forwarded" if listed.is_ipv6() => format!("for=\"[{listed}]\""),
                "Forwarded" => format!("for={listed}"),
                _ => listed.to_string(),
            };
            let registration = scene.event(&visitor, EventKind::Registration);
            scene.refused(registration.header(header, value), UNLISTED);
        }
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let let_in = trial.shots().any(|(_, shot, heard)| {
            shot.owed == Owed::Either && heard.last().is_some_and(|tried| tried.outcome.is_ok())
        });
        if let_in {
            return Finding::inconclusive("this machine is let in without any header, so no header tells anything");
        }
        grade(trial)
    }
}
