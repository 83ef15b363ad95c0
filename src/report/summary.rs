//! The report as Markdown for the summary of a GitHub job: the verdict, what did not pass, how to see it again, and folded
//! away what passed and what was skipped. It is kept small enough for GitHub to take, and says what was cut for that.

use std::io::{Result, Write};

use super::markdown::{code, commands, prose};
use super::plain::plain_up_to;
use super::{Format, RunReport};
use crate::model::{Check, Verdict};

/// Markdown.
pub struct Summary;

/// Most bytes of a summary. GitHub takes 1 MiB from all commands of a step together and drops the whole beyond that.
pub const LARGEST_SUMMARY: usize = 1_000_000;

/// Bytes that are kept free for the lines that say what was cut and for closing what is open.
const CLOSING: usize = 1024;

/// Most characters of a cell.
const LONGEST_CELL: usize = 600;

/// Most checks that are named over a block of commands that shows all of them.
const NAMED: usize = 3;

impl Format for Summary {
    fn name(&self) -> &'static str {
        "github-summary"
    }

    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()> {
        out.write_all(Self::within(LARGEST_SUMMARY, report).as_bytes())
    }
}

impl Summary {
    /// The summary in at most so many bytes; empty where not even the verdict has room.
    pub fn within(room: usize, report: &RunReport) -> String {
        let mut page = Page { text: String::new(), room: room.saturating_sub(CLOSING) };
        if page.add(&head(report)) {
            troubles(report, &mut page);
            again(report, &mut page);
            folded(report, &mut page);
            let notes = report.notes.iter().map(|note| format!("\nNote: {}\n", cell(note)));
            page.all("notes", notes);
        }
        page.text
    }
}

/// What is written so far, and how long it may become.
struct Page {
    text: String,
    room: usize,
}

impl Page {
    /// Adds a piece as a whole, or not at all where it has no room.
    fn add(&mut self, piece: &str) -> bool {
        let fits = self.text.len() + piece.len() <= self.room;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Adds pieces up to the first that has no room, and says how many were cut.
    fn all(&mut self, what: &str, mut pieces: impl Iterator<Item = String>) {
        while let Some(piece) = pieces.next() {
            if !self.add(&piece) {
                let cut = 1 + pieces.count();
                let line = format!("\n{cut} {what} were cut for want of room; `report.json` has them.\n");
                self.text.push_str(&line);
                return;
            }
        }
    }
}

fn head(report: &RunReport) -> String {
    let RunReport { command, scenario, target, evidence, seed, tag, start, .. } = report;
    let interrupted = if report.interrupted { " (interrupted: only what was sent until then)" } else { "" };
    format!(
        "## postproof {command}: {}{interrupted}\n\n{}\n\n- scenario: {}\n- target: {}\n- evidence: {}\n- inputs: {}\n",
        report.verdict.word().to_uppercase(),
        counts(report),
        code(&plain_up_to(LONGEST_CELL, scenario)),
        code(&plain_up_to(LONGEST_CELL, target)),
        cell(evidence),
        code(&format!("--seed {seed} --tag {tag} --start {start}")),
    )
}

/// How many checks came to what, the worst first.
fn counts(report: &RunReport) -> String {
    let words = [
        (Verdict::Fail, "failed"),
        (Verdict::Inconclusive, "could not be told"),
        (Verdict::Warn, "warned"),
        (Verdict::Pass, "passed"),
        (Verdict::Skipped, "skipped"),
    ];
    let counted = words.into_iter().filter_map(|(verdict, word)| {
        let count = report.checks.iter().filter(|check| check.verdict == verdict).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    format!("{} checks: {}.", report.checks.len(), counted.collect::<Vec<_>>().join(", "))
}

/// The table of what did not pass.
fn troubles(report: &RunReport, page: &mut Page) {
    let troubles = report.troubles();
    let rows = troubles.iter().map(|check| {
        let Check { id, verdict, expected, observed, .. } = check;
        format!("| {} | {} | {} | {} |\n", code(id), verdict.word(), cell(expected), cell(observed))
    });
    if !troubles.is_empty() && page.add("\n| check | verdict | expected | observed |\n|---|---|---|---|\n") {
        page.all("further rows", rows);
    }
}

/// The commands that show it again, each block once, under the checks that it is for.
fn again(report: &RunReport, page: &mut Page) {
    let mut blocks: Vec<(&[String], Vec<&str>)> = Vec::new();
    for check in report.troubles().into_iter().filter(|check| !check.repro.is_empty()) {
        match blocks.iter_mut().find(|(repro, _)| *repro == check.repro) {
            Some((_, ids)) => ids.push(&check.id),
            None => blocks.push((&check.repro, vec![&check.id])),
        }
    }
    let pieces = blocks.iter().map(|(repro, ids)| format!("\n{}:\n\n{}", named(ids), commands(repro)));
    if !blocks.is_empty() && page.add("\n### To see it again\n") {
        page.all("blocks of commands", pieces);
    }
}

/// The first of several checks, and how many there are besides.
fn named(ids: &[&str]) -> String {
    let first: Vec<String> = ids.iter().take(NAMED).map(|id| code(id)).collect();
    let further = ids.len().saturating_sub(NAMED);
    let further = if further > 0 { format!(" and {further} more") } else { String::new() };
    format!("{}{further}", first.join(", "))
}

/// What passed, a line for each family, and why the rest was skipped.
fn folded(report: &RunReport, page: &mut Page) {
    let of = |verdict| report.checks.iter().filter(move |check| check.verdict == verdict);
    let (passed, skipped) = (of(Verdict::Pass).count(), of(Verdict::Skipped).count());
    let mut families: Vec<(&str, Vec<String>)> = Vec::new();
    for check in of(Verdict::Pass) {
        match families.iter_mut().find(|(family, _)| *family == check.family()) {
            Some((_, ids)) => ids.push(code(&check.id)),
            None => families.push((check.family(), vec![code(&check.id)])),
        }
    }
    let passed_lines = families.iter().map(|(_, ids)| format!("- passed: {}\n", ids.join(", ")));
    let skipped_lines =
        of(Verdict::Skipped).map(|check| format!("- skipped: {}: {}\n", code(&check.id), cell(&check.observed)));
    let summary = format!("\n<details>\n<summary>{passed} passed, {skipped} skipped</summary>\n\n");
    if passed + skipped > 0 && page.add(&summary) {
        page.all("further lines", passed_lines.chain(skipped_lines));
        page.text.push_str("\n</details>\n");
    }
}

fn cell(text: &str) -> String {
    prose(&plain_up_to(LONGEST_CELL, text))
}

#[cfg(test)]
mod tests;
