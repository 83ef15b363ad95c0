//! Read-back: fetching what the target says that it recorded, by HTTP or from a file, in the shape that a scenario maps;
//! as a whole, or one credit at a time where there may be millions.
//! What it proves is the oracle's to say.

mod ahead;
mod fetch;
mod follow;
mod parse;
mod row;
mod stream;

pub use fetch::{ReadBack, ReadError};
pub use parse::{Garbage, credits};
