//! The promises of an SLA, judged over a whole load by what was counted: kept when the exact bound of the share that broke
//! them clears the promise, broken when it breaks it.

use crate::load::LoadRecord;
use crate::model::{Check, Verdict};
use crate::report::share_bounds;
use crate::scenario::{Objective, Promise};
use crate::stats::Count;

/// One minus the confidence of each claim.
const ALPHA: f64 = 0.05;

/// A check for each objective.
pub(super) fn checks(record: &LoadRecord) -> Vec<Check> {
    let objectives = record.identity.sla.objectives.iter();
    objectives.map(|objective| check(objective, total(record.objectives.get(&objective.id)))).collect()
}

fn total(seconds: Option<&Vec<Count>>) -> Count {
    let mut sum = Count::default();
    seconds.into_iter().flatten().for_each(|count| sum += *count);
    sum
}

fn check(objective: &Objective, count: Count) -> Check {
    let allowed = objective.promise.allowed();
    let (low, high) = share_bounds(count, ALPHA);
    let verdict = match count.total {
        0 => Verdict::Inconclusive,
        _ if high <= allowed => Verdict::Pass,
        _ if low > allowed => Verdict::Fail,
        _ => Verdict::Inconclusive,
    };
    let percent = |share: f64| format!("{:.3} %", share * 100.0);
    let expected = match objective.promise {
        Promise::Quantile { within, .. } => format!("at most {} take longer than {within:?}", percent(allowed)),
        Promise::Availability(share) => format!("at least {} are answered as they should be", percent(share)),
    };
    let observed = format!(
        "{} of {} did not; at 95 % that is between {} and {}",
        count.bad,
        count.total,
        percent(low),
        percent(high)
    );
    Check::new(objective.id.clone(), verdict, expected, observed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::SlaPlan;

    #[test]
    fn promises_are_kept_broken_or_not_to_be_told() {
        let availability = &SlaPlan::default().objectives[1];
        for (bad, total, verdict) in [
            (0, 598, Verdict::Pass),
            (0, 597, Verdict::Inconclusive),
            (38, 10_000, Verdict::Pass),
            (39, 10_000, Verdict::Inconclusive),
            (80, 10_000, Verdict::Fail),
            (0, 0, Verdict::Inconclusive),
        ] {
            assert_eq!(check(availability, Count { bad, total }).verdict, verdict, "{bad} of {total}");
        }
    }
}
