//! The terms as they stand in a file: a mirror for serde, in which nothing is checked but the names of the keys.
//!
//! Amounts are text, so that no float touches them. Checking is left to the module above.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The terms of a programme. What is left out is as in a programme that says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawTerms {
    /// The currency of reports, fees and commissions, by its ISO 4217 code; USD when left out.
    pub report_currency: Option<String>,
    /// The project's time zone, by its IANA name; UTC when left out.
    pub zone: Option<String>,
    /// What counts as a first deposit.
    pub ftd: RawFtd,
    /// What deposits cost.
    pub fees: RawFees,
    /// What an affiliate without terms of its own earns; 100.00 for each first deposit when left out.
    pub default_contract: Option<RawContract>,
    /// What these affiliates earn.
    pub affiliates: BTreeMap<String, RawContract>,
}

/// What counts as a player's first deposit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFtd {
    /// Least amount in the deposit's own currency, as decimal text; 10 when left out.
    pub minimum: Option<String>,
    /// Other minimums by ISO 4217 code.
    pub minimum_by_currency: BTreeMap<String, String>,
}

/// What a deposit costs the operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawFees {
    /// Percentage of the deposit, 0 to 100, as decimal text.
    pub percent_of_deposits: Option<String>,
    /// A sum in the report currency, as decimal text.
    pub per_deposit: Option<String>,
}

/// What an affiliate earns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum RawContract {
    /// A sum for each first deposit.
    Cpa {
        /// In the report currency, as decimal text.
        amount: String,
        /// Other sums for players of these brands.
        #[serde(default)]
        amount_by_brand: BTreeMap<String, String>,
        /// Whether the sum is taken back with a first deposit that is taken back whole.
        #[serde(default)]
        clawback: bool,
    },
    /// A share of each month's net revenue.
    RevenueShare {
        /// Percentage, 0 to 100, as decimal text.
        share_percent: String,
        /// Whether a month below zero is set against the months that follow.
        #[serde(default)]
        negative_carry_over: bool,
    },
    /// Both.
    Hybrid {
        /// In the report currency, as decimal text.
        amount: String,
        /// Other sums for players of these brands.
        #[serde(default)]
        amount_by_brand: BTreeMap<String, String>,
        /// Whether the sum is taken back with a first deposit that is taken back whole.
        #[serde(default)]
        clawback: bool,
        /// Percentage, 0 to 100, as decimal text.
        share_percent: String,
        /// Whether a month below zero is set against the months that follow.
        #[serde(default)]
        negative_carry_over: bool,
    },
}
