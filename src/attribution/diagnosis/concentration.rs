//! Groups in which more is missing than in the others. How many would be by chance is taken from all conversions of the same kind
//! (browser and device, on which the life of cookies hangs), so that a brand is not blamed for what its players' browsers do.
//!
//! Given how many of each kind are missing in all, those missing of a group are sums of hypergeometric numbers, which are sums of
//! independent trials of unequal chances (Vatutin and Mikhailov, Theory of Probability 27, 1982). Beyond their mean, the tail of such a
//! sum is no heavier than that of the binomial with the mean chance (Hoeffding, Annals of Mathematical Statistics 27, 1956): the exact
//! binomial tail is on the safe side.

use std::collections::BTreeMap;

use super::CERTAINTY;
use crate::attribution::NameId;
use crate::stats::{Count, holm_levels, p_broken, real};

/// What the life of a cookie hangs on: browser and device.
pub(super) type Kind = (Option<NameId>, Option<NameId>);

/// A conversion for the purpose: its kind, its group, whether it is missing.
pub(super) type Case<K> = (Kind, Option<K>, bool);

/// A group in which more is missing than chance explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Group<K> {
    /// Which.
    pub(super) key: K,
    /// How many are missing of how many.
    pub(super) count: Count,
}

/// Such groups, and all the others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Concentration<K> {
    /// Those in which more is missing, in the order of their keys.
    pub(super) groups: Vec<Group<K>>,
    /// Missing among what is in none of them.
    pub(super) rest: Count,
}

impl<K: Ord + Copy> Concentration<K> {
    /// Looks at every group. Where there is but one, there is nothing to compare it with.
    pub(super) fn of(cases: impl Iterator<Item = Case<K>>) -> Self {
        let mut cells: BTreeMap<(Option<K>, Kind), Count> = BTreeMap::new();
        for (kind, key, missing) in cases {
            cells.entry((key, kind)).or_default().add(missing);
        }
        let mut kinds: BTreeMap<Kind, Count> = BTreeMap::new();
        for ((_, kind), count) in &cells {
            *kinds.entry(*kind).or_default() += *count;
        }
        let mut all: BTreeMap<Option<K>, (Count, f64)> = BTreeMap::new();
        for ((key, kind), count) in &cells {
            let (sum, expected) = all.entry(*key).or_default();
            *sum += *count;
            *expected += real(count.total) * kinds.get(kind).map_or(0.0, |kind| ratio(*kind));
        }
        let groups = if all.len() < 2 { Vec::new() } else { beyond_chance(&all) };
        let mut rest = Count::default();
        for (_, (count, _)) in all.iter().filter(|(key, _)| !groups.iter().any(|group| Some(group.key) == **key)) {
            rest += *count;
        }
        Self { groups, rest }
    }

    /// Only groups of which at least this share is missing. The others go to the rest.
    pub(super) fn at_least(mut self, share: f64) -> Self {
        let rest = &mut self.rest;
        self.groups.retain(|group| {
            let kept = ratio(group.count) >= share;
            if !kept {
                *rest += group.count;
            }
            kept
        });
        self
    }

    /// Whether there is a group and the rest lies so many times below all of them together.
    pub(super) fn stands_out(&self, times: f64) -> bool {
        !self.groups.is_empty() && ratio(self.rest) * times <= ratio(self.sum())
    }

    /// All groups together.
    pub(super) fn sum(&self) -> Count {
        let mut sum = Count::default();
        for group in &self.groups {
            sum += group.count;
        }
        sum
    }

    /// Whether a key is one of them.
    pub(super) fn has(&self, key: Option<K>) -> bool {
        key.is_some_and(|key| self.groups.iter().any(|group| group.key == key))
    }
}

/// The groups whose missing ones are beyond chance, of all that were looked at.
fn beyond_chance<K: Ord + Copy>(all: &BTreeMap<Option<K>, (Count, f64)>) -> Vec<Group<K>> {
    let named: Vec<_> = all.iter().filter_map(|(key, (count, expected))| Some(((*key)?, *count, *expected))).collect();
    let chances: Vec<f64> = named.iter().map(|(_, count, expected)| chance(*count, *expected)).collect();
    let levels = holm_levels(&chances, CERTAINTY);
    let clear = named.iter().zip(chances.iter().zip(&levels)).filter(|(_, (chance, level))| chance <= level);
    clear.map(|((key, count, _), _)| Group { key: *key, count: *count }).collect()
}

/// The chance of so many missing ones when so many are expected.
fn chance(count: Count, expected: f64) -> f64 {
    if real(count.bad) <= expected { 1.0 } else { p_broken(count, (expected / real(count.total.max(1))).min(1.0)) }
}

/// The share that is missing.
pub(super) fn ratio(count: Count) -> f64 {
    if count.total == 0 { 0.0 } else { real(count.bad) / real(count.total) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALIKE: Kind = (None, None);

    fn cases(groups: &[(u16, u64, u64)]) -> Vec<Case<u16>> {
        let group = |&(key, missing, total): &(u16, u64, u64)| (0..total).map(move |n| (ALIKE, Some(key), n < missing));
        groups.iter().flat_map(group).collect()
    }

    fn found(cases: Vec<Case<u16>>) -> Vec<u16> {
        Concentration::of(cases.into_iter()).groups.iter().map(|group| group.key).collect()
    }

    #[test]
    fn a_group_that_misses_more_is_found_and_equals_are_not() {
        assert_eq!(found(cases(&[(1, 40, 400), (2, 160, 400), (3, 41, 400)])), [2]);
        assert!(found(cases(&[(1, 40, 400), (2, 45, 400), (3, 41, 400)])).is_empty());
    }

    #[test]
    fn few_show_nothing_and_one_group_has_no_other() {
        assert!(found(cases(&[(1, 0, 3), (2, 3, 3)])).is_empty());
        assert!(found(cases(&[(1, 400, 400)])).is_empty());
    }

    #[test]
    fn a_group_is_not_blamed_for_its_browsers() {
        let browser = |number| (Some(NameId(number)), None);
        let mixed = |per_browser: [(u64, u64); 2]| {
            let of = |key, number, (missing, total): (u64, u64)| {
                (0..total).map(move |n| (browser(number), Some(key), n < missing))
            };
            let [own, other] = per_browser;
            of(1, 1, own).chain(of(1, 2, other)).chain(of(2, 1, (90, 100))).chain(of(2, 2, (90, 900)))
        };
        // Nine of ten are lost in browser 1 and one of ten in browser 2, whatever the brand.
        assert!(Concentration::of(mixed([(810, 900), (10, 100)])).groups.is_empty());
        let found = Concentration::of(mixed([(810, 900), (100, 100)]));
        assert_eq!(found.groups.iter().map(|group| group.key).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn groups_too_small_a_share_go_to_the_rest() {
        let found = Concentration::of(cases(&[(1, 0, 400), (2, 160, 400), (3, 400, 400)]).into_iter()).at_least(0.9);
        assert_eq!((found.sum(), found.rest), (Count { bad: 400, total: 400 }, Count { bad: 160, total: 800 }));
        assert!(found.stands_out(4.0) && !found.stands_out(6.0));
        assert!(found.has(Some(3)) && !found.has(Some(2)) && !found.has(None));
    }

    proptest! {
        #[test]
        fn every_case_is_counted_once(groups in prop::collection::vec((0_u16..6, 0_u64..60, 0_u64..60), 0..12)) {
            let total: u64 = groups.iter().map(|(_, _, total)| total).sum();
            let found = Concentration::of(cases(&groups).into_iter());
            prop_assert_eq!(found.sum().total + found.rest.total, total);
        }
    }
}
