//! The oracle of a load: the same table as [`super::prove`]'s, over every event of ten million, in some ten bytes each.
//!
//! Ids tell journey and slot, so that what is known of an event stands in arrays indexed by number. First come the attempts
//! ([`Bulk`]); then journeys are made again, once and in order, for what attempts do not tell ([`Reading`]), and credits go
//! by, one at a time, in any order. A credit is held against the fingerprint of what its event owes; where that does
//! not settle it, its journey is made again and the exact comparison decides.
//!
//! Sending, reading files and waiting are left to others.

mod again;
mod attempts;
mod cell;
mod checks;
mod clicks;
mod exercised;
mod forgeries;
mod layout;
mod offenders;
mod old;
mod proof;
mod reading;
mod recall;

pub use attempts::{Bulk, Terms, TooManyEvents};
pub use checks::{bulk_checks, bulk_fault_checks};
pub use clicks::{Clicks, MadeClicks};
pub use offenders::Offenders;
pub use proof::{BulkProof, BulkRow};
pub use reading::Reading;

#[cfg(test)]
mod tests;
