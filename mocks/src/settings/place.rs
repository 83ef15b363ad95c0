//! Where a key stands in the text of a file.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The bytes of the value at `path`, such as `tracker.admission.allow.1` or `operator.networks.volta.url`, or of the
/// nearest thing above it that the text has. A part of the path is a key, the position in a list, or the `name` of
/// one of a list's tables.
pub(super) fn of(path: &str, text: &str) -> Option<Range<usize>> {
    let document = DeTable::parse(text).ok()?;
    let mut parts = path.split('.');
    let first = parts.next()?;
    let (key, mut value) = document.get_ref().iter().find(|(key, _)| key.get_ref() == first)?;
    let mut found = shown(key.span(), value);
    for part in parts {
        let Some((span, inner)) = below(value, part) else { break };
        (found, value) = (shown(span, inner), inner);
    }
    Some(found)
}

/// What is below `value` under that name: the place of its name, and itself.
fn below<'a, 't>(value: &'a Spanned<DeValue<'t>>, part: &str) -> Option<(Range<usize>, &'a Spanned<DeValue<'t>>)> {
    match value.get_ref() {
        DeValue::Table(table) => {
            let (key, inner) = table.iter().find(|(key, _)| key.get_ref() == part)?;
            Some((key.span(), inner))
        }
        DeValue::Array(list) => {
            let position = part.parse().ok().or_else(|| list.iter().position(|entry| is_named(entry, part)))?;
            let entry = list.get(position)?;
            Some((entry.span(), entry))
        }
        _ => None,
    }
}

fn is_named(entry: &Spanned<DeValue<'_>>, name: &str) -> bool {
    let DeValue::Table(table) = entry.get_ref() else { return false };
    let stated = table.iter().find(|(key, _)| key.get_ref() == "name");
    matches!(stated.map(|(_, value)| value.get_ref()), Some(DeValue::String(text)) if text == name)
}

/// A table is shown by its name, everything else by what it is.
fn shown(name: Range<usize>, value: &Spanned<DeValue<'_>>) -> Range<usize> {
    if value.get_ref().is_table() { name } else { value.span() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "listen = \"x\"\n[tracker.admission]\nallow = [\"a\", \"b\"]\n\
                        [[operator.networks]]\nname = \"n\"\nurl = \"u\"\n[[operator.networks]]\nname = \"m\"\nurl = \"v\"\n";

    #[test]
    fn keys_positions_and_names_are_found() {
        let at = |path: &str| of(path, TEXT).map(|span| &TEXT[span]);
        assert_eq!(at("listen"), Some("\"x\""));
        assert_eq!(at("tracker.admission.allow.1"), Some("\"b\""));
        assert_eq!(at("operator.networks.m.url"), Some("\"v\""));
        assert_eq!(at("tracker.admission.burst"), Some("admission"), "the nearest table");
        assert_eq!(at("nowhere.at.all"), None);
        assert_eq!(of("listen", "= no TOML"), None);
    }
}
