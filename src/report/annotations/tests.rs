//! Annotations: which there are, in which order, how they are grouped, and what cannot get out of them.

use super::*;
use crate::report::sample::{check, report};

fn written(checks: Vec<Check>) -> Vec<String> {
    let mut out = Vec::new();
    Annotations.write(&report(checks), &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

/// So many checks of one family and verdict.
fn many(family: &str, verdict: Verdict, count: usize) -> Vec<Check> {
    (0..count).map(|index| check(&format!("{family}.c{index}"), verdict)).collect()
}

#[test]
fn errors_come_before_warnings_and_what_passed_is_not_told() {
    let verdicts = [Verdict::Warn, Verdict::Pass, Verdict::Inconclusive, Verdict::Skipped, Verdict::Fail];
    let checks = verdicts.map(|verdict| check(&format!("a.{}", verdict.word()), verdict));
    assert_eq!(
        written(checks.into()),
        [
            "::error title=a.fail failed (postproof check)::expected: what is right%0Aobserved: what was there",
            "::error title=a.inconclusive inconclusive (postproof check)::expected: what is right%0Aobserved: what was there",
            "::warning title=a.warn warned (postproof check)::expected: what is right%0Aobserved: what was there",
        ]
    );
    assert!(written(many("a", Verdict::Pass, 20)).is_empty());
}

#[test]
fn ten_have_a_line_each_and_eleven_are_grouped() {
    assert_eq!(written(many("a", Verdict::Fail, 10)).len(), 10);
    let mut checks = many("late", Verdict::Warn, 1);
    checks.extend(many("mixed", Verdict::Warn, 3));
    checks.extend(many("mixed", Verdict::Inconclusive, 2));
    checks.extend(many("worst", Verdict::Fail, 5));
    assert_eq!(
        written(checks),
        [
            "::error title=5 checks of worst.* failed (postproof check)::failed: worst.c0, worst.c1, worst.c2, worst.c3, worst.c4",
            "::error title=2 checks of mixed.* inconclusive (postproof check)::inconclusive: mixed.c0, mixed.c1%0Awarned: mixed.c0, mixed.c1, mixed.c2",
            "::warning title=late.c0 warned (postproof check)::expected: what is right%0Aobserved: what was there",
        ]
    );
}

#[test]
fn there_are_never_more_than_ten_lines() {
    let families = |count: usize| (0..count).flat_map(|index| many(&format!("f{index}"), Verdict::Fail, 2)).collect();
    assert_eq!(written(families(10)).len(), 10);
    let lines = written(families(13));
    assert_eq!(lines.len(), 10);
    let last = "::error title=8 checks of 4 further families failed (postproof check)::failed: f9.c0, f9.c1, f10.c0";
    assert!(lines[9].starts_with(last), "{}", lines[9]);
}

#[test]
fn nothing_observed_can_begin_a_command_of_its_own() {
    let mut broken = check("a.b,c=d::e", Verdict::Fail);
    broken.expected = "100 % :: of it, all".to_owned();
    broken.observed = "\r\n::set-env name=PATH::/tmp\r\u{1b}[1m%0A".to_owned();
    assert_eq!(
        written(vec![broken]),
        ["::error title=a.b%2Cc=d%3A%3Ae failed (postproof check)::expected: 100 %25 :: of it, all%0A\
          observed: %0A::set-env name=PATH::/tmp··[1m%250A"]
    );
}

#[test]
fn long_messages_are_cut_and_repro_lines_and_targets_are_left_out() {
    let mut broken = check("a.b", Verdict::Fail);
    broken.observed = "é".repeat(5000);
    broken.repro = vec!["postproof replay --target https://inside.example".to_owned()];
    let lines = written(vec![broken]);
    let (_, message) = lines[0].split_once("(postproof check)::").unwrap();
    assert_eq!(message.replace("%0A", "\n").chars().count(), LONGEST);
    assert!(message.ends_with('…') && !lines[0].contains("example"), "{}", lines[0]);
}
