//! The operator's settings as they are written in a file, before anything about them is checked.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The operator's part of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSettings {
    /// The networks that postbacks go to.
    pub networks: Vec<RawNetwork>,
    /// How often a postback is tried.
    pub retry: RawRetry,
    /// How long a click id stays with a visitor, in days.
    pub session_days: u32,
    /// How long after a visit an app's installation may still be matched to it, in hours.
    pub match_hours: u32,
    /// How long after its event a postback leaves, in minutes, where the mistake `operator-late-postbacks` is planted.
    pub late_minutes: u32,
}

/// One network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RawNetwork {
    /// Signed JSON with a bearer token.
    S2sJson(RawSigned),
    /// An address, and perhaps a form body, with macros.
    Template(RawTemplate),
}

/// A network that takes signed JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSigned {
    /// What it is called here and in reports.
    pub name: String,
    /// Where postbacks go; `{base}`, `{key}` and `{brand_id}` are filled in.
    pub url: String,
    /// The parameter of landing addresses that holds its click id.
    pub click_parameter: String,
    /// The id of the token key, when the network tells several apart.
    #[serde(default)]
    pub kid: Option<String>,
    /// What tokens name as their audience, when the network asks for it.
    #[serde(default)]
    pub audience: Option<String>,
    /// What tokens name as their issuer, when the network asks for it.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Events it wants; all when left out.
    #[serde(default)]
    pub events: Option<Vec<String>>,
    /// Whether registrations tell the player's address and browser (seed 003 §4.1).
    #[serde(default = "yes")]
    pub visitor: bool,
    /// Most postbacks under way at a time.
    #[serde(default = "concurrency")]
    pub concurrency: u32,
}

/// A network that takes parameters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTemplate {
    /// What it is called here and in reports.
    pub name: String,
    /// Where postbacks go.
    pub url: String,
    /// A form body; with one the postback is a POST, without one a GET.
    #[serde(default)]
    pub body: Option<String>,
    /// The parameter of landing addresses that holds its click id.
    pub click_parameter: String,
    /// The environment variable with what `{key}` stands for.
    #[serde(default)]
    pub key_env: Option<String>,
    /// What `{key}` stands for. It is no key of a file: whoever reads one fetches it from `key_env`.
    #[serde(skip)]
    pub key: Option<String>,
    /// Its own names of the events it wants: `registration`, `kyc_approved`, `first_deposit`, `deposit`, `refund`,
    /// `chargeback`.
    pub events: BTreeMap<String, String>,
    /// What it is owed for a first deposit, as decimal text; the amount of each payment when left out.
    #[serde(default)]
    pub cpa: Option<String>,
    /// What an answer begins with that took the postback; any 2xx when left out.
    #[serde(default)]
    pub accepts: Vec<String>,
    /// What a 2xx answer begins with that refused it for good.
    #[serde(default)]
    pub refuses: Vec<String>,
    /// Most postbacks under way at a time.
    #[serde(default = "concurrency")]
    pub concurrency: u32,
}

/// How often a postback is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawRetry {
    /// Attempts in all.
    pub attempts: u32,
    /// Bound of the first pause, in milliseconds.
    pub base_ms: u64,
    /// Bound of every pause, in milliseconds.
    pub cap_ms: u64,
    /// The longest `Retry-After` that is honoured, in milliseconds.
    pub retry_after_ms: u64,
    /// How long an attempt may take, in milliseconds.
    pub timeout_ms: u64,
}

impl Default for RawRetry {
    fn default() -> Self {
        Self { attempts: 8, base_ms: 200, cap_ms: 30_000, retry_after_ms: 60_000, timeout_ms: 5_000 }
    }
}

impl Default for RawSettings {
    /// The stack's own tracker and its two other networks.
    fn default() -> Self {
        Self {
            networks: vec![RawNetwork::tracker(), RawNetwork::volta(), RawNetwork::keystone()],
            retry: RawRetry::default(),
            session_days: 30,
            match_hours: 24,
            late_minutes: 360,
        }
    }
}

impl RawNetwork {
    /// The stack's own tracker.
    fn tracker() -> Self {
        Self::S2sJson(RawSigned {
            name: "tracker".to_owned(),
            url: "{base}/postback".to_owned(),
            click_parameter: "click_id".to_owned(),
            kid: None,
            audience: None,
            issuer: None,
            events: None,
            visitor: true,
            concurrency: concurrency(),
        })
    }

    /// A network that counts a click's transactions, owed a fixed sum for each new depositor.
    fn volta() -> Self {
        let url = "{base}/networks/volta/postback?cid={click_id}&payout={payout}&txid={transaction_id}\
                   &currency={currency}&et={event}";
        Self::Template(RawTemplate {
            name: "volta".to_owned(),
            url: url.to_owned(),
            body: None,
            click_parameter: "clickid".to_owned(),
            key_env: None,
            key: None,
            events: names(&[
                ("registration", "registration"),
                ("first_deposit", "ftd"),
                ("deposit", "deposit"),
                ("refund", "refund"),
                ("chargeback", "chargeback"),
            ]),
            cpa: None,
            accepts: vec!["OK".to_owned(), "DUPLICATE".to_owned()],
            refuses: vec!["ERROR".to_owned()],
            concurrency: concurrency(),
        })
    }

    /// A network that moves a conversion from state to state.
    fn keystone() -> Self {
        let url = "{base}/networks/keystone/{key}/postback?subid={click_id}&status={event}&payout={payout}\
                   &currency={currency}&tid={sale_id}&return=OK";
        Self::Template(RawTemplate {
            name: "keystone".to_owned(),
            url: url.to_owned(),
            body: None,
            click_parameter: "subid".to_owned(),
            key_env: None,
            key: Some("k3y5t0ne".to_owned()),
            events: names(&[
                ("registration", "lead"),
                ("first_deposit", "sale"),
                ("deposit", "rebill"),
                ("refund", "rejected"),
                ("chargeback", "rejected"),
            ]),
            cpa: None,
            accepts: vec!["OK".to_owned()],
            refuses: vec!["ERROR".to_owned()],
            concurrency: concurrency(),
        })
    }
}

fn names(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
}

fn yes() -> bool {
    true
}

fn concurrency() -> u32 {
    16
}
