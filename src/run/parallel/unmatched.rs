//! The file of every conversion that is not simply seen by both, with its likely cause.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use crate::attribution::diagnosis::Diagnosis;
use crate::attribution::{Logs, Pairing};
use crate::reconcile::{Unmatched, unmatched};

/// Writes the file as CSV.
pub(super) fn write_unmatched(path: &Path, logs: &Logs, pairing: &Pairing, diagnosis: &Diagnosis) -> io::Result<()> {
    let mut file = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
    file.write_record(Unmatched::columns())?;
    for row in unmatched(pairing) {
        file.write_record(row.cells(logs, diagnosis))?;
    }
    file.flush()
}
