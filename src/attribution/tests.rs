//! Whole runs of 48 hours without a socket: the default crowd, both logs told, matched, judged and diagnosed. Sound ones pass, and each
//! mistake that the reference stack can make is the first cause named.

mod planted;
mod sound;
pub(super) mod stage;
pub(super) mod world;
