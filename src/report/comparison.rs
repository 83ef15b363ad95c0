//! Two loads side by side: what changed from the one to the other, how certain that is, and whether it got worse by more than
//! is tolerated. Reading what the loads left is the shell's.
//!
//! A quantile got worse when even the lowest value that the later run agrees with lies beyond the highest one that the earlier
//! run agrees with, and the tolerance. It did not when that holds the other way round; in between nobody can tell. The values
//! are order statistics and need no assumption but that answers are independent (contract.md §5). Of several claims that
//! something got worse each is made at a share of 5 % (Bonferroni), so that they are wrong together in 5 % of comparisons.
//! Shares are bounded exactly in each run; a score interval of their difference would call one bad answer of fifty certain.

mod rows;

use std::io::{Result, Write};

use serde::Serialize;
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

use crate::model::Verdict;
use crate::stats::{Count, Latency};

/// The name and number of a comparison's schema.
pub const COMPARISON_SCHEMA: &str = "postproof.comparison/1";

/// What is compared of one run.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// Response times.
    pub response: Latency,
    /// Service times.
    pub service: Latency,
    /// Attempts that were not answered as they should be.
    pub availability: Count,
    /// Postbacks a second that were planned, over the stages.
    pub planned_per_s: f64,
    /// Complete answers a second within the stages.
    pub achieved_per_s: f64,
    /// Events by what became of them, where the run was proved: none of these should be.
    pub troubles: Option<Vec<(String, u64)>>,
    /// Why its latencies are not to be believed.
    pub doubt: Option<String>,
}

/// What is tolerated.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// Share by which a quantile may grow and the rate may fall; 0.1 is 10 %. The share of attempts that fail may grow by as
    /// much of the budget.
    pub share: f64,
    /// Share of attempts that may fail: one less the availability that is promised.
    pub budget: f64,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Always `postproof.comparison/1`.
    pub schema: &'static str,
    /// Fail: something got worse for certain; inconclusive: it may have.
    pub verdict: Verdict,
    /// The earlier run.
    pub before: String,
    /// The later run.
    pub after: String,
    /// The tolerated share.
    pub tolerance: f64,
    /// What was compared.
    pub rows: Vec<Row>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// One figure of both.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Which one.
    pub what: String,
    /// In the earlier run.
    pub before: String,
    /// In the later run.
    pub after: String,
    /// How it changed; with what is certain at 95 % where samples are compared.
    pub change: String,
    /// Whether it got worse; skipped where it is only shown.
    pub verdict: Verdict,
}

impl Comparison {
    /// Compares two runs. `notes` are what the caller knows besides, such as plans that differ.
    pub fn of(before: &Side, after: &Side, tolerance: Tolerance, notes: Vec<String>) -> Self {
        let rows = rows::all(before, after, tolerance);
        Self {
            schema: COMPARISON_SCHEMA,
            verdict: Verdict::of_all(rows.iter().map(|row| row.verdict)),
            before: before.name.clone(),
            after: after.name.clone(),
            tolerance: tolerance.share,
            rows,
            notes,
        }
    }

    /// Writes it as one JSON document.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_json(&self, out: &mut dyn Write) -> Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }

    /// Writes it as a table.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_table(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "postproof report compare · tolerance {}", rows::percent(self.tolerance))?;
        writeln!(out, "  before  {}\n  after   {}\n", self.before, self.after)?;
        let mut table = Builder::new();
        table.push_record(["", "before", "after", "change", ""]);
        for row in &self.rows {
            table.push_record([&row.what, &row.before, &row.after, &row.change, mark(row.verdict)]);
        }
        let mut table = table.build();
        table.with(Style::rounded()).modify(Columns::new(1..3), Alignment::right());
        writeln!(out, "{table}")?;
        for note in &self.notes {
            writeln!(out, "\nnote: {note}")?;
        }
        writeln!(out, "\n{}", self.sentence())
    }

    fn sentence(&self) -> String {
        let named = |verdict| {
            let rows = self.rows.iter().filter(|row| row.verdict == verdict);
            rows.map(|row| row.what.as_str()).collect::<Vec<_>>().join(", ")
        };
        match self.verdict {
            Verdict::Fail => format!("FAIL  worse than before: {}", named(Verdict::Fail)),
            Verdict::Pass => "PASS  nothing got worse by more than is tolerated".to_owned(),
            _ => format!(
                "INCONCLUSIVE  nobody can tell: {}; compare longer runs, or tolerate more",
                named(Verdict::Inconclusive)
            ),
        }
    }
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Warn => "ok",
        Verdict::Skipped => "",
        Verdict::Inconclusive => "?",
        Verdict::Fail => "✗",
    }
}

#[cfg(test)]
mod tests;
