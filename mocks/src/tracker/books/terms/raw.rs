//! The terms as they stand in TOML: a mirror for serde, in which nothing is checked but the names of the keys.
//!
//! Amounts are text, so that no float touches them. Checking is left to the module above.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTerms {
    pub(super) report_currency: Option<String>,
    pub(super) zone: Option<String>,
    #[serde(default)]
    pub(super) ftd: RawFtd,
    #[serde(default)]
    pub(super) fees: RawFees,
    pub(super) default_contract: Option<RawContract>,
    #[serde(default)]
    pub(super) affiliates: BTreeMap<String, RawContract>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFtd {
    pub(super) minimum: Option<String>,
    #[serde(default)]
    pub(super) minimum_by_currency: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFees {
    pub(super) percent_of_deposits: Option<String>,
    pub(super) per_deposit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum RawContract {
    Cpa {
        amount: String,
        #[serde(default)]
        amount_by_brand: BTreeMap<String, String>,
        #[serde(default)]
        clawback: bool,
    },
    RevenueShare {
        share_percent: String,
        #[serde(default)]
        negative_carry_over: bool,
    },
    Hybrid {
        amount: String,
        #[serde(default)]
        amount_by_brand: BTreeMap<String, String>,
        #[serde(default)]
        clawback: bool,
        share_percent: String,
        #[serde(default)]
        negative_carry_over: bool,
    },
}
