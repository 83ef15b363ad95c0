//! Targets that are gone, for a while or for good, and loads that reach beyond their means: each ends in time, and says what
//! it could not tell.

use std::time::Duration;

use postproof::model::{FailReason, InfoReason, Outcome, Record, Verdict};
use tokio::time::sleep;

use super::target::{Act, Target};
use super::{Seen, fire};

/// How long an answer is waited for.
const WAIT: &str = "timeout = \"1s\"\nconnect_timeout = \"1s\"";

const NOT_CONNECTED: Outcome = Outcome::Fail(FailReason::NotConnected);

/// Asserts that the last attempt ended at most one timeout after the plan, and a little for a machine that is busy.
fn ends_in_time(seen: &Seen, plan: Duration) {
    let end = |record: &Record| {
        Duration::from_millis(u64::from(record.scheduled_ms)) + Duration::from_micros(u64::from(record.response_us))
    };
    let last = seen.records.iter().map(end).max().expect("attempts");
    assert!(last < plan + Duration::from_millis(1700), "the last attempt ended after {last:?}");
    assert!(seen.took < plan + Duration::from_secs(15), "{:?}", seen.took);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_and_comes_back_loses_what_came_between_and_no_money() {
    let mut target = Target::start(|_, _| Act::Take).await;
    let text = target.scenario(WAIT, "stages = [{ for = \"4s\", rate = 200 }]", "");
    let absent = async {
        target.has_seen(200).await;
        target.die().await;
        sleep(Duration::from_millis(500)).await;
        target.come_back();
    };
    let (seen, ()) = tokio::join!(fire(&text), absent);
    seen.expect("sla.availability", Verdict::Fail);
    assert!(seen.ended(|outcome| outcome == NOT_CONNECTED) > 20, "{}", seen.told("sla.availability"));
    assert!(target.postbacks() > 450, "it is used again: {}", target.postbacks());
    for sound in ["ledger.lost", "ledger.double"] {
        seen.expect(sound, Verdict::Pass);
    }
    ends_in_time(&seen, Duration::from_secs(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_for_good_holds_nobody_up() {
    let mut target = Target::start(|_, _| Act::Take).await;
    let text = target.scenario(WAIT, "stages = [{ for = \"3s\", rate = 200 }]", "");
    let absent = async {
        target.has_seen(200).await;
        target.die().await;
    };
    let (seen, ()) = tokio::join!(fire(&text), absent);
    seen.expect("sla.availability", Verdict::Fail);
    assert!(seen.ended(|outcome| outcome == NOT_CONNECTED) > 200);
    ends_in_time(&seen, Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_refuses_every_connection_is_not_available_and_has_no_latency() {
    let mut target = Target::start(|_, _| Act::Take).await;
    let text = target.scenario(WAIT, "stages = [{ for = \"2s\", rate = 100 }]", "");
    let absent = async {
        // It is there when it is asked whether it is, and gone when the first postback comes.
        target.has_been_asked(2).await;
        target.die().await;
    };
    let (seen, ()) = tokio::join!(fire(&text), absent);
    seen.expect("sla.availability", Verdict::Fail);
    seen.expect("sla.p95", Verdict::Inconclusive);
    assert!(seen.told("sla.p95").contains("nothing to count"), "{}", seen.told("sla.p95"));
    assert_eq!(seen.ended(|outcome| outcome == NOT_CONNECTED), seen.records.len());
    let rate = seen.report.rate.as_ref().expect("a rate");
    assert!(rate.achieved_per_s.abs() < f64::EPSILON, "{rate:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_slower_than_the_run_time_out() {
    let slow = |_, _| Act::TakeAfter(Duration::from_mins(1));
    let target = Target::start(slow).await;
    let load = "stages = [{ for = \"2s\", rate = 40 }]\nconnections = 100";
    let seen = fire(&target.scenario(WAIT, load, "")).await;
    seen.expect("sla.p95", Verdict::Fail);
    seen.expect("sla.availability", Verdict::Fail);
    let timed_out = seen.ended(|outcome| outcome == Outcome::Info(InfoReason::Timeout));
    assert!(timed_out >= 60, "{timed_out} of {}", seen.records.len());
    ends_in_time(&seen, Duration::from_secs(2));

    let target = Target::start(slow).await;
    let seen = fire(&target.scenario(WAIT, &load.replace("100", "4"), "")).await;
    seen.expect("sla.p95", Verdict::Inconclusive);
    ends_in_time(&seen, Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_that_the_end_cuts_short_say_nothing_about_the_target() {
    // Every first attempt fails, and its retry comes after the plan and finds somebody who does not answer in what is left.
    let script = |n, _| if n < 50 { Act::Status(503) } else { Act::TakeAfter(Duration::from_mins(1)) };
    let target = Target::start(script).await;
    let text = target.scenario(WAIT, "stages = [{ for = \"1s\", rate = 50 }]\nconnections = 50", "");
    let text = text.replace("attempts = 2\nbackoff_base = \"10ms\"\nbackoff_cap = \"20ms\"", "schedule = [\"1100ms\"]");
    let seen = fire(&text).await;
    let own_doing = seen.records.iter().filter(|record| record.is_own_doing()).count();
    let after = seen.report.rate.as_ref().expect("a rate").after;
    assert!(own_doing > 0 && own_doing as u64 <= after, "{own_doing} of {after}");
    ends_in_time(&seen, Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_beyond_reach_is_told_and_no_latency_is_believed() {
    // Four connections that are taken for a tenth of a second each carry forty postbacks a second.
    let target = Target::start(|_, _| Act::TakeAfter(Duration::from_millis(100))).await;
    let load = "stages = [{ for = \"2s\", rate = 400 }]\nconnections = 4";
    let seen = fire(&target.scenario(WAIT, load, "")).await;
    for id in ["sla.p95", "load.schedule"] {
        seen.expect(id, Verdict::Inconclusive);
        assert!(seen.told(id).contains("raise [load] connections (now 4)"), "{}", seen.told(id));
    }
    let rate = seen.report.rate.as_ref().expect("a rate");
    assert_eq!(rate.slots, 800, "{rate:?}");
    assert!(rate.unsent >= 700 && rate.achieved_per_s <= 44.0, "{rate:?}");
    ends_in_time(&seen, Duration::from_secs(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collapse_ends_a_load_that_says_so_and_no_other() {
    let (broken, sound) = (Target::start(|_, _| Act::Status(500)).await, Target::start(|_, _| Act::Take).await);
    let sla = "abort_if = [\"availability < 90% for 2s\"]";
    let long = broken.scenario("", "stages = [{ for = \"40s\", rate = 100 }]", sla);
    let short = sound.scenario("", "stages = [{ for = \"4s\", rate = 100 }]", sla);
    let (broken, sound) = tokio::join!(fire(&long), fire(&short));
    broken.expect("sla.abort-if", Verdict::Fail);
    let rate = broken.report.rate.as_ref().expect("a rate");
    assert!(rate.sent < 2000, "{rate:?}");
    assert!(broken.took < Duration::from_secs(30), "{:?}", broken.took);
    sound.expect("sla.abort-if", Verdict::Pass);
    assert!(sound.records.len() > 300, "{}", sound.records.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn books_that_lag_are_found_to_lag() {
    let late = || Target::with(|_, _| Act::Take, |shared| shared.lag = Duration::from_secs(2));
    let load = "stages = [{ for = \"3s\", rate = 200 }]";
    let (strict, lenient, few) = (late().await, late().await, late().await);
    let texts = [
        strict.scenario("", load, "ingestion_lag_mean = \"900ms\""),
        lenient.scenario("", load, "ingestion_lag_mean = \"20s\""),
        few.scenario("", "stages = [{ for = \"2s\", rate = 20 }]", "ingestion_lag_mean = \"20s\""),
    ];
    let (strict, lenient, few) = tokio::join!(fire(&texts[0]), fire(&texts[1]), fire(&texts[2]));
    strict.expect("sla.ingestion-lag", Verdict::Fail);
    lenient.expect("sla.ingestion-lag", Verdict::Pass);
    few.expect("sla.ingestion-lag", Verdict::Inconclusive);
    assert!(few.told("sla.ingestion-lag").contains("more"), "{}", few.told("sla.ingestion-lag"));
    for seen in [strict, lenient, few] {
        seen.expect("ledger.lost", Verdict::Pass);
    }
}
