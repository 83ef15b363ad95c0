//! The tracker: what a postback is checked for, what is booked, and what is told about it.
//!
//! A postback passes the rooms in this order; the first that refuses it answers:
//!
//! `envelope` (method, content type, size) → `token` → `json` → `signature` over the `canonical` payload →
//! `schema` (with `moment`, `amount`, `currency`) → `store` (known click, idempotent booking).
//!
//! `reception` holds that order, `rules` the knobs that defects turn, `credits` the way back out.

mod amount;
mod booking;
#[cfg_attr(not(test), expect(dead_code, reason = "the books are consulted once processing keeps report amounts"))]
pub(crate) mod books;
mod canonical;
mod credits;
mod currency;
mod envelope;
mod json;
mod moment;
mod reception;
mod refused;
pub(crate) mod rules;
mod schema;
mod signature;
pub(crate) mod store;
mod token;

pub(crate) use credits::credits;
pub(crate) use reception::{Tracker, receive};
