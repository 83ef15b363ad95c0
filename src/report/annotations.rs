//! The report as GitHub workflow commands, which the runner turns into annotations of the job. At most ten in all, since
//! GitHub shows ten errors and ten warnings of a step and drops the others without a word.
//!
//! An annotation holds what a check expected and observed, and nothing of the target, the command line or the notes:
//! those who may see annotations are many.

use std::io::{Result, Write};

use super::plain::{plain, plain_up_to};
use super::{Format, RunReport};
use crate::model::{Check, Verdict};

/// `::error …` for what failed or could not be told, `::warning …` for what warns, and nothing for the rest.
pub struct Annotations;

/// Most lines that are written.
const MOST: usize = 10;

/// Most characters of a message. The runner cuts at 4,096 (`AddIssue` in its `ExecutionContext`), and nobody reads as much.
const LONGEST: usize = 2000;

/// What deserves a line, and how it is told.
const TOLD: [(Verdict, &str); 3] =
    [(Verdict::Fail, "failed"), (Verdict::Inconclusive, "inconclusive"), (Verdict::Warn, "warned")];

impl Format for Annotations {
    fn name(&self) -> &'static str {
        "github-annotations"
    }

    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()> {
        let told = report.troubles();
        let lines = if told.len() > MOST { by_family(&told) } else { told.iter().copied().map(Line::of).collect() };
        for Line { level, title, message } in lines {
            let title = property(&format!("{title} (postproof {})", report.command));
            writeln!(out, "::{level} title={title}::{}", data(&plain_up_to(LONGEST, &message)))?;
        }
        Ok(())
    }
}

/// One annotation.
struct Line {
    level: &'static str,
    title: String,
    message: String,
}

impl Line {
    /// The line of one check.
    fn of(check: &Check) -> Self {
        let Check { id, verdict, expected, observed, .. } = check;
        let title = format!("{id} {}", word(*verdict));
        Self { level: level(*verdict), title, message: format!("expected: {expected}\nobserved: {observed}") }
    }

    /// The line of several checks, the worst of which stands first.
    fn of_all(name: &str, checks: &[&Check]) -> Self {
        let worst = checks.first().map_or(Verdict::Warn, |check| check.verdict);
        let of_worst = checks.iter().filter(|check| check.verdict == worst).count();
        let named = TOLD.iter().filter_map(|(verdict, word)| {
            let told = checks.iter().filter(|check| check.verdict == *verdict);
            let ids: Vec<&str> = told.map(|check| check.id.as_str()).collect();
            (!ids.is_empty()).then(|| format!("{word}: {}", ids.join(", ")))
        });
        let message = named.collect::<Vec<_>>().join("\n");
        let checks = if of_worst == 1 { "check" } else { "checks" };
        Self { level: level(worst), title: format!("{of_worst} {checks} of {name} {}", word(worst)), message }
    }
}

/// One line for each family in the order of its worst check; the last line is for all families that are too many.
fn by_family(checks: &[&Check]) -> Vec<Line> {
    let mut families: Vec<(&str, Vec<&Check>)> = Vec::new();
    for &check in checks {
        match families.iter_mut().find(|(family, _)| *family == check.family()) {
            Some((_, members)) => members.push(check),
            None => families.push((check.family(), vec![check])),
        }
    }
    let alone = if families.len() > MOST { MOST - 1 } else { families.len() };
    let further = families.split_off(alone);
    let line = |(family, members): (&str, Vec<&Check>)| match members[..] {
        [only] => Line::of(only),
        _ => Line::of_all(&format!("{family}.*"), &members),
    };
    let mut lines: Vec<Line> = families.into_iter().map(line).collect();
    if !further.is_empty() {
        let name = format!("{} further families", further.len());
        let members: Vec<&Check> = further.into_iter().flat_map(|(_, members)| members).collect();
        lines.push(Line::of_all(&name, &members));
    }
    lines
}

/// An inconclusive check ends the run with an exit code of its own, so it is no mere warning.
fn level(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Warn { "warning" } else { "error" }
}

fn word(verdict: Verdict) -> &'static str {
    TOLD.iter().find(|(told, _)| *told == verdict).map_or("", |(_, word)| word)
}

/// A message as `escapeData` of GitHub's toolkit writes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value as `escapeProperty` writes it; without the last two, it would end the property or the list of them.
fn property(text: &str) -> String {
    data(&plain(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests;
