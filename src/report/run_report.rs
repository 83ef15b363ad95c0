//! The report as a value: what `report.json` holds and what every other format is written from.
//! Its doc comments are the descriptions of the published JSON Schema, `reports/report.schema.json`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;

use super::{AvailabilityBlock, DiagnosisBlock, GapBlock, LatencyBlock, ParallelBlock, RateBlock};
use crate::model::{Check, Delivery, EventKind, Outcome, Road, Verdict};
use crate::oracle::{BulkProof, Exercise, Ledger, MoneyRow, Proof};

/// The name and number of the report's schema. A breaking change raises the number.
pub const SCHEMA: &str = "postproof.report/1";

/// What `evidence` says where credits were not read back.
pub const ANSWERS_ONLY: &str = "answers only";

/// What a run found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "postproof.report/1")]
pub struct RunReport {
    /// Always `postproof.report/1`.
    pub schema: &'static str,
    /// The command that made it.
    pub command: &'static str,
    /// The verdict of the whole: pass, fail or inconclusive.
    pub verdict: Verdict,
    /// Seed of all that was drawn.
    pub seed: u64,
    /// Name of the run and of its folder.
    pub run_id: String,
    /// The tag in every id of the run.
    pub tag: String,
    /// The instant at which the journeys start, UTC.
    pub start: String,
    /// The scenario's name.
    pub scenario: String,
    /// Where the postbacks went; through an operator, where its steps went.
    pub target: String,
    /// Who fired the postbacks: `self` (postproof), or `operator` (the operator's own sender, while attempts, latency and
    /// availability are those of the steps that postproof's players took there).
    pub through: &'static str,
    /// How they were signed, the canonical form by name.
    pub signing: String,
    /// What the verdict rests on: where credits were read back, or the answers only.
    pub evidence: String,
    /// Whether the run was cut short by a signal.
    pub interrupted: bool,
    /// What a reader should know besides.
    pub notes: Vec<String>,
    /// Every rule that was looked at.
    pub checks: Vec<Check>,
    /// What became of the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<LedgerBlock>,
    /// What each kind of fault came to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultBlock>,
    /// What was acknowledged and what is booked, by currency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub money: Vec<MoneyBlock>,
    /// What was asked of the operator, where its own sender fired.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepBlock>,
    /// How long answers took under load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyBlock>,
    /// How many attempts were answered as they should be under load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability: Option<AvailabilityBlock>,
    /// How many postbacks a second a load was, and what became of its plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateBlock>,
    /// The gap that a parallel run's audience is expected to make.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<ParallelBlock>,
    /// What cookie and S2S tracking saw of the same first deposits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<GapBlock>,
    /// What explains that they do not agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<DiagnosisBlock>,
}

/// What became of the events; every number but `attempts` counts events.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct LedgerBlock {
    /// Attempts of all deliveries.
    pub attempts: u64,
    /// Genuine events.
    pub events: u64,
    /// Accepted, and credited once and as sent.
    pub ok: u64,
    /// Accepted, and not credited.
    pub lost: u64,
    /// Credited more than once.
    pub double: u64,
    /// Credited with other values than sent.
    pub corrupt: u64,
    /// Refused though genuine.
    pub refused: u64,
    /// Refused, and credited all the same.
    pub contradicted: u64,
    /// Credits of this run that no delivery explains.
    pub unexpected: u64,
    /// Of unknown fate to their sender, and credited once.
    pub recovered: u64,
    /// Of unknown fate, and not credited.
    pub unresolved: u64,
    /// The same, and in the sender's DLQ.
    pub dead_lettered: u64,
    /// New credits of other traffic.
    pub foreign: u64,
    /// What became of the forgeries.
    pub forgeries: ForgeryBlock,
}

/// What became of the forgeries.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ForgeryBlock {
    /// Fired.
    pub sent: u64,
    /// Refused with a 4xx.
    pub refused: u64,
    /// Answered as accepted although they must be refused.
    pub accepted: u64,
    /// Booked.
    pub credited: u64,
}

/// What one kind of fault came to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FaultBlock {
    /// The kind.
    pub fault: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Deliveries that it was done to.
    pub sent: u64,
    /// Of those, where it took effect at the target.
    pub reached: u64,
    /// The verdict of its check.
    pub verdict: Verdict,
}

/// Money of one currency; amounts are decimal text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MoneyBlock {
    /// ISO 4217 code.
    pub currency: String,
    /// What was acknowledged.
    pub acknowledged: String,
    /// What is booked.
    pub booked: String,
    /// Whether every account (affiliate, brand, day) of the currency keeps its bound.
    pub balanced: bool,
}

/// Requests of one kind that players made of the operator.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StepBlock {
    /// `page`, or the event that the step causes.
    pub step: &'static str,
    /// Pages looked at, or events that were to be caused.
    pub count: u64,
    /// Requests for them, further attempts and faults included.
    pub requests: u64,
    /// Requests that the operator took (2xx).
    pub ok: u64,
    /// Requests that it certainly did not take (4xx, or no connection); pages that were not there.
    pub fail: u64,
    /// Requests of unknown fate.
    pub info: u64,
}

impl RunReport {
    /// A report of these checks and their verdict, with nothing yet of what it was about and what else was found.
    pub fn of(command: &'static str, checks: Vec<Check>) -> Self {
        Self {
            schema: SCHEMA,
            command,
            verdict: Verdict::of_all(checks.iter().map(|check| check.verdict)),
            seed: 0,
            run_id: String::new(),
            tag: String::new(),
            start: String::new(),
            scenario: String::new(),
            target: String::new(),
            through: Road::Own.name(),
            signing: String::new(),
            evidence: String::new(),
            interrupted: false,
            notes: Vec::new(),
            checks,
            ledger: None,
            faults: Vec::new(),
            money: Vec::new(),
            steps: Vec::new(),
            latency: None,
            availability: None,
            rate: None,
            parallel: None,
            gap: None,
            diagnosis: None,
        }
    }

    /// The checks that did not pass, the worst first; what was skipped is none of them.
    pub fn troubles(&self) -> Vec<&Check> {
        let mut troubles: Vec<&Check> = self.checks.iter().filter(|check| check.verdict >= Verdict::Warn).collect();
        troubles.sort_by_key(|check| Reverse(check.verdict));
        troubles
    }
}

impl StepBlock {
    /// The figures of each kind of step, after those of the pages, `closed` of which were not there.
    pub fn all(pages: u64, closed: u64, deliveries: &[Delivery]) -> Vec<Self> {
        let open = pages.saturating_sub(closed);
        let page = Self { step: "page", count: pages, requests: pages, ok: open, fail: pages - open, info: 0 };
        let of = |kind: EventKind| {
            let of_kind = || deliveries.iter().filter(|delivery| delivery.sent.kind() == kind);
            let outcomes = || of_kind().flat_map(|delivery| &delivery.attempts).map(|attempt| attempt.outcome);
            let count = |wanted: fn(Outcome) -> bool| outcomes().filter(|&outcome| wanted(outcome)).count() as u64;
            Self {
                step: kind.name(),
                count: of_kind().count() as u64,
                requests: outcomes().count() as u64,
                ok: count(Outcome::is_ok),
                fail: count(Outcome::is_fail),
                info: count(Outcome::is_info),
            }
        };
        let steps = EventKind::ALL.into_iter().map(of).filter(|step| step.count > 0);
        std::iter::once(page).chain(steps).collect()
    }
}

impl LedgerBlock {
    /// The figures of a proof.
    pub fn of(proof: &Proof<'_>) -> Self {
        let unexpected = proof.unexpected.len() as u64;
        Self { unexpected, foreign: proof.foreign, ..Self::counted(&proof.ledger) }
    }

    /// The figures of a load's proof.
    pub fn of_bulk(proof: &BulkProof) -> Self {
        Self { unexpected: proof.unexpected, foreign: proof.foreign, ..Self::counted(&proof.ledger) }
    }

    /// What stands in a ledger; credits that no delivery explains do not.
    fn counted(ledger: &Ledger) -> Self {
        Self {
            attempts: ledger.attempts,
            events: ledger.events,
            ok: ledger.ok,
            lost: ledger.lost,
            double: ledger.double,
            corrupt: ledger.corrupt,
            refused: ledger.refused,
            contradicted: ledger.contradicted,
            unexpected: 0,
            recovered: ledger.recovered,
            unresolved: ledger.unresolved,
            dead_lettered: ledger.dead_lettered,
            foreign: 0,
            forgeries: ForgeryBlock {
                sent: ledger.forgeries,
                refused: ledger.forgeries_refused,
                accepted: ledger.forgeries_accepted,
                credited: ledger.forgeries_credited,
            },
        }
    }
}

impl FaultBlock {
    /// The figures of each kind, with the verdicts that its checks came to.
    pub fn all(exercises: &[Exercise], checks: &[Check]) -> Vec<Self> {
        let verdict = |exercise: &Exercise| {
            let name = exercise.kind.name();
            let check = checks.iter().find(|check| check.id.split_once('.').is_some_and(|(_, rule)| rule == name));
            check.map_or(Verdict::Skipped, |check| check.verdict)
        };
        let block = |exercise: &Exercise| Self {
            fault: exercise.kind.name(),
            about: exercise.kind.about(),
            sent: exercise.sent,
            reached: exercise.reached,
            verdict: verdict(exercise),
        };
        exercises.iter().map(block).collect()
    }
}

impl MoneyBlock {
    /// The accounts added up by currency.
    pub fn all(rows: &[MoneyRow]) -> Vec<Self> {
        let mut sums: BTreeMap<&str, (Decimal, Decimal, bool)> = BTreeMap::new();
        for row in rows {
            let (acknowledged, booked, balanced) =
                sums.entry(row.currency.code()).or_insert((Decimal::ZERO, Decimal::ZERO, true));
            *acknowledged = acknowledged.saturating_add(row.acknowledged);
            *booked = booked.saturating_add(row.booked);
            *balanced &= row.holds();
        }
        let block = |(currency, (acknowledged, booked, balanced)): (&str, (Decimal, Decimal, bool))| Self {
            currency: currency.to_owned(),
            acknowledged: acknowledged.to_string(),
            booked: booked.to_string(),
            balanced,
        };
        sums.into_iter().map(block).collect()
    }
}
