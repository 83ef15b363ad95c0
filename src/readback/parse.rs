//! From the text of a read-back to credits: a JSON array, or one JSON object a line. Amounts keep their digits;
//! no number passes through a float.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{BookedAmount, Credit};
use crate::scenario::{FieldMap, ReadBackPlan};

/// A read-back that cannot be read as credits.
#[derive(Debug, thiserror::Error)]
pub enum Garbage {
    /// Not JSON at all.
    #[error("line {line}, column {column}: no JSON: {message}")]
    NotJson {
        /// Line of the text, from 1.
        line: usize,
        /// Column within it, from 1.
        column: usize,
        /// What the parser said.
        message: String,
    },
    /// JSON, and not what was to be there.
    #[error("{0}")]
    Shape(String),
}

type Members<'a> = HashMap<Cow<'a, str>, &'a RawValue>;

/// A string of JSON, borrowed where it has no escapes.
#[derive(Deserialize, PartialEq, Eq, Hash)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads credits in the shape that the plan maps.
///
/// # Errors
/// When the text is no JSON, or not of that shape.
pub fn credits(text: &str, plan: &ReadBackPlan) -> Result<Vec<Credit>, Garbage> {
    let credits = rows(text, plan)?;
    if !credits.is_empty() && credits.iter().all(|credit| credit.event_id.is_empty()) {
        return Err(Garbage::Shape(format!("no row has anything at {}", plan.map.event_id)));
    }
    Ok(credits)
}

fn rows(text: &str, plan: &ReadBackPlan) -> Result<Vec<Credit>, Garbage> {
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if plan.items.is_empty() && !trimmed.starts_with('[') {
        return trimmed
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(place, line)| {
                let object: &RawValue = read(line, place)?;
                credit(object, &plan.map)
            })
            .collect();
    }
    let document: &RawValue = read(trimmed, 0)?;
    let items = at(document, &plan.items).ok_or_else(|| Garbage::Shape(format!("nothing stands at {}", plan.items)))?;
    let items: Vec<&RawValue> =
        serde_json::from_str(items.get()).map_err(|_| Garbage::Shape("no array of credits".to_owned()))?;
    items.into_iter().map(|object| credit(object, &plan.map)).collect()
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, lines_before: usize) -> Result<T, Garbage> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The parser's own "at line … column …" is told in our words instead.
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        Garbage::NotJson { line: error.line() + lines_before, column: error.column(), message }
    })
}

fn credit(object: &RawValue, map: &FieldMap) -> Result<Credit, Garbage> {
    let members = members(object).ok_or_else(|| Garbage::Shape("a credit that is no JSON object".to_owned()))?;
    let field = |pointer: &str| lookup(&members, pointer);
    let text = |pointer: &str| field(pointer).and_then(scalar);
    Ok(Credit {
        // Other traffic may have rows without one; they are told apart from ours by their click.
        event_id: text(&map.event_id).unwrap_or_default(),
        click_id: text(&map.click_id),
        event: text(&map.event),
        amount: text(&map.amount).as_deref().map(amount),
        currency: text(&map.currency),
        brand: field(&map.brand_id).map(scalar),
        ts_event: field(&map.ts_event).map(scalar),
        is_ftd: field(&map.is_ftd).map(|flag| matches!(flag.get(), "true" | "1" | "\"true\"" | "\"1\"")),
        report_amount: map.report_amount.as_deref().and_then(text).as_deref().map(amount),
        report_currency: map.report_currency.as_deref().and_then(text),
        report_day: map.report_day.as_deref().and_then(text),
    })
}

fn amount(text: &str) -> BookedAmount {
    text.parse().map_or_else(|_| other(text), BookedAmount::Exact)
}

fn other(amount: &str) -> BookedAmount {
    BookedAmount::Other(amount.chars().take(40).collect())
}

/// What a JSON pointer (RFC 6901) leads to.
fn at<'a>(value: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    if pointer.is_empty() {
        return Some(value);
    }
    members(value).and_then(|members| lookup(&members, pointer))
}

fn lookup<'a>(members: &Members<'a>, pointer: &str) -> Option<&'a RawValue> {
    let steps = pointer.strip_prefix('/')?;
    let (step, rest) = steps.find('/').map_or((steps, ""), |slash| steps.split_at(slash));
    let step = step.replace("~1", "/").replace("~0", "~");
    at(members.get(step.as_str())?, rest)
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
fn scalar(value: &RawValue) -> Option<String> {
    match value.get() {
        "null" => None,
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        other => Some(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn plan(toml: &str) -> ReadBackPlan {
        let raw = scenario::read("test", toml).expect("TOML");
        scenario::check(&raw, "test", toml).expect("a scenario").read_back
    }

    #[test]
    fn arrays_and_lines_are_read_alike() {
        let array =
            r#"[{"event_id":"a","click_id":"c","event":"refund","amount":-10.50,"currency":"EUR"},{"event_id":"b"}]"#;
        let lines = "{\"event_id\":\"a\",\"click_id\":\"c\",\"event\":\"refund\",\"amount\":\"-10.5\",\"currency\":\"EUR\"}\n\n{\"event_id\":\"b\"}\n";
        let plan = plan("");
        let read = credits(array, &plan).expect("an array");
        assert_eq!(read, credits(lines, &plan).expect("lines"));
        assert_eq!(read[0].amount, Some(BookedAmount::Exact("-10.5".parse().expect("an amount"))));
        assert_eq!(read[1], Credit { event_id: "b".into(), ..Credit::default() });
        assert!(credits("", &plan).expect("no credits").is_empty());
        assert!(credits("[]", &plan).expect("no credits").is_empty());
    }

    #[test]
    fn absent_null_and_given_are_told_apart() {
        let read =
            credits(r#"[{"event_id":1,"brand_id":null,"is_ftd":null,"amount":1e400}]"#, &plan("")).expect("read");
        assert_eq!(read[0].event_id, "1");
        assert_eq!(read[0].brand, Some(None));
        assert_eq!(read[0].is_ftd, Some(false));
        assert_eq!(read[0].ts_event, None);
        assert_eq!(read[0].amount, Some(BookedAmount::Other("1e400".into())));
    }

    #[test]
    fn other_shapes_are_mapped_by_pointers() {
        let plan = plan(
            "[read_back]\nitems = \"/data/rows\"\n[read_back.map]\nevent_id = \"/id\"\namount = \"/money/0\"\nclick_id = \"/a~1b\"\n",
        );
        let text = r#"{"data":{"rows":[{"id":"x","money":[19.99,"EUR"],"a/b":"clk"}]}}"#;
        let read = credits(text, &plan).expect("read");
        assert_eq!((read[0].event_id.as_str(), read[0].click_id.as_deref()), ("x", Some("clk")));
        assert_eq!(read[0].amount, Some(BookedAmount::Exact("19.99".parse().expect("an amount"))));
    }

    #[test]
    fn garbage_is_named() {
        let plan = plan("");
        for text in ["<html>", "[1]", "[{}]", "[{\"event_id\":null}]", "{\"error\":\"x\"}", "[", "null", "[[]]"] {
            assert!(credits(text, &plan).is_err(), "{text}");
        }
        let error = credits("{\"event_id\":\"a\"}\n{oops}", &plan).expect_err("no JSON");
        assert!(error.to_string().starts_with("line 2, column 2"), "{error}");
    }
}
