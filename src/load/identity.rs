//! What makes two processes parts of one load: the same plan, promises, seed, tag, start and target. Runs of different ones
//! are neither merged nor taken for each other's repetition.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::RunTag;
use crate::scenario::{LoadPlan, Scenario, SlaPlan};

/// Longest text of a part that is shown where two differ, in characters.
const SHOWN: usize = 200;

/// What a load is made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The version of postproof; another one may draw or count otherwise.
    pub version: String,
    /// The scenario's name, which alone makes no difference.
    pub scenario: String,
    /// Where the postbacks went, as reports show it.
    pub target: String,
    /// How they were signed, as reports show it.
    pub signing: String,
    /// Seed of all that was drawn.
    pub seed: u64,
    /// The tag in every id.
    pub tag: String,
    /// Where journey time starts.
    pub start: Timestamp,
    /// The plan of the whole load.
    pub load: LoadPlan,
    /// What it is judged by.
    pub sla: SlaPlan,
    /// Everything else that decides what is sent, as text that is only compared and shown.
    pub more: BTreeMap<String, String>,
}

/// What reports say of where postbacks go and how they are signed.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The target.
    pub target: &'a str,
    /// The signature.
    pub signing: &'a str,
}

/// The first part in which two loads differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The part, such as `seed` or `load.stages`.
    pub what: String,
    /// What it is in the one.
    pub here: String,
    /// What it is in the other.
    pub there: String,
}

impl Identity {
    /// The identity of a load of that scenario, at that place, with these inputs.
    pub fn of(scenario: &Scenario, place: Place<'_>, seed: u64, tag: &RunTag, start: Timestamp) -> Self {
        let more = [
            ("profile", scenario.profile.to_owned()),
            // The scheme by its name: its entry holds the address of a function, which is another in each process.
            ("signature", format!("{} {:?}", scenario.signature.scheme.name, scenario.signature.settings)),
            ("token", format!("{:?}", scenario.token)),
            ("journeys", format!("{:?}", scenario.journeys)),
            ("faults", format!("{:?}", scenario.faults)),
            ("send", format!("{:?}", scenario.send)),
            ("contract.ftd.minimum", scenario.ftd_minimum.to_string()),
            ("books.events", format!("{:?}", scenario.booked)),
        ];
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            target: place.target.to_owned(),
            signing: place.signing.to_owned(),
            seed,
            tag: tag.to_string(),
            start,
            load: scenario.load.clone(),
            sla: scenario.sla.clone(),
            more: more.map(|(part, text)| (part.to_owned(), text)).into(),
        }
    }

    /// In what it differs from another, the parts in alphabetical order; `None` when both are of one load.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        let mut parts = self.parts();
        let mut others = other.parts();
        let names: Vec<String> = parts.keys().chain(others.keys()).cloned().collect();
        let mut sorted = names;
        sorted.sort_unstable();
        sorted.dedup();
        sorted.into_iter().find_map(|what| {
            let (here, there) = (parts.remove(&what), others.remove(&what));
            let text = |part: Option<Value>| part.map_or_else(|| "not there".to_owned(), |part| shown(&part));
            (here != there).then(|| Difference { what, here: text(here), there: text(there) })
        })
    }

    /// The parts that have to be the same, by name.
    fn parts(&self) -> BTreeMap<String, Value> {
        // Names and numbers always fit into JSON; a part that would not is compared as null on both sides.
        let whole = serde_json::to_value(self).unwrap_or(Value::Null);
        let mut parts = BTreeMap::new();
        for (name, value) in whole.as_object().into_iter().flatten().filter(|(name, _)| *name != "scenario") {
            match value {
                Value::Object(inner) => {
                    let prefix = if name == "more" { String::new() } else { format!("{name}.") };
                    parts.extend(inner.iter().map(|(key, value)| (format!("{prefix}{key}"), value.clone())));
                }
                value => drop(parts.insert(name.clone(), value.clone())),
            }
        }
        parts
    }
}

fn shown(part: &Value) -> String {
    let text = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::scenario;

    /// The identity of a load of that scenario text.
    pub(crate) fn identity(text: &str, seed: u64) -> Identity {
        let raw = scenario::read("test", text).unwrap();
        let scenario = scenario::check(&raw, "test", text).unwrap();
        let start = "2026-11-01T00:00:00Z".parse().unwrap();
        let place = Place { target: "http://127.0.0.1:9/postback", signing: "hmac" };
        Identity::of(&scenario, place, seed, &"fleet".parse().unwrap(), start)
    }

    #[test]
    fn the_same_load_has_no_difference_and_reads_back() {
        let one = identity("", 7);
        let mut other = identity("name = \"other\"", 7);
        assert_eq!(one.difference(&other), None, "a name makes no difference");
        other = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn no_part_is_of_one_process_only() {
        let one = identity("", 7);
        assert!(one.more.values().all(|text| !text.contains("0x")), "an address differs between processes: {one:?}");
    }

    #[test]
    fn the_part_that_differs_is_named() {
        let one = identity("", 7);
        let what = |other: &Identity| one.difference(other).map(|difference| difference.what);
        assert_eq!(what(&identity("", 8)).as_deref(), Some("seed"));
        assert_eq!(what(&identity("[journeys]\nplayers = 3", 7)).as_deref(), Some("journeys"));
        let mut other = one.clone();
        other.load.threads = 9;
        let difference = one.difference(&other).unwrap();
        assert_eq!(
            (difference.what.as_str(), difference.here.as_str(), difference.there.as_str()),
            ("load.threads", "1", "9")
        );
        let mut other = one.clone();
        other.sla.desync = None;
        assert_eq!(what(&other).as_deref(), Some("sla.desync"));
        let mut other = one.clone();
        other.more.remove("send");
        assert_eq!(one.difference(&other).unwrap().there, "not there");
    }
}
