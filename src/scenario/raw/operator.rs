//! The `[operator]` tables exactly as they are typed. The checked type stands in `scenario::operator`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where players register and pay when the operator's own sender fires the postbacks.
/// What is left out is as the reference operator has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOperator {
    /// The operator's base URL. Without it and without a target, the reference stack is started inside the process.
    pub url: Option<String>,
    /// Environment variable with a bearer token that every step carries.
    pub bearer_env: Option<String>,
    /// How steps are written: "json" or "form".
    pub encoding: Option<String>,
    /// Where the steps go.
    pub paths: RawOperatorPaths,
    /// What the steps' fields are called.
    pub fields: RawOperatorFields,
    /// What is read out of the answers.
    pub answer: RawOperatorAnswer,
}

/// Paths below the operator's URL. `{account}` stands for the account that the registration answered.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOperatorPaths {
    /// Where players arrive when there is no click URL; the derived click id and the brand are appended.
    pub landing: Option<String>,
    /// Pages that each player looks at between landing and registering.
    pub pages: Option<Vec<String>>,
    /// POST of a registration.
    pub register: Option<String>,
    /// POST of a passed KYC.
    pub kyc: Option<String>,
    /// POST of a deposit.
    pub deposit: Option<String>,
    /// POST of a refund.
    pub refund: Option<String>,
    /// POST of a chargeback.
    pub chargeback: Option<String>,
    /// GET of what the operator could not deliver, for `check`; it has to name the event ids.
    pub dead_letters: Option<String>,
    /// The page that a player is shown after registering, for `parallel`. Empty: there is none.
    pub welcome: Option<String>,
    /// The page that a player is shown after a deposit, for `parallel`: where the pixel is. `{transaction}` stands for the
    /// transaction that the deposit answered. Empty: there is none.
    pub thanks: Option<String>,
    /// POST without a body that asks the operator to deliver all of that once more, for `check`.
    pub redeliver: Option<String>,
}

/// Names of the steps' fields; an empty name leaves a field out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOperatorFields {
    /// The account, in every step but the registration, for operators that take it there and not in the path.
    pub account: Option<String>,
    /// The amount of a deposit, refund or chargeback.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// How a deposit was paid.
    pub payment_method: Option<String>,
    /// The `event_id` of the deposit that a refund or chargeback takes back.
    pub deposit_event_id: Option<String>,
    /// The level of a KYC.
    pub kyc_level: Option<String>,
    /// The brand of a registration.
    pub brand_id: Option<String>,
    /// The country of a registration.
    pub geo: Option<String>,
    /// The device of a registration.
    pub device: Option<String>,
    /// The version of the consent text of a registration.
    pub consent_version: Option<String>,
    /// When the step's event happened (RFC 3339, UTC). An operator that is not told takes its own time, and `ts_event` is
    /// not compared.
    pub occurred_at: Option<String>,
}

/// JSON pointers into the answers.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOperatorAnswer {
    /// To the `event_id` that the postback will carry. Empty: answers name none, and credits are matched by click id,
    /// event and amount.
    pub event_id: Option<String>,
    /// To the account, in the answer to a registration.
    pub account_id: Option<String>,
    /// To the operator's transaction, in the answer to a deposit. Empty: answers name none.
    pub transaction_id: Option<String>,
}
