//! From one JSON object to a credit, by the pointers of a scenario. Where each pointer is one step, as by default, and the object is
//! flat, it is read in one pass, and what it says is borrowed; else member by member.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Garbage;
use crate::model::{BookedAmount, Credit, CreditRow, NextKey, flat_members};
use crate::scenario::FieldMap;

/// How many fields a credit has.
const FIELDS: usize = 8;

/// The values of a credit's fields, in the order of [`pointers`]: nothing for one that is not there, and within for one that is null.
type Found<'t> = [Option<Option<Cow<'t, str>>>; FIELDS];

type Members<'t> = HashMap<Cow<'t, str>, &'t RawValue>;

/// The shape of a credit.
#[derive(Clone)]
pub(super) struct Shape<'p> {
    map: &'p FieldMap,
    /// The names of the fields, where every pointer is one step, and leads to a member of its own.
    names: Option<[String; FIELDS]>,
}

/// A string of JSON, borrowed where it has no escapes.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

impl<'p> Shape<'p> {
    pub(super) fn new(map: &'p FieldMap) -> Self {
        let one_step = |pointer: &str| pointer.strip_prefix('/').is_some_and(|name| !name.contains('/'));
        let flat = pointers(map).into_iter().all(one_step);
        let names = flat.then(|| pointers(map).map(|pointer| unescaped(&pointer[1..])));
        let is_first =
            |(place, name): (usize, &String)| names.iter().flatten().position(|other| other == name) == Some(place);
        let are_distinct = names.iter().flatten().enumerate().all(is_first);
        Self { map, names: names.filter(|_| are_distinct) }
    }

    /// Reads the text of one credit, which begins after so many lines.
    ///
    /// # Errors
    /// When the text is no JSON, or no object.
    pub(super) fn read<'t>(&self, text: &'t str, lines_before: usize) -> Result<CreditRow<'t>, Garbage> {
        // What goes wrong in one pass is read again, for the sake of what is said about it.
        match self.plain(text) {
            Some(row) => Ok(row),
            None => self.of_object(read(text, lines_before)?),
        }
    }

    /// Reads the text of one credit as most are, in one pass; `None` for any other.
    pub(super) fn plain<'t>(&self, text: &'t str) -> Option<CreditRow<'t>> {
        self.in_one_pass(text).map(row)
    }

    /// The credit that an object is.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn of_object<'t>(&self, object: &'t RawValue) -> Result<CreditRow<'t>, Garbage> {
        let members = members(object).ok_or_else(|| Garbage::Shape("a credit that is no JSON object".to_owned()))?;
        Ok(row(pointers(self.map).map(|pointer| lookup(&members, pointer).map(scalar))))
    }

    /// A credit with what reports make of it, where the scenario says where that stands. Checks of many credits at once do
    /// without it.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub(super) fn with_reports(&self, credit: Credit, text: &str) -> Result<Credit, Garbage> {
        let FieldMap { report_amount, report_currency, report_day, .. } = self.map;
        if [report_amount, report_currency, report_day].into_iter().all(Option::is_none) {
            return Ok(credit);
        }
        let members = members(read(text, 0)?).unwrap_or_default();
        let told = |pointer: &Option<String>| lookup(&members, pointer.as_deref()?).and_then(scalar);
        Ok(Credit {
            report_amount: told(report_amount).map(|amount| booked(&amount)),
            report_currency: told(report_currency).map(Cow::into_owned),
            report_day: told(report_day).map(Cow::into_owned),
            ..credit
        })
    }

    fn in_one_pass<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        let names = self.names.as_ref()?;
        let mut found = Found::default();
        let mut next = NextKey::default();
        flat_members(text, |key, value| {
            // Of equal keys the last one counts.
            if let Some(field) = next.place(names, key).and_then(|place| found.get_mut(place)) {
                *field = Some(value.map(Cow::Borrowed));
            }
            Some(())
        })?;
        Some(found)
    }
}

/// The pointers to a credit's fields.
fn pointers(map: &FieldMap) -> [&str; FIELDS] {
    let FieldMap { event_id, click_id, event, amount, currency, brand_id, ts_event, is_ftd, .. } = map;
    [event_id, click_id, event, amount, currency, brand_id, ts_event, is_ftd]
}

fn row(found: Found<'_>) -> CreditRow<'_> {
    let [event_id, click_id, event, amount, currency, brand_id, ts_event, is_ftd] = found;
    CreditRow {
        // Other traffic may have rows without one; they are told apart from ours by their click.
        event_id: event_id.flatten().unwrap_or_default(),
        click_id: click_id.flatten(),
        event: event.flatten(),
        amount: amount.flatten().map(|amount| booked(&amount)),
        currency: currency.flatten(),
        brand: brand_id,
        ts_event,
        is_ftd: is_ftd.map(|flag| matches!(flag.as_deref(), Some("true" | "1"))),
    }
}

fn booked(amount: &str) -> BookedAmount {
    match amount.parse() {
        Ok(exact) => BookedAmount::Exact(exact),
        Err(_) => BookedAmount::Other(amount.chars().take(40).collect()),
    }
}

/// Reads a text that begins after so many lines.
pub(super) fn read<'t, T: Deserialize<'t>>(text: &'t str, lines_before: usize) -> Result<T, Garbage> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The parser's own "at line … column …" is told in our words instead.
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Garbage::NotJson { line: error.line() + lines_before, column: error.column(), message }
    })
}

/// What a JSON pointer (RFC 6901) leads to.
pub(super) fn at<'t>(value: &'t RawValue, pointer: &str) -> Option<&'t RawValue> {
    if pointer.is_empty() {
        return Some(value);
    }
    members(value).and_then(|members| lookup(&members, pointer))
}

fn lookup<'t>(members: &Members<'t>, pointer: &str) -> Option<&'t RawValue> {
    let steps = pointer.strip_prefix('/')?;
    let (step, rest) = steps.find('/').map_or((steps, ""), |slash| steps.split_at(slash));
    at(members.get(unescaped(step).as_str())?, rest)
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The members of an object, or the items of an array by their numbers.
fn members(value: &RawValue) -> Option<Members<'_>> {
    match value.get().as_bytes().first()? {
        b'{' => {
            let members: HashMap<Text<'_>, &RawValue> = serde_json::from_str(value.get()).ok()?;
            Some(members.into_iter().map(|(key, value)| (key.0, value)).collect())
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            Some(items.into_iter().enumerate().map(|(place, item)| (Cow::Owned(place.to_string()), item)).collect())
        }
        _ => None,
    }
}

/// A string's characters, a number's digits, a flag's word; nothing for null. Arrays and objects are shown as they are.
fn scalar(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Some(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(text).ok().map(Cow::Owned),
        None if text == "null" => None,
        None => Some(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scenario;

    fn map(toml: &str) -> FieldMap {
        scenario::check(&scenario::read("test", toml).unwrap(), "test", toml).unwrap().read_back.map
    }

    proptest! {
        #[test]
        fn one_pass_finds_what_looking_member_by_member_finds(
            keys in proptest::collection::vec("(event_id|click_id|amount|is_ftd|ts_event|\\\\u0065vent|x|brand_id)", 0..8),
            values in proptest::collection::vec("(null|true|1|-1\\.50|\"\"|\"a\\\\nb\"|\"é\"|\\[1,\\{\\}\\]|\\{\"a\":2\\}|\"\\\\ud800\"|nul|\"\t\"|1e5)", 8),
            ending in "(\\}|\\} |\\}x|)",
        ) {
            let members: Vec<String> = keys.iter().zip(&values).map(|(key, value)| format!("\"{key}\": {value}")).collect();
            let text = format!("{{{}{ending}", members.join(","));
            let map = map("");
            let shape = Shape::new(&map);
            prop_assert!(shape.names.is_some());
            let slow: Result<CreditRow<'_>, String> =
                read(&text, 3).and_then(|object| shape.of_object(object)).map_err(|error| error.to_string());
            if let Some(found) = shape.in_one_pass(&text) {
                prop_assert_eq!(Ok(row(found)), slow.clone());
            }
            prop_assert_eq!(shape.read(&text, 3).map_err(|error| error.to_string()), slow);
        }
    }

    #[test]
    fn a_flat_row_is_read_in_one_pass() {
        let map = map("");
        let shape = Shape::new(&map);
        let found = |text| shape.in_one_pass(text).map(row);
        let flat =
            found(r#"{"event_id":"a","other":1,"is_ftd":1,"brand_id":null,"event_id":"b"}"#).expect("it is flat");
        assert_eq!(
            (flat.event_id.as_ref(), flat.is_ftd, flat.brand, flat.ts_event),
            ("b", Some(true), Some(None), None)
        );
        assert_eq!(found(r#"{"event_id":"a","tags":[]}"#), None);
    }

    #[test]
    fn pointers_may_share_a_member_and_have_escapes() {
        let map = map("[read_back.map]\nevent_id = \"/a~1b\"\nclick_id = \"/a~1b\"\n");
        let row = Shape::new(&map).read(r#"{"a/b":"x","a/b":"y"}"#, 0).unwrap();
        assert_eq!((row.event_id.as_ref(), row.click_id.as_deref()), ("y", Some("y")));
    }
}
