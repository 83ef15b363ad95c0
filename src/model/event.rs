//! Events: what happened to a synthetic player, with the fields that seed 003 §3 and §4 list.
//! How an event is written on the wire is the profile's business.

use serde::{Deserialize, Serialize};

use super::{EventKey, Label, Money};

/// What can happen after a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The player opened an account.
    Registration,
    /// The player's identity was checked.
    KycApproved,
    /// Money came in: the first deposit (FTD) and the repeats.
    #[serde(rename = "deposit_success")]
    Deposit,
    /// Money went back to the player; booked as negative income.
    Refund,
    /// The player's bank took money back; booked as negative income.
    Chargeback,
}

impl EventKind {
    /// All of them, in the order of a journey.
    pub const ALL: [Self; 5] = [Self::Registration, Self::KycApproved, Self::Deposit, Self::Refund, Self::Chargeback];

    /// The name on the wire and in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::KycApproved => "kyc_approved",
            Self::Deposit => "deposit_success",
            Self::Refund => "refund",
            Self::Chargeback => "chargeback",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The first part of an `event_id`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Registration => "reg",
            Self::KycApproved => "kyc",
            Self::Deposit => "dep",
            Self::Refund => "ref",
            Self::Chargeback => "cbk",
        }
    }

    /// The kind with that prefix.
    pub fn from_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    /// Whether the books take its amount as negative income.
    pub fn is_reversal(self) -> bool {
        matches!(self, Self::Refund | Self::Chargeback)
    }
}

/// The player of one journey and where the click came from.
#[derive(Clone, Debug)]
pub struct Player<'p> {
    /// Number of the journey within the run.
    pub journey: u64,
    /// The click id that every postback of the journey carries.
    pub click_id: Label,
    /// Player id on the operator's side.
    pub account: String,
    /// The operator's session in which the player registered.
    pub session: String,
    /// The player's address, from the ranges that RFC 5737 keeps for documentation.
    pub ip: std::net::Ipv4Addr,
    /// The player's browser.
    pub user_agent: &'p str,
    /// ISO 3166 country.
    pub geo: &'p Label,
    /// Device class.
    pub device: &'p Label,
    /// Brand the player registers with.
    pub brand: &'p Label,
    /// Affiliate to be paid.
    pub affiliate: &'p Label,
    /// The affiliate's own mark on the click.
    pub aff_sub: &'p Label,
    /// Campaign.
    pub campaign: &'p Label,
    /// Creative.
    pub creative: &'p Label,
    /// Version of the consent text that the player agreed to (seed 003 §9).
    pub consent: &'p Label,
}

/// One event of a journey.
#[derive(Clone, Copy, Debug)]
pub struct Event<'p> {
    /// Its id, as numbers.
    pub key: EventKey,
    /// When it happened: whole seconds since 1970, UTC.
    pub at: i64,
    /// What is particular to its kind.
    pub detail: Detail<'p>,
}

/// What is particular to each kind of event.
#[derive(Clone, Copy, Debug)]
pub enum Detail<'p> {
    /// Of a registration.
    Registration,
    /// Of an identity check.
    Kyc {
        /// How thorough it was.
        level: &'p Label,
    },
    /// Of a deposit.
    Deposit {
        /// What was paid in.
        money: Money,
        /// Whether the operator calls it the account's first.
        is_ftd: bool,
        /// How it was paid.
        method: &'p Label,
    },
    /// Of a refund or chargeback.
    Reversal {
        /// What went back, as a positive amount.
        money: Money,
    },
}

impl Detail<'_> {
    /// The money that the postback tells of, positive, if it tells of any.
    pub fn money(&self) -> Option<Money> {
        match *self {
            Self::Deposit { money, .. } | Self::Reversal { money } => Some(money),
            Self::Registration | Self::Kyc { .. } => None,
        }
    }

    /// Whether the postback says `is_ftd: true`.
    pub fn says_ftd(&self) -> bool {
        matches!(self, Self::Deposit { is_ftd: true, .. })
    }
}
