//! Tests of the template: it says of every key what is so.

use super::*;
use crate::model::FaultKind;
use crate::scenario::{self, raw::RawScenario};

/// Every key of the schema as `table.key`, following references.
fn keys(schema: &serde_json::Value, root: &serde_json::Value, table: &str, found: &mut Vec<(String, String)>) {
    let reference = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str());
    let schema = reference.map_or(schema, |path| &root["$defs"][path.rsplit('/').next().unwrap()]);
    for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
        let nested = inner["$ref"].is_string() || inner["allOf"].is_array();
        if nested && !table.starts_with("journeys.delays") {
            let table = if table.is_empty() { key.clone() } else { format!("{table}.{key}") };
            keys(inner, root, &table, found);
        } else if key != "rates" {
            found.push((table.to_owned(), key.clone()));
        }
    }
}

fn table_text(table: &str) -> &'static str {
    let from = if table.is_empty() { 0 } else { TEMPLATE.find(&format!("\n[{table}]\n")).expect(table) + 2 };
    TEMPLATE[from..].split("\n[").next().unwrap()
}

#[test]
fn every_key_stands_in_the_template_under_its_table() {
    let schema = schemars::schema_for!(RawScenario);
    let schema = schema.as_value();
    let mut found = Vec::new();
    keys(schema, schema, "", &mut found);
    found.extend(FaultKind::ALL.map(|kind| ("faults.rates".to_owned(), kind.name().to_owned())));
    assert!(found.len() > 80, "{}", found.len());
    for (table, key) in found {
        assert!(table_text(&table).contains(&format!("\n# {key} = ")), "[{table}] {key}");
    }
}

#[test]
fn the_template_runs_as_it_is_and_with_each_line_uncommented() {
    for text in [TEMPLATE.to_owned(), filled(&[("target.url", "http://127.0.0.1:1/p".to_owned())])] {
        let raw = scenario::read("template", &text).expect("TOML");
        scenario::check(&raw, "template", &text).expect("a scenario");
    }
    for line in TEMPLATE.lines().filter(|line| line.starts_with("# ") && line.contains(" = ")) {
        let text = TEMPLATE.replacen(&format!("\n{line}\n"), &format!("\n{}\n", &line[2..]), 1);
        scenario::read("template", &text).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn given_values_take_the_place_of_their_comments() {
    let text = filled(&[("target.url", "http://h/p".into()), ("read_back.url", "http://h/\"c\"".into())]);
    assert!(text.contains("\nurl = \"http://h/p\"\n"), "{text}");
    let raw = scenario::read("template", &text).expect("TOML");
    assert_eq!(raw.target.url.as_deref(), Some("http://h/p"));
    assert_eq!(raw.read_back.url.as_deref(), Some("http://h/\"c\""));
}
