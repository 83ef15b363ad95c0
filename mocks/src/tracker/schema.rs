//! The schema of a postback: which members an event needs, and what may stand in them.
//!
//! Members that nobody here knows are welcome: senders add their own. What is booked from a checked postback is
//! left to `booking`; how an amount is read to `money`.

use axum::http::StatusCode;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::amount;
use super::identity::Dialect;
use super::json::{Json, Member};
use super::moment::{self, MomentError};
use super::money::Money;
use super::rules::{Check, Reading, Strangers};
use crate::answer::Refusal;

/// Longest id, in characters; what partners are told.
const MAX_ID: usize = 255;

/// 999,999,999,999.99: the largest amount of two decimals that a double, and so a canonical payload, tells apart.
pub(super) const MAX_AMOUNT: Decimal = Decimal::from_parts(0x107A_3FFF, 0x5AF3, 0, false, 2);

/// Most names of surplus members that are kept of one postback, and the longest of them in bytes.
const MAX_SURPLUS: usize = 16;
const MAX_SURPLUS_NAME: usize = 64;

/// Every member that seed 003 §3, §4, §8 and §10 name.
const KNOWN: [&str; 26] = [
    "account_id",
    "aff_sub",
    "amount",
    "attribution",
    "bonus",
    "brand_id",
    "campaign",
    "click_id",
    "commission",
    "creative_id",
    "currency",
    "device",
    "event",
    "event_id",
    "geo",
    "ip",
    "is_ftd",
    "kyc_level",
    "payment_method",
    "session_id",
    "signature",
    "transaction_id",
    "ts_event",
    "ua",
    "user_id",
    "consent_version",
];

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    Registration,
    KycApproved,
    DepositSuccess,
    Refund,
    Chargeback,
}

/// A postback that keeps every rule of the schema. As JSON it waits in the queue, without what it does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Postback {
    pub(super) event: Event,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transaction_id: Option<String>,
    pub(super) click_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) brand_id: Option<String>,
    pub(super) ts_event: String,
    pub(super) is_ftd: bool,
    /// Whether the money is the operator's own gift. What is neither true nor false says nothing.
    pub(super) bonus: bool,
    /// Whether the player was matched to the click by an id, and not by likelihood.
    pub(super) billable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) money: Option<Money>,
    /// What the sender says is earned by it, as decimal text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) commission: Option<String>,
    /// Names of the members that stand in no schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) surplus: Vec<String>,
}

impl Event {
    const ALL: [Self; 5] =
        [Self::Registration, Self::KycApproved, Self::DepositSuccess, Self::Refund, Self::Chargeback];

    /// The name in postbacks and credits.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::KycApproved => "kyc_approved",
            Self::DepositSuccess => "deposit_success",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
        }
    }

    /// The event of that name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }

    /// Whether its money is taken away again.
    pub(super) fn is_negative_income(self) -> bool {
        matches!(self, Self::Refund | Self::Chargeback)
    }

    pub(super) fn needs_money(self) -> bool {
        matches!(self, Self::DepositSuccess | Self::Refund | Self::Chargeback)
    }
}

impl Postback {
    /// Checks a body in that dialect at the instant `now`.
    pub(super) fn check(body: &Json, dialect: Dialect, now: Timestamp, reading: Reading) -> Result<Self, Refusal> {
        let Json::Object(members) = body else {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "json_invalid", "send one JSON object"));
        };
        let event = event(body, reading)?;
        let event_id = match dialect {
            Dialect::EventId if reading.id == Check::Skipped => Some(id_whatever_it_is(body, "event_id")?),
            Dialect::EventId => Some(id(body, "event_id")?),
            Dialect::TransactionId => id_if_there(body, "event_id")?,
        };
        let click_id = id(body, "click_id")?;
        let ts_event = required(body, "ts_event")?;
        let ts_event = moment::check(ts_event, now, reading).map_err(|error| match error {
            MomentError::Form => invalid("ts_event: send RFC 3339 in UTC, like 2025-10-21T15:12:31Z"),
            MomentError::Future => invalid("ts_event: lies in the future; check the sender's clock"),
        })?;
        let is_ftd = match body.member("is_ftd") {
            None => false,
            Some(Json::Bool(flag)) => *flag,
            Some(_) => return Err(invalid("is_ftd: send true or false, not text or a number")),
        };
        let money = Money::check(body, event, reading)?;
        let surplus = surplus(members);
        if reading.strangers == Strangers::Refused && !surplus.is_empty() {
            return Err(invalid("send the members of the schema and no others"));
        }
        Ok(Self {
            event,
            event_id,
            transaction_id: id_if_there(body, "transaction_id")?,
            click_id,
            account_id: optional(body, "account_id", "account_id: send a string or leave it out")?,
            brand_id: optional(body, "brand_id", "brand_id: send a string or leave it out")?,
            ts_event: ts_event.into_owned(),
            is_ftd,
            bonus: matches!(body.member("bonus"), Some(Json::Bool(true))),
            billable: billable(body)?,
            commission: commission(body)?,
            money,
            surplus,
        })
    }
}

/// What happened. Where the event need not be a known one, all others are taken for what comes first in the list.
fn event(body: &Json, reading: Reading) -> Result<Event, Refusal> {
    let unknown = || {
        let names = Event::ALL.map(Event::name).join(", ");
        Refusal::schema("schema_invalid", format!("event: send one of {names}"))
    };
    let known = Event::by_name(required(body, "event")?);
    known.or((reading.event == Check::Skipped).then_some(Event::Registration)).ok_or_else(unknown)
}

/// An id as a reader has it that makes a text of everything.
fn id_whatever_it_is(body: &Json, name: &str) -> Result<String, Refusal> {
    match body.member(name) {
        Some(Json::Null) => Ok("null".to_owned()),
        Some(Json::Text(text)) if text.is_empty() => Ok(String::new()),
        _ => id(body, name),
    }
}

/// 422, and which member to look at.
pub(super) fn invalid(hint: &'static str) -> Refusal {
    Refusal::schema("schema_invalid", hint)
}

fn required<'a>(body: &'a Json, name: &str) -> Result<&'a str, Refusal> {
    body.member(name)
        .and_then(Json::text)
        .ok_or_else(|| Refusal::schema("schema_invalid", format!("{name}: required, as a string")))
}

/// Whether a text has the form of an id.
pub(super) fn is_id(text: &str) -> bool {
    matches!(text.len(), 1..=MAX_ID) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn id(body: &Json, name: &str) -> Result<String, Refusal> {
    let text = required(body, name)?;
    if is_id(text) {
        return Ok(text.to_owned());
    }
    let hint = format!("{name}: send 1 to {MAX_ID} printable ASCII characters");
    Err(Refusal::schema("schema_invalid", hint))
}

fn id_if_there(body: &Json, name: &str) -> Result<Option<String>, Refusal> {
    body.member(name).map(|_| id(body, name)).transpose()
}

/// A player who was matched to the click by likelihood alone is counted and never paid for (seed 003 §10).
fn billable(body: &Json) -> Result<bool, Refusal> {
    match body.member("attribution") {
        None => Ok(true),
        Some(Json::Text(text)) if text == "deterministic" => Ok(true),
        Some(Json::Text(text)) if text == "probabilistic" => Ok(false),
        Some(_) => Err(invalid("attribution: send \"deterministic\" or \"probabilistic\", or leave it out")),
    }
}

fn commission(body: &Json) -> Result<Option<String>, Refusal> {
    let Some(value) = body.member("commission") else { return Ok(None) };
    let Json::Number(number) = value else {
        return Err(invalid("commission: send a JSON number, not text"));
    };
    let exact = amount::exact(number.lexeme).filter(|amount| *amount >= Decimal::ZERO && *amount <= MAX_AMOUNT);
    let exact = exact.ok_or_else(|| invalid("commission: send 0 or more, with at most 24 digits"))?;
    Ok(Some(exact.to_string()))
}

/// The first names that nobody here knows; longer ones are data of their own and are left out.
fn surplus(members: &[Member]) -> Vec<String> {
    let unknown = members.iter().map(|(name, _)| name.as_ref()).filter(|name| !KNOWN.contains(name));
    unknown.filter(|name| name.len() <= MAX_SURPLUS_NAME).take(MAX_SURPLUS).map(str::to_owned).collect()
}

fn optional(body: &Json, name: &str, hint: &'static str) -> Result<Option<String>, Refusal> {
    let Some(value) = body.member(name) else {
        return Ok(None);
    };
    let text = value.text().ok_or_else(|| invalid(hint))?;
    // An empty text names nobody: taken as a name it would make one player of all that leave it empty.
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests;
