//! The groups of one report: as many as have a bound, and one row for what comes after.
//!
//! Values of a click are anybody's to choose, so the number of groups must not follow them.

use std::collections::HashMap;

use super::dimension::Key;
use super::tally::Tally;

/// Most groups of a report. A group is some 1 kB; one with three names as long as a click takes and money on every day
/// of the payback's horizon is some 10 kB, so a report holds 100 MB at the very worst.
pub(crate) const MAX_GROUPS: usize = 10_000;

/// Groups by name, first come first kept.
#[derive(Debug)]
pub(crate) struct Groups {
    bound: usize,
    kept: HashMap<Key, Tally>,
    others: Option<Box<Tally>>,
}

impl Groups {
    /// No groups, and room for so many.
    pub(crate) fn new(bound: usize) -> Self {
        Self { bound, kept: HashMap::new(), others: None }
    }

    /// The group of that name, or the one for all that have no room.
    pub(crate) fn at(&mut self, key: Key) -> &mut Tally {
        if self.kept.len() >= self.bound && !self.kept.contains_key(&key) {
            return self.others.get_or_insert_default();
        }
        self.kept.entry(key).or_default()
    }

    /// The groups in the order of their names, and the row of all others when there is one.
    pub(crate) fn sorted(&self) -> (Vec<(&Key, &Tally)>, Option<&Tally>) {
        let mut groups: Vec<_> = self.kept.iter().collect();
        groups.sort_by_key(|(key, _)| *key);
        (groups, self.others.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_one_row() {
        let mut groups = Groups::new(2);
        for name in ["b", "a", "c", "b", "d", "a"] {
            groups.at(vec![Some(name.to_owned())]).clicks += 1;
        }
        let (kept, others) = groups.sorted();
        let kept: Vec<_> = kept.iter().map(|(key, tally)| (key[0].as_deref(), tally.clicks)).collect();
        assert_eq!(kept, [(Some("a"), 2), (Some("b"), 2)]);
        assert_eq!(others.map(|tally| tally.clicks), Some(2));
    }
}
