//! Read-back: fetching what the target says that it recorded, by HTTP or from a file, in the shape that a scenario maps.
//! What it proves is the oracle's to say.

mod fetch;
mod parse;

pub use fetch::{ReadBack, ReadError};
pub use parse::{Garbage, credits};
