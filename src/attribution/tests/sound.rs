//! Runs in which nothing is set up wrongly: none fails, and as good as all pass, whatever the set-up.

use super::stage::{Stage, each};
use crate::attribution::told;
use crate::model::{Ids, Verdict};
use crate::scenario::{SetBy, Setup};

/// Runs of many seeds, counted by what came of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    /// Beyond the expected gap there is nothing of note.
    passed: u64,
    /// Passed with the warning that the gap deserves attention.
    warned: u64,
    inconclusive: u64,
    failed: u64,
    /// In which a cause was named though there is none.
    blamed: u64,
    /// First deposits of the smallest run.
    fewest: u64,
}

fn counted(setup: Setup, seeds: u64) -> Counted {
    let stage = Stage::of(setup);
    let ids = Ids::new("k3f9q2xw".parse().expect("a tag"));
    let mut counted = Counted { fewest: u64::MAX, ..Counted::default() };
    let runs = each(&(0..seeds).collect::<Vec<_>>(), |seed| {
        let outcome = stage.outcome(&told(stage.crowd(*seed).conversions(), &ids));
        let gap = outcome.ruled.beyond.expect("a baseline").verdict;
        let deposits = outcome.pairing.seen();
        (outcome.ruled.verdict, gap, outcome.diagnosis.explanations.len(), deposits)
    });
    for (verdict, gap, causes, deposits) in runs {
        *match (verdict, gap) {
            (Verdict::Pass, Verdict::Warn) => &mut counted.warned,
            (Verdict::Pass, _) => &mut counted.passed,
            (Verdict::Fail, _) => &mut counted.failed,
            _ => &mut counted.inconclusive,
        } += 1;
        counted.blamed += u64::from(causes > 0);
        counted.fewest = counted.fewest.min(deposits);
    }
    counted
}

#[test]
fn of_two_hundred_sound_runs_none_fails_and_as_good_as_all_pass() {
    let counted = counted(Setup::FirstParty(SetBy::Script), 200);
    assert_eq!((counted.failed, counted.blamed), (0, 0), "{counted:?}");
    assert!(counted.passed + counted.warned >= 190, "{counted:?}");
    assert!(counted.fewest >= 2_500, "too small to be the default run: {counted:?}");
}

#[test]
fn whatever_the_set_up() {
    for setup in [Setup::FirstParty(SetBy::Http), Setup::ThirdParty, Setup::Cname] {
        let counted = counted(setup, 20);
        assert_eq!((counted.failed, counted.blamed), (0, 0), "{setup:?} {counted:?}");
        assert!(counted.passed + counted.warned >= 19, "{setup:?} {counted:?}");
    }
}
