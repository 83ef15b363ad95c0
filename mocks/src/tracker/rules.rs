//! The knobs of the tracker's behaviour. `Rules::default()` is the sound tracker; every other setting is a defect.
//!
//! What turns a knob is left to `defects`; what a setting does stands where it is consulted. The settings are sorted by
//! what they are about: `reception` the request and its answer, `proof` tokens and signatures, `reading` the body,
//! `booking` what enters the books, `redirects` the clicks.

mod booking;
mod proof;
mod reading;
mod reception;
mod redirects;

use std::num::NonZeroU32;

use super::books::fx::RateDay;
use crate::reports::calendar::Boundaries;

pub(crate) use booking::{
    Amounts, Brand, Conflict, Currency, FirstDeposit, Idempotency, Instants, Keys, Order, Reversals,
};
pub(crate) use proof::{Cover, Digests, Digits, SignatureReading, TokenReading};
pub(crate) use reading::{Exponents, Reading, Strangers};
pub(crate) use reception::{
    Answer, BadInput, Endpoint, Forwarded, Length, Outside, Patience, RateLimit, Refusals, Room, Wording,
};
pub(crate) use redirects::{Caching, ClickIds, Destination, Hops, Parameters, Personal, Redirects};

/// How the tracker behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// When the sender gets its answer.
    pub(crate) answer: Answer,
    /// What a request has to look like before it is read.
    pub(crate) outside: Outside,
    /// Whether the bearer token matters.
    pub(crate) token: Check,
    /// Whether the signature matters.
    pub(crate) signature: Check,
    /// Whether a token may be older than it says.
    pub(crate) expiry: Check,
    /// What else of a token is looked at.
    pub(crate) tokens: TokenReading,
    /// What a signature covers, and how much of it is compared.
    pub(crate) signatures: SignatureReading,
    /// What a body may say.
    pub(crate) reading: Reading,
    /// Whether the click has to be one that was made here.
    pub(crate) click: Check,
    /// Whether events have to come in order.
    pub(crate) order: Order,
    /// Whether the postback endpoint answers itself.
    pub(crate) endpoint: Endpoint,
    /// What bad input is told.
    pub(crate) bad_input: BadInput,
    /// In which words.
    pub(crate) wording: Wording,
    /// What becomes of a refused postback.
    pub(crate) refusals: Refusals,
    /// How a repeated event is recognised.
    pub(crate) idempotency: Idempotency,
    /// What of an event's id is looked at.
    pub(crate) keys: Keys,
    /// Every how many postbacks one is told to come again, and is then taken for a repetition.
    pub(crate) busy: Option<NonZeroU32>,
    /// Every how many bookings one fails, and is not tried again.
    pub(crate) dropped: Option<NonZeroU32>,
    /// What another body under a known event id does.
    pub(crate) conflict: Conflict,
    /// Every how many accepted events one is acknowledged and forgotten.
    pub(crate) loss: Option<NonZeroU32>,
    /// How amounts are kept.
    pub(crate) amounts: Amounts,
    /// Whether a credit keeps its currency.
    pub(crate) currency: Currency,
    /// Whether a credit keeps its brand.
    pub(crate) brand: Brand,
    /// Which sign refunds and chargebacks get.
    pub(crate) reversals: Reversals,
    /// What makes a deposit the first one.
    pub(crate) first_deposit: FirstDeposit,
    /// In which zone instants are kept.
    pub(crate) instants: Instants,
    /// Whose word about the sender's address is taken.
    pub(crate) forwarded: Forwarded,
    /// What a rate that was set does.
    pub(crate) rate_limit: RateLimit,
    /// Whether a client without a certificate is turned away where certificates are asked for.
    pub(crate) client_certificates: Check,
    /// Whose day's rate converts an amount to the report currency.
    pub(crate) rate_day: RateDay,
    /// Where the days of the reports begin.
    pub(crate) boundaries: Boundaries,
    /// Where a click leads, and by which id.
    pub(crate) redirects: Redirects,
}

/// Whether a check is made at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Check {
    /// It is, and can refuse.
    #[default]
    Enforced,
    /// Whatever comes is taken.
    Skipped,
}
