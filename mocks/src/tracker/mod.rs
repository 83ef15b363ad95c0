//! The tracker: what a postback is checked for, what is booked, and what is told about it.
//!
//! A postback passes the rooms in this order; the first that refuses it answers:
//!
//! `peers` (allow-list, rate) → `envelope` (method, content type, size) → `token` → `json` → `signature` over the
//! `canonical` payload → `schema` (with `moment`, `money`) → `store` (known click, the claim of its
//! `identity`, the queue). Then it is answered, and `processing` takes it from the queue into the books.
//!
//! `reception` holds that order, `ack` the answer, `rules` the knobs that defects turn, `booking` what a postback is in the books,
//! `books` what money is worth and what is owed, `conversions` what postbacks and pixels each saw, `credits`, `totals`,
//! `clicks` and `ledger` the ways back out, `witness` and `levels`
//! what monitoring is told and asks for.

mod ack;
mod amount;
mod booking;
pub(crate) mod books;
mod canonical;
mod clicks;
mod conversions;
mod credits;
mod currency;
mod envelope;
mod identity;
mod json;
mod ledger;
mod levels;
mod moment;
mod money;
mod order;
mod peers;
mod processing;
mod reception;
mod refused;
pub(crate) mod rules;
mod schema;
pub(crate) mod signature;
pub(crate) mod store;
mod to_its_end;
mod token;
mod totals;
mod witness;
mod wording;

pub(crate) use clicks::click;
pub(crate) use conversions::{Fired, conversions};
pub(crate) use credits::credits;
pub use identity::Dialect;
pub use peers::{Admission, Rate};
pub use reception::TrackerSettings;
pub use token::{PreviousKey, Tokens};

pub(crate) use processing::{dead_letters, open_books, queue_state, redrive};
pub(crate) use reception::{Tracker, receive, receive_for_brand, receive_redirected};
pub(crate) use totals::totals;
