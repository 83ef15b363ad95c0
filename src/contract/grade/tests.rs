//! Tests of the grades that answers get.

use super::*;

const TAKEN: Outcome = Outcome::Ok { repeat: Some(false) };

fn verdict(owed: Owed, outcome: Outcome) -> Option<Verdict> {
    of_answer(owed, outcome).map(|(verdict, _)| verdict)
}

fn refused(status: u16) -> Outcome {
    Outcome::Fail(FailReason::Refused(status))
}

#[test]
fn a_refusal_is_a_4xx_and_best_the_right_one() {
    let owed = Owed::Refusal(&[401, 403]);
    assert_eq!(verdict(owed, refused(403)), None);
    assert_eq!(verdict(owed, refused(400)), Some(Verdict::Warn));
    assert_eq!(verdict(owed, InfoReason::Status(409).into()), Some(Verdict::Warn));
    for broken in
        [TAKEN, InfoReason::Status(500).into(), InfoReason::Redirect(302).into(), InfoReason::Unclear(200).into()]
    {
        assert_eq!(verdict(owed, broken), Some(Verdict::Fail), "{broken}");
    }
    assert_eq!(verdict(owed, Outcome::Fail(FailReason::NotConnected)), Some(Verdict::Inconclusive));
}

#[test]
fn a_repeat_is_accepted_and_says_so() {
    assert_eq!(verdict(Owed::Repeat, Outcome::Ok { repeat: Some(true) }), None);
    assert_eq!(verdict(Owed::Repeat, Outcome::Ok { repeat: None }), Some(Verdict::Warn));
    assert_eq!(verdict(Owed::Repeat, InfoReason::Status(409).into()), Some(Verdict::Warn));
    assert_eq!(verdict(Owed::Repeat, TAKEN), Some(Verdict::Fail));
    assert_eq!(verdict(Owed::Repeat, refused(422)), Some(Verdict::Fail));
}

#[test]
fn what_is_open_may_be_taken_or_refused_and_nothing_else() {
    for fine in [TAKEN, refused(422), InfoReason::Status(409).into()] {
        assert_eq!(verdict(Owed::Either, fine), None, "{fine}");
    }
    for broken in [InfoReason::Status(500).into(), InfoReason::Redirect(302).into(), InfoReason::Unclear(200).into()] {
        assert_eq!(verdict(Owed::Either, broken), Some(Verdict::Fail), "{broken}");
    }
}

#[test]
fn what_is_told_of_several_is_told_once() {
    let mark = |of: &str, told: &str| Mark { verdict: Verdict::Fail, of: of.into(), told: told.into(), shot: None };
    let marks = [mark("refund", "was credited"), mark("deposit", "is lost"), mark("chargeback", "was credited")];
    assert_eq!(together(&marks), ["refund, chargeback were credited", "deposit is lost"]);
    let many: Vec<Mark> = (0..15).map(|place| mark(&format!("e{place}"), "is lost")).collect();
    let told = together(&many).remove(0);
    assert!(told.starts_with("e0, e1, ") && told.ends_with("e11 and 3 more are lost"), "{told}");
}
