//! One network: its address, its dialect, the events it wants, and how its answers are read.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;

use super::super::event::EventKind;
use super::super::template::{Macro, Template, TemplateError};
use super::checked::in_range;
use super::problem::SettingsError;
use super::raw::{RawNetwork, RawSigned, RawTemplate};

/// A network that postbacks go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Network {
    /// What it is called in stores and reports.
    pub(in crate::operator) name: String,
    /// The parameter of landing addresses that holds its click id.
    pub(in crate::operator) click_parameter: String,
    /// Most postbacks under way at a time.
    pub(in crate::operator) concurrency: usize,
    pub(in crate::operator) dialect: Dialect,
}

/// How a network is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) enum Dialect {
    /// Signed JSON.
    Signed(Signed),
    /// Parameters.
    Template(Templated),
}

/// Signed JSON with a bearer token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Signed {
    pub(in crate::operator) url: Template,
    pub(in crate::operator) token: TokenTerms,
    pub(in crate::operator) visitor: bool,
    wants: Vec<EventKind>,
}

/// What the network wants its tokens to name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::operator) struct TokenTerms {
    pub(in crate::operator) kid: Option<String>,
    pub(in crate::operator) audience: Option<String>,
    pub(in crate::operator) issuer: Option<String>,
}

/// An address, and perhaps a form body, with macros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Templated {
    pub(in crate::operator) url: Template,
    pub(in crate::operator) body: Option<Template>,
    pub(in crate::operator) key: Key,
    /// What is owed for a first deposit; without it, each payment's own amount.
    pub(in crate::operator) cpa: Option<Decimal>,
    /// What an answer begins with that took the postback; none takes any 2xx.
    pub(in crate::operator) accepts: Vec<String>,
    /// What a 2xx answer begins with that refused it for good.
    pub(in crate::operator) refuses: Vec<String>,
    goals: BTreeMap<Goal, String>,
}

/// The key of a network's address, which is not printed.
#[derive(Clone, PartialEq, Eq, Default)]
pub(in crate::operator) struct Key(pub(in crate::operator) String);

/// What a network may have a name of its own for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Goal {
    Registration,
    KycApproved,
    FirstDeposit,
    Deposit,
    Refund,
    Chargeback,
}

const GOALS: [(&str, Goal); 6] = [
    ("registration", Goal::Registration),
    ("kyc_approved", Goal::KycApproved),
    ("first_deposit", Goal::FirstDeposit),
    ("deposit", Goal::Deposit),
    ("refund", Goal::Refund),
    ("chargeback", Goal::Chargeback),
];

impl Network {
    /// Whether it is the stack's own tracker.
    pub(in crate::operator) fn is_own(&self) -> bool {
        matches!(&self.dialect, Dialect::Signed(signed) if signed.url.is_own())
    }

    /// Checks one network by itself.
    pub(super) fn check(raw: RawNetwork) -> Result<Self, SettingsError> {
        let (name, click_parameter, concurrency) = match &raw {
            RawNetwork::S2sJson(raw) => (raw.name.clone(), raw.click_parameter.clone(), raw.concurrency),
            RawNetwork::Template(raw) => (raw.name.clone(), raw.click_parameter.clone(), raw.concurrency),
        };
        word("networks.name", &name)?;
        word(&format!("networks.{name}.click_parameter"), &click_parameter)?;
        let concurrency = in_range(&format!("networks.{name}.concurrency"), u64::from(concurrency), 1, 256)?;
        let dialect = match raw {
            RawNetwork::S2sJson(raw) => Dialect::Signed(Signed::check(raw)?),
            RawNetwork::Template(raw) => Dialect::Template(Templated::check(raw)?),
        };
        // It is at most 256.
        let concurrency = usize::try_from(concurrency).unwrap_or(1);
        Ok(Self { name, click_parameter, concurrency, dialect })
    }

    /// The network's name for such an event, or nothing when it does not want it.
    pub(in crate::operator) fn goal(&self, kind: EventKind, is_ftd: bool) -> Option<&str> {
        match &self.dialect {
            Dialect::Signed(signed) => signed.wants.contains(&kind).then(|| kind.name()),
            Dialect::Template(templated) => templated.goals.get(&Goal::of(kind, is_ftd)).map(String::as_str),
        }
    }

    /// Whether it can be told that a match is only probable. Who cannot be told would pay for it, and is not sent it.
    pub(in crate::operator) fn hears_of_probability(&self) -> bool {
        match &self.dialect {
            Dialect::Signed(_) => true,
            Dialect::Template(Templated { url, body, .. }) => {
                url.has(Macro::Attribution) || body.as_ref().is_some_and(|body| body.has(Macro::Attribution))
            }
        }
    }
}

impl Signed {
    fn check(raw: RawSigned) -> Result<Self, SettingsError> {
        let RawSigned { name, url, kid, audience, issuer, events, visitor, .. } = raw;
        let url = Template::address(&url).map_err(template(&name, "url"))?;
        let known = || EventKind::ALL.map(EventKind::name).join(", ");
        let wants = match events {
            None => EventKind::ALL.to_vec(),
            Some(names) => names
                .into_iter()
                .map(|event| {
                    EventKind::by_name(&event).ok_or_else(|| SettingsError::Event {
                        name: name.clone(),
                        event,
                        known: known(),
                    })
                })
                .collect::<Result<_, _>>()?,
        };
        Ok(Self { url, token: TokenTerms { kid, audience, issuer }, visitor, wants })
    }
}

impl Templated {
    fn check(raw: RawTemplate) -> Result<Self, SettingsError> {
        let RawTemplate { name, url, body, key, events, cpa, accepts, refuses, .. } = raw;
        let url = Template::address(&url).map_err(template(&name, "url"))?;
        let body = body.map(|body| Template::parse(&body).map_err(template(&name, "body"))).transpose()?;
        let has = |which| url.has(which) || body.as_ref().is_some_and(|body: &Template| body.has(which));
        if !has(Macro::ClickId) {
            return Err(template(&name, "url")(TemplateError::NoClick));
        }
        if has(Macro::Key) && key.is_none() {
            return Err(SettingsError::NoKey { name });
        }
        let goal = |(event, theirs): (String, String)| {
            let found = GOALS.iter().find(|(ours, _)| *ours == event);
            let known = || GOALS.map(|(ours, _)| ours).join(", ");
            let stranger = || SettingsError::Event { name: name.clone(), event: event.clone(), known: known() };
            found.map(|(_, goal)| (*goal, theirs)).ok_or_else(stranger)
        };
        let goals = events.into_iter().map(goal).collect::<Result<_, _>>()?;
        let cpa = cpa
            .map(|text| {
                let sum = text.parse::<Decimal>().ok().filter(|sum| *sum > Decimal::ZERO);
                sum.ok_or_else(|| SettingsError::Sum { name: name.clone() })
            })
            .transpose()?;
        Ok(Self { url, body, key: Key(key.unwrap_or_default()), cpa, accepts, refuses, goals })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Goal {
    fn of(kind: EventKind, is_ftd: bool) -> Self {
        match kind {
            EventKind::Registration => Self::Registration,
            EventKind::KycApproved => Self::KycApproved,
            EventKind::DepositSuccess if is_ftd => Self::FirstDeposit,
            EventKind::DepositSuccess => Self::Deposit,
            EventKind::Refund => Self::Refund,
            EventKind::Chargeback => Self::Chargeback,
        }
    }
}

fn template(name: &str, key: &'static str) -> impl FnOnce(TemplateError) -> SettingsError {
    let name = name.to_owned();
    move |source| SettingsError::Template { name, key, source }
}

fn word(key: &str, text: &str) -> Result<(), SettingsError> {
    let shaped = matches!(text.len(), 1..=32)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if shaped { Ok(()) } else { Err(SettingsError::Name { key: key.to_owned() }) }
}
