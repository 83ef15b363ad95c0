//! The faults of a load: what of them took effect stands in the report, and a load in which nothing did proves nothing.

use postproof::model::{FaultKind, Verdict};
use postproof_mocks::Database;

use super::fire;
use super::target::{Act, Target};
use crate::harness::{Served, shown};

#[tokio::test(flavor = "multi_thread")]
async fn what_every_kind_came_to_is_reported() {
    let served = Served::with(&[], Database::Memory).await;
    let more = "[load]\nstages = [{ for = \"2s\", rate = 200 }, { for = \"3s\", rate = 1 }]\nlag_bound = \"5s\"\nconnections = 100\n\
                clicks = 20\n[sla]\np95 = \"5s\"\n\
                [faults]\nrates = { duplicate = \"20%\", ack-lost = \"20%\", wrong-secret = \"20%\", stale-signature = \"20%\" }\n";
    let seen = fire(&served.scenario(1, more).replace("settle = \"2s\"", "settle = \"5s\"")).await;
    seen.expect("load.faults", Verdict::Pass);
    for (kind, id) in
        [("duplicate", "fault.duplicate"), ("ack-lost", "fault.ack-lost"), ("wrong-secret", "forgery.wrong-secret")]
    {
        seen.expect(id, Verdict::Pass);
        let block = seen.report.faults.iter().find(|block| block.fault == kind).expect("a row");
        assert!(block.sent > 5 && block.reached > 0 && block.reached <= block.sent, "{block:?}");
        assert_eq!(block.verdict, Verdict::Pass, "{block:?}");
    }
    let is_forgery = |fault: &str| FaultKind::from_name(fault).is_some_and(FaultKind::is_forgery);
    let forged: u64 = seen.report.faults.iter().filter(|block| is_forgery(block.fault)).map(|block| block.sent).sum();
    assert_eq!(seen.report.ledger.as_ref().expect("a ledger").forgeries.sent, forged, "{}", shown(&seen.report));
    // The scheme of this target signs no time, so what was asked for cannot be tested.
    seen.expect("forgery.stale-signature", Verdict::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_is_too_short_for_its_faults_is_inconclusive() {
    let target = Target::start(|_, _| Act::Take).await;
    let text = target.scenario("", "stages = [{ for = \"1s\", rate = 1 }]", "p95 = \"none\"\navailability = \"none\"");
    let asked = fire(&text.replace("faults = \"none\"", "faults = \"run\"")).await;
    asked.expect("load.faults", Verdict::Inconclusive);
    assert!(asked.told("load.faults").contains("too few events"), "{}", asked.told("load.faults"));
    assert_eq!(asked.report.verdict, Verdict::Inconclusive);
    let target = Target::start(|_, _| Act::Take).await;
    let text = target.scenario("", "stages = [{ for = \"1s\", rate = 1 }]", "p95 = \"none\"\navailability = \"none\"");
    let not_asked = fire(&text).await;
    assert!(
        not_asked.report.checks.iter().all(|check| check.id != "load.faults") && not_asked.report.faults.is_empty()
    );
}
