//! Targets that fail a known share of postbacks, each in a way of its own.

use std::time::Duration;

use postproof::model::{FailReason, InfoReason, Outcome, Verdict};
use postproof::oracle::{Observed, sla_checks};
use postproof::scenario::SlaPlan;
use postproof::stats::Count;

use super::target::{Act, Target};
use super::{Seen, fire};

/// A target that does it to every n-th postback.
async fn every(nth: u64, act: Act) -> Target {
    Target::start(move |n, _| if n % nth == nth / 2 { act } else { Act::Take }).await
}

async fn at(rate: u32, nth: u64, act: Act) -> Seen {
    let target = every(nth, act).await;
    let load = format!("stages = [{{ for = \"2s\", rate = {rate} }}]\nconnections = 100");
    fire(&target.scenario("timeout = \"1s\"", &load, "")).await
}

/// A twentieth of answers like this breaks the availability that the seeds promise; of one in twenty nothing can be said.
async fn breaks_availability(act: Act, ended_so: impl Fn(Outcome) -> bool) -> Seen {
    let few = Box::pin(at(10, 20, act)).await;
    few.expect("sla.availability", Verdict::Inconclusive);
    assert_eq!(few.ended(&ended_so), 1, "{act:?}");
    let seen = Box::pin(at(150, 20, act)).await;
    seen.expect("sla.availability", Verdict::Fail);
    let (ended, expected) = (seen.ended(&ended_so), (seen.records.len() + 9) / 20);
    assert!(ended.abs_diff(expected) <= 2, "{act:?}: {ended} and not {expected}");
    seen
}

/// The verdict on so many errors among so many attempts, where 99.5 % are promised.
fn of_seeds(bad: u64, total: u64) -> Verdict {
    let plan = SlaPlan::default();
    let counts = [vec![Count { bad: 0, total }], vec![Count { bad, total }]];
    let checks = sla_checks(&plan, &Observed { objectives: &counts, ..Observed::default() });
    checks.into_iter().find(|check| check.id == "sla.availability").expect("a check").verdict
}

#[test]
fn four_errors_in_a_thousand_keep_the_promise_and_six_break_it() {
    assert_eq!([of_seeds(64, 16_000), of_seeds(96, 16_000)], [Verdict::Pass, Verdict::Fail]);
    assert_eq!([of_seeds(4, 1000), of_seeds(6, 1000)], [Verdict::Inconclusive; 2]);
    // Every 250th of 14,000 is just enough to tell, and so is every 166th of some more; one such stretch less is not.
    assert_eq!([of_seeds(56, 14_000), of_seeds(90, 14_988)], [Verdict::Pass, Verdict::Fail]);
    assert_eq!([of_seeds(55, 13_750), of_seeds(89, 14_822)], [Verdict::Inconclusive; 2]);
}

/// The same by loads: 18,000 postbacks, slowly, because a build for tests shares its machine; and a thousand, which tell nothing.
#[tokio::test(flavor = "multi_thread")]
async fn four_errors_in_a_thousand_are_told_from_six_by_enough_postbacks() {
    let (four, six) = (every(250, Act::Status(500)).await, every(166, Act::Status(500)).await);
    let (few_of_four, few_of_six) = (every(250, Act::Status(500)).await, every(166, Act::Status(500)).await);
    let patient = "timeout = \"10s\"";
    let long = "stages = [{ for = \"40s\", rate = 450 }, { for = \"3s\", rate = 1 }]\nconnections = 100";
    let short = "stages = [{ for = \"5s\", rate = 200 }]";
    let texts = [
        four.scenario(patient, long, ""),
        six.scenario(patient, long, ""),
        few_of_four.scenario(patient, short, ""),
        few_of_six.scenario(patient, short, ""),
    ];
    let (four, six, few_of_four, few_of_six) =
        tokio::join!(fire(&texts[0]), fire(&texts[1]), fire(&texts[2]), fire(&texts[3]));
    for (seen, nth) in [(&four, 250), (&six, 166)] {
        let failed = seen.ended(|outcome| outcome == Outcome::Info(InfoReason::Status(500)));
        assert!(failed.abs_diff(seen.records.len() / nth) <= 2, "{failed} of {}", seen.records.len());
    }
    four.expect("sla.availability", Verdict::Pass);
    six.expect("sla.availability", Verdict::Fail);
    few_of_four.expect("sla.availability", Verdict::Inconclusive);
    few_of_six.expect("sla.availability", Verdict::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_break_off_are_told_by_where_they_do() {
    let head = breaks_availability(Act::Cut, |outcome| outcome == Outcome::Info(InfoReason::Broken)).await;
    let body = breaks_availability(Act::CutBody, |outcome| outcome == Outcome::Info(InfoReason::Unclear(200))).await;
    for seen in [head, body] {
        // They are booked all the same, once: the retry was acknowledged.
        let ledger = seen.report.ledger.as_ref().expect("a ledger");
        assert_eq!((ledger.double, ledger.lost, ledger.ok), (0, 0, ledger.events));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_hangs_up_is_not_available() {
    breaks_availability(Act::HangUp, |outcome| outcome == Outcome::Info(InfoReason::Broken)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_failures_of_their_own() {
    let seen =
        breaks_availability(Act::Status(307), |outcome| outcome == Outcome::Info(InfoReason::Redirect(307))).await;
    seen.expect("http.no-redirect", Verdict::Fail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_429_is_unavailable_and_no_refusal() {
    let seen = breaks_availability(Act::Status(429), |outcome| outcome == Outcome::Info(InfoReason::Status(429))).await;
    assert_eq!(seen.report.ledger.as_ref().expect("a ledger").refused, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_one_that_is_refused_breaks_both_the_promise_and_the_contract() {
    let refused = |outcome| outcome == Outcome::Fail(FailReason::Refused(422));
    let seen = breaks_availability(Act::Status(422), refused).await;
    seen.expect("ledger.refused", Verdict::Fail);
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_no_answer() {
    breaks_availability(Act::Garbage, |outcome| outcome == Outcome::Info(InfoReason::Broken)).await;
    breaks_availability(Act::Riddle, |outcome| outcome == Outcome::Info(InfoReason::Unclear(200))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_without_an_end_are_cut_off() {
    let slow = breaks_availability(Act::Drip, |outcome| outcome == Outcome::Info(InfoReason::Timeout)).await;
    let quick = breaks_availability(Act::Flood, |outcome| outcome == Outcome::Info(InfoReason::Unclear(200))).await;
    for seen in [slow, quick] {
        assert!(seen.took < Duration::from_secs(20), "{:?}", seen.took);
    }
}
