//! The judges of clicks, by answers that are made up: what each makes of a sound redirect, and of one that is not.

use std::time::Duration;

use crate::contract::cases::tests::terms;
use crate::contract::{Case, Finding, Heard, Plan, Reply, Stage, Trial, Tried, planned};
use crate::model::{Ids, InfoReason, RunTag, Verdict};
use crate::profile::{Sample, by_name};

use super::*;

/// An answer with that status and these headers.
fn answer(status: u16, headers: &[(&str, String)]) -> Reply {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Reply { status, headers, ..Reply::default() }
}

/// What a sound redirector answers to the click of that number.
fn sound(number: usize) -> Reply {
    // Any mixing will do that leaves no order.
    let mixed = crate::model::Mixer::new(7).word(number as u64).value();
    let landing = format!("https://operator.example/lp?click_id=c{mixed:016x}&brand_id=alpha");
    answer(302, &[("location", landing), ("cache-control", "private, no-store".to_owned())])
}

/// What a case makes of such answers.
fn judged(case: &'static dyn Case, answer: impl Fn(usize) -> Reply) -> Finding {
    let terms = terms("");
    let sample = Sample::new(Ids::new(RunTag::from_bits(7)));
    let profile = by_name("s2s-json").expect("it is there");
    let stage = Stage { terms: &terms, profile, sample: &sample, start: 1_760_000_000 };
    let (plan, players): (Plan, u64) = planned(stage, 0, case, &[]);
    assert_eq!(players, 0, "it clicks by itself");
    let outcome = InfoReason::Redirect(302).into();
    let tried =
        |reply| Tried { outcome, took: Duration::ZERO, reply: Some(reply), said: String::new(), leaks: Vec::new() };
    let heard: Vec<Heard> = plan.shots().enumerate().map(|(number, _)| Heard(vec![tried(answer(number))])).collect();
    case.judge(&Trial {
        case: case.card().id,
        terms: &terms,
        plan: &plan,
        heard: &heard,
        standings: &[],
        visited: &[],
        credits: &[],
        tells_ftd: true,
        suite: &[],
    })
}

/// The same, where every click gets one answer that leads there.
fn leading(case: &'static dyn Case, location: &str) -> Verdict {
    judged(case, |_| answer(302, &[("location", location.to_owned())])).verdict
}

#[test]
fn a_sound_redirector_passes_every_case() {
    for case in CASES {
        let finding = judged(*case, sound);
        assert_eq!(finding.verdict, Verdict::Pass, "{}: {}", case.card().id, finding.observed);
    }
}

#[test]
fn a_click_is_one_redirect_to_another_page_with_an_id() {
    use Verdict::{Fail, Inconclusive, Pass};
    let case = &one_redirect::OneRedirect;
    for (location, verdict) in [
        ("https://operator.example/lp?clickid=a", Pass),
        ("/lp?click_id=a", Pass),
        ("https://tracker.example/click?click_id=a", Fail),
        ("/click?hop=2&click_id=a", Fail),
        ("https://operator.example/lp", Fail),
        ("https://", Fail),
    ] {
        assert_eq!(leading(case, location), verdict, "{location}");
    }
    let landing = ("location", "https://operator.example/lp?click_id=a".to_owned());
    assert_eq!(judged(case, |_| answer(302, &[landing.clone(), landing.clone()])).verdict, Fail, "two of them");
    assert_eq!(judged(case, |_| answer(302, &[])).verdict, Fail);
    assert_eq!(judged(case, |_| answer(200, std::slice::from_ref(&landing))).verdict, Fail);
    assert_eq!(judged(case, |_| answer(429, &[])).verdict, Inconclusive);
}

#[test]
fn ids_that_come_twice_or_in_order_are_found() {
    let of = |id: String| answer(302, &[("location", format!("/lp?click_id={id}"))]);
    let twice = judged(&unique_ids::UniqueIds, |number| sound(if number == 700 { 3 } else { number }));
    assert_eq!((twice.verdict, twice.shown_by), (Verdict::Fail, vec![700]));
    let few = judged(&unique_ids::UniqueIds, |number| if number < 900 { sound(number) } else { answer(500, &[]) });
    assert_eq!(few.verdict, Verdict::Inconclusive);
    let counted = judged(&unguessable_ids::UnguessableIds, |number| of(format!("clk_{number}")));
    assert_eq!(counted.verdict, Verdict::Fail, "{}", counted.observed);
}

#[test]
fn what_a_landing_url_may_and_may_not_carry() {
    use Verdict::{Fail, Pass};
    let landing = "https://operator.example/lp?click_id=a";
    let carried = &parameters_carried::ParametersCarried;
    assert_eq!([leading(carried, landing), leading(carried, &format!("{landing}&cmp=campaign-1"))], [Fail, Pass]);
    let personal = &no_pii::NoPii;
    assert_eq!(leading(personal, &format!("{landing}&e=nobody.probe%40player.example")), Fail);
    let elsewhere = &no_open_redirect::NoOpenRedirect;
    assert_eq!(leading(elsewhere, "//evil.example/?click_id=a"), Fail);
    assert_eq!(leading(elsewhere, &format!("{landing}&url=https%3A%2F%2Fevil.example%2F")), Pass);
    assert_eq!(leading(&no_store::NoStore, landing), Fail);
}
