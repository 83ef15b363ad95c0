//! What a scenario was given, key by key: so that a run that goes on later can tell whether it is still the same one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::RawScenario;

/// What was given, by file and flags together. Secrets are not among it, since no scenario holds one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Every key by its path, such as `target.url`, with its value as JSON; switches that nobody turned are among them.
    pub keys: BTreeMap<String, String>,
    /// The same as the text of a scenario file.
    pub text: String,
}

impl Given {
    pub(super) fn of(raw: &RawScenario) -> Self {
        let mut keys = BTreeMap::new();
        // A mirror of a TOML file can always be written as JSON, whose maps have texts for keys, and as TOML.
        if let Ok(value) = serde_json::to_value(raw) {
            flatten("", &value, &mut keys);
        }
        Self { keys, text: toml::to_string(raw).unwrap_or_default() }
    }
}

fn flatten(path: &str, value: &Value, keys: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(&path, value, keys);
            }
        }
        other => {
            keys.insert(path.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::read;

    #[test]
    fn keys_that_were_given_are_told_and_no_others() {
        let text = "seed = 7\n[target]\nallow_hosts = [\"a\", \"b\"]\n[journeys.funnel]\nftd = \"100%\"\n";
        let raw = read("test", text).unwrap();
        let given = Given::of(&raw);
        let shown: Vec<String> = given.keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
        for given in ["journeys.funnel.ftd=\"100%\"", "seed=7", "target.allow_hosts=[\"a\",\"b\"]"] {
            assert!(shown.iter().any(|key| key == given), "{given} in {shown:?}");
        }
        assert!(!shown.iter().any(|key| key.starts_with("parallel.")), "{shown:?}");
        assert_eq!(
            Given::of(&read("again", &given.text).unwrap()),
            given,
            "its text is a scenario that gives the same"
        );
    }
}
