//! `http.no-redirect`: whatever was sent to the postback endpoint, it never answered by sending its sender elsewhere.

use crate::contract::{Address, Card, Case, Finding, Scene, Trial, grade};
use crate::model::{EventKind, InfoReason, Outcome, Verdict};

pub(super) struct NoRedirect;

impl Case for NoRedirect {
    fn card(&self) -> Card {
        Card {
            id: "http.no-redirect",
            rule: "seed 003 §5: no redirects from the postback endpoint",
            expected: "no 3xx to anything that the suite sends there",
        }
    }

    fn plan(&self, scene: &mut Scene<'_>) {
        let visitor = scene.visitor();
        let registration = scene.event(&visitor, EventKind::Registration);
        scene.accepted(registration);
    }

    fn judge(&self, trial: &Trial<'_>) -> Finding {
        let asked = trial
            .tries()
            .filter(|(shot, _)| matches!(shot.request.address, Address::Postback | Address::PostbackUncertified));
        let mut answers = 0;
        let redirects: Vec<_> = asked
            .inspect(|_| answers += 1)
            .filter(|(_, tried)| matches!(tried.outcome, Outcome::Info(InfoReason::Redirect(_))))
            .map(|(shot, tried)| (shot, format!("is a redirect ({})", tried.outcome.status().unwrap_or_default())))
            .collect();
        let redirected = Finding::of_suite(trial, Verdict::Fail, redirects);
        redirected
            .unwrap_or_else(|| Finding::pass(format!("none of {answers} requests was redirected")))
            .worse(grade(trial))
    }
}
