//! The table `[parallel.compare]` as it is typed. Judged by `scenario::parallel`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two exported logs side by side: `postproof parallel compare`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCompare {
    /// Share of a log's rows that may be unreadable; "5%" by default.
    pub max_rejected: Option<String>,
    /// How long an S2S message may take in these logs; as long as in a run by default.
    pub grace: Option<String>,
    /// The gap that the audience makes without any error, such as "15%", where it is known and need not be modelled.
    pub expected_gap: Option<String>,
    /// What the browsers reported.
    pub cookie: RawLog,
    /// What the operator's server reported.
    pub s2s: RawLog,
}

/// An exported log.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawLog {
    /// The file: CSV or NDJSON, plain or gzip.
    pub file: Option<String>,
    /// The column of each field, such as { `click_id` = "Ref" }; "" reads none. Columns with usual names are found by themselves.
    pub columns: BTreeMap<String, String>,
    /// Zone of times without an offset, such as "Europe/Madrid" or "+02:00"; "UTC" by default.
    pub zone: Option<String>,
    /// The mark between whole and part of an amount: "." (the default) or ",".
    pub decimal: Option<String>,
    /// What the event column says of a first deposit, where it is none of the usual words.
    pub event: Option<String>,
}
