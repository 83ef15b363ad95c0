//! The terms of the programme as checked values: what counts as a first deposit, what a deposit costs, what each
//! affiliate earns, and in whose days and money it is reckoned (seed 003 §7, §8; domain.md §6).
//!
//! `raw` mirrors the file. What is computed from the terms stands in `commission`, `settlement` and `valuation`.

mod raw;

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use rust_decimal::Decimal;

pub use self::raw::{RawContract, RawFees, RawFtd, RawTerms};
use super::contract::{Contract, Cpa, RevenueShare};
use super::minor_units::rounded;
use crate::tracker::currency;

/// Most affiliates with terms of their own, and most brands of one: a file beyond that is a mistake.
const MAX_NAMED: usize = 10_000;

/// Largest amount in the terms; anything above is a slip of the keyboard.
const MAX_AMOUNT: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Most decimals of a percentage.
const MAX_PERCENT_DECIMALS: u32 = 6;

/// The terms. `Terms::default()` is a programme in USD and UTC that pays 100.00 for a first deposit of at least 10 in
/// the deposit's own currency, and has no fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    report_currency: String,
    minor_units: u32,
    zone: TimeZone,
    ftd: FtdRules,
    fees: Fees,
    default_contract: Contract,
    affiliates: HashMap<String, Contract>,
}

/// What may count as a player's first deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FtdRules {
    minimum: Decimal,
    minimum_by_currency: HashMap<String, Decimal>,
}

/// What a deposit costs the operator, in the report currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fees {
    /// Between 0 and 1.
    share_of_deposit: Decimal,
    per_deposit: Decimal,
}

/// Why terms are refused. `key` is where they stand in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// An amount that is none.
    #[error("{key}: write an amount as text, 0 to {MAX_AMOUNT}, with at most {decimals} decimals")]
    Amount {
        /// Where it stands.
        key: String,
        /// How many decimals are taken there.
        decimals: u32,
    },
    /// A percentage that is none.
    #[error("{key}: write a percentage as text, 0 to 100, with at most {MAX_PERCENT_DECIMALS} decimals")]
    Percent {
        /// Where it stands.
        key: String,
    },
    /// An unknown currency.
    #[error("{key}: name an active currency by its upper-case ISO 4217 code")]
    Currency {
        /// Where it stands.
        key: String,
    },
    /// An unknown zone.
    #[error("zone: name a time zone of the IANA database, like `America/Sao_Paulo`")]
    Zone,
    /// More names than are kept.
    #[error("{key}: at most {MAX_NAMED} names")]
    TooMany {
        /// Where they stand.
        key: String,
    },
}

impl Terms {
    /// Reads terms from TOML.
    #[cfg(test)]
    pub(crate) fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self::check(toml::from_str(text)?)?)
    }

    /// Checks terms. A key that was left out is as in [`Terms::default`].
    pub(crate) fn check(raw: RawTerms) -> Result<Self, TermsError> {
        let report_currency = raw.report_currency.unwrap_or_else(|| "USD".to_owned());
        let minor_units = units_of(&report_currency, "report_currency")?;
        let zone = zone(raw.zone.as_deref().unwrap_or("UTC"))?;
        let read = Reader { minor_units };
        let default_contract = match raw.default_contract {
            Some(contract) => read.contract(contract, "default_contract")?,
            None => default_contract(),
        };
        bounded(raw.affiliates.len(), "affiliates")?;
        let mut affiliates = HashMap::new();
        for (name, contract) in raw.affiliates {
            let contract = read.contract(contract, &format!("affiliates.{name}"))?;
            affiliates.insert(name, contract);
        }
        let (ftd, fees) = (ftd(raw.ftd)?, read.fees(&raw.fees)?);
        Ok(Self { report_currency, minor_units, zone, ftd, fees, default_contract, affiliates })
    }

    /// The currency of reports, fees and commissions.
    pub(crate) fn report_currency(&self) -> &str {
        &self.report_currency
    }

    /// Number of decimals of the report currency.
    pub(crate) fn minor_units(&self) -> u32 {
        self.minor_units
    }

    /// The project's zone: its months are the ones that are settled.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What an affiliate earns, by terms of its own or by those for everybody.
    pub(crate) fn contract(&self, affiliate: &str) -> &Contract {
        self.affiliates.get(affiliate).unwrap_or(&self.default_contract)
    }

    /// Whether a deposit may count as a player's first: at or above the minimum of its currency, more than nothing,
    /// and no bonus (seed 003 §8). Whether it *is* the first is for the store to say.
    pub(crate) fn qualifies(&self, amount: Decimal, currency: &str, is_bonus: bool) -> bool {
        let minimum = self.ftd.minimum_by_currency.get(currency).copied().unwrap_or(self.ftd.minimum);
        !is_bonus && amount > Decimal::ZERO && amount >= minimum
    }

    /// What a deposit of that worth costs, both in the report currency. A refund brings none of it back.
    pub(crate) fn fee(&self, deposit: Decimal) -> Decimal {
        let share = deposit.saturating_mul(self.fees.share_of_deposit);
        self.round(share.saturating_add(self.fees.per_deposit))
    }

    /// Rounds to the report currency's minor units, half to even.
    pub(crate) fn round(&self, amount: Decimal) -> Decimal {
        rounded(amount, self.minor_units)
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self::check(RawTerms::default()).expect("terms that say nothing are read by a test")
    }
}

/// Reads amounts of the report currency.
#[derive(Debug, Clone, Copy)]
struct Reader {
    minor_units: u32,
}

impl Reader {
    fn contract(self, raw: RawContract, key: &str) -> Result<Contract, TermsError> {
        let (cpa, revenue_share) = match raw {
            RawContract::Cpa { amount, amount_by_brand, clawback } => {
                (Some(self.cpa(&amount, amount_by_brand, clawback, key)?), None)
            }
            RawContract::RevenueShare { share_percent, negative_carry_over } => {
                (None, Some(revenue_share(&share_percent, negative_carry_over, key)?))
            }
            RawContract::Hybrid { amount, amount_by_brand, clawback, share_percent, negative_carry_over } => (
                Some(self.cpa(&amount, amount_by_brand, clawback, key)?),
                Some(revenue_share(&share_percent, negative_carry_over, key)?),
            ),
        };
        Ok(Contract { cpa, revenue_share })
    }

    fn cpa(self, text: &str, brands: BTreeMap<String, String>, clawback: bool, key: &str) -> Result<Cpa, TermsError> {
        bounded(brands.len(), key)?;
        let mut by_brand = HashMap::new();
        for (brand, text) in brands {
            let sum = amount(&text, self.minor_units, || format!("{key}.amount_by_brand.{brand}"))?;
            by_brand.insert(brand, sum);
        }
        let amount = amount(text, self.minor_units, || format!("{key}.amount"))?;
        Ok(Cpa { amount, by_brand, clawback })
    }

    fn fees(self, raw: &RawFees) -> Result<Fees, TermsError> {
        let share = raw.percent_of_deposits.as_deref().unwrap_or("0");
        let each = raw.per_deposit.as_deref().unwrap_or("0");
        Ok(Fees {
            share_of_deposit: share_of(share, || "fees.percent_of_deposits".to_owned())?,
            per_deposit: amount(each, self.minor_units, || "fees.per_deposit".to_owned())?,
        })
    }
}

fn default_contract() -> Contract {
    let cpa = Cpa { amount: Decimal::ONE_HUNDRED, by_brand: HashMap::new(), clawback: false };
    Contract { cpa: Some(cpa), revenue_share: None }
}

fn revenue_share(percent: &str, negative_carry_over: bool, key: &str) -> Result<RevenueShare, TermsError> {
    let share = share_of(percent, || format!("{key}.share_percent"))?;
    Ok(RevenueShare { share, negative_carry_over })
}

fn ftd(raw: RawFtd) -> Result<FtdRules, TermsError> {
    /// The finest currency has four decimals.
    const DECIMALS: u32 = 4;
    let minimum = amount(raw.minimum.as_deref().unwrap_or("10"), DECIMALS, || "ftd.minimum".to_owned())?;
    let mut minimum_by_currency = HashMap::new();
    for (code, text) in raw.minimum_by_currency {
        let key = format!("ftd.minimum_by_currency.{code}");
        let decimals = units_of(&code, &key)?;
        minimum_by_currency.insert(code, amount(&text, decimals, || key)?);
    }
    Ok(FtdRules { minimum, minimum_by_currency })
}

fn zone(name: &str) -> Result<TimeZone, TermsError> {
    TimeZone::get(name).map_err(|_| TermsError::Zone)
}

fn units_of(code: &str, key: &str) -> Result<u32, TermsError> {
    currency::minor_units(code).ok_or_else(|| TermsError::Currency { key: key.to_owned() })
}

fn amount(text: &str, decimals: u32, key: impl FnOnce() -> String) -> Result<Decimal, TermsError> {
    let in_bounds =
        |amount: &Decimal| *amount >= Decimal::ZERO && *amount <= MAX_AMOUNT && amount.normalize().scale() <= decimals;
    let amount = Decimal::from_str_exact(text).ok().filter(in_bounds);
    amount.ok_or_else(|| TermsError::Amount { key: key(), decimals })
}

/// A percentage as a share of one.
fn share_of(text: &str, key: impl FnOnce() -> String) -> Result<Decimal, TermsError> {
    let in_bounds = |percent: &Decimal| {
        *percent >= Decimal::ZERO && *percent <= Decimal::ONE_HUNDRED && percent.scale() <= MAX_PERCENT_DECIMALS
    };
    let percent = Decimal::from_str_exact(text).ok().filter(in_bounds);
    percent.map(|percent| percent / Decimal::ONE_HUNDRED).ok_or_else(|| TermsError::Percent { key: key() })
}

fn bounded(names: usize, key: &str) -> Result<(), TermsError> {
    if names > MAX_NAMED { Err(TermsError::TooMany { key: key.to_owned() }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
