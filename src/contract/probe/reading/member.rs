//! The members of a document, one by one, against what the profile says of them.

use super::{Basis, Class, Reading, amount, instant};
use crate::model::{Currency, EventKind};
use crate::profile::{Form, Member, Payload};

/// A document's members: names without escapes, values in their text.
pub(super) struct Members(Vec<(String, String)>);

/// A value, as far as it matters what it is.
enum Value<'a> {
    Absent,
    Null,
    Text(String),
    /// A text that escapes half a character.
    Torn,
    Number(&'a str),
    Flag(bool),
    Other,
}

/// Members whose text is free, so that another one is as good.
const FREE: &[&str] = &["aff_sub", "campaign", "consent_version", "creative_id", "session_id", "ua"];

/// Codes of metals, funds and of currencies that came or went lately: lists of various years differ in them.
const LATELY: &[&str] = &[
    "ANG", "BGN", "BOV", "BYR", "CHE", "CHW", "CLF", "COU", "CUC", "EEK", "HRK", "LTL", "LVL", "MRO", "MRU", "MXV",
    "SLE", "SLL", "STD", "STN", "USN", "USS", "UYI", "UYW", "VED", "VEF", "VES", "XCG", "ZWG", "ZWL", "ZWN", "ZWR",
];

/// Longest id and text that every target takes.
const LONGEST: usize = 100;

impl Members {
    /// Takes the escapes out of names.
    pub(super) fn of(raw: Vec<(String, String)>, reading: &mut Reading) -> Self {
        let mut members = Vec::with_capacity(raw.len());
        for (key, value) in raw {
            match serde_json::from_str::<String>(&key) {
                Ok(name) => members.push((name, value)),
                Err(_) => reading.mark(Class::Untold, "a name that escapes half a character"),
            }
        }
        Self(members)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.names().filter(|known| *known == name).count()
    }

    /// The text under a name.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number under a name, in its text.
    fn number(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Value::Number(lexeme) => Some(lexeme),
            _ => None,
        }
    }

    /// The currency of the document, for the amount beside it.
    fn currency(&self) -> Option<Currency> {
        self.text("currency")?.trim().parse().ok()
    }

    fn value(&self, name: &str) -> Value<'_> {
        let Some((_, value)) = self.0.iter().find(|(known, _)| known == name) else { return Value::Absent };
        match value.as_str() {
            "null" => Value::Null,
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            text if text.starts_with('"') => serde_json::from_str(text).map_or(Value::Torn, Value::Text),
            other if other.starts_with(['[', '{']) => Value::Other,
            number => Value::Number(number),
        }
    }
}

/// What happened; `None` where that is not known, so that nothing is known of what it owes.
pub(super) fn event(members: &Members, reading: &mut Reading) -> Option<EventKind> {
    let Value::Text(name) = members.value("event") else {
        reading.mark(Class::Bad, "event is no text");
        return None;
    };
    if let Some(kind) = EventKind::from_name(&name) {
        reading.sent.key.kind = kind;
        return Some(kind);
    }
    let like = |kind: &EventKind| name.trim().eq_ignore_ascii_case(kind.name());
    let near = EventKind::ALL.into_iter().any(|kind| like(&kind));
    reading.mark(if near { Class::Untold } else { Class::Bad }, "an unknown event");
    None
}

/// Every member that the profile knows.
pub(super) fn known(basis: &Basis<'_>, kind: EventKind, members: &Members, reading: &mut Reading) {
    for member in basis.profile.members() {
        if member.stands_in(kind) {
            of_form(basis, member, members, reading);
        } else if members.count(member.name) > 0 {
            let weighed = matches!(member.form, Form::Amount | Form::Currency | Form::Flag);
            reading.mark(if weighed { Class::Untold } else { Class::Open }, "a member that the event has not");
        }
    }
}

fn of_form(basis: &Basis<'_>, member: &Member, members: &Members, reading: &mut Reading) {
    match member.form {
        Form::Id if member.name == "event_id" => event_id(basis, members, reading),
        Form::Id => click(basis, &members.value(member.name), reading),
        Form::Amount => amount::read(members.number(member.name), members.currency(), reading),
        Form::Currency => currency(&members.value(member.name), reading),
        Form::Instant => match members.value(member.name) {
            Value::Text(text) => instant::read(basis, &text, reading),
            _ => reading.mark(Class::Bad, "ts_event is no text"),
        },
        Form::Flag => match members.value(member.name) {
            Value::Absent => reading.sent.says_ftd = false,
            Value::Flag(flag) => reading.sent.says_ftd = flag,
            _ => reading.mark(Class::Untold, "a flag of another type"),
        },
        Form::Text => text(basis, member, &members.value(member.name), reading),
        Form::Event => {}
    }
}

/// The id of the event. One that is not made of this probe's own may be known from elsewhere.
pub(super) fn event_id(basis: &Basis<'_>, members: &Members, reading: &mut Reading) {
    let id = match members.value("event_id") {
        Value::Text(id) => id,
        Value::Torn => return reading.mark(Class::Unusable, "event_id escapes half a character"),
        _ => return reading.mark(Class::Bad, "event_id is no text"),
    };
    if id.is_empty() {
        return reading.mark(Class::Bad, "event_id is empty");
    }
    let own = basis.sent.key.journey.to_string();
    let fresh = own.as_bytes().windows(6).any(|part| id.as_bytes().windows(6).any(|there| there == part));
    if !fresh || id.trim() != id || id.chars().any(char::is_control) {
        return reading.mark(Class::Unusable, "an event_id that another event may have");
    }
    if id.len() > LONGEST {
        reading.mark(Class::Open, "a long event_id");
    } else if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        reading.mark(Class::Open, "an event_id of odd characters");
    }
    reading.sent.event_id = id;
}

fn click(basis: &Basis<'_>, value: &Value<'_>, reading: &mut Reading) {
    let click = match value {
        Value::Text(click) => click,
        Value::Torn => return reading.mark(Class::Untold, "click_id escapes half a character"),
        _ => return reading.mark(Class::Bad, "click_id is no text"),
    };
    if click.trim().is_empty() {
        return reading.mark(Class::Bad, "click_id is empty");
    }
    let own = basis.sent.click_id.as_str();
    if click == own {
        return;
    }
    // Ids are also written in capitals or with dashes, and the last digit of encoded bytes may mean nothing.
    let plain = |id: &str| -> String {
        id.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let all_but_last = |id: &str| id.char_indices().next_back().map_or(String::new(), |(at, _)| id[..at].to_owned());
    if plain(click) == plain(own) || all_but_last(click) == all_but_last(own) || all_but_last(own) == *click {
        reading.mark(Class::Untold, "a click id that some readers take for the player's");
    } else if basis.clicks_known {
        reading.mark(Class::Bad, "an unknown click id");
    } else {
        reading.mark(Class::Open, "another click id");
    }
    reading.sent.click_id.clone_from(click);
}

fn currency(value: &Value<'_>, reading: &mut Reading) {
    let Value::Text(code) = value else { return reading.mark(Class::Bad, "currency is no text") };
    let trimmed = code.trim();
    let known = trimmed.parse::<Currency>().is_ok();
    if trimmed != code && known {
        reading.mark(Class::Untold, "a currency with blanks about it");
    } else if LATELY.contains(&trimmed) || (!known && code.len() == 3 && code.starts_with('X')) {
        reading.mark(Class::Untold, "a currency that not every list has");
    } else if !known {
        reading.mark(Class::Bad, "an unknown currency");
    }
}

fn text(basis: &Basis<'_>, member: &Member, value: &Value<'_>, reading: &mut Reading) {
    let own = Payload::read(basis.body).ok().and_then(|body| body.text(member.name));
    match value {
        Value::Text(text) if Some(text) == own.as_ref() => {}
        Value::Absent if own.is_none() => {}
        // The books tell it, be it the postback's or the click's.
        _ if member.name == "brand_id" => reading.mark(Class::Untold, "another brand"),
        Value::Absent => {}
        // First deposits are counted by it.
        _ if member.name == "account_id" => reading.mark(Class::Untold, "another account"),
        Value::Text(text) if FREE.contains(&member.name) && is_plain(text) => {}
        _ => reading.mark(Class::Open, "an optional member of odd value"),
    }
}

/// Members that nobody knows: a target lists them at most, and goes on.
pub(super) fn unknown(basis: &Basis<'_>, members: &Members, reading: &mut Reading) {
    for (name, value) in &members.0 {
        let known = basis.profile.writes(name) || basis.signature == Some(name.as_str());
        if known {
            continue;
        }
        let plain_name = name.len() <= 40
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && !matches!(name.as_str(), "signature" | "constructor");
        let plain_value = value.len() <= 255 && serde_json::from_str(value).is_ok_and(|value| is_common(&value));
        if !plain_name || !plain_value {
            reading.mark(Class::Open, "an unknown member of odd name or value");
        }
    }
}

/// Whether every writer of RFC 8785 writes a value right: no very large or long numbers, no characters that need escapes.
fn is_common(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    let text = |text: &str| text.chars().all(|c| !c.is_control() && u32::from(c) < 0x1_0000);
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::Number(number) => number.as_f64().is_some_and(|double| {
            let digits = format!("{double}").bytes().filter(u8::is_ascii_digit).count();
            digits <= 15 && (double.abs() > 1e-6 || double.to_bits() == 0)
        }),
        Value::String(string) => text(string),
        Value::Array(items) => items.iter().all(is_common),
        Value::Object(members) => members.iter().all(|(name, value)| text(name) && is_common(value)),
    }
}

/// A text as people write it: letters of any alphabet, digits, blanks, a little punctuation.
fn is_plain(text: &str) -> bool {
    let plain = |c: char| (c.is_alphanumeric() && u32::from(c) < 0x1_0000) || "-_. /()".contains(c);
    !text.trim().is_empty() && text.trim() == text && text.chars().count() <= LONGEST && text.chars().all(plain)
}
