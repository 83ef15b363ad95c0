//! Waivers: known failures that stay visible without failing the run. One that has run out, or that nothing needs any
//! more, fails the run by itself, so that none outlives its reason.

use jiff::civil::Date;

use super::all;
use super::selection::matches;
use crate::model::{Check, Verdict};
use crate::scenario::Waiver;

/// What waiving did.
#[derive(Clone, Debug, Default)]
pub struct Waived {
    /// The checks that were waived.
    pub ids: Vec<String>,
    /// What is wrong with the waivers themselves.
    pub checks: Vec<Check>,
}

/// Turns failed checks that are waived into warnings that say why.
pub fn waive(checks: &mut [Check], waivers: &[Waiver], today: Date) -> Waived {
    let mut waived = Waived::default();
    for waiver in waivers {
        let over = waiver.until.is_some_and(|until| until < today);
        let (mut there, mut needed) = (false, false);
        for check in checks.iter_mut().filter(|check| matches(&waiver.case, &check.id)) {
            there = true;
            if check.verdict != Verdict::Fail || waived.ids.contains(&check.id) {
                continue;
            }
            needed = true;
            if !over {
                check.verdict = Verdict::Warn;
                check.observed = format!("waived ({}): {}", waiver.reason, check.observed);
                waived.ids.push(check.id.clone());
            }
        }
        // A waiver of cases that were not selected this time is neither needed nor needless.
        let known = all().any(|(_, case)| matches(&waiver.case, case.card().id));
        let trouble = match (over, there, needed) {
            (true, _, _) => format!("it ran out on {}", waiver.until.unwrap_or_default()),
            (false, _, true) => continue,
            (false, false, _) if known => continue,
            (false, false, _) => "there is no such case".to_owned(),
            (false, true, false) => "nothing that it waives has failed".to_owned(),
        };
        waived.checks.push(Check::new(
            format!("waiver.{}", waiver.case),
            Verdict::Fail,
            "a waiver is needed, and has not run out",
            format!("{trouble}: take it out, or renew it with its reason ({})", waiver.reason),
        ));
    }
    waived
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 21);

    fn waived(case: &str, until: Option<Date>) -> (Vec<Verdict>, Vec<String>) {
        let mut checks = [
            Check::new("signature.missing", Verdict::Fail, "x", "accepted"),
            Check::new("signature.empty", Verdict::Pass, "x", "y"),
        ];
        let waiver = Waiver { case: case.into(), reason: "ticket 7".into(), until };
        let found = waive(&mut checks, &[waiver], TODAY);
        let verdicts = checks.iter().map(|check| check.verdict).collect();
        (verdicts, found.checks.into_iter().map(|check| check.observed).collect())
    }

    #[test]
    fn a_needed_waiver_turns_a_failure_into_a_warning() {
        for case in ["signature.missing", "signature.*"] {
            assert_eq!(waived(case, Some(TODAY)), (vec![Verdict::Warn, Verdict::Pass], vec![]));
        }
    }

    #[test]
    fn one_that_ran_out_or_is_not_needed_fails() {
        let (verdicts, trouble) = waived("signature.missing", Some(jiff::civil::date(2026, 11, 20)));
        assert_eq!(verdicts, [Verdict::Fail, Verdict::Pass]);
        assert!(trouble[0].starts_with("it ran out on 2026-11-20"), "{trouble:?}");
        let (_, trouble) = waived("signature.empty", None);
        assert!(trouble[0].starts_with("nothing that it waives has failed"), "{trouble:?}");
        let (_, trouble) = waived("signature.mising", None);
        assert!(trouble[0].starts_with("there is no such case"), "{trouble:?}");
    }

    #[test]
    fn one_of_cases_that_were_not_selected_is_let_be() {
        let (_, trouble) = waived("accept.deposit", None);
        assert_eq!(trouble, [] as [String; 0]);
    }
}
