//! postproof proves that server-to-server postbacks are credited exactly once.

pub mod attribution;
pub mod cli;
pub mod contract;
pub mod fault;
pub mod journey;
pub mod load;
pub mod model;
pub mod oracle;
pub mod profile;
pub mod readback;
pub mod reconcile;
pub mod report;
pub mod run;
pub mod scenario;
pub mod send;
pub mod sign;
pub mod stats;
