//! Reports: one finished value, and the formats it is written in. A format is one file and one line in [`FORMATS`];
//! none of them decides anything.

mod annotations;
mod comparison;
mod diagnosis;
mod gap;
mod json;
mod junit;
mod load;
mod markdown;
mod parallel;
mod plain;
mod run_report;
#[cfg(test)]
pub(crate) mod sample;
mod summary;
mod table;

pub use annotations::Annotations;
pub use comparison::{COMPARISON_SCHEMA, Comparison, Row, Side, Tolerance};
pub use diagnosis::{CauseBlock, DiagnosisBlock, ExplainedBlock, UnexplainedBlock};
pub use gap::{AsideBlock, GapBlock, GapFigures, LogBlock, MatchedBlock, PartBlock, RuleBlock};
pub use json::Json;
pub use junit::Junit;
pub use load::{AvailabilityBlock, LatencyBlock, LatencyFigures, NamedLatency, RateBlock};
pub use parallel::{FixedRuleBlock, LossBlock, NamedPrediction, ParallelBlock, PredictedGap, PredictedPart};
pub use run_report::{ANSWERS_ONLY, FaultBlock, ForgeryBlock, LedgerBlock, MoneyBlock, RunReport, SCHEMA, StepBlock};
pub use summary::{LARGEST_SUMMARY, Summary};
pub use table::Table;

use std::io::{Result, Write};

/// A format of the report.
pub trait Format: Sync {
    /// Its name.
    fn name(&self) -> &'static str;

    /// Writes the whole report.
    ///
    /// # Errors
    /// When the writer fails.
    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()>;
}

/// Every format.
pub const FORMATS: &[&dyn Format] = &[&Table, &Json, &Junit, &Annotations, &Summary];
