//! Which column of a log says what: by the names that columns usually have, or as it was told.

use std::collections::BTreeMap;

use super::error::LogError;
use super::reason::excerpt;
use crate::scenario::Field;

/// What was told of a log's columns. `None` for a field that shall not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMap(BTreeMap<Field, Option<String>>);

/// For each field of [`Field::ALL`] the place of its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns([Option<usize>; Field::ALL.len()]);

/// Columns that an error lists.
const LISTED: usize = 40;

impl ColumnMap {
    /// What was told, field by field.
    pub fn new(told: BTreeMap<Field, Option<String>>) -> Self {
        Self(told)
    }

    /// Finds the columns of a log that has these.
    ///
    /// # Errors
    /// When one that was named is not there, or none says when, or none says which conversion.
    pub(super) fn find(&self, found: &[String]) -> Result<Columns, LogError> {
        let normals: Vec<String> = found.iter().map(|name| Field::normal(name)).collect();
        let mut places = [None; Field::ALL.len()];
        for (field, column) in &self.0 {
            let Some(column) = column else { continue };
            let exact = found.iter().position(|name| name == column);
            let alike = || normals.iter().position(|name| *name == Field::normal(column));
            let place = exact.or_else(alike).ok_or_else(|| LogError::Mapped {
                column: excerpt(column),
                field: field.name(),
                found: listed(found),
            })?;
            places[*field as usize] = Some(place);
        }
        for field in Field::ALL.into_iter().filter(|field| !self.0.contains_key(field)) {
            let mut synonyms = field.synonyms().iter();
            let place = synonyms.find_map(|synonym| normals.iter().position(|name| name == synonym));
            let is_taken = |place: &usize| places.contains(&Some(*place));
            places[field as usize] = place.filter(|place| !is_taken(place));
        }
        let columns = Self::complete(places);
        columns.map_err(|missing| LogError::Columns { missing, found: listed(found) })
    }

    fn complete(places: [Option<usize>; Field::ALL.len()]) -> Result<Columns, String> {
        let columns = Columns(places);
        let has = |field| columns.place(field).is_some();
        if !has(Field::At) {
            return Err(format!("the time of the deposit ({})", Field::At.synonyms().join(", ")));
        }
        let has_id = has(Field::Click) || has(Field::Transaction) || has(Field::Account);
        let has_money = has(Field::Amount) && has(Field::Currency);
        if !has_id && !has_money {
            let of = |field: Field| field.synonyms().first().copied().unwrap_or_default();
            let ids = [Field::Click, Field::Transaction, Field::Account].map(of).join(", ");
            return Err(format!("which conversion it was ({ids}, or amount and currency)"));
        }
        Ok(columns)
    }
}

impl Columns {
    /// Where the column of a field stands.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.0.get(field as usize).copied().flatten()
    }
}

fn listed(found: &[String]) -> String {
    let mut names: Vec<String> = found.iter().take(LISTED).map(|name| excerpt(name)).collect();
    if found.len() > LISTED {
        names.push(format!("and {} more", found.len() - LISTED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn columns_are_found_by_their_usual_names() {
        let found = names(&["Click ID", "event_id", "Transaction-ID", "Timestamp", "Amount", "Currency", "Browser"]);
        let columns = ColumnMap::default().find(&found).expect("enough");
        assert_eq!(columns.place(Field::Click), Some(0));
        assert_eq!(columns.place(Field::Transaction), Some(2), "the better name goes first");
        assert_eq!(columns.place(Field::At), Some(3));
        assert_eq!(columns.place(Field::Browser), Some(6));
        assert_eq!(columns.place(Field::Brand), None);
    }

    #[test]
    fn what_was_told_goes_first() {
        let named = |name: &str| Some(name.to_owned());
        let told = [(Field::Click, named("Ref")), (Field::At, named("zeit")), (Field::Currency, None)];
        let map = ColumnMap::new(BTreeMap::from(told));
        let columns = map.find(&names(&["click_id", "ref", "Zeit", "currency"])).expect("enough");
        assert_eq!((columns.place(Field::Click), columns.place(Field::At)), (Some(1), Some(2)));
        assert_eq!(columns.place(Field::Currency), None, "it shall not be read");
    }

    #[test]
    fn what_is_missing_is_told_with_what_is_there() {
        let told = |map: &ColumnMap, found: &[&str]| map.find(&names(found)).expect_err("incomplete").to_string();
        let text = told(&ColumnMap::default(), &["click_id", "Wann"]);
        assert!(text.contains("time of the deposit") && text.contains("click_id, Wann"), "{text}");
        let text = told(&ColumnMap::default(), &["ts_event", "amount"]);
        assert!(text.contains("which conversion"), "{text}");
        let map = ColumnMap::new(BTreeMap::from([(Field::Click, Some("nowhere".to_owned()))]));
        assert!(told(&map, &["click_id", "ts_event"]).contains("`nowhere`"));
    }
}
