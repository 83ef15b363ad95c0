//! What was agreed on about the contract: policies that differ between targets, declared limits, accepted statuses, and
//! known failures that are waived. Everywhere the seed's rule is the default.

use std::net::IpAddr;
use std::time::Duration;

use jiff::civil::Date;

use super::quantity::duration;
use super::raw::{RawContract, RawPolicies, RawWaiver};
use super::{Problem, ReportsPlan, reports, word};

/// The contract, checked.
#[derive(Clone, Debug)]
pub struct ContractPlan {
    /// Whether warnings are failures.
    pub strict: bool,
    /// What becomes of what the seeds leave open.
    pub policies: Policies,
    /// How far past its end a token may still be taken.
    pub leeway: Duration,
    /// The window of the fallback deduplication by click and event type, where the target declares one.
    pub fallback_window: Option<Duration>,
    /// The rate from which on the target turns postbacks away, per second, where it declares one.
    pub rate: Option<u32>,
    /// An address that the target takes postbacks from, where it takes them from listed ones only and ours is none of them.
    pub allow_list: Option<IpAddr>,
    /// Whether the target asks for a client certificate.
    pub client_certificate: bool,
    /// In whose money and days reports are made.
    pub reports: ReportsPlan,
    /// Statuses that are as good as a case's own, by pattern of the case.
    pub statuses: Vec<(String, Vec<u16>)>,
    /// Known failures.
    pub waivers: Vec<Waiver>,
}

/// What becomes of what the seeds leave open.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each field is the policy for what its name says")]
pub struct Policies {
    pub unknown_click: Policy,
    pub foreign_brand: Policy,
    pub early_deposit: Policy,
    pub refund_without_deposit: Policy,
    pub refund_above_deposit: Policy,
    pub byte_order_mark: Policy,
    pub long_id: Policy,
    pub deep_nesting: Policy,
    pub different_body: Policy,
}

/// What the target does with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Takes or refuses it; it is held to its answer.
    Open,
    /// Refuses it.
    Refuse,
    /// Takes it.
    Accept,
}

/// A known failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The case, or a pattern.
    pub case: String,
    /// Why it is let pass.
    pub reason: String,
    /// The last day on which it is; `None`: for good.
    pub until: Option<Date>,
}

impl std::str::FromStr for Policy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "open" => Ok(Self::Open),
            "refuse" => Ok(Self::Refuse),
            "accept" => Ok(Self::Accept),
            _ => Err(()),
        }
    }
}

pub(super) fn contract(raw: &RawContract) -> Result<ContractPlan, Problem> {
    let window = raw.fallback_window.as_deref();
    let plan = ContractPlan {
        strict: raw.strict,
        policies: policies(&raw.policies)?,
        leeway: duration("contract.leeway", raw.leeway.as_deref(), Duration::from_mins(5))?,
        fallback_window: window
            .map(|text| duration("contract.fallback_window", Some(text), Duration::ZERO))
            .transpose()?,
        rate: raw.rate,
        allow_list: raw.allow_list.as_deref().map(listed).transpose()?,
        client_certificate: raw.client_certificate,
        reports: reports::reports(&raw.reports)?,
        statuses: raw.statuses.iter().map(|(case, statuses)| (case.clone(), statuses.clone())).collect(),
        waivers: raw.waive.iter().map(waiver).collect::<Result<_, _>>()?,
    };
    if let Some((case, _)) = plan.statuses.iter().find(|(_, all)| all.iter().any(|code| !(400..500).contains(code))) {
        return Err(Problem::new(
            "contract.statuses",
            format!("has a status for `{case}` that is no 4xx"),
            "a refusal is a status from 400 to 499",
        ));
    }
    Ok(plan)
}

fn policies(raw: &RawPolicies) -> Result<Policies, Problem> {
    let policy = |name: &str, text: &Option<String>, default| {
        word(&format!("contract.policies.{name}"), text.as_deref(), default, "\"open\", \"refuse\", \"accept\"")
    };
    Ok(Policies {
        unknown_click: policy("unknown_click", &raw.unknown_click, Policy::Refuse)?,
        foreign_brand: policy("foreign_brand", &raw.foreign_brand, Policy::Open)?,
        early_deposit: policy("early_deposit", &raw.early_deposit, Policy::Open)?,
        refund_without_deposit: policy("refund_without_deposit", &raw.refund_without_deposit, Policy::Open)?,
        refund_above_deposit: policy("refund_above_deposit", &raw.refund_above_deposit, Policy::Open)?,
        byte_order_mark: policy("byte_order_mark", &raw.byte_order_mark, Policy::Open)?,
        long_id: policy("long_id", &raw.long_id, Policy::Open)?,
        deep_nesting: policy("deep_nesting", &raw.deep_nesting, Policy::Open)?,
        different_body: policy("different_body", &raw.different_body, Policy::Open)?,
    })
}

fn listed(text: &str) -> Result<IpAddr, Problem> {
    text.parse().map_err(|_| {
        Problem::new(
            "contract.allow_list",
            "is no address",
            "name one address that is on the list, such as \"203.0.113.9\"; it is only named in forged headers",
        )
    })
}

fn waiver(raw: &RawWaiver) -> Result<Waiver, Problem> {
    let mistake = |what: &str, help: &str| Err(Problem::new("contract.waive", what.to_owned(), help.to_owned()));
    if raw.case.trim().is_empty() {
        return mistake("names no case", "write case = \"signature.missing\"; `postproof list cases` names them");
    }
    if raw.reason.trim().is_empty() {
        return mistake("gives no reason", "write reason = \"…\", so that the next reader knows why");
    }
    let until = raw.until.as_deref().map(str::parse::<Date>).transpose();
    let Ok(until) = until else {
        return mistake("ends on a day that is none", "write until = \"2027-01-31\"");
    };
    Ok(Waiver { case: raw.case.clone(), reason: raw.reason.clone(), until })
}
