//! From the text of a read-back to credits: a JSON array, or one JSON object a line. Amounts keep their digits;
//! no number passes through a float.

use serde_json::value::RawValue;

use super::row::{Shape, at, read};
use crate::model::{Credit, CreditRow};
use crate::scenario::ReadBackPlan;

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
    let shape = Shape::new(&plan.map);
    let trimmed = text.trim_start_matches('\u{feff}').trim();
    if plan.items.is_empty() && !trimmed.starts_with('[') {
        return trimmed
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(place, line)| credit(&shape, line, &shape.read(line, place)?))
            .collect();
    }
    let document: &RawValue = read(trimmed, 0)?;
    let items = at(document, &plan.items).ok_or_else(|| Garbage::Shape(format!("nothing stands at {}", plan.items)))?;
    let items: Vec<&RawValue> =
        serde_json::from_str(items.get()).map_err(|_| Garbage::Shape("no array of credits".to_owned()))?;
    items.into_iter().map(|object| credit(&shape, object.get(), &shape.of_object(object)?)).collect()
}

/// A row to keep, with what reports make of it.
fn credit(shape: &Shape<'_>, text: &str, row: &CreditRow<'_>) -> Result<Credit, Garbage> {
    shape.with_reports(row.to_credit(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BookedAmount;
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
    fn what_reports_make_of_a_credit_is_read_where_it_is_mapped() {
        let text = r#"{"event_id":"a","worth":{"amount":"18.50","in":"USD"},"report_day":"2026-11-21"}"#;
        let map = "[read_back.map]\nreport_amount = \"/worth/amount\"\nreport_currency = \"/worth/in\"\n\
                   report_day = \"/report_day\"\n";
        let mapped = Credit {
            event_id: "a".into(),
            report_amount: Some(BookedAmount::Exact("18.5".parse().expect("an amount"))),
            report_currency: Some("USD".into()),
            report_day: Some("2026-11-21".into()),
            ..Credit::default()
        };
        for text in [text.to_owned(), format!("[{text}]")] {
            assert_eq!(credits(&text, &plan(map)).expect("read"), std::slice::from_ref(&mapped));
            let unmapped = Credit { event_id: "a".into(), ..Credit::default() };
            assert_eq!(credits(&text, &plan("")).expect("read"), [unmapped]);
        }
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
