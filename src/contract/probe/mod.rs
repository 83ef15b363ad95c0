//! Robustness probing: a genuine postback is mutated at the level of bytes, tokens or JSON, signed rightly or wrongly, and
//! its final bytes are read again to tell what a target owes it. What fails is shrunk to the least that fails alike.
//!
//! Everything here is a value made of a seed and a number; `run` sends it. Where readers of JSON, of times or of ids may
//! rightly differ, a probe is open: a target that keeps the contract never fails one.

mod answer;
mod document;
mod draws;
mod mutation;
mod numbering;
mod octets;
mod reading;
mod recipe;
mod shapes;
mod shrink;
mod tokens;
mod values;

pub use answer::{Answer, Breach, Expected};
pub use mutation::Mutation;
pub use numbering::{MOST_PROBES, number};
pub use reading::{Basis, Class, Reading, read};
pub use recipe::{Aimed, Base, Occasion, Recipe, Signing};
pub use shrink::Shrinking;

/// The name of the check that probes come to, and of their deliveries' cause.
pub const PROBES: &str = "probe.mutations";

#[cfg(test)]
mod tests;
