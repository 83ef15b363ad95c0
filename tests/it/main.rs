//! The integration tests, in one binary: postproof against the reference stack with every defect, against scripted
//! targets, and as a command.

#![expect(clippy::panic, reason = "a test fails by panicking")]

mod by_hand;
mod check;
mod check_hostile;
mod check_http;
mod check_limits;
mod check_operator;
mod check_tls;
mod command;
mod compare_logs;
mod defects;
mod fleet;
mod github;
mod harness;
mod https;
mod kills;
mod live_secrets;
mod load;
mod load_closed;
mod matrix;
mod mistakes;
mod outside;
mod parallel_defects;
mod parallel_live;
mod parallel_own;
mod parallel_simulate;
mod payload;
mod pipelines;
mod probe;
mod process;
mod report;
mod scheme_vectors;
mod schemes;
mod scripted;
mod seeds;
mod serve_config;
mod sign_command;
mod sign_vectors;
mod through;
mod tour;
mod variants;
