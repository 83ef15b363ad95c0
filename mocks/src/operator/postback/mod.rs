//! From an event to the request that tells a network about it.
//!
//! `told` is what is said, with what planted defects make of it; `signed` writes it as JSON, `canonical` and `bearer`
//! vouch for that; `parameters` fills it into an address; `message` is the request that comes out. The operator is
//! another company than the tracker, so nothing here is the tracker's code.

mod bearer;
mod canonical;
mod message;
mod parameters;
mod signed;
mod told;

pub(super) use message::{Content, Message, Speaker};
