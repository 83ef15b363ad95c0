//! postproof proves that server-to-server postbacks are credited exactly once.

pub mod model;
pub mod sign;
