//! The programme's part of the file: terms, rates and spend. The books' own room checks it.

use std::path::Path;

use super::problem::Problem;
use crate::tracker::books::programme::{Programme, ProgrammeError, RawProgramme};
use crate::tracker::books::terms::TermsError;

/// The programme that the tracker books by. Its tables are looked for from `folder`.
pub(super) fn programme(raw: RawProgramme, folder: &Path) -> Result<Programme, Problem> {
    Programme::load(raw, folder).map_err(|error| {
        let told = error.to_string();
        let key = match &error {
            // What is told of a term is what to write, after its key.
            ProgrammeError::Terms(error) => {
                let help = told.split_once(": ").map_or(told.as_str(), |(_, help)| help);
                return Problem::new(format!("programme.terms.{}", term(error)), "cannot be used", help);
            }
            ProgrammeError::File { key, .. } | ProgrammeError::Table { key, .. } => key,
            ProgrammeError::Currencies { .. } => "terms.report_currency",
        };
        let told = told.strip_prefix(&format!("{key}: ")).unwrap_or(&told);
        let (what, help) = told.split_once("; ").unwrap_or((told, "correct it"));
        Problem::new(format!("programme.{key}"), format!("cannot be used: {what}"), help)
    })
}

/// The key of a term, from the terms downwards.
fn term(error: &TermsError) -> &str {
    match error {
        TermsError::Amount { key, .. }
        | TermsError::Percent { key }
        | TermsError::Currency { key }
        | TermsError::TooMany { key } => key,
        TermsError::Zone => "zone",
    }
}
