//! The events that stand where none should, by name: the first few of each standing.

use std::collections::BTreeMap;

/// The first few deliveries of each standing that is none of `ok`, `recovered` and `harmless`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offenders(BTreeMap<&'static str, Vec<String>>);

impl Offenders {
    /// So many of each standing are named.
    pub const NAMED: usize = 5;

    /// Those of a standing, by its word, as checks name them: `dep_tag_3_4_abc lost`.
    pub fn of(&self, word: &str) -> &[String] {
        self.0.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether one more of a standing would be named.
    pub(super) fn has_room(&self, word: &'static str) -> bool {
        self.of(word).len() < Self::NAMED
    }

    pub(super) fn add(&mut self, word: &'static str, described: String) {
        self.0.entry(word).or_default().push(described);
    }
}
