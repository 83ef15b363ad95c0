//! Read-back: fetching what the target says that it recorded, by HTTP or from a file, in the shape that a scenario maps.
//! What it proves is the oracle's to say.

mod fetch;
mod parse;
mod row;
mod stream;

pub use fetch::{ReadBack, ReadError};
pub use parse::{Garbage, credits};
pub use stream::CreditStream;
