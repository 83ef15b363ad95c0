//! The scenario file exactly as it is typed: a serde mirror without any judgement.
//! Its doc comments are the descriptions of the JSON Schema that editors show. The checked types stand beside it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod compare;
mod contract;
mod load;
mod operator;
mod parallel;
mod sla;

pub use compare::{RawCompare, RawLog};
pub use contract::{RawContract, RawFtd, RawPolicies, RawReports, RawWaiver};
pub use load::{RawLoad, RawStage};
pub use operator::{RawOperator, RawOperatorAnswer, RawOperatorFields, RawOperatorPaths};
pub use parallel::{RawAudience, RawBrowsers, RawParallel};
pub use sla::{RawBurn, RawPromises, RawSla};

/// A postproof scenario. Every key may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawScenario {
    /// What reports call this scenario.
    pub name: Option<String>,
    /// Seed of everything that is drawn; drawn afresh when left out.
    pub seed: Option<u64>,
    /// Who fires the postbacks: "self" (postproof, the default), or "operator" (the operator's own sender, while postproof
    /// plays the players on its pages).
    pub through: Option<String>,
    /// Where the postbacks go, and with what secrets.
    pub target: RawTarget,
    /// How bodies are signed.
    pub signature: RawSignature,
    /// The bearer token.
    pub token: RawToken,
    /// How players click.
    pub click: RawClick,
    /// Where players register and pay when the operator fires.
    pub operator: RawOperator,
    /// The synthetic players.
    pub journeys: RawJourneys,
    /// What is done to deliveries on purpose.
    pub faults: RawFaults,
    /// How postbacks are sent and tried again.
    pub send: RawSend,
    /// How the credits are read back.
    pub read_back: RawReadBack,
    /// Terms that both sides have agreed on.
    pub contract: RawContract,
    /// How `postproof load` puts the target under load.
    pub load: RawLoad,
    /// What the target promises under load.
    pub sla: RawSla,
    /// How cookie and S2S tracking are run side by side.
    pub parallel: RawParallel,
    /// What the target's books hold.
    pub books: RawBooks,
}

/// Where the postbacks go, and with what secrets.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawTarget {
    /// The postback URL. Without it the reference stack is started inside the process.
    pub url: Option<String>,
    /// The click URL, if journeys shall really click.
    pub click_url: Option<String>,
    /// The network's dialect.
    pub profile: Option<String>,
    /// Environment variable that holds the HMAC secret.
    pub secret_env: Option<String>,
    /// File that holds the HMAC secret, byte for byte.
    pub secret_file: Option<String>,
    /// Environment variable that holds the token key: the HS256 secret, or a PEM private key.
    pub jwt_secret_env: Option<String>,
    /// File that holds the token key.
    pub jwt_secret_file: Option<String>,
    /// Environment variable that holds an opaque bearer token, used as it is instead of a minted one.
    pub bearer_env: Option<String>,
    /// Hosts other than loopback that may be fired at.
    pub allow_hosts: Vec<String>,
    /// PEM file of further certificate authorities to trust.
    pub ca_file: Option<String>,
    /// PEM file of the client certificate chain for mTLS.
    pub client_cert_file: Option<String>,
    /// PEM file of the client certificate's private key.
    pub client_key_file: Option<String>,
    /// Longest wait for a connection, such as "3s".
    pub connect_timeout: Option<String>,
    /// Longest wait for a whole answer, such as "10s".
    pub timeout: Option<String>,
}

/// How bodies are signed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSignature {
    /// The signature scheme, such as "s2s-json" or "standard-webhooks"; `postproof list schemes` names them.
    /// The keys below belong to "s2s-json"; the other schemes have a form and a place of their own.
    pub scheme: Option<String>,
    /// The canonical form that is signed: "jcs" (RFC 8785), "sorted" (sorted keys, number lexemes kept) or "raw".
    pub canonical: Option<String>,
    /// Header that carries the signature.
    pub header: Option<String>,
    /// Body member that carries the signature, instead of a header.
    pub member: Option<String>,
}

/// The bearer token.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawToken {
    /// "HS256", "RS256" or "ES256".
    pub algorithm: Option<String>,
    /// How long a token lives, such as "10m".
    pub lifetime: Option<String>,
    /// The `kid` of the token's header.
    pub key_id: Option<String>,
    /// The `iss` claim.
    pub issuer: Option<String>,
    /// The `aud` claim.
    pub audience: Option<String>,
}

/// How players click.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawClick {
    /// Name of the landing URL's parameter that carries the click id; `click_id` and `clickid` are known without it.
    pub parameter: Option<String>,
    /// Whether the landing page is opened too (only on hosts that may be fired at).
    pub visit_landing: Option<bool>,
}

/// The synthetic players.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawJourneys {
    /// How many players click.
    pub players: Option<u64>,
    /// The span over which their clicks are spread, such as "6h".
    pub window: Option<String>,
    /// How much faster than real time the journeys are played: "1" or more, or "max".
    pub speed: Option<String>,
    /// Which share of players goes on from step to step.
    pub funnel: RawFunnel,
    /// How long each step takes.
    pub delays: RawDelays,
    /// What players pay in.
    pub amounts: RawAmounts,
    /// Who they are and where they come from: names with their weights.
    pub mix: RawMix,
}

/// Which share of players goes on from step to step, such as "25%".
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFunnel {
    /// Of those who clicked, who register.
    pub registration: Option<String>,
    /// Of the registered, who pass KYC.
    pub kyc: Option<String>,
    /// Of those who passed KYC, who deposit.
    pub ftd: Option<String>,
    /// Of the depositors, who deposit again.
    pub repeat: Option<String>,
    /// How many further deposits those make.
    pub repeat_deposits: Option<u64>,
    /// Of the depositors, who get a deposit back by refund or chargeback.
    pub reversal: Option<String>,
    /// Of those reversals, which are chargebacks.
    pub chargeback: Option<String>,
}

/// How long each step takes.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawDelays {
    /// From the click to the registration.
    pub registration: Option<RawDelay>,
    /// From the registration to the passed KYC.
    pub kyc: Option<RawDelay>,
    /// From the passed KYC to the first deposit.
    pub ftd: Option<RawDelay>,
    /// From one deposit to the next.
    pub repeat: Option<RawDelay>,
    /// From the last deposit to its refund or chargeback.
    pub reversal: Option<RawDelay>,
}

/// A log-normal delay by its median and its 90th percentile.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDelay {
    /// Half are shorter.
    pub median: String,
    /// Nine in ten are shorter.
    pub p90: String,
}

/// What players pay in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawAmounts {
    /// Median of a deposit, as decimal text.
    pub median: Option<String>,
    /// Nine in ten deposits are smaller.
    pub p90: Option<String>,
    /// The smallest deposit.
    pub min: Option<String>,
    /// The largest deposit.
    pub max: Option<String>,
    /// By how much these four are multiplied for a currency, such as { JPY = "150" }.
    pub scale: BTreeMap<String, String>,
}

/// Names with their weights, such as { "alpha" = 3, "beta" = 1 }.
pub type RawWeights = BTreeMap<String, u64>;

/// Who the players are and where they come from.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawMix {
    /// Brands that players register with.
    pub brands: Option<RawWeights>,
    /// Affiliates who sent them.
    pub affiliates: Option<RawWeights>,
    /// The affiliates' own sub ids.
    pub aff_subs: Option<RawWeights>,
    /// Campaigns.
    pub campaigns: Option<RawWeights>,
    /// Creatives.
    pub creatives: Option<RawWeights>,
    /// Countries.
    pub geo: Option<RawWeights>,
    /// Devices: "android", "ios", "desktop".
    pub devices: Option<RawWeights>,
    /// Currencies of the players' accounts.
    pub currencies: Option<RawWeights>,
    /// Payment methods.
    pub payment_methods: Option<RawWeights>,
    /// KYC levels.
    pub kyc_levels: Option<RawWeights>,
    /// Versions of the consent text.
    pub consent_versions: Option<RawWeights>,
}

/// What is done to deliveries on purpose.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFaults {
    /// Whether any fault is done at all.
    pub enabled: Option<bool>,
    /// How often each kind occurs at least, where there are events enough.
    pub at_least: Option<u64>,
    /// Share of the eligible events, by kind, such as { duplicate = "2%" }; kinds that are not named keep the default.
    pub rates: BTreeMap<String, String>,
}

/// How postbacks are sent and tried again.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSend {
    /// Journeys under way at once.
    pub in_flight: Option<u64>,
    /// Attempts for one postback, the first included.
    pub attempts: Option<u64>,
    /// Upper end of the first wait between attempts; each further one doubles (full jitter).
    pub backoff_base: Option<String>,
    /// Longest wait between attempts.
    pub backoff_cap: Option<String>,
    /// Fixed waits between attempts instead, such as `["5s", "5m"]`.
    pub schedule: Option<Vec<String>>,
}

/// How the credits are read back.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawReadBack {
    /// URL that answers GET with the credits.
    pub url: Option<String>,
    /// File that holds the credits, instead of a URL.
    pub file: Option<String>,
    /// Environment variable that holds the read-back's own bearer token.
    pub bearer_env: Option<String>,
    /// Longest wait for the credits to settle.
    pub settle: Option<String>,
    /// JSON pointer to the array of credits, where it is not the whole answer.
    pub items: Option<String>,
    /// JSON pointers from a credit to its fields.
    pub map: RawFieldMap,
}

impl RawReadBack {
    /// Reads the credits from that place instead: a URL, or else a file.
    pub fn point_to(&mut self, place: &str) {
        let is_url = place.starts_with("http://") || place.starts_with("https://");
        let place = Some(place.to_owned());
        (self.url, self.file) = if is_url { (place, None) } else { (None, place) };
    }
}

/// JSON pointers from a credit to its fields, such as "/data/id".
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawFieldMap {
    /// To `event_id`.
    pub event_id: Option<String>,
    /// To `click_id`.
    pub click_id: Option<String>,
    /// To the kind of event.
    pub event: Option<String>,
    /// To the amount.
    pub amount: Option<String>,
    /// To the currency.
    pub currency: Option<String>,
    /// To the brand.
    pub brand_id: Option<String>,
    /// To the time of the event.
    pub ts_event: Option<String>,
    /// To the FTD flag.
    pub is_ftd: Option<String>,
    /// To what the amount is worth in the currency of reports; not read when left out.
    pub report_amount: Option<String>,
    /// To the currency of reports; not read when left out.
    pub report_currency: Option<String>,
    /// To the day that reports count the event under, such as "2026-11-21"; not read when left out.
    pub report_day: Option<String>,
}

/// What the target's books hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawBooks {
    /// The kinds of events that the read-back shows; all of them when left out.
    pub events: Option<Vec<String>>,
}
