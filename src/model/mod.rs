//! The vocabulary of postproof: ids, money, events, attempts, credits and verdicts.
//! Everything here is a value; nothing here decides, reads or sends.

mod secret;

pub use secret::Secret;
