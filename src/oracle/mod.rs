//! The oracle: from what was sent and what was answered and booked to what happened to every event.
//! It knows what the target owes, because it holds the ledger; it decides, and neither sends nor reads.

mod answers;
mod books;
mod bulk;
mod checks;
mod compare;
mod exercise;
mod fingerprint;
#[cfg(test)]
mod history;
mod money;
mod naming;
mod proof;
mod sla;
mod standing;
mod trace;

pub use books::Books;
pub use bulk::{
    Bulk, BulkProof, BulkRow, Clicks, MadeClicks, Offenders, Reading, Terms, TooManyEvents, bulk_checks,
    bulk_fault_checks,
};
pub use checks::{checks, money_check};
pub use compare::owed_amount;
pub use exercise::{Exercise, exercises};
pub use fingerprint::{fingerprint, fingerprint_of};
pub use money::{MoneyRow, money_rows};
pub use naming::{is_unnamed, names};
pub use proof::{Evidence, Ledger, Proof, prove};
pub use sla::{Desync, Ingestion, Observed, sla_checks};
pub use standing::{Mismatch, Row, Standing};
