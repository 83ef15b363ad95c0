//! What two logs come to: who belongs to whom, the gap, what the rules make of it, and what explains it. Reading logs, and writing
//! down what is found, is left to those who have them.

use crate::attribution::diagnosis::{Diagnosis, ExpectedLoss, Terms};
use crate::attribution::{Gap, Logs, Matching, Pairing, Ruled, Rules};
use crate::report::{DiagnosisBlock, GapBlock};

/// What two logs come to.
pub(super) struct Appraisal<'a> {
    /// What the gap is judged by.
    rules: &'a Rules,
    /// Who belongs to whom.
    pub(super) pairing: Pairing,
    /// The gap, in total and in parts.
    pub(super) gap: Gap,
    /// What the rules make of it.
    pub(super) ruled: Ruled,
    /// What explains it.
    pub(super) diagnosis: Diagnosis,
}

impl<'a> Appraisal<'a> {
    /// Matches two logs, judges the gap between them, and looks for its causes.
    pub(super) fn of(logs: &Logs, matching: Matching, rules: &'a Rules) -> Self {
        let pairing = matching.of(logs);
        let gap = Gap::of(logs, &pairing);
        let losses = ExpectedLoss::of(&rules.baseline);
        let diagnosis = Diagnosis::of(logs, &pairing, Terms { grace: matching.grace, losses: &losses });
        Self { ruled: rules.judge(&gap, &pairing), rules, pairing, gap, diagnosis }
    }

    /// The gap, as reports have it.
    pub(super) fn gap_block(&self) -> GapBlock {
        GapBlock::of(self.rules, &self.gap, &self.pairing, &self.ruled)
    }

    /// The diagnosis, as reports have it.
    pub(super) fn diagnosis_block(&self) -> DiagnosisBlock {
        DiagnosisBlock::of(&self.diagnosis)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::attribution::{Baseline, Dimension, Expected, Names, Side, Sighting, Traits};
    use crate::model::Verdict;
    use crate::stats::Reference;

    /// A conversion in every minute, in the browsers by turns; S2S hears of each after so many seconds.
    fn side(names: &mut Names, browsers: [&str; 2], take: impl Fn(i64) -> bool, delay: impl Fn(i64) -> i64) -> Side {
        let mut side = Side::default();
        for number in (0..2_000).filter(|number| take(*number)) {
            let at = Timestamp::from_second(number * 60).expect("in range");
            let browser = names.number(browsers[usize::from(number % 2 == 1)]);
            side.sightings.push(Sighting {
                at,
                received: Some(at + SignedDuration::from_secs(delay(number))),
                click: None,
                transaction: side.texts.add(&format!("dep_{number}")),
                account: None,
                money: None,
                attributed: true,
                traits: Traits::default().with(Dimension::Browser, browser),
                row: 1,
            });
        }
        side
    }

    fn logs(take: impl Fn(i64) -> bool, delay: impl Fn(i64) -> i64) -> Logs {
        let mut names = Names::default();
        let browsers = ["chrome", "safari"];
        let cookie = side(&mut names, browsers, take, |_| 0);
        let s2s = side(&mut names, browsers, |_| true, delay);
        Logs { cookie, s2s, names }
    }

    const HOUR: Matching = Matching { grace: SignedDuration::from_hours(1), end: None };

    fn modelled(chrome: f64, safari: f64) -> Rules {
        let reference = |difference| Reference { difference, standard_error: 0.001 };
        let by = [("chrome", chrome), ("safari", safari)];
        let by = by.map(|(name, gap)| ((Dimension::Browser, name.to_owned()), reference(gap)));
        let total = reference(f64::midpoint(chrome, safari));
        Rules { baseline: Baseline::Modelled(Expected { total, by: BTreeMap::from(by) }), ..Rules::default() }
    }

    #[test]
    fn a_browser_that_loses_more_than_it_should_is_named_and_one_that_does_not_is_not() {
        let logs = logs(|number| number % 2 == 0 || number % 10 == 1, |_| 2);
        let sound = modelled(0.0, 0.8);
        let sound = Appraisal::of(&logs, HOUR, &sound);
        assert_eq!((sound.ruled.verdict, sound.diagnosis_block().causes.len()), (Verdict::Pass, 0));
        let lossy = modelled(0.0, 0.3);
        let lossy = Appraisal::of(&logs, HOUR, &lossy);
        assert_eq!(lossy.ruled.verdict, Verdict::Fail);
        assert_eq!(lossy.diagnosis_block().causes[0].cause, "browser-losses");
        assert_eq!(lossy.gap_block().total.s2s_only, 800);
    }

    #[test]
    fn one_late_message_fails_and_is_named() {
        let late = logs(|_| true, |number| if number == 5 { 3_601 } else { 2 });
        let rules = Rules::default();
        let appraisal = Appraisal::of(&late, HOUR, &rules);
        assert_eq!((appraisal.ruled.verdict, appraisal.gap.total.cookie_only), (Verdict::Fail, 1));
        let block = appraisal.diagnosis_block();
        let causes: Vec<_> = block.causes.iter().map(|cause| (cause.cause, cause.explained.cookie_only)).collect();
        assert_eq!((causes, block.unexplained.cookie_only), (vec![("s2s-late", 1)], 0));
        let longer = Matching { grace: SignedDuration::from_secs(3_601), ..HOUR };
        assert_eq!(Appraisal::of(&late, longer, &rules).ruled.verdict, Verdict::Pass);
    }
}
