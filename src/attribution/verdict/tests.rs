//! Gaps on each side of the limits, with and without a baseline, and what each rule makes of them.

use jiff::SignedDuration;

use super::*;
use crate::attribution::{MatchedBy, Pair};

fn gap(both: u64, cookie_only: u64, s2s_only: u64) -> Gap {
    Gap { total: Counts { both, cookie_only, s2s_only }, span: SignedDuration::from_hours(48), ..Gap::default() }
}

fn modelled(difference: f64) -> Rules {
    let total = Reference { difference, standard_error: 0.001 };
    Rules { baseline: Baseline::Modelled(Expected { total, by: BTreeMap::new() }), ..Rules::default() }
}

fn judged(rules: &Rules, gap: &Gap) -> Ruled {
    rules.judge(gap, &Pairing::default())
}

fn check(ruled: &Ruled, id: &str) -> Verdict {
    ruled.checks.iter().find(|check| check.id == id).expect(id).verdict
}

#[test]
fn without_a_baseline_the_fixed_rule_decides() {
    for (both, s2s_only, expected, decided) in [
        (9_900, 100, Verdict::Pass, Verdict::Pass),
        (9_300, 700, Verdict::Warn, Verdict::Pass),
        (8_000, 2_000, Verdict::Fail, Verdict::Fail),
        (9_000, 1_000, Verdict::Inconclusive, Verdict::Inconclusive),
        (117, 3, Verdict::Warn, Verdict::Pass),
        (20, 1, Verdict::Inconclusive, Verdict::Inconclusive),
    ] {
        let ruled = judged(&Rules::default(), &gap(both, 0, s2s_only));
        assert_eq!(check(&ruled, "parallel.fixed-rule"), expected, "{both} {s2s_only}");
        assert_eq!((check(&ruled, "parallel.gap"), ruled.verdict), (Verdict::Skipped, decided), "{both} {s2s_only}");
    }
}

#[test]
fn with_a_baseline_what_the_audience_loses_is_no_error() {
    // A third-party pixel loses 40 % without any error (domain.md §5).
    let sound = judged(&modelled(0.4), &gap(1_800, 0, 1_200));
    assert_eq!((sound.verdict, check(&sound, "parallel.gap")), (Verdict::Pass, Verdict::Pass));
    assert_eq!(
        check(&sound, "parallel.fixed-rule"),
        Verdict::Warn,
        "the fixed rule would call it an error, and is only shown"
    );
    assert_eq!(sound.fixed.verdict, Verdict::Fail);
    let lossy = judged(&modelled(0.15), &gap(1_800, 0, 1_200));
    assert_eq!(lossy.verdict, Verdict::Fail);
    // Fewer losses than expected are as odd as more.
    let odd = judged(&modelled(0.4), &gap(2_900, 0, 100));
    assert_eq!(check(&odd, "parallel.gap"), Verdict::Fail);
}

#[test]
fn between_the_limits_it_passes_with_a_warning() {
    let ruled = judged(&modelled(0.15), &gap(7_800, 0, 2_200));
    assert_eq!((check(&ruled, "parallel.gap"), ruled.verdict), (Verdict::Warn, Verdict::Pass));
}

#[test]
fn one_cookie_only_fails_whatever_the_gap() {
    for rules in [Rules::default(), modelled(0.15)] {
        let ruled = judged(&rules, &gap(8_500, 1, 1_500));
        assert_eq!((check(&ruled, "parallel.direction"), ruled.verdict), (Verdict::Fail, Verdict::Fail));
    }
    let pairing = Pairing { pending: vec![7], ..Pairing::default() };
    let ruled = Rules::default().judge(&gap(9_900, 0, 100), &pairing);
    assert_eq!(check(&ruled, "parallel.direction"), Verdict::Pass, "it still has its grace");
}

#[test]
fn too_few_say_how_many_and_how_long() {
    let ruled = judged(&Rules::default(), &gap(19, 0, 1));
    let needed = ruled.needed.expect("it can be told");
    assert!(needed.conversions > 20, "{needed:?}");
    let hours = needed.hours.expect("there is a rate");
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let expected = needed.conversions as f64 / (20.0 / 48.0);
    assert!((hours - expected).abs() < 1e-9);
    // At the present shares that many do tell.
    let then = judged(&Rules::default(), &gap(needed.conversions * 19 / 20, 0, needed.conversions / 20));
    assert_ne!(then.verdict, Verdict::Inconclusive);
    let none = judged(&modelled(0.15), &gap(0, 0, 0));
    assert_eq!(none.verdict, Verdict::Inconclusive);
    assert!(none.needed.is_some_and(|needed| needed.hours.is_none()));
    assert_eq!(judged(&Rules::default(), &gap(900, 0, 100)).needed, None, "it lies on the limit");
}

#[test]
fn a_vague_expectation_is_inconclusive() {
    let total = Reference { difference: 0.15, standard_error: 0.1 };
    let rules = Rules { baseline: Baseline::Modelled(Expected { total, by: BTreeMap::new() }), ..Rules::default() };
    assert_eq!(judged(&rules, &gap(8_500, 0, 1_500)).verdict, Verdict::Inconclusive);
    assert_eq!(judged(&modelled(0.15), &gap(8_500, 0, 1_500)).verdict, Verdict::Pass);
}

fn part(dimension: Dimension, name: &str, both: u64, s2s_only: u64) -> Part {
    Part { aspect: Aspect::Of(dimension), name: name.to_owned(), counts: Counts { both, cookie_only: 0, s2s_only } }
}

#[test]
fn parts_that_stand_out_are_warned_of_and_decide_nothing() {
    let parts = vec![
        part(Dimension::Brand, "casino", 900, 20),
        part(Dimension::Brand, "poker", 100, 90),
        part(Dimension::Brand, "tiny", 4, 1),
    ];
    let gap = Gap { parts, ..gap(9_900, 0, 111) };
    let ruled = judged(&Rules::default(), &gap);
    let certain: Vec<_> =
        ruled.parts.iter().filter(|judged| judged.certain).map(|judged| judged.part.name.as_str()).collect();
    assert_eq!(certain, ["poker"]);
    assert_eq!((check(&ruled, "parallel.breakdown"), ruled.verdict), (Verdict::Warn, Verdict::Pass));
    assert_eq!(ruled.parts[2].measure.verdict, Verdict::Inconclusive);
}

#[test]
fn many_parts_are_corrected_for() {
    // 13 of 60 alone would be beyond 10 % at 5 %; as one of a hundred parts it is not.
    let odd = part(Dimension::Affiliate, "odd", 48, 12);
    let alone = judged(&Rules::default(), &Gap { parts: vec![odd.clone()], ..gap(9_900, 0, 100) });
    assert!(alone.parts[0].certain);
    let others = (0..100).map(|number| part(Dimension::Affiliate, &number.to_string(), 55, 5));
    let parts = std::iter::once(odd).chain(others).collect();
    let among = judged(&Rules::default(), &Gap { parts, ..gap(9_900, 0, 100) });
    assert!(!among.parts[0].certain);
}

#[test]
fn each_browser_is_held_against_its_own_expectation() {
    let reference = |difference| Reference { difference, standard_error: 0.001 };
    let by =
        [("safari", 0.9), ("chrome", 0.1)].map(|(name, gap)| ((Dimension::Browser, name.to_owned()), reference(gap)));
    let expected = Expected { total: reference(0.26), by: BTreeMap::from(by) };
    let by_browser = Rules { baseline: Baseline::Modelled(expected), ..Rules::default() };
    let parts = vec![
        part(Dimension::Browser, "safari", 20, 180),
        part(Dimension::Browser, "chrome", 400, 400),
        part(Dimension::Browser, "lynx", 0, 400),
    ];
    let ruled = judged(&by_browser, &Gap { parts, ..gap(740, 0, 260) });
    let certain: Vec<_> = ruled.parts.iter().map(|judged| judged.certain).collect();
    assert_eq!(certain, [false, true, false], "safari loses what it should, chrome does not, lynx is not modelled");
}

#[test]
fn what_else_was_noticed_warns() {
    let pair = Pair { cookie: 0, s2s: 0, by: MatchedBy::Click };
    let pairing = Pairing { late: vec![pair], unattributed: vec![1, 2], ..Pairing::default() };
    let ruled = Rules::default().judge(&gap(9_900, 0, 100), &pairing);
    assert_eq!(check(&ruled, "parallel.late"), Verdict::Warn);
    let said = |id: &str| &ruled.checks.iter().find(|check| check.id == id).expect(id).observed;
    assert_eq!(said("parallel.late"), "1 came in later, which is as good as never");
    assert!(said("parallel.direction").contains("cookie only 0 (1 of them because S2S told after its grace)"));
    assert_eq!(check(&ruled, "parallel.unattributed"), Verdict::Warn);
    assert_eq!((check(&ruled, "parallel.doubled"), ruled.verdict), (Verdict::Pass, Verdict::Pass));
}
