//! The landing pages: where a click leads, and where a player registers (seed 003 §2).
//!
//! `pages` is what they say, `routes` where they are. The click id comes in with the first address and is kept by the
//! operator, behind a cookie that holds nothing but a session's id; no link and no form carries it further. Pages work
//! without scripts.

mod pages;
mod routes;

pub(crate) use routes::routes;
