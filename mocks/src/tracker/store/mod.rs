//! The store: clicks, claimed event ids, credits and the stack's own settings, in one `SQLite` database.
//!
//! `database` opens and shapes it, `settings` keeps the drawn secrets in it. From then on one thread owns it: `handle`
//! is how the rooms reach that thread, `command` what they can ask, `owner` how it takes what waits and commits it
//! together. `clicks`, `credits` and `claims` hold the statements.

mod claims;
mod clicks;
mod command;
mod credits;
mod database;
mod handle;
mod owner;
mod settings;

pub use database::{Database, DatabaseError};

pub(crate) use clicks::Click;
pub(super) use command::{Booking, Claim, Outcome};
pub(super) use credits::{Credit, Page};
pub(crate) use handle::Store;
