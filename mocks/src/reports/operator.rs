//! Fetching the operator's own counts: `GET {operator}/operator/counts?from&to&tz&network`.
//!
//! The operator is another party: its answer has a bound in size and time, and what it says is data.

use std::time::Duration;

use jiff::civil::Date;
use reqwest::redirect;
use rust_decimal::Decimal;
use serde::Deserialize;
use url::Url;

use super::calendar::Days;
use super::discrepancy::{Count, CountKey};

/// Longest answer: 10,000 counts of some 150 bytes are well below.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// Most days of one question.
const MOST_DAYS: i32 = 400;

/// How long the operator may count.
const PATIENCE: Duration = Duration::from_secs(10);

/// The operator's side, and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    client: reqwest::Client,
    counts: Url,
    /// What the operator calls this tracker: what other networks are owed was never to be told here.
    names: Vec<String>,
}

/// Why there are no counts. None of it names what the operator said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OperatorError {
    /// The address is none that can be asked.
    #[error("the operator's address cannot be asked; give an http or https URL")]
    Address,
    /// The days are more than the operator counts at once.
    #[error("the operator counts {MOST_DAYS} days at once; ask for fewer")]
    TooManyDays,
    /// No client can be made.
    #[error("no client for the operator can be made: {0}")]
    Client(#[source] reqwest::Error),
    /// No answer came.
    #[error("the operator does not answer: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// The answer is a refusal.
    #[error("the operator answered {0}")]
    Status(u16),
    /// The answer is too long.
    #[error("the operator's answer is longer than {MAX_ANSWER} bytes; ask for fewer days")]
    TooLong,
    /// The answer holds no counts.
    #[error("the operator's answer holds no counts: {0}")]
    Form(#[source] serde_json::Error),
    /// A count that is none.
    #[error("the operator's count number {0} has no day, or an amount that is no decimal text")]
    Row(usize),
}

/// The answer. Further members are the operator's own.
#[derive(Deserialize)]
struct RawCounts {
    counts: Vec<RawCount>,
}

#[derive(Deserialize)]
struct RawCount {
    day: String,
    brand_id: Option<String>,
    event: String,
    currency: Option<String>,
    count: u64,
    amount: Option<String>,
}

impl Operator {
    /// The operator at that base address, who calls this tracker by these names.
    pub(crate) fn new(base: &str, names: Vec<String>) -> Result<Self, OperatorError> {
        let mut counts: Url = base.parse().map_err(|_| OperatorError::Address)?;
        if !matches!(counts.scheme(), "http" | "https") {
            return Err(OperatorError::Address);
        }
        counts.set_query(None);
        counts.path_segments_mut().map_err(|()| OperatorError::Address)?.pop_if_empty().extend(["operator", "counts"]);
        let client =
            reqwest::Client::builder().no_proxy().no_gzip().redirect(redirect::Policy::none()).timeout(PATIENCE);
        Ok(Self { client: client.build().map_err(OperatorError::Client)?, counts, names })
    }

    /// What the operator counted for this tracker on those days of that zone.
    pub(crate) async fn counts(&self, days: Days, zone: &str) -> Result<Vec<(CountKey, Count)>, OperatorError> {
        if let (Some(from), Some(to)) = (days.from, days.to)
            && (to - from).get_days() >= MOST_DAYS
        {
            return Err(OperatorError::TooManyDays);
        }
        let mut url = self.counts.clone();
        let ends = [("from", days.from), ("to", days.to)];
        let ends = ends.into_iter().filter_map(|(name, day)| Some((name, day?.to_string())));
        let names = self.names.iter().map(|name| ("network", name));
        url.query_pairs_mut().extend_pairs(ends).append_pair("tz", zone).extend_pairs(names);
        let mut answer = self.client.get(url).send().await.map_err(OperatorError::Unreachable)?;
        if !answer.status().is_success() {
            return Err(OperatorError::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(OperatorError::Unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(OperatorError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        read(&body, days)
    }
}

/// Counts of days that were not asked for are left out: the operator may know no other way.
fn read(body: &[u8], days: Days) -> Result<Vec<(CountKey, Count)>, OperatorError> {
    let raw: RawCounts = serde_json::from_slice(body).map_err(OperatorError::Form)?;
    let mut counts = Vec::new();
    for (index, raw) in raw.counts.into_iter().enumerate() {
        let day: Date = raw.day.parse().map_err(|_| OperatorError::Row(index + 1))?;
        let amount = raw.amount.map(|text| Decimal::from_str_exact(&text)).transpose();
        let amount = amount.map_err(|_| OperatorError::Row(index + 1))?;
        if days.contains(day) {
            let key = CountKey { day, brand: raw.brand_id, event: raw.event, currency: raw.currency };
            counts.push((key, Count { count: raw.count, amount }));
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(body: &str) -> Result<Vec<(CountKey, Count)>, OperatorError> {
        read(body.as_bytes(), Days { from: "2026-11-21".parse().ok(), to: None })
    }

    #[test]
    fn counts_of_the_days_asked_for_are_taken() {
        let body = r#"{"counts":[
            {"day":"2026-11-20","brand_id":"b","event":"registration","currency":null,"count":9,"amount":null},
            {"day":"2026-11-21","brand_id":"b","event":"refund","currency":"USD","count":3,"amount":"-300.00","more":1},
            {"day":"2026-11-21","event":"registration","count":2}],"delivery":{}}"#;
        let counts = counts(body).expect("counts");
        let [(refund, sum), (registration, _)] = &counts[..] else { panic!("two counts") };
        assert_eq!((refund.brand.as_deref(), refund.currency.as_deref()), (Some("b"), Some("USD")));
        assert_eq!(*sum, Count { count: 3, amount: "-300.00".parse().ok() });
        assert_eq!((registration.brand.as_deref(), registration.currency.as_deref()), (None, None));
    }

    #[test]
    fn what_holds_no_counts_is_told() {
        let error = |body: &str| counts(body).expect_err("no counts").to_string();
        assert!(error("<html>").starts_with("the operator's answer holds no counts"));
        assert!(error(r#"{"counts":[{"day":"2026-11-21","event":"refund","count":-1}]}"#).contains("holds no counts"));
        let row = |day: &str, amount: &str| {
            error(&format!(r#"{{"counts":[{{"day":"{day}","event":"refund","count":1,"amount":"{amount}"}}]}}"#))
        };
        assert!(row("today", "1").starts_with("the operator's count number 1"));
        assert!(row("2026-11-21", "1,00").starts_with("the operator's count number 1"));
    }

    #[test]
    fn only_web_addresses_are_asked() {
        let operator = |url: &str| Operator::new(url, Vec::new()).map(|operator| operator.counts.to_string());
        assert_eq!(operator("http://127.0.0.1:1/").expect("an operator"), "http://127.0.0.1:1/operator/counts");
        assert_eq!(
            operator("http://127.0.0.1:1/base?x").expect("an operator"),
            "http://127.0.0.1:1/base/operator/counts"
        );
        assert!(matches!(operator("file:///etc/passwd"), Err(OperatorError::Address)));
        assert!(matches!(operator("data:text/plain,x"), Err(OperatorError::Address)));
    }
}
