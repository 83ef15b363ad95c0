//! The ways to get a redirect wrong: ids that can be counted, and places to go to that nobody should be sent to.
//!
//! No sound redirector has a use for it; it exists for the defects that turn these knobs.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use crate::tracker::rules::{Destination, Hops, Personal, Redirects};

/// Names under which links say where they want to lead.
const DESTINATIONS: [&str; 14] = [
    "url",
    "next",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "return",
    "return_url",
    "to",
    "target",
    "dest",
    "destination",
    "goto",
    "landing",
    "lp",
];

/// Names under which links carry what concerns the player alone.
const PERSONAL: [&str; 3] = ["email", "phone", "name"];

/// The parameter of the second of two redirects.
const HOP: &str = "hop";

/// Counts clicks from an instant on, so that a stack that starts again goes on counting.
#[derive(Debug)]
pub(super) struct Counter(AtomicI64);

impl Counter {
    /// The next number.
    pub(super) fn next(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

impl From<Timestamp> for Counter {
    fn from(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_millisecond()))
    }
}

/// Where a click leads under rules that are not sound; nothing where it leads to the landing page as it should.
pub(super) fn location(
    rules: Redirects,
    landing: &str,
    click_id: &str,
    parameters: &Map<String, Value>,
) -> Option<String> {
    if rules == Redirects::default() {
        return None;
    }
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    let landing = Url::parse(landing).ok()?;
    let asked = DESTINATIONS.iter().find_map(|name| text(name)).filter(|_| rules.destination == Destination::Asked);
    let carried = PERSONAL.iter().filter_map(|name| Some((*name, text(name)?)));
    let carried: Vec<_> = carried.filter(|_| rules.personal == Personal::Carried).collect();
    let hops = rules.hops == Hops::Two;
    if asked.is_none() && carried.is_empty() && !hops {
        return None;
    }
    let mut place = asked.map_or_else(|| landing.clone(), |asked| landing.join(asked).unwrap_or(landing.clone()));
    if hops {
        place = landing.join("/click").ok()?;
        place.query_pairs_mut().append_pair(HOP, "2");
    }
    place.query_pairs_mut().append_pair("click_id", click_id).extend_pairs(carried);
    if let Some(brand) = text("brand_id").or_else(|| text("brand")) {
        place.query_pairs_mut().append_pair("brand_id", brand);
    }
    Some(place.into())
}

/// Where the second of two redirects leads; nothing where this is the first.
pub(super) fn second_hop(landing: &str, parameters: &Map<String, Value>) -> Option<String> {
    parameters.get(HOP)?;
    let mut place = Url::parse(landing).ok()?;
    for name in ["click_id", "brand_id"] {
        if let Some(value) = parameters.get(name).and_then(Value::as_str) {
            place.query_pairs_mut().append_pair(name, value);
        }
    }
    Some(place.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LANDING: &str = "http://127.0.0.1:1/landing";

    fn led(rules: Redirects, parameters: &Value) -> Option<String> {
        location(rules, LANDING, "clk_1", parameters.as_object().expect("an object"))
    }

    #[test]
    fn sound_rules_mislead_nobody() {
        let all = json!({"url": "https://evil.example", "email": "a@b", "hop": "2"});
        assert_eq!(led(Redirects::default(), &all), None);
    }

    #[test]
    fn links_lead_where_they_say() {
        let rules = Redirects { destination: Destination::Asked, ..Redirects::default() };
        let asked = |url: &str| led(rules, &json!({"next": url})).unwrap_or_default();
        assert_eq!(asked("https://evil.example/a?b=c"), "https://evil.example/a?b=c&click_id=clk_1");
        assert_eq!(asked("//evil.example"), "http://evil.example/?click_id=clk_1");
        assert_eq!(led(rules, &json!({"utm_source": "x"})), None);
    }

    #[test]
    fn personal_data_and_brands_go_on() {
        let rules = Redirects { personal: Personal::Carried, ..Redirects::default() };
        let carried = led(rules, &json!({"email": "a@b", "geo": "BR", "brand_id": "aurora"}));
        assert_eq!(carried, Some(format!("{LANDING}?click_id=clk_1&email=a%40b&brand_id=aurora")));
    }

    #[test]
    fn two_hops_end_on_the_landing_page() {
        let rules = Redirects { hops: Hops::Two, ..Redirects::default() };
        let first = led(rules, &json!({"utm_source": "x"}));
        assert_eq!(first.as_deref(), Some("http://127.0.0.1:1/click?hop=2&click_id=clk_1"));
        let second = json!({"hop": "2", "click_id": "clk_1"});
        let second = second_hop(LANDING, second.as_object().expect("an object"));
        assert_eq!(second, Some(format!("{LANDING}?click_id=clk_1")));
        assert_eq!(second_hop(LANDING, &Map::new()), None);
    }

    #[test]
    fn counted_ids_follow_each_other() {
        let counter = Counter::from(Timestamp::from_millisecond(7).expect("within range"));
        assert_eq!([counter.next(), counter.next()], [7, 8]);
    }
}
