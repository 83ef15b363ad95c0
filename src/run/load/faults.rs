//! The faults of a load: those that its scenario asks for and its site can be tested with, and what is told of the others.

use crate::model::{Check, Verdict};
use crate::oracle::Exercise;
use crate::run::prove::{Unfit, fitting};
use crate::run::site::Site;
use crate::scenario::{LoadModel, Rate, Scenario};

/// The faults that are done to the deliveries of an open load, and those that cannot be. The players of a closed one have
/// their own.
pub(in crate::run) fn faults(scenario: &Scenario, site: &Site) -> (Vec<Rate>, Vec<Unfit>) {
    if !scenario.load.faults || scenario.load.model == LoadModel::Closed {
        return (Vec::new(), Vec::new());
    }
    let (plan, unfit) = fitting(&scenario.faults, site);
    (plan.rates, unfit)
}

/// Whether anything of what was asked for took effect at all; `None` where nothing was asked for.
pub(super) fn exercised(exercises: &[Exercise]) -> Option<Check> {
    if exercises.is_empty() {
        return None;
    }
    let (all, reached) = (exercises.len(), exercises.iter().filter(|exercise| exercise.reached > 0).count());
    let sent: u64 = exercises.iter().map(|exercise| exercise.sent).sum();
    let (verdict, observed) = if reached > 0 {
        (Verdict::Pass, format!("{reached} of {all} kinds took effect at the target"))
    } else if sent > 0 {
        (Verdict::Inconclusive, format!("{sent} were placed, and none took effect at the target"))
    } else {
        let told = "none was placed: the load has too few events for the rates; give it more, raise [faults.rates], or write \
                    faults = \"none\" in [load]";
        (Verdict::Inconclusive, told.to_owned())
    };
    let expected = "repeats, retries and forgeries are among the postbacks, as [load] faults = \"run\" asks";
    Some(Check::new("load.faults", verdict, expected, observed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FaultKind;

    fn exercise(kind: FaultKind, sent: u64, reached: u64) -> Exercise {
        Exercise { kind, sent, reached, odd: Vec::new(), tolerated: Vec::new(), touched: Vec::new() }
    }

    fn verdict(exercises: &[Exercise]) -> Option<(Verdict, String)> {
        exercised(exercises).map(|check| (check.verdict, check.observed))
    }

    #[test]
    fn a_test_that_did_not_happen_proves_nothing() {
        let nothing = [exercise(FaultKind::Duplicate, 0, 0), exercise(FaultKind::WrongSecret, 0, 0)];
        let (none, told) = verdict(&nothing).expect("a check");
        assert!(none == Verdict::Inconclusive && told.contains("too few events"), "{told}");
        let in_vain = [exercise(FaultKind::Duplicate, 3, 0), exercise(FaultKind::WrongSecret, 2, 0)];
        let (vain, told) = verdict(&in_vain).expect("a check");
        assert!(vain == Verdict::Inconclusive && told.starts_with("5 were placed"), "{told}");
        let some = [exercise(FaultKind::Duplicate, 3, 1), exercise(FaultKind::WrongSecret, 2, 0)];
        let (pass, told) = verdict(&some).expect("a check");
        assert!(pass == Verdict::Pass && told.starts_with("1 of 2 kinds"), "{told}");
        assert_eq!(verdict(&[]), None, "nobody asked for any");
    }
}
