//! From what a run found to its report: the oracle's checks with those that only the run itself can make,
//! about clicks, completeness and the read-back.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use url::Url;

use super::click::Landing;
use super::inputs::Inputs;
use super::journey::Clicking;
use super::passage::PassageCounts;
use super::prove::Unfit;
use super::site::Site;
use crate::model::{Check, Delivery, Ids, Purpose, Road, Verdict};
use crate::oracle::{self, Books, Evidence, Proof, Standing};
use crate::readback::ReadError;
use crate::report::{ANSWERS_ONLY, FaultBlock, LedgerBlock, MoneyBlock, RunReport, StepBlock};
use crate::scenario::{FaultPlan, ReadBackSource, Scenario};
use crate::send::Journal;

/// What a run found.
pub(super) struct Findings {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) clicks: Vec<Clicking>,
    /// What the journeys came to at the operator.
    pub(super) passage: PassageCounts,
    /// Both readings of the books, where both succeeded.
    pub(super) books: Option<Books>,
    /// Why the last reading did not succeed.
    pub(super) read_error: Option<String>,
    pub(super) settled_after: Option<Duration>,
    /// Genuine events that were planned.
    pub(super) planned: u64,
    pub(super) interrupted: bool,
    /// What a reader should know besides: files that are not complete, a target that took nothing.
    pub(super) trouble: Vec<String>,
}

/// What a report says about where and how the run took place.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) command: &'static str,
    pub(super) scenario: &'a Scenario,
    pub(super) inputs: &'a Inputs,
    pub(super) run_id: &'a str,
    pub(super) site: &'a Site,
    pub(super) again: &'a str,
}

/// One line of the ledger file.
#[derive(Serialize)]
struct LedgerLine<'a> {
    event_id: &'a str,
    /// The id under which the log has the step that caused the event, where the operator gave the event one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<String>,
    click_id: &'a str,
    event: &'static str,
    purpose: &'static str,
    faults: Vec<&'static str>,
    attempts: Vec<String>,
    standing: &'static str,
}

/// What was found, and what the oracle says of it.
pub(super) struct Judged<'a> {
    findings: &'a Findings,
    evidence: Evidence<'a>,
    proof: Proof<'a>,
}

impl<'a> Judged<'a> {
    /// Puts the findings before the oracle.
    pub(super) fn of(findings: &'a Findings, ids: &'a Ids, scenario: &'a Scenario) -> Self {
        let evidence = Evidence {
            deliveries: &findings.deliveries,
            books: findings.books.as_ref(),
            ids,
            ftd_minimum: scenario.ftd_minimum,
            booked: &scenario.booked,
            road: scenario.road,
        };
        let proof = oracle::prove(&evidence);
        Self { findings, evidence, proof }
    }

    /// Writes what became of every delivery, one a line.
    ///
    /// # Errors
    /// The first error that a write met.
    pub(super) fn write_ledger(&self, path: &Path) -> std::io::Result<()> {
        let journal = Journal::create(path)?;
        for (delivery, row) in self.findings.deliveries.iter().zip(&self.proof.rows) {
            journal.add(&line(delivery, &row.standing, &self.evidence));
        }
        journal.finish().map(drop)
    }
}

impl Setting<'_> {
    /// The report of a run whose books could not be read before anything was fired.
    pub(super) fn unreadable(&self, error: &ReadError) -> RunReport {
        let check = Check::new(
            "read-back.readable",
            Verdict::Inconclusive,
            "the read-back answers with credits",
            format!("{error}; nothing was fired"),
        );
        self.assemble(vec![check])
    }

    /// The report of a run.
    pub(super) fn report(&self, judged: &Judged<'_>, plan: &FaultPlan, unfit: &[Unfit]) -> RunReport {
        let Judged { findings, evidence, proof } = judged;
        let kinds: Vec<_> = plan.rates.iter().map(|rate| rate.kind).collect();
        let exercises = oracle::exercises(&findings.deliveries, &kinds);
        let money =
            findings.books.as_ref().map(|books| oracle::money_rows(&findings.deliveries, books, &self.scenario.booked));
        let mut checks = completeness(findings, proof);
        checks.extend(clicks(findings, self.site.click_url.is_some(), self.scenario.road));
        if self.scenario.road == Road::Operator {
            checks.extend(findings.passage.checks(&self.scenario.operator));
        }
        checks.extend(read_back(findings.read_error.as_deref(), findings.books.as_ref()));
        checks.extend(oracle::checks(evidence, proof, &plan.rates, &exercises));
        let unsettled = findings.books.as_ref().is_some_and(|books| books.unsettled);
        checks.extend(money.as_deref().map(|rows| oracle::money_check(rows, unsettled)));
        checks.extend(unfit.iter().map(unfit_check));
        let mut report = self.assemble(checks);
        report.interrupted = findings.interrupted;
        report.ledger = Some(LedgerBlock::of(proof));
        if self.scenario.road == Road::Operator {
            report.steps = StepBlock::all(findings.passage.pages, findings.passage.closed(), &findings.deliveries);
            report.notes.extend(self.untimed());
        }
        report.faults = FaultBlock::all(&exercises, &report.checks);
        report.money = money.as_deref().map(MoneyBlock::all).unwrap_or_default();
        report.notes.extend(findings.trouble.iter().cloned());
        report.notes.extend(settled_note(findings.settled_after));
        if proof.ledger.refused > 0 && self.site.click_url.is_none() {
            report.notes.push(
                "without a click URL no target knows these clicks; one that refuses them for that needs --click-url"
                    .to_owned(),
            );
        }
        report
    }

    /// The whole command, to be done again with the same inputs and a fresh tag.
    pub(super) fn repeated(&self) -> String {
        let Inputs { seed, start, .. } = self.inputs;
        format!("{} --seed {seed} --start {start}", self.again)
    }

    /// A report with these checks, and nothing yet of what else was found. What failed without a command of its own to
    /// show it again is shown again by the whole command.
    pub(super) fn assemble(&self, mut checks: Vec<Check>) -> RunReport {
        let Inputs { seed, tag, start } = self.inputs;
        let bad = |check: &&mut Check| matches!(check.verdict, Verdict::Fail | Verdict::Inconclusive);
        for check in checks.iter_mut().filter(bad).filter(|check| check.repro.is_empty()) {
            check.repro.push(self.repeated());
        }
        let stack = if self.site.is_embedded() { " (the reference stack, inside this process)" } else { "" };
        RunReport {
            seed: *seed,
            run_id: self.run_id.to_owned(),
            tag: tag.to_string(),
            start: start.to_string(),
            scenario: self.scenario.name.clone(),
            target: format!("{}{stack}", self.place()),
            through: self.scenario.road.name(),
            signing: self.signing(),
            evidence: self.evidence(),
            ..RunReport::of(self.command, checks)
        }
    }

    /// What is tested: the postback URL, or the operator that fires.
    fn place(&self) -> &Url {
        self.site.operator.as_ref().map_or(&self.site.url, |operator| &operator.url)
    }

    fn untimed(&self) -> Option<String> {
        let untold = self.scenario.operator.fields.occurred_at.is_none();
        untold.then(|| "the operator was not told when things happened, so `ts_event` was not compared".to_owned())
    }

    /// How postbacks are signed, in words.
    pub(super) fn signing(&self) -> String {
        if self.scenario.road == Road::Operator {
            return "by the operator's own sender".to_owned();
        }
        let token = match &self.site.dialect.bearer {
            None => "no token".to_owned(),
            Some(crate::sign::Bearer::Opaque(_)) => "opaque bearer token".to_owned(),
            Some(crate::sign::Bearer::Minted(maker)) => {
                format!("JWT {} for {} min", maker.key.algorithm().name(), self.scenario.token.lifetime.as_secs() / 60)
            }
        };
        format!("{}; {token}", self.site.dialect.scheme.describe())
    }

    fn evidence(&self) -> String {
        match &self.site.read_back.plan.source {
            Some(ReadBackSource::Url(url)) => format!("credits read back from {url}"),
            Some(ReadBackSource::File(path)) => format!("credits read back from {}", path.display()),
            None => ANSWERS_ONLY.to_owned(),
        }
    }
}

fn line<'a>(delivery: &'a Delivery, standing: &Standing, evidence: &Evidence<'_>) -> LedgerLine<'a> {
    let step = evidence.ids.event(delivery.sent.key);
    let (purpose, faults) = match delivery.purpose {
        Purpose::Genuine => ("genuine", delivery.faults.iter().map(|kind| kind.name()).collect()),
        Purpose::Forged(cause) => ("forged", vec![cause]),
        Purpose::Conflicting(cause) => ("conflicting", vec![cause]),
        Purpose::Open(cause) => ("open", vec![cause]),
        Purpose::Untold(cause) => ("untold", vec![cause]),
    };
    LedgerLine {
        step: (evidence.road == Road::Operator && step != delivery.sent.event_id).then_some(step),
        event_id: &delivery.sent.event_id,
        click_id: &delivery.sent.click_id,
        event: delivery.sent.kind().name(),
        purpose,
        faults,
        attempts: delivery.attempts.iter().map(|attempt| attempt.outcome.to_string()).collect(),
        standing: standing.word(),
    }
}

fn completeness(findings: &Findings, proof: &Proof<'_>) -> Vec<Check> {
    let sent = proof.ledger.events;
    let verdict = if sent == findings.planned && !findings.interrupted { Verdict::Pass } else { Verdict::Inconclusive };
    let why = if findings.interrupted { "; the run was interrupted" } else { "" };
    vec![Check::new(
        "run.complete",
        verdict,
        "every planned event is sent",
        format!("{sent} of {} were{why}", findings.planned),
    )]
}

fn clicks(findings: &Findings, clicking: bool, road: Road) -> Vec<Check> {
    if !clicking {
        let observed = "no click URL: click ids are derived, and attribution was not exercised";
        return vec![Check::new(
            "click.redirect",
            Verdict::Skipped,
            "one redirect to the landing page with a click id",
            observed,
        )];
    }
    let failed: Vec<&String> = findings.clicks.iter().filter_map(|click| click.click_id.as_ref().err()).collect();
    let ids: Vec<&String> = findings.clicks.iter().filter_map(|click| click.click_id.as_ref().ok()).collect();
    let unique = ids.iter().collect::<HashSet<_>>().len();
    let rule = |id: &str, expected: &str, fine: bool, observed: String| {
        Check::new(id, if fine { Verdict::Pass } else { Verdict::Fail }, expected, observed)
    };
    let first = |of: &[&String]| of.first().map_or_else(String::new, |first| format!(": {first}"));
    vec![
        rule(
            "click.redirect",
            "one redirect to the landing page with a click id",
            failed.is_empty(),
            format!("{} of {} clicks failed{}", failed.len(), findings.clicks.len(), first(&failed)),
        ),
        landing(findings, road),
        rule(
            "click.unique",
            "every click has an id of its own",
            unique == ids.len(),
            format!("{unique} different ids for {} clicks", ids.len()),
        ),
    ]
}

/// A landing page that is not there is a warning only: players would mind, postbacks do not. Where players are to register
/// there, it is a failure.
fn landing(findings: &Findings, road: Road) -> Check {
    let absence = if road == Road::Operator { Verdict::Fail } else { Verdict::Warn };
    let of = |wanted: fn(&Landing) -> bool| findings.clicks.iter().filter(|click| wanted(&click.landing)).count();
    let redirects = of(|landing| matches!(landing, Landing::Redirects));
    let absent = findings.clicks.iter().find_map(|click| match &click.landing {
        Landing::Absent(why) => Some(why),
        _ => None,
    });
    let open = of(|landing| matches!(landing, Landing::Open));
    let (verdict, observed) = match (redirects, absent, open) {
        (1.., _, _) => (Verdict::Fail, format!("{redirects} redirected again")),
        (0, Some(why), _) => (absence, format!("it cannot be opened: {why}")),
        // Nobody's fault but the scenario's.
        (0, None, 0) if road == Road::Operator => (
            Verdict::Inconclusive,
            "none was opened: where the click leads to, no host was allowed by --allow-host".to_owned(),
        ),
        (0, None, 0) => {
            (Verdict::Skipped, "none was opened: the host may not be fired at, or visit_landing is off".to_owned())
        }
        (0, None, _) => (Verdict::Pass, format!("{open} were opened")),
    };
    Check::new("click.landing", verdict, "the landing page is there and does not redirect again", observed)
}

pub(super) fn read_back(error: Option<&str>, books: Option<&Books>) -> Option<Check> {
    let expected = "the books can be read, and stand still in the end";
    match (error, books) {
        (Some(error), _) => Some(Check::new("read-back.readable", Verdict::Inconclusive, expected, error)),
        (None, None) => None,
        (None, Some(books)) if !books.unsettled => Some(Check::new(
            "read-back.quiet",
            Verdict::Pass,
            expected,
            format!("{} credits, {} of them from before", books.after.len(), books.before.len()),
        )),
        (None, Some(_)) => Some(Check::new(
            "read-back.quiet",
            Verdict::Inconclusive,
            expected,
            "they were still changing when the time was up: raise [read_back] settle",
        )),
    }
}

/// The check on a kind of fault that this site cannot be tested with.
pub(super) fn unfit_check((rate, why): &Unfit) -> Check {
    let verdict = if rate.declared { Verdict::Inconclusive } else { Verdict::Skipped };
    let family = if rate.kind.is_forgery() { "forgery" } else { "fault" };
    Check::new(format!("{family}.{}", rate.kind.name()), verdict, rate.kind.about(), *why)
}

pub(super) fn settled_note(settled_after: Option<Duration>) -> Option<String> {
    let after = settled_after?;
    (after > Duration::from_secs(2)).then(|| format!("the books took {:.1} s to settle", after.as_secs_f64()))
}
