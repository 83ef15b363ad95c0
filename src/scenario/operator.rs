//! The operator on whose pages players are played: where it is, and how its steps are written and answered.

use std::str::FromStr;

use url::Url;

use super::raw::{RawOperator, RawOperatorFields, RawOperatorPaths};
use super::readback::pointer;
use super::target::http_url;
use super::{Problem, word};
use crate::model::EventKind;

/// Most pages that a player looks at before registering; more would only be traffic.
const MOST_PAGES: usize = 20;

/// The operator of a run that goes through one.
#[derive(Clone, Debug)]
pub struct OperatorPlan {
    /// Its base URL; `None`: that of the reference stack inside the process.
    pub url: Option<Url>,
    /// Variable that holds a bearer token for the steps.
    pub bearer_env: Option<String>,
    /// How steps are written.
    pub encoding: Encoding,
    /// Where they go.
    pub paths: OperatorPaths,
    /// What their fields are called; `None` leaves a field out.
    pub fields: OperatorFields,
    /// JSON pointer to the `event_id` in the answer to a step; `None`: answers name none.
    pub event_id: Option<String>,
    /// JSON pointer to the account in the answer to a registration.
    pub account_id: String,
    /// JSON pointer to the operator's transaction in the answer to a deposit; empty: answers name none.
    pub transaction_id: String,
}

/// How a step's fields are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As one flat JSON object; amounts are numbers.
    Json,
    /// As `application/x-www-form-urlencoded`.
    Form,
}

/// Paths below the operator's URL, each beginning with a slash.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is the path of the step of that name")]
pub struct OperatorPaths {
    pub landing: String,
    /// Pages between landing and registering.
    pub pages: Vec<String>,
    pub register: String,
    pub kyc: String,
    pub deposit: String,
    pub refund: String,
    pub chargeback: String,
    /// Where the operator shows what it could not deliver; `None`: nowhere that is known.
    pub dead_letters: Option<String>,
    /// The page after a registration; `None`: there is none worth a look. `{account}` stands in it, as in the steps'.
    pub welcome: Option<String>,
    /// The page after a deposit, where the pixel is; `{transaction}` stands in it too.
    pub thanks: Option<String>,
    /// Where it is asked to deliver all of that once more; `None`: nowhere that is known.
    pub redeliver: Option<String>,
}

/// Names of the fields of steps.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is the name that the field of that name goes by")]
pub struct OperatorFields {
    pub account: Option<String>,
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub payment_method: Option<String>,
    pub deposit_event_id: Option<String>,
    pub kyc_level: Option<String>,
    pub brand_id: Option<String>,
    pub geo: Option<String>,
    pub device: Option<String>,
    pub consent_version: Option<String>,
    pub occurred_at: Option<String>,
}

impl OperatorPaths {
    /// The path of the page of that name: of the pages that are named the one that ends like it, else one below the landing page.
    pub fn page(&self, name: &str) -> String {
        let named = self.pages.iter().find(|page| page.rsplit('/').next() == Some(name));
        named.cloned().unwrap_or_else(|| format!("{}/{name}", self.landing.trim_end_matches('/')))
    }

    /// The path of the step that causes an event of that kind.
    pub fn of(&self, kind: EventKind) -> &str {
        match kind {
            EventKind::Registration => &self.register,
            EventKind::KycApproved => &self.kyc,
            EventKind::Deposit => &self.deposit,
            EventKind::Refund => &self.refund,
            EventKind::Chargeback => &self.chargeback,
        }
    }
}

impl FromStr for Encoding {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "json" => Ok(Self::Json),
            "form" => Ok(Self::Form),
            _ => Err(()),
        }
    }
}

pub(super) fn operator(raw: &RawOperator) -> Result<OperatorPlan, Problem> {
    let event_id = pointer("operator.answer.event_id", raw.answer.event_id.as_ref(), "/event_id")?;
    let account_id = pointer("operator.answer.account_id", raw.answer.account_id.as_ref(), "/account_id")?;
    if account_id.is_empty() {
        return Err(Problem::new(
            "operator.answer.account_id",
            "is empty, and without the account no further step can be made",
            "write the JSON pointer to it, such as \"/account_id\"",
        ));
    }
    Ok(OperatorPlan {
        url: raw.url.as_deref().map(base).transpose()?,
        bearer_env: raw.bearer_env.clone(),
        encoding: word("operator.encoding", raw.encoding.as_deref(), Encoding::Json, "json, form")?,
        paths: paths(&raw.paths, raw.url.is_none())?,
        fields: fields(&raw.fields)?,
        event_id: (!event_id.is_empty()).then_some(event_id),
        account_id,
        transaction_id: pointer(
            "operator.answer.transaction_id",
            raw.answer.transaction_id.as_ref(),
            "/transaction_id",
        )?,
    })
}

/// A URL that paths can be appended to.
fn base(url: &str) -> Result<Url, Problem> {
    let url = http_url("operator.url", url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Problem::new(
            "operator.url",
            "has a query or a fragment, and paths are appended to it",
            "write it such as \"https://staging.operator.example\"",
        ));
    }
    Ok(url)
}

/// The paths; the dead letters of somebody else's operator are only where the scenario says so, and it is only asked to
/// deliver them where the scenario says how.
fn paths(raw: &RawOperatorPaths, own: bool) -> Result<OperatorPaths, Problem> {
    let one = |key: &str, given: Option<&String>, default: &str| {
        path(&format!("operator.paths.{key}"), given.map_or(default, String::as_str))
    };
    let shown = |key: &str, given: Option<&String>, default: &str| match given.map_or(default, String::as_str) {
        "" => Ok(None),
        text => path_with(&format!("operator.paths.{key}"), text, &["account", "transaction"]).map(Some),
    };
    let pages = match &raw.pages {
        None => vec!["/landing/games".to_owned(), "/landing/register".to_owned()],
        Some(pages) if pages.len() > MOST_PAGES => {
            let told = format!("names {} pages", pages.len());
            return Err(Problem::new("operator.paths.pages", told, format!("name at most {MOST_PAGES}")));
        }
        Some(pages) => pages.iter().map(|page| path("operator.paths.pages", page)).collect::<Result<_, _>>()?,
    };
    let declared = |key: &str, given: Option<&String>, default: &'static str| {
        let given = given.map(String::as_str).or(own.then_some(default)).filter(|path| !path.is_empty());
        given.map(|given| path(&format!("operator.paths.{key}"), given)).transpose()
    };
    Ok(OperatorPaths {
        dead_letters: declared("dead_letters", raw.dead_letters.as_ref(), "/operator/dlq")?,
        redeliver: declared("redeliver", raw.redeliver.as_ref(), "/operator/dlq/redeliver")?,
        landing: one("landing", raw.landing.as_ref(), "/landing")?,
        pages,
        register: one("register", raw.register.as_ref(), "/operator/register")?,
        kyc: one("kyc", raw.kyc.as_ref(), "/operator/accounts/{account}/kyc")?,
        deposit: one("deposit", raw.deposit.as_ref(), "/operator/accounts/{account}/deposits")?,
        refund: one("refund", raw.refund.as_ref(), "/operator/accounts/{account}/refunds")?,
        chargeback: one("chargeback", raw.chargeback.as_ref(), "/operator/accounts/{account}/chargebacks")?,
        welcome: shown("welcome", raw.welcome.as_ref(), "/operator/accounts/{account}/welcome")?,
        thanks: shown("thanks", raw.thanks.as_ref(), "/operator/accounts/{account}/deposits/{transaction}")?,
    })
}

fn path(key: &str, text: &str) -> Result<String, Problem> {
    path_with(key, text, &["account"])
}

/// A path with these placeholders and no others.
fn path_with(key: &str, text: &str, placeholders: &[&str]) -> Result<String, Problem> {
    let help = "write it such as \"/accounts/{account}/deposits\"";
    if !text.starts_with('/') {
        return Err(Problem::new(key, format!("is `{text}`, which does not begin with a slash"), help));
    }
    if text.contains(['?', '#', '\\']) || text.chars().any(|c| c.is_control() || c == ' ') {
        return Err(Problem::new(key, format!("is `{text}`, which is more than a path"), help));
    }
    let bare = placeholders.iter().fold(text.to_owned(), |text, name| text.replace(&format!("{{{name}}}"), ""));
    if bare.contains(['{', '}']) {
        let known = placeholders.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(" and ");
        return Err(Problem::new(key, format!("is `{text}`, and there is no placeholder but {known}"), help));
    }
    Ok(text.to_owned())
}

fn fields(raw: &RawOperatorFields) -> Result<OperatorFields, Problem> {
    let mut seen: Vec<String> = Vec::new();
    let mut one = |key: &str, given: Option<&String>, default: &str| {
        let name = given.map_or(default, String::as_str);
        let path = format!("operator.fields.{key}");
        if name.chars().any(char::is_control) || name.len() > 64 {
            return Err(Problem::new(path, "is no name", "write up to 64 printable characters"));
        }
        if !name.is_empty() && seen.iter().any(|other| other == name) {
            return Err(Problem::new(path, format!("is `{name}`, as another field is"), "give each a name of its own"));
        }
        seen.push(name.to_owned());
        Ok((!name.is_empty()).then(|| name.to_owned()))
    };
    Ok(OperatorFields {
        account: one("account", raw.account.as_ref(), "")?,
        amount: one("amount", raw.amount.as_ref(), "amount")?,
        currency: one("currency", raw.currency.as_ref(), "currency")?,
        payment_method: one("payment_method", raw.payment_method.as_ref(), "payment_method")?,
        deposit_event_id: one("deposit_event_id", raw.deposit_event_id.as_ref(), "deposit_event_id")?,
        kyc_level: one("kyc_level", raw.kyc_level.as_ref(), "kyc_level")?,
        brand_id: one("brand_id", raw.brand_id.as_ref(), "brand_id")?,
        geo: one("geo", raw.geo.as_ref(), "geo")?,
        device: one("device", raw.device.as_ref(), "device")?,
        consent_version: one("consent_version", raw.consent_version.as_ref(), "consent_version")?,
        occurred_at: one("occurred_at", raw.occurred_at.as_ref(), "occurred_at")?,
    })
}

#[cfg(test)]
mod tests;
