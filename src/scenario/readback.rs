//! How the credits are read back: from where, in what shape, and how long to wait for them to settle.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::Problem;
use super::quantity::duration;
use super::raw::{RawFieldMap, RawReadBack};
use super::target::http_url;
use crate::model::Road;

/// How the credits are read back.
#[derive(Clone, Debug)]
pub struct ReadBackPlan {
    /// From where; `None`: the answers are the only evidence.
    pub source: Option<ReadBackSource>,
    /// Variable that holds the read-back's own bearer token.
    pub bearer_env: Option<String>,
    /// Longest wait for the credits to settle.
    pub settle: Duration,
    /// JSON pointer to the array of credits; empty: the whole answer.
    pub items: String,
    /// From a credit to its fields.
    pub map: FieldMap,
}

/// Where credits come from.
#[derive(Clone, Debug)]
pub enum ReadBackSource {
    /// GET on a URL.
    Url(Url),
    /// A file.
    File(PathBuf),
}

/// JSON pointers (RFC 6901) from a credit to its fields.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is the pointer to the credit's field of that name")]
pub struct FieldMap {
    pub event_id: String,
    pub click_id: String,
    pub event: String,
    pub amount: String,
    pub currency: String,
    pub brand_id: String,
    pub ts_event: String,
    pub is_ftd: String,
    /// These are only read where the scenario says where they stand.
    pub report_amount: Option<String>,
    pub report_currency: Option<String>,
    pub report_day: Option<String>,
}

/// How long books may take to settle that an operator's sender still fills: longer, because its retries lie between.
const SETTLE_BEHIND_OPERATOR: Duration = Duration::from_secs(30);

pub(super) fn read_back(raw: &RawReadBack, road: Road) -> Result<ReadBackPlan, Problem> {
    let settle = match road {
        Road::Own => Duration::from_secs(10),
        Road::Operator => SETTLE_BEHIND_OPERATOR,
    };
    let source = match (&raw.url, &raw.file) {
        (Some(_), Some(_)) => return Err(Problem::new("read_back.file", "stands beside a URL", "keep one of the two")),
        (Some(url), None) => Some(ReadBackSource::Url(http_url("read_back.url", url)?)),
        (None, Some(file)) => Some(ReadBackSource::File(file.into())),
        (None, None) => None,
    };
    Ok(ReadBackPlan {
        source,
        bearer_env: raw.bearer_env.clone(),
        settle: duration("read_back.settle", raw.settle.as_deref(), settle)?,
        items: pointer("read_back.items", raw.items.as_ref(), "")?,
        map: field_map(&raw.map)?,
    })
}

fn field_map(raw: &RawFieldMap) -> Result<FieldMap, Problem> {
    let told = |name: &str, given: Option<&String>| {
        given.map(|_| pointer(&format!("read_back.map.{name}"), given, "")).transpose()
    };
    Ok(FieldMap {
        event_id: pointer("read_back.map.event_id", raw.event_id.as_ref(), "/event_id")?,
        click_id: pointer("read_back.map.click_id", raw.click_id.as_ref(), "/click_id")?,
        event: pointer("read_back.map.event", raw.event.as_ref(), "/event")?,
        amount: pointer("read_back.map.amount", raw.amount.as_ref(), "/amount")?,
        currency: pointer("read_back.map.currency", raw.currency.as_ref(), "/currency")?,
        brand_id: pointer("read_back.map.brand_id", raw.brand_id.as_ref(), "/brand_id")?,
        ts_event: pointer("read_back.map.ts_event", raw.ts_event.as_ref(), "/ts_event")?,
        is_ftd: pointer("read_back.map.is_ftd", raw.is_ftd.as_ref(), "/is_ftd")?,
        report_amount: told("report_amount", raw.report_amount.as_ref())?,
        report_currency: told("report_currency", raw.report_currency.as_ref())?,
        report_day: told("report_day", raw.report_day.as_ref())?,
    })
}

pub(super) fn pointer(path: &str, given: Option<&String>, default: &str) -> Result<String, Problem> {
    let pointer = given.map_or(default, String::as_str);
    if pointer.is_empty() || pointer.starts_with('/') {
        return Ok(pointer.to_owned());
    }
    Err(Problem::new(
        path,
        format!("is `{pointer}`, which is no JSON pointer"),
        format!("write \"/{pointer}\", with a slash before each step"),
    ))
}
