//! First deposits by the method that told of them: postbacks, which the books hold, and pixels, which are counted here
//! and never paid for.
//!
//! `fired` is a pixel from its address to the store, `listing` shows what either method saw.

mod fired;
mod listing;

pub(crate) use fired::Fired;
pub(crate) use listing::conversions;
