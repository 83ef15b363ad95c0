//! Targets that take their time, by a plan: what is promised of their latencies is kept or broken for certain, or too little
//! was seen of it.

use std::time::Duration;

use postproof::model::Verdict;

use super::fire;
use super::target::{Act, Target};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_delay_keeps_what_is_longer_and_breaks_what_is_shorter() {
    let target = Target::start(|_, _| Act::TakeAfter(ms(50))).await;
    let sla = "p50 = \"40ms\"\np99 = \"2s\"";
    let seen = fire(&target.scenario(
        "",
        "stages = [{ for = \"2s\", rate = 200 }, { for = \"1s\", rate = 1 }]\nconnections = 100",
        sla,
    ))
    .await;
    seen.expect("sla.p50", Verdict::Fail);
    seen.expect("sla.p99", Verdict::Pass);
    assert_eq!(seen.report.verdict, Verdict::Fail);
    let latency = seen.report.latency.as_ref().expect("a latency");
    assert!(latency.response.p50_ms >= 50.0 && latency.service.p50_ms >= 49.9, "{latency:?}");

    let seen = fire(&target.scenario("", "stages = [{ for = \"2s\", rate = 20 }]", sla)).await;
    seen.expect("sla.p50", Verdict::Fail);
    seen.expect("sla.p99", Verdict::Inconclusive);
    seen.expect("sla.p95", Verdict::Inconclusive);
    assert!(seen.told("sla.p99").contains("needs 259 more samples"), "{}", seen.told("sla.p99"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_humps_are_told_apart_by_their_quantiles() {
    let slow_tenth = |n: u64, _| if n % 10 == 3 { Act::TakeAfter(ms(700)) } else { Act::Take };
    let target = Target::start(slow_tenth).await;
    let sla = "p50 = \"500ms\"\np90 = \"500ms\"\np95 = \"500ms\"\np99 = \"5s\"";
    let seen = fire(&target.scenario(
        "",
        "stages = [{ for = \"3s\", rate = 200 }, { for = \"1s\", rate = 1 }]\nconnections = 100",
        sla,
    ))
    .await;
    seen.expect("sla.p50", Verdict::Pass);
    seen.expect("sla.p95", Verdict::Fail);
    seen.expect("sla.p99", Verdict::Pass);
    // A tenth of the answers is what p90 allows: no number of samples would tell.
    seen.expect("sla.p90", Verdict::Inconclusive);

    let target = Target::start(slow_tenth).await;
    let seen = fire(&target.scenario("", "stages = [{ for = \"2s\", rate = 20 }]", sla)).await;
    seen.expect("sla.p50", Verdict::Pass);
    seen.expect("sla.p95", Verdict::Inconclusive);
}

/// A target that answers nothing from `from` until `until`, and everything then.
fn stalls(from: Duration, until: Duration) -> impl Fn(u64, Duration) -> Act {
    move |_, elapsed| {
        if (from..until).contains(&elapsed) { Act::TakeAfter(until.saturating_sub(elapsed)) } else { Act::Take }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_is_told_by_response_times_and_missed_by_service_times() {
    let target = Target::start(stalls(ms(500), ms(1900))).await;
    // In a quiet end a machine that is busy catches up.
    let load = "stages = [{ for = \"2500ms\", rate = 400 }, { for = \"3500ms\", rate = 1 }]\nconnections = 8";
    let seen = fire(&target.scenario("", load, "p50 = \"500ms\"\np95 = \"500ms\"")).await;
    seen.expect("sla.p95", Verdict::Fail);
    // Of 1,003 postbacks the ten that waited longest are above p99; one came every 2.5 ms, so p99 is 1.4 s less 25 ms.
    let latency = seen.report.latency.as_ref().expect("a latency");
    let (response, service) = (latency.response.p99_ms, latency.service.p99_ms);
    assert!((1375.0 * 0.9..1375.0 * 1.4).contains(&response), "{latency:?}");
    // Eight connections had one slow answer each: less than a hundredth of all.
    assert!(service < response / 2.0, "{latency:?}");
    let rate = seen.report.rate.as_ref().expect("a rate");
    assert!(rate.waited > 300, "{rate:?}");
    seen.expect("load.schedule", Verdict::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_that_few_have_met_is_inconclusive() {
    // Those of the first 200 ms wait longer than promised: four of eighty, which is just what p95 allows.
    let target = Target::start(stalls(ms(1000), ms(1700))).await;
    let load = "stages = [{ for = \"4s\", rate = 20 }]";
    let seen = fire(&target.scenario("", load, "p95 = \"500ms\"")).await;
    seen.expect("sla.p95", Verdict::Inconclusive);
}
