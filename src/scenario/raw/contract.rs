//! The table `[contract]` as it is typed: what both sides have agreed on. Judged by `scenario::contract`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Terms that both sides have agreed on.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawContract {
    /// Whether warnings of `check` are failures.
    pub strict: bool,
    /// When a first deposit counts as an FTD.
    pub ftd: RawFtd,
    /// What the target does with what the contract leaves open: "open" (either, the default), "refuse" or "accept".
    pub policies: RawPolicies,
    /// How far past its end a token may still be taken, such as "60s"; 5 minutes by default.
    pub leeway: Option<String>,
    /// Window of the fallback deduplication by click and event type, where postbacks carry no id, such as "60s".
    pub fallback_window: Option<String>,
    /// Postbacks a second from which on the target answers 429.
    pub rate: Option<u32>,
    /// An address from which the target takes postbacks, where it takes them from listed ones only and the machine that runs
    /// `check` is none of them: forged headers name it, such as "203.0.113.9". Then only `limits.forwarded-for` can be tested.
    pub allow_list: Option<String>,
    /// Whether the target asks for a client certificate.
    pub client_certificate: bool,
    /// Statuses that are as good as a case's own, by case or pattern, such as { "signature.*" = [400, 401] }.
    pub statuses: BTreeMap<String, Vec<u16>>,
    /// In whose money and days reports are made.
    pub reports: RawReports,
    /// Known failures that shall not fail the run.
    pub waive: Vec<RawWaiver>,
}

/// When a first deposit counts as an FTD.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFtd {
    /// Smallest amount that counts, in the deposit's own currency.
    pub minimum: Option<String>,
}

/// In whose money and days reports are made. `[read_back.map]` says where a credit shows them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawReports {
    /// The currency of reports, such as "USD".
    pub currency: Option<String>,
    /// What one unit of a currency is worth in it, by the UTC date from which on that holds, such as
    /// { BRL = { "2026-11-01" = "0.1847" } }.
    pub rates: BTreeMap<String, BTreeMap<String, String>>,
    /// The time zone whose days reports count by, such as "Europe/Malta" or "UTC".
    pub zone: Option<String>,
}

/// What the target does with what the contract leaves open: "open", "refuse" or "accept".
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawPolicies {
    /// A click id that the target never made; "refuse" by default.
    pub unknown_click: Option<String>,
    /// A brand that is not the click's own.
    pub foreign_brand: Option<String>,
    /// A deposit before its registration.
    pub early_deposit: Option<String>,
    /// A refund without a deposit.
    pub refund_without_deposit: Option<String>,
    /// A refund of more than was deposited.
    pub refund_above_deposit: Option<String>,
    /// A body that begins with a byte order mark.
    pub byte_order_mark: Option<String>,
    /// An event id of 1,000 characters and more.
    pub long_id: Option<String>,
    /// A body that nests 10,000 deep.
    pub deep_nesting: Option<String>,
    /// Another body under a known event id; the first value stands either way.
    pub different_body: Option<String>,
}

/// A known failure.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawWaiver {
    /// The case, or a pattern such as "limits.*".
    pub case: String,
    /// Why it is let pass.
    pub reason: String,
    /// The last day on which it is, such as "2027-01-31".
    pub until: Option<String>,
}
