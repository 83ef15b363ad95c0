//! Steps: the HTTP request on the operator's side that causes an event. What it says depends on the journey and on what
//! the operator answered before; sending it is left to others.

use jiff::Timestamp;
use url::form_urlencoded;

use crate::model::{Detail, Event, EventKey, Ids, Label, Mixer, Player};
use crate::scenario::{Encoding, OperatorPlan};

/// A request that causes an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The segments of its path, unescaped.
    pub path: Vec<String>,
    /// Its `Idempotency-Key`: the same for every attempt, and derived from seed, run tag and event.
    pub key: String,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: Vec<u8>,
}

/// What the operator has answered so far in a journey.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// The account, once there is one.
    pub account: Option<&'a str>,
    /// The `event_id` of the deposit that a refund or chargeback takes back, where the operator named it.
    pub deposit: Option<&'a str>,
}

/// Makes the steps of one run.
#[derive(Clone, Copy)]
pub struct Steps<'a> {
    /// The operator.
    pub plan: &'a OperatorPlan,
    /// The run's ids.
    pub ids: &'a Ids,
    /// The run's seed.
    pub seed: u64,
}

/// The value of a field: its text, and whether JSON writes it as a number.
enum Value {
    Text(String),
    Number(String),
}

impl Steps<'_> {
    /// The step that causes an event. The same inputs and answers give the same bytes.
    pub fn step(&self, player: &Player<'_>, event: &Event<'_>, told: Told<'_>) -> Step {
        let account = told.account.unwrap_or_default();
        let path = self.plan.paths.of(event.key.kind);
        let segments = path.split('/').skip(1).map(|segment| segment.replace("{account}", account)).collect();
        let fields = self.fields(player, event, told);
        let (content_type, body) = match self.plan.encoding {
            Encoding::Json => ("application/json", json(&fields)),
            Encoding::Form => ("application/x-www-form-urlencoded", form(&fields)),
        };
        Step { path: segments, key: self.key(event.key), content_type, body }
    }

    /// At most 70 characters of `[a-z0-9_-]`. The tag keeps runs of one seed apart, the hash keeps seeds of one tag apart.
    fn key(&self, key: EventKey) -> String {
        let hash = Mixer::new(self.seed).word(key.journey).word(u64::from(key.slot)).value();
        format!("{}-{hash:016x}", self.ids.event(key))
    }

    /// The fields that the operator has a name for, in a fixed order.
    fn fields<'f>(&'f self, player: &Player<'_>, event: &Event<'_>, told: Told<'_>) -> Vec<(&'f str, Value)> {
        let names = &self.plan.fields;
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let label = |label: &Label| text(label.as_str());
        let mut fields = Vec::new();
        let mut add = |name: &'f Option<String>, value: Option<Value>| {
            fields.extend(name.as_deref().zip(value));
        };
        add(&names.account, told.account.and_then(text));
        match event.detail {
            Detail::Registration => {
                add(&names.brand_id, label(player.brand));
                add(&names.geo, label(player.geo));
                add(&names.device, label(player.device));
                add(&names.consent_version, label(player.consent));
            }
            Detail::Kyc { level } => add(&names.kyc_level, label(level)),
            Detail::Deposit { method, .. } => add(&names.payment_method, label(method)),
            Detail::Reversal { .. } => add(&names.deposit_event_id, told.deposit.and_then(text)),
        }
        if let Some(money) = event.detail.money() {
            let mut amount = Vec::new();
            money.amount().write_json(&mut amount);
            add(&names.amount, Some(Value::Number(String::from_utf8_lossy(&amount).into_owned())));
            add(&names.currency, text(money.currency().code()));
        }
        // Journeys lie within the years that a timestamp has.
        add(&names.occurred_at, Timestamp::from_second(event.at).ok().map(|at| Value::Text(at.to_string())));
        fields
    }
}

fn json(fields: &[(&str, Value)]) -> Vec<u8> {
    let mut body = Vec::with_capacity(256);
    for (place, (name, value)) in fields.iter().enumerate() {
        body.push(if place == 0 { b'{' } else { b',' });
        body.extend_from_slice(Label::new(*name).json());
        body.push(b':');
        match value {
            Value::Text(text) => body.extend_from_slice(Label::new(text.as_str()).json()),
            Value::Number(digits) => body.extend_from_slice(digits.as_bytes()),
        }
    }
    body.extend_from_slice(if fields.is_empty() { b"{}" } else { b"}" });
    body
}

fn form(fields: &[(&str, Value)]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, Value::Text(text) | Value::Number(text)) in fields {
        form.append_pair(name, text);
    }
    form.finish().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::{Journey, Journeys};
    use crate::model::EventKind;
    use crate::scenario::{self, Scenario};

    fn scenario(operator: &str) -> Scenario {
        let text = format!("[journeys]\nplayers = 4\nfunnel = {{ reversal = \"100%\" }}\n{operator}");
        scenario::check(&scenario::read("test", &text).unwrap(), "test", &text).unwrap()
    }

    /// The step of the first event of a kind, and the event itself.
    fn made(scenario: &Scenario, tag: &str, seed: u64, kind: EventKind) -> (Step, String) {
        let ids = Ids::new(tag.parse().unwrap());
        let journeys = Journeys::new(&scenario.journeys, &ids, 7, 1_761_059_551);
        let steps = Steps { plan: &scenario.operator, ids: &ids, seed };
        let told = Told { account: Some("u/1 é"), deposit: Some("dep_9") };
        let all: Vec<Journey<'_>> = (0..4).map(|index| journeys.journey(index)).collect();
        let (journey, event) = all
            .iter()
            .find_map(|journey| Some((journey, *journey.events.iter().find(|event| event.key.kind == kind)?)))
            .expect("an event");
        let at = Timestamp::from_second(event.at).unwrap();
        let money =
            event.detail.money().map_or_else(String::new, |money| format!("{} {}", money.amount(), money.currency()));
        (steps.step(&journey.player, &event, told), format!("{at} {money}"))
    }

    #[test]
    fn the_same_inputs_give_the_same_bytes_and_other_ones_other_keys() {
        let scenario = scenario("");
        for kind in [EventKind::Registration, EventKind::KycApproved, EventKind::Deposit] {
            let (step, _) = made(&scenario, "tag1", 7, kind);
            assert_eq!(step, made(&scenario, "tag1", 7, kind).0);
            assert_ne!(step.key, made(&scenario, "tag2", 7, kind).0.key, "another run");
            assert_ne!(step.key, made(&scenario, "tag1", 8, kind).0.key, "another seed");
            assert!(step.key.len() <= 70 && step.key.bytes().all(|b| b.is_ascii_graphic()), "{}", step.key);
        }
    }

    #[test]
    fn a_step_says_what_happens_and_when() {
        let scenario = scenario("");
        let (step, event) = made(&scenario, "tag1", 7, EventKind::Refund);
        let (at, money) = event.split_once(' ').unwrap();
        let (amount, currency) = money.split_once(' ').unwrap();
        assert_eq!(step.path, ["operator", "accounts", "u/1 é", "refunds"]);
        let body =
            format!(r#"{{"deposit_event_id":"dep_9","amount":{amount},"currency":"{currency}","occurred_at":"{at}"}}"#);
        assert_eq!(String::from_utf8(step.body).unwrap(), body);
    }

    #[test]
    fn names_and_encoding_are_the_operators() {
        let operator = "[operator]\nencoding = \"form\"\n[operator.paths]\nkyc = \"/kyc\"\n\
                        [operator.fields]\naccount = \"user id\"\nkyc_level = \"\"\noccurred_at = \"at\"\n";
        let (step, event) = made(&scenario(operator), "tag1", 7, EventKind::KycApproved);
        assert_eq!((step.path, step.content_type), (vec!["kyc".to_owned()], "application/x-www-form-urlencoded"));
        let at = event.trim().replace(':', "%3A");
        assert_eq!(String::from_utf8(step.body).unwrap(), format!("user+id=u%2F1+%C3%A9&at={at}"));
        let nothing = "[operator.fields]\nkyc_level = \"\"\noccurred_at = \"\"\n";
        assert_eq!(made(&scenario(nothing), "tag1", 7, EventKind::KycApproved).0.body, b"{}");
    }
}
