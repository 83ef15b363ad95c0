//! Each judgement of an SLA in all its outcomes.

use super::*;
use crate::model::EventKind;
use crate::scenario::{AbortRule, BurnRule, Objective, Promise, Scope};

const P95: Promise = Promise::Quantile { q: 0.95, within: Duration::from_millis(500) };

fn objective(id: &str, scope: Scope, promise: Promise) -> Objective {
    Objective { id: id.to_owned(), scope, promise }
}

fn plan(objectives: Vec<Objective>) -> SlaPlan {
    SlaPlan { objectives, ingestion_lag_mean: None, desync: None, ..SlaPlan::default() }
}

fn steady(seconds: usize, bad: u64, total: u64) -> Vec<Count> {
    vec![Count { bad, total }; seconds]
}

fn found<'a>(checks: &'a [Check], id: &str) -> &'a Check {
    checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("{id} among {checks:?}"))
}

/// The checks of the seeds' SLA over a run in which each second is alike.
fn seed_checks(seconds: usize, slow: u64, errors: u64, total: u64) -> Vec<Check> {
    let objectives = [steady(seconds, slow, total), steady(seconds, errors, total)];
    sla_checks(&SlaPlan::default(), &Observed { objectives: &objectives, ..Observed::default() })
}

#[test]
fn a_kept_sla_says_by_how_much() {
    let checks = seed_checks(60, 1, 0, 100);
    let p95 = found(&checks, "sla.p95");
    assert_eq!(p95.verdict, Verdict::Pass);
    assert_eq!(p95.expected, "p95 ≤ 500 ms, at least 95 % sure");
    assert_eq!(p95.observed, "60 of 6,000 slower than 500 ms (1 %; at most 1.24 % with 95 % confidence)");
    let availability = found(&checks, "sla.availability");
    assert_eq!(availability.verdict, Verdict::Pass);
    assert_eq!(availability.expected, "availability ≥ 99.5 %, at least 95 % sure");
    assert_eq!(found(&checks, "sla.ingestion-lag").verdict, Verdict::Skipped);
    assert_eq!(found(&checks, "sla.desync").verdict, Verdict::Skipped);
}

#[test]
fn a_broken_sla_says_by_how_much() {
    let checks = seed_checks(60, 10, 2, 100);
    let p95 = found(&checks, "sla.p95");
    assert_eq!(p95.verdict, Verdict::Fail);
    assert_eq!(p95.observed, "600 of 6,000 slower than 500 ms (10 %; at least 9.36 % with 95 % confidence)");
    assert_eq!(found(&checks, "sla.availability").verdict, Verdict::Fail);
}

#[test]
fn too_few_samples_are_inconclusive_and_say_how_many_are_missing() {
    let checks = seed_checks(2, 0, 0, 10);
    let p95 = found(&checks, "sla.p95");
    assert_eq!(p95.verdict, Verdict::Inconclusive);
    let told = "0 of 20 slower than 500 ms (0 %; it may be from 0 % to 14 %): needs 39 more samples like these";
    assert_eq!(p95.observed, told);
    let told =
        "0 of 20 not answered as they should be (0 %; it may be from 0 % to 14 %): needs 578 more samples like these";
    assert_eq!(found(&checks, "sla.availability").observed, told);
}

#[test]
fn a_share_on_the_promise_is_inconclusive_without_a_number() {
    let checks = seed_checks(60, 5, 0, 100);
    let p95 = found(&checks, "sla.p95");
    assert_eq!(p95.verdict, Verdict::Inconclusive);
    assert!(p95.observed.ends_with("so near the promise that no number of samples within reach would tell"), "{p95:?}");
}

#[test]
fn no_samples_at_all_are_inconclusive() {
    let checks = sla_checks(&SlaPlan::default(), &Observed::default());
    assert_eq!(found(&checks, "sla.p95").verdict, Verdict::Inconclusive);
    let told = "there was nothing to count: needs 598 more samples like these";
    assert_eq!(found(&checks, "sla.availability").observed, told);
    assert_eq!(found(&checks, "sla.p95.windows").verdict, Verdict::Skipped);
}

#[test]
fn distrusted_latencies_are_inconclusive_even_where_they_look_broken() {
    let objectives = [steady(60, 90, 100), steady(60, 0, 100)];
    let distrust = Some("dispatch lag p99 was 40 ms, above 10 ms: raise --threads");
    let observed = Observed { objectives: &objectives, distrust, ..Observed::default() };
    let checks = sla_checks(&SlaPlan::default(), &observed);
    for id in ["sla.p95", "sla.p95.windows"] {
        let check = found(&checks, id);
        assert_eq!(check.verdict, Verdict::Inconclusive);
        assert!(check.observed.contains("raise --threads"), "{check:?}");
    }
    assert_eq!(found(&checks, "sla.availability").verdict, Verdict::Pass);
}

#[test]
fn a_minute_of_collapse_fails_where_the_hour_passes() {
    let mut slow = steady(3600, 1, 100);
    slow[1800..1860].fill(Count { bad: 40, total: 100 });
    let objectives = [slow];
    let plan = plan(vec![objective("sla.p95", Scope::Whole, P95)]);
    let checks = sla_checks(&plan, &Observed { objectives: &objectives, ..Observed::default() });
    assert_eq!(found(&checks, "sla.p95").verdict, Verdict::Pass);
    let windows = found(&checks, "sla.p95.windows");
    assert_eq!(windows.verdict, Verdict::Fail);
    assert_eq!(windows.expected, "p95 ≤ 500 ms in every 60 s of the run too");
    assert!(windows.observed.starts_with("2,400 of 6,000 slower than 500 ms from 30:00 to 31:00 (40 %; at least "));
    assert!(windows.observed.ends_with(", corrected for 3,541 windows)"), "{windows:?}");
}

#[test]
fn windows_pass_where_none_breaks_and_are_skipped_where_none_can_tell() {
    let windows = |seconds, slow, total| {
        let objectives = [steady(seconds, slow, total)];
        let plan = plan(vec![objective("sla.p95", Scope::Whole, P95)]);
        let checks = sla_checks(&plan, &Observed { objectives: &objectives, ..Observed::default() });
        found(&checks, "sla.p95.windows").clone()
    };
    let pass = windows(120, 1, 100);
    assert_eq!(pass.verdict, Verdict::Pass);
    let told = "no window of 61 breaks it; the worst: 60 of 6,000 slower than 500 ms from 0:00 to 1:00 (1 %)";
    assert_eq!(pass.observed, told);
    assert_eq!(windows(30, 50, 100).verdict, Verdict::Skipped);
    let mut sparse = steady(120, 0, 0);
    sparse[40] = Count { bad: 1, total: 1 };
    let objectives = [sparse];
    let plan = plan(vec![objective("sla.p95", Scope::Whole, P95)]);
    let checks = sla_checks(&plan, &Observed { objectives: &objectives, ..Observed::default() });
    let check = found(&checks, "sla.p95.windows");
    assert_eq!(check.verdict, Verdict::Skipped);
    assert!(check.observed.starts_with("windows have 1 samples at most, too few to tell"), "{check:?}");
}

#[test]
fn many_promises_at_once_are_corrected() {
    // 4 of 30 slow: broken when asked alone, chance among ten.
    let stage = |number: usize| objective(&format!("sla.stage.{number}.p95"), Scope::Stage(number), P95);
    let verdicts = |stages: usize, rest: Count| {
        let plan = plan((0..stages).map(stage).collect());
        let mut objectives = vec![vec![rest]; stages];
        objectives[0] = vec![Count { bad: 5, total: 30 }];
        let checks = sla_checks(&plan, &Observed { objectives: &objectives, ..Observed::default() });
        checks.iter().map(|check| check.verdict).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(1, Count::default()), [Verdict::Fail]);
    assert_eq!(verdicts(10, Count { bad: 2, total: 100 })[0], Verdict::Inconclusive);
    // 0 of 60 shows one promise, but not two at once.
    let ten = verdicts(2, Count { bad: 0, total: 60 });
    assert_eq!(ten[1], Verdict::Inconclusive);
    assert_eq!(verdicts(2, Count { bad: 0, total: 80 })[1], Verdict::Pass);
}

#[test]
fn a_breakdown_names_what_it_is_about() {
    let plan = plan(vec![
        objective("sla.event.refund.availability", Scope::Event(EventKind::Refund), Promise::Availability(0.99)),
        objective("sla.stage.spike.p95", Scope::Stage(1), P95),
    ]);
    let objectives = [steady(10, 0, 100), steady(10, 0, 100)];
    let checks = sla_checks(&plan, &Observed { objectives: &objectives, ..Observed::default() });
    assert_eq!(checks.len(), 2, "only promises on the whole run have windows");
    assert_eq!(checks[0].expected, "availability ≥ 99 % for refund, at least 95 % sure");
    assert_eq!(checks[1].expected, "p95 ≤ 500 ms in this stage, at least 95 % sure");
    assert!(checks.iter().all(|check| check.verdict == Verdict::Pass));
}

fn burned(availability: &[Count]) -> Check {
    let rule = BurnRule {
        id: "sla.burn.1m".to_owned(),
        long: Duration::from_mins(1),
        short: Duration::from_secs(5),
        factor: 14.4,
    };
    let promised = vec![objective("sla.availability", Scope::Whole, Promise::Availability(0.995))];
    let plan = SlaPlan { burn: vec![rule], ..plan(promised) };
    found(&sla_checks(&plan, &Observed { availability, ..Observed::default() }), "sla.burn.1m").clone()
}

#[test]
fn burn_rates_fire_or_stay_quiet_or_cannot_tell() {
    let outage = [steady(60, 0, 100), steady(10, 100, 100)].concat();
    let fired = burned(&outage);
    assert_eq!(fired.verdict, Verdict::Fail);
    assert_eq!(fired.expected, "never more than 7.2 % bad both over 60 s and over 5 s: 14.4 times the budget of 0.5 %");
    assert_eq!(fired.observed, "at 1:10: 16.7 % bad over the long window, 100 % over the short one");
    assert_eq!(burned(&steady(90, 1, 100)).verdict, Verdict::Pass);
    let short = burned(&steady(30, 1, 100));
    assert_eq!(short.verdict, Verdict::Inconclusive);
    assert_eq!(short.observed, "the run lasted 0:30 of the 60 s that the rule looks over");
    let sparse = [steady(60, 0, 1), steady(5, 1, 1)].concat();
    assert_eq!(burned(&sparse).verdict, Verdict::Inconclusive);
    let empty = [steady(60, 0, 0), steady(5, 0, 1)].concat();
    assert_eq!(burned(&empty).observed, "some 60 s has 0 samples, of which it takes 41");
}

fn lag(delays: &[Duration], unseen: &[Duration]) -> Check {
    let plan = SlaPlan { ingestion_lag_mean: Some(Duration::from_mins(1)), ..plan(Vec::new()) };
    let ingestion = Some(Ingestion { delays, unseen, poll: Duration::from_secs(1) });
    found(&sla_checks(&plan, &Observed { ingestion, ..Observed::default() }), "sla.ingestion-lag").clone()
}

/// So many canaries, half of them at one delay and half at another.
fn canaries(count: usize, short: u64, long: u64) -> Vec<Duration> {
    (0..count).map(|n| Duration::from_secs(if n % 2 == 0 { short } else { long })).collect()
}

#[test]
fn the_delay_until_the_books_is_bounded_by_its_canaries() {
    let kept = lag(&canaries(200, 10, 20), &[]);
    assert_eq!(kept.verdict, Verdict::Pass);
    assert_eq!(kept.expected, "acknowledged events are booked within 60 s on average, at least 95 % sure");
    assert!(
        kept.observed.starts_with("15 s on average over 200 canaries, looked for every 1 s; at most 16.58"),
        "{kept:?}"
    );
    let odd = lag(&[Duration::from_nanos(749_753_921); 100], &[]);
    assert!(odd.observed.starts_with("750 ms on average over 100 canaries, looked for every 1 s; at most 1.75 s with"));
    assert_eq!(lag(&canaries(200, 80, 90), &[]).verdict, Verdict::Fail);
    assert_eq!(lag(&canaries(200, 50, 69), &[]).verdict, Verdict::Inconclusive);
    // A mean below the promise does not clear it where the poll interval reaches over.
    assert_eq!(lag(&[Duration::from_millis(59_500); 200], &[]).verdict, Verdict::Inconclusive);
}

#[test]
fn a_hundred_canaries_are_needed() {
    let few = lag(&canaries(99, 1, 2), &[]);
    assert_eq!((few.verdict, few.observed.as_str()), (Verdict::Inconclusive, "99 canaries: needs 1 more"));
    assert_eq!(lag(&canaries(100, 1, 2), &[]).verdict, Verdict::Pass);
    assert_eq!(lag(&[], &[]).verdict, Verdict::Inconclusive);
}

#[test]
fn canaries_that_never_appear_are_no_pass() {
    let some = lag(&canaries(200, 1, 2), &[Duration::from_secs(30)]);
    assert_eq!(some.verdict, Verdict::Inconclusive);
    assert!(some.observed.ends_with("1 of 201 never appeared"), "{some:?}");
    assert_eq!(lag(&canaries(10, 1, 2), &[Duration::from_mins(5); 190]).verdict, Verdict::Fail);
}

fn desynced(acknowledged: u64, booked: u64) -> Verdict {
    let plan = SlaPlan { desync: Some(0.03), ..plan(Vec::new()) };
    let desync = Some(Desync { acknowledged, booked });
    found(&sla_checks(&plan, &Observed { desync, ..Observed::default() }), "sla.desync").verdict
}

#[test]
fn books_may_differ_by_so_much_either_way() {
    assert_eq!(desynced(10_000, 10_000), Verdict::Pass);
    assert_eq!(desynced(10_000, 9_900), Verdict::Pass);
    assert_eq!(desynced(10_000, 10_100), Verdict::Pass);
    assert_eq!(desynced(10_000, 9_000), Verdict::Fail);
    assert_eq!(desynced(10_000, 11_000), Verdict::Fail);
    assert_eq!(desynced(10_000, 30_000), Verdict::Fail);
    assert_eq!(desynced(50, 50), Verdict::Inconclusive);
    assert_eq!(desynced(0, 0), Verdict::Inconclusive);
}

#[test]
fn promises_on_books_that_cannot_be_read_are_inconclusive_where_they_were_declared() {
    let plan = SlaPlan { ingestion_declared: true, desync_declared: true, ..SlaPlan::default() };
    let checks = sla_checks(&plan, &Observed::default());
    for id in ["sla.ingestion-lag", "sla.desync"] {
        assert_eq!(found(&checks, id).verdict, Verdict::Inconclusive);
        assert_eq!(found(&checks, id).observed, "the books cannot be read: give --read-back");
    }
}

#[test]
fn a_load_that_was_ended_early_has_failed() {
    let text = "availability < 90% for 10s".to_owned();
    let rule = AbortRule { text, promise: Promise::Availability(0.9), lasting: Duration::from_secs(10) };
    let plan = SlaPlan { abort_if: vec![rule], ..plan(Vec::new()) };
    let checked = |aborted| {
        let checks = sla_checks(&plan, &Observed { aborted, ..Observed::default() });
        found(&checks, "sla.abort-if").verdict
    };
    assert_eq!(checked(None), Verdict::Pass);
    assert_eq!(checked(Some("availability < 90% for 10s: at 0:42")), Verdict::Fail);
    assert!(sla_checks(&SlaPlan { abort_if: Vec::new(), ..plan.clone() }, &Observed::default()).is_empty());
}
