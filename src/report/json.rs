//! The report as JSON: the one document that other tools may rely on.

use std::io::{Result, Write};

use super::{Format, RunReport};

/// `report.json`.
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &RunReport, out: &mut dyn Write) -> Result<()> {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    }
}
