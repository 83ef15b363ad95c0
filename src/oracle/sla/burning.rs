//! Burn-rate rules on availability.

use super::Observed;
use super::wording::{Rounding, moment, number, percent, share_of, span};
use crate::model::{Check, Verdict};
use crate::scenario::{BurnRule, SlaPlan};
use crate::stats::{ALPHA, Burn, BurnWindows, Burning, burn};

/// One check for each rule.
pub(super) fn checks(plan: &SlaPlan, observed: &Observed<'_>) -> Vec<Check> {
    plan.burn.iter().map(|rule| check(rule, plan.budget(), observed)).collect()
}

fn check(rule: &BurnRule, budget: Option<f64>, observed: &Observed<'_>) -> Check {
    let pace = format!("over {} and over {}", span(rule.long), span(rule.short));
    let Some(budget) = budget else {
        let expected = format!("errors burn their budget less than {} times too fast, {pace}", rule.factor);
        let told = "no availability is promised, so there is no budget";
        return Check::new(&rule.id, Verdict::Inconclusive, expected, told);
    };
    let limit = rule.factor * budget;
    let windows = BurnWindows { long: seconds(rule.long), short: seconds(rule.short), limit };
    let (verdict, told) = told(rule, observed.availability.len(), burn(observed.availability, windows, ALPHA));
    let expected = format!(
        "never more than {} bad both {pace}: {} times the budget of {}",
        percent(limit, Rounding::Near),
        rule.factor,
        percent(budget, Rounding::Near)
    );
    Check::new(&rule.id, verdict, expected, told)
}

fn told(rule: &BurnRule, lasted: usize, burn: Burn) -> (Verdict, String) {
    match burn {
        Burn::Fired(burning) => (Verdict::Fail, at(&burning)),
        Burn::Uncertain(burning) => {
            (Verdict::Inconclusive, format!("{}, on too few samples to be certain", at(&burning)))
        }
        Burn::Quiet { highest } => {
            (Verdict::Pass, format!("at most {} bad in both at once", percent(highest, Rounding::Up)))
        }
        Burn::TooShort => {
            let told = format!("the run lasted {} of the {} that the rule looks over", moment(lasted), span(rule.long));
            (Verdict::Inconclusive, told)
        }
        Burn::TooFew { samples, needed } => {
            let needed = needed.map_or_else(|| "more than can be had".to_owned(), number);
            let told = format!("some {} has {} samples, of which it takes {needed}", span(rule.long), number(samples));
            (Verdict::Inconclusive, told)
        }
    }
}

fn at(burning: &Burning) -> String {
    let (long, short) = (share_of(burning.long), share_of(burning.short));
    format!("at {}: {long} bad over the long window, {short} over the short one", moment(burning.at))
}

fn seconds(span: std::time::Duration) -> usize {
    usize::try_from(span.as_secs()).unwrap_or(usize::MAX)
}
