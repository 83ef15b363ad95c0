//! The report for a person at a terminal: who was tested and how, what became of the events, of the faults and
//! of the money, what is wrong, and the verdict last, where the eye ends up.

pub(super) mod diagnosis;
mod gap;
mod load;
mod parallel;

use std::collections::BTreeSet;
use std::io::{Result, Write};

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style, Width};

use super::{ANSWERS_ONLY, Format, LedgerBlock, RunReport};
use crate::model::{Check, Verdict};

/// Text with tables.
pub struct Table;

/// Width at which long cells are wrapped, so that tables fit a terminal of 100 columns.
const WRAP: usize = 58;

impl Format for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()> {
        match &report.gap {
            Some(gap) => gap::head(report, gap, out)?,
            None => head(report, out)?,
        }
        if report.command == "check" {
            writeln!(out, "\n{}", families(report))?;
        }
        if let Some(latency) = &report.latency {
            writeln!(out, "\n{}", load::latencies(latency))?;
            writeln!(out, "\n{}", load::rates(report.rate.as_ref(), report.availability.as_ref()))?;
        }
        if let Some(block) = &report.parallel {
            writeln!(out, "\n{}", parallel::simulation(block))?;
        }
        if let Some(gap) = &report.gap {
            writeln!(out, "\n{}\n\n{}", gap::gaps(gap), gap::rules(gap))?;
        }
        if let Some(diagnosis) = &report.diagnosis {
            writeln!(out)?;
            diagnosis.write_table(out)?;
        }
        if let Some(ledger) = &report.ledger {
            writeln!(out, "\n{}", events(ledger, report.steps.is_empty()))?;
        }
        if !report.steps.is_empty() {
            writeln!(out, "\n{}", steps(report))?;
        }
        if !report.faults.is_empty() {
            writeln!(out, "\n{}", faults(report))?;
        }
        if !report.money.is_empty() {
            writeln!(out, "\n{}", money(report))?;
        }
        remarks(report, out)?;
        writeln!(out, "\n{}", verdict(report))
    }
}

fn head(report: &RunReport, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "postproof {} · {}", report.command, report.scenario)?;
    writeln!(out, "  target    {}", report.target)?;
    if !report.steps.is_empty() {
        writeln!(out, "  through   the operator: attempts are its steps, and its own sender fires the postbacks")?;
    }
    writeln!(out, "  signing   {}", report.signing)?;
    writeln!(out, "  evidence  {}", report.evidence)?;
    writeln!(out, "  inputs    --seed {} --tag {} --start {}", report.seed, report.tag, report.start)
}

/// What each family of checks came to.
fn families(report: &RunReport) -> String {
    let mut rows = Builder::new();
    rows.push_record(["cases", "pass", "warn", "fail", "inconclusive", "skipped", ""]);
    let family = |check: &Check| check.id.split('.').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> = Vec::new();
    for name in report.checks.iter().map(family) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let of_family = || report.checks.iter().filter(|check| family(check) == name);
        let count = |verdict| match of_family().filter(|check| check.verdict == verdict).count() {
            0 => String::new(),
            count => count.to_string(),
        };
        let worst = of_family().map(|check| check.verdict).max().unwrap_or(Verdict::Skipped);
        let [pass, warn, fail, open, skipped] =
            [Verdict::Pass, Verdict::Warn, Verdict::Fail, Verdict::Inconclusive, Verdict::Skipped].map(count);
        rows.push_record([&format!("{name}.*"), &pass, &warn, &fail, &open, &skipped, mark(worst)]);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..6), Alignment::right());
    table.to_string()
}

/// The ledger; forgeries stand in it where they can be fired at all.
fn events(ledger: &LedgerBlock, forging: bool) -> String {
    let mut rows = Builder::new();
    rows.push_record(["what became of the events", "count", "must be", ""]);
    let mut row = |what: &str, count: u64, must: &str, fine: bool| {
        rows.push_record([what, &count.to_string(), must, if fine { "ok" } else { "✗" }]);
    };
    let once = ledger.ok + ledger.recovered;
    let all = ledger.events.to_string();
    row("genuine events", ledger.events, "", ledger.events > 0);
    row("· credited exactly once, as sent", once, &all, once == ledger.events);
    let must_not = [
        ("· lost: acknowledged, not credited", ledger.lost),
        ("· double: credited more than once", ledger.double),
        ("· corrupt: credited with other values", ledger.corrupt),
        ("· refused though genuine", ledger.refused),
        ("· contradicted: refused, yet credited", ledger.contradicted),
        ("· unresolved or dead-lettered", ledger.unresolved + ledger.dead_lettered),
        ("credits that nothing explains", ledger.unexpected),
    ];
    for (what, count) in must_not {
        row(what, count, "0", count == 0);
    }
    let forged = &ledger.forgeries;
    if forging {
        row("forgeries fired", forged.sent, "", true);
        row("· refused", forged.refused, "", true);
        row("· answered as accepted", forged.accepted, "0", forged.accepted == 0);
        row("· credited", forged.credited, "0", forged.credited == 0);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..3), Alignment::right());
    table.to_string()
}

fn steps(report: &RunReport) -> String {
    let mut rows = Builder::new();
    rows.push_record(["steps at the operator", "count", "requests", "ok", "fail", "unknown"]);
    for step in &report.steps {
        let figures = [step.count, step.requests, step.ok, step.fail, step.info].map(|figure| figure.to_string());
        rows.push_record(std::iter::once(step.step.to_owned()).chain(figures));
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..6), Alignment::right());
    table.to_string()
}

fn faults(report: &RunReport) -> String {
    let mut rows = Builder::new();
    rows.push_record(["fault", "what is done", "sent", "reached", ""]);
    for fault in &report.faults {
        let mark = mark(fault.verdict);
        rows.push_record([fault.fault, fault.about, &fault.sent.to_string(), &fault.reached.to_string(), mark]);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(2..4), Alignment::right());
    table.modify(Columns::new(1..2), Width::wrap(WRAP).keep_words(true));
    table.to_string()
}

fn money(report: &RunReport) -> String {
    let mut rows = Builder::new();
    rows.push_record(["money", "acknowledged", "booked", ""]);
    for money in &report.money {
        let mark = if money.balanced { "ok" } else { "✗" };
        rows.push_record([&money.currency, &money.acknowledged, &money.booked, mark]);
    }
    let mut table = rows.build();
    table.with(Style::rounded()).modify(Columns::new(1..3), Alignment::right());
    table.to_string()
}

fn remarks(report: &RunReport, out: &mut dyn Write) -> Result<()> {
    // Commands that many checks share are told once, at the end.
    let sharing = |command: &String| report.checks.iter().filter(|check| check.repro.contains(command)).count();
    let mut again: BTreeSet<&str> = BTreeSet::new();
    for wanted in [Verdict::Fail, Verdict::Inconclusive, Verdict::Warn, Verdict::Skipped] {
        for Check { id, expected, observed, repro, .. } in report.checks.iter().filter(|check| check.verdict == wanted)
        {
            if wanted == Verdict::Skipped && report.command == "check" {
                writeln!(out, "\nskipped {id}: {observed}")?;
                continue;
            }
            writeln!(out, "\n{} {id}", mark(wanted))?;
            writeln!(out, "  expected  {expected}")?;
            writeln!(out, "  observed  {observed}")?;
            for command in repro {
                if matches!(report.command, "run" | "load") || sharing(command) > 1 {
                    again.insert(command);
                } else {
                    writeln!(out, "  again     {command}")?;
                }
            }
        }
    }
    for command in again {
        writeln!(out, "\nto see it again (a fresh tag is drawn):\n  {command}")?;
    }
    for note in &report.notes {
        writeln!(out, "\nnote: {note}")?;
    }
    Ok(())
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "ok",
        Verdict::Warn => "!",
        Verdict::Skipped => "skipped",
        Verdict::Inconclusive => "?",
        Verdict::Fail => "✗",
    }
}

/// What a suite that passes has shown.
fn kept(report: &RunReport) -> String {
    let count = |verdict| report.checks.iter().filter(|check| check.verdict == verdict).count();
    let warned = match count(Verdict::Warn) {
        0 => String::new(),
        warned => format!(", {warned} with warnings"),
    };
    let evidence = if report.evidence == ANSWERS_ONLY { "  (evidence: answers only)" } else { "" };
    format!("{} rules kept{warned}, {} skipped{evidence}", count(Verdict::Pass), count(Verdict::Skipped))
}

/// Checks that a verdict names before it only counts them by family.
const NAMED: usize = 8;

/// What made the verdict: the checks by name, or the families with their numbers where they are many.
fn broken(report: &RunReport) -> String {
    let broken: Vec<&Check> = report.checks.iter().filter(|check| check.verdict == report.verdict).collect();
    if broken.len() <= NAMED {
        return broken.iter().map(|check| check.id.as_str()).collect::<Vec<_>>().join(", ");
    }
    let mut families: Vec<(&str, usize)> = Vec::new();
    for family in broken.iter().map(|check| check.family()) {
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, count)) => *count += 1,
            None => families.push((family, 1)),
        }
    }
    let families: Vec<String> = families.into_iter().map(|(family, count)| format!("{family}.* {count}")).collect();
    format!("{} of {} checks: {}", broken.len(), report.checks.len(), families.join(", "))
}

fn verdict(report: &RunReport) -> String {
    let broken = broken(report);
    let interrupted = if report.interrupted { " (interrupted: only what was sent until then)" } else { "" };
    match (report.verdict, &report.ledger) {
        (Verdict::Pass, _) if report.command == "check" => format!("PASS{interrupted}  {}", kept(report)),
        (Verdict::Pass, Some(ledger)) if report.evidence == ANSWERS_ONLY => format!(
            "PASS{interrupted}  (evidence: answers only) each of {} events was accepted and called new at most once, and none of {} forgeries was",
            ledger.events, ledger.forgeries.sent
        ),
        (Verdict::Pass, Some(ledger)) if report.command == "load" => format!(
            "PASS{interrupted}  the SLA is kept; each of {} events was credited exactly once, and none of {} forgeries",
            ledger.events, ledger.forgeries.sent
        ),
        (Verdict::Pass, Some(ledger)) if !report.steps.is_empty() => format!(
            "PASS{interrupted}  each of {} events that the operator took was told and credited exactly once",
            ledger.events
        ),
        (Verdict::Pass, Some(ledger)) => format!(
            "PASS{interrupted}  each of {} events was credited exactly once, and none of {} forgeries",
            ledger.events, ledger.forgeries.sent
        ),
        (Verdict::Pass, None) if report.parallel.is_some() => {
            report.parallel.as_ref().map(parallel::passed).unwrap_or_default()
        }
        (Verdict::Pass, None) if report.gap.is_some() => report.gap.as_ref().map(gap::passed).unwrap_or_default(),
        (Verdict::Fail, _) => format!("FAIL{interrupted}  {broken}"),
        _ => format!("INCONCLUSIVE{interrupted}  {broken}"),
    }
}
