//! Comparisons with known answers, each also at a size where the answer is that nobody can tell.

use std::time::Duration;

use super::*;

/// A run with so many answers: most take `usual`, every 20th ten times as long.
fn side(name: &str, answers: u64, usual: Duration) -> Side {
    let mut latency = Latency::new();
    for n in 0..answers {
        // A little spread, so that neighbours are not all equal.
        let spread = Duration::from_micros(n % 100);
        latency.record(if n % 20 == 19 { usual * 10 } else { usual } + spread);
    }
    Side {
        name: name.to_owned(),
        response: latency.clone(),
        service: latency,
        availability: Count { bad: answers / 1000, total: answers },
        planned_per_s: 200.0,
        achieved_per_s: 199.0,
        troubles: Some(vec![("lost".to_owned(), 0), ("double".to_owned(), 0)]),
        doubt: None,
    }
}

fn verdict_of(before: &Side, after: &Side, what: &str) -> Verdict {
    let compared = compared(before, after);
    compared.rows.iter().find(|row| row.what == what).map(|row| row.verdict).expect("a row")
}

fn compared(before: &Side, after: &Side) -> Comparison {
    Comparison::of(before, after, Tolerance { share: 0.1, budget: 0.005 }, Vec::new())
}

const TEN: Duration = Duration::from_millis(10);

#[test]
fn a_run_is_no_worse_than_itself_once_it_is_long_enough() {
    let long = side("long", 200_000, TEN);
    let same = compared(&long, &long);
    assert_eq!(verdict_of(&long, &long, "response p99"), Verdict::Pass, "{same:?}");
    assert_eq!(same.verdict, Verdict::Pass);
    let fewer = side("fewer", 10_000, TEN);
    assert_eq!(verdict_of(&fewer, &fewer, "availability"), Verdict::Inconclusive, "0.05 points take more samples");
    let short = side("short", 40, TEN);
    assert_eq!(compared(&short, &short).verdict, Verdict::Inconclusive);
    assert_eq!(verdict_of(&short, &short, "response p99"), Verdict::Inconclusive);
}

#[test]
fn slower_is_worse_when_it_is_certain() {
    let (before, after) = (side("a", 50_000, TEN), side("b", 50_000, TEN * 12 / 10));
    assert_eq!(verdict_of(&before, &after, "response p50"), Verdict::Fail);
    assert_eq!(verdict_of(&before, &after, "service p99"), Verdict::Fail);
    assert_eq!(compared(&before, &after).verdict, Verdict::Fail);
    assert_eq!(verdict_of(&after, &before, "response p50"), Verdict::Pass, "faster is fine");
    let few = (side("a", 5, TEN), side("b", 5, TEN * 12 / 10));
    assert_eq!(verdict_of(&few.0, &few.1, "response p50"), Verdict::Inconclusive);
}

#[test]
fn latencies_of_a_generator_that_fell_behind_tell_nothing() {
    let (before, mut after) = (side("a", 50_000, TEN), side("b", 50_000, TEN * 3));
    after.doubt = Some("it fell behind".to_owned());
    assert_eq!(verdict_of(&before, &after, "response p95"), Verdict::Inconclusive);
}

#[test]
fn availability_and_rate_get_worse() {
    let (before, mut after) = (side("a", 50_000, TEN), side("b", 50_000, TEN));
    after.availability.bad = 400;
    after.achieved_per_s = 150.0;
    assert_eq!(verdict_of(&before, &after, "availability"), Verdict::Fail);
    assert_eq!(verdict_of(&before, &after, "rate achieved"), Verdict::Fail);
    assert_eq!(verdict_of(&after, &before, "availability"), Verdict::Pass);
    assert_eq!(verdict_of(&after, &before, "rate achieved"), Verdict::Pass);
    after.availability = Count { bad: 1, total: 50 };
    assert_eq!(verdict_of(&before, &after, "availability"), Verdict::Inconclusive);
}

#[test]
fn one_more_lost_is_worse() {
    let (before, mut after) = (side("a", 50_000, TEN), side("b", 50_000, TEN));
    after.troubles = Some(vec![("lost".to_owned(), 1), ("double".to_owned(), 0)]);
    assert_eq!(verdict_of(&before, &after, "lost"), Verdict::Fail);
    assert_eq!(verdict_of(&after, &before, "lost"), Verdict::Pass);
    after.troubles = None;
    assert_eq!(verdict_of(&before, &after, "lost"), Verdict::Skipped);
}

#[test]
fn nothing_to_compare_is_no_pass() {
    let (mut before, after) = (side("a", 0, TEN), side("b", 0, TEN));
    before.troubles = None;
    before.planned_per_s = 0.0;
    let compared = compared(&before, &after);
    assert_eq!(compared.verdict, Verdict::Inconclusive);
    assert!(compared.rows.iter().all(|row| row.verdict == Verdict::Skipped), "{compared:?}");
}

#[test]
fn it_is_written_for_people_and_for_programs() {
    let compared = compared(&side("before", 50_000, TEN), &side("after", 50_000, TEN * 2));
    let (mut table, mut json) = (Vec::new(), Vec::new());
    compared.write_table(&mut table).unwrap();
    compared.write_json(&mut json).unwrap();
    let table = String::from_utf8(table).unwrap();
    assert!(table.contains("tolerance 10 %") && table.contains("FAIL  worse than before: response p50"), "{table}");
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&json["schema"], &json["verdict"]), (&COMPARISON_SCHEMA.into(), &"fail".into()));
}
