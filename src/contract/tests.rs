//! Tests of the registry as a whole: ids, families, and what every card says.

use std::collections::HashSet;

use super::*;

#[test]
fn every_case_has_an_id_of_its_own_in_its_family() {
    let mut seen = HashSet::new();
    for family in FAMILIES {
        for case in family.cases {
            let card = case.card();
            assert_eq!(card.id.split_once('.').map(|(family, _)| family), Some(family.name), "{}", card.id);
            assert!(seen.insert(card.id), "{} stands twice", card.id);
            assert!(!card.rule.is_empty() && !card.expected.is_empty(), "{}", card.id);
        }
    }
}
