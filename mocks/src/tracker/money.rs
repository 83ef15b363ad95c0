//! The money of a postback: an amount and its currency, which stand together or not at all.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::json::Json;
use super::rules::{Check, Exponents, Reading};
use super::schema::{Event, MAX_AMOUNT, invalid};
use super::{amount, currency};
use crate::answer::Refusal;

/// How fine money is whose currency nobody knows.
const USUAL_MINOR_UNITS: u32 = 2;

/// An amount in its currency, with as many decimals as the currency has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Money {
    #[serde(with = "rust_decimal::serde::str")]
    pub(super) amount: Decimal,
    pub(super) currency: String,
}

impl Money {
    /// The money of a body, which some events need and all may have.
    pub(super) fn check(body: &Json, event: Event, reading: Reading) -> Result<Option<Self>, Refusal> {
        let (amount, currency) = match (body.member("amount"), body.member("currency")) {
            (Some(amount), Some(currency)) => (amount, currency),
            (None, None) if !event.needs_money() => return Ok(None),
            (None, None) => return Err(invalid("amount: this event needs amount and currency")),
            (Some(_), None) => return Err(invalid("currency: an amount needs its currency")),
            (None, Some(_)) => return Err(invalid("amount: a currency needs its amount")),
        };
        let not_a_code = || invalid("currency: send the upper-case ISO 4217 code of an active currency");
        let currency = currency.text().ok_or_else(not_a_code)?;
        let minor_units = minor_units(currency, reading).ok_or_else(not_a_code)?;
        let exact = match amount {
            Json::Number(number) => exact(number.lexeme, reading),
            Json::Text(text) if reading.number == Check::Skipped => exact(&text.replace(',', ""), reading),
            _ => return Err(invalid("amount: send a JSON number, not text")),
        };
        let amount = exact.filter(|amount| in_bounds(amount, minor_units, reading));
        Self::as_fine(amount, currency, minor_units).map(Some)
    }

    /// The money of an address, where both are texts.
    pub(super) fn of(amount: &str, currency: &str) -> Result<Self, Refusal> {
        let not_a_code = || invalid("currency: send the upper-case ISO 4217 code of an active currency");
        let minor_units = currency::minor_units(currency).ok_or_else(not_a_code)?;
        let amount = amount::exact(amount).filter(|amount| in_bounds(amount, minor_units, Reading::default()));
        Self::as_fine(amount, currency, minor_units)
    }

    /// An amount that is within its bounds, with as many decimals as its currency has.
    fn as_fine(amount: Option<Decimal>, currency: &str, minor_units: u32) -> Result<Self, Refusal> {
        let mut amount = amount.ok_or_else(|| {
            let hint = format!("amount: send more than 0, at most {MAX_AMOUNT}, with at most {minor_units} decimals");
            Refusal::schema("schema_invalid", hint)
        })?;
        amount.rescale(minor_units);
        Ok(Self { amount, currency: currency.to_owned() })
    }
}

fn minor_units(code: &str, reading: Reading) -> Option<u32> {
    let known = currency::minor_units(code);
    if reading.currency == Check::Enforced { known } else { known.or(Some(USUAL_MINOR_UNITS)) }
}

fn exact(lexeme: &str, reading: Reading) -> Option<Decimal> {
    match reading.exponents {
        Exponents::Applied => amount::exact(lexeme),
        Exponents::Dropped => amount::exact(lexeme.split(['e', 'E']).next().unwrap_or_default()),
    }
}

fn in_bounds(amount: &Decimal, minor_units: u32, reading: Reading) -> bool {
    let is_more_than_nothing = *amount > Decimal::ZERO
        || (reading.negative == Check::Skipped && *amount < Decimal::ZERO)
        || (reading.zero == Check::Skipped && amount.is_zero());
    let is_fine_enough = amount.scale() <= minor_units || reading.decimals == Check::Skipped;
    is_more_than_nothing && amount.abs() <= MAX_AMOUNT && is_fine_enough
}
