//! Hours in a row in which most is missing, and hardly anything in the others.

use jiff::Timestamp;

use super::concentration::{Concentration, Group};
use super::missing::HOUR;
use super::phrase::{instant, share};
use crate::stats::Count;

/// Longer than this, in hours, is no outage but a state.
const LONGEST: i64 = 8;

/// The share that is missing in the hours has to be so many times that of the others.
const TIMES: f64 = 1.8;

/// An outage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outage {
    first: i64,
    last: i64,
    count: Count,
    rest: Count,
}

impl Outage {
    /// The hours in a row with the most missing ones, if they stand out.
    pub(super) fn find(found: &Concentration<i64>) -> Option<Self> {
        let run = runs(&found.groups).into_iter().max_by_key(|run| sum(run).bad)?;
        let (first, last) = (run.first()?.key, run.last()?.key);
        let mut rest = found.rest;
        for group in found.groups.iter().filter(|group| group.key < first || group.key > last) {
            rest += group.count;
        }
        let one = Concentration { groups: run.to_vec(), rest };
        let short = last - first < LONGEST;
        (short && one.stands_out(TIMES)).then(|| Self { first, last, count: one.sum(), rest })
    }

    /// Whether an hour is one of them.
    pub(super) fn holds(&self, hour: i64) -> bool {
        (self.first..=self.last).contains(&hour)
    }

    /// The evidence in words; `missing` is the predicate of what is.
    pub(super) fn sentence(&self, missing: &str) -> String {
        let at = |hour: i64| Timestamp::from_second(hour.saturating_mul(HOUR)).map(instant).unwrap_or_default();
        format!(
            "{} conversions between {} and {} {missing}, of all others {}.",
            share(self.count),
            at(self.first),
            at(self.last.saturating_add(1)),
            share(self.rest)
        )
    }
}

/// Groups whose hours follow one another.
fn runs(groups: &[Group<i64>]) -> Vec<&[Group<i64>]> {
    groups.chunk_by(|a, b| b.key == a.key.saturating_add(1)).collect()
}

fn sum(groups: &[Group<i64>]) -> Count {
    let mut sum = Count::default();
    for group in groups {
        sum += group.count;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(hours: &[(i64, u64)], rest: u64) -> Option<(i64, i64)> {
        let group = |&(key, bad): &(i64, u64)| Group { key, count: Count { bad, total: 50 } };
        let groups = hours.iter().map(group).collect();
        let found = Concentration { groups, rest: Count { bad: rest, total: 1000 } };
        Outage::find(&found).map(|outage| (outage.first, outage.last))
    }

    #[test]
    fn hours_in_a_row_are_one_outage() {
        assert_eq!(find(&[(7, 50), (11, 40), (12, 50)], 10), Some((11, 12)));
        assert_eq!(find(&[(7, 50)], 10), Some((7, 7)));
        assert_eq!(find(&[], 10), None);
    }

    #[test]
    fn a_day_is_a_state_and_what_is_missing_everywhere_is_no_outage() {
        assert_eq!(find(&(0..24).map(|hour| (hour, 50)).collect::<Vec<_>>(), 10), None);
        assert_eq!(find(&[(7, 50)], 700), None);
    }
}
