//! The file as it is written: a mirror for serde in which nothing is judged but the names and types of keys.
//!
//! What is left out has its default where it is checked. The parts of the operator, of
//! cookies, of monitoring and of the books are mirrored in their own rooms.

use std::path::PathBuf;

use serde::Deserialize;

use crate::monitoring::RawMonitoring;
use crate::operator;
use crate::pixel::CookieSettings;
use crate::tracker::books::programme::RawProgramme;
use crate::tracker::signature::Canonical;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawFile {
    pub(super) listen: Option<String>,
    pub(super) database: Option<PathBuf>,
    pub(super) defects: Vec<String>,
    pub(super) connections: RawConnections,
    pub(super) clock: RawClock,
    pub(super) cookies: CookieSettings,
    pub(super) tracker: RawTracker,
    pub(super) operator: operator::RawSettings,
    pub(super) monitoring: RawMonitoring,
    pub(super) programme: RawProgramme,
}

/// How many connections are kept, and for how long.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConnections {
    pub(super) most: Option<u64>,
    pub(super) per_address: Option<u64>,
    pub(super) head_ms: Option<u64>,
}

/// What time it is for the stack.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawClock {
    pub(super) origin: Option<String>,
    pub(super) speed: Option<f64>,
}

/// What the tracker is set up with.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTracker {
    pub(super) dialect: RawDialect,
    pub(super) queue_capacity: Option<u64>,
    pub(super) endpoints: Option<Vec<String>>,
    pub(super) signature: RawSignature,
    pub(super) tokens: RawTokens,
    pub(super) admission: RawAdmission,
    pub(super) tls: Option<RawTls>,
}

/// The files that TLS is set up from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTls {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    pub(super) client_ca: Option<PathBuf>,
}

/// By what senders name their events.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawDialect {
    #[default]
    EventId,
    TransactionId,
}

/// How postbacks are signed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSignature {
    pub(super) scheme: Option<String>,
    pub(super) canonical: Option<Canonical>,
    pub(super) window_seconds: Option<u64>,
    pub(super) secret_env: Option<String>,
    pub(super) previous_secret_env: Option<String>,
}

/// What bearer tokens have to say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTokens {
    pub(super) kid: Option<String>,
    pub(super) secret_env: Option<String>,
    pub(super) previous_kid: Option<String>,
    pub(super) previous_secret_env: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) issuer: Option<String>,
}

/// Who may send, and how fast.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawAdmission {
    pub(super) allow: Vec<String>,
    pub(super) trusted_proxies: Vec<String>,
    pub(super) per_second: Option<u64>,
    pub(super) burst: Option<u64>,
}
