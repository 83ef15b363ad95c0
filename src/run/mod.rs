//! Commands at work: one file each, which wires the pure core to sockets, files and the clock, and the rooms that
//! they share. What happens is told as [`RunEvent`]s; printing, progress bars and exit codes are left to `cli`.

mod check;
mod click;
mod clock;
mod compare;
mod config_file;
mod courier;
mod credentials;
mod embedding;
mod error;
mod event;
mod fire;
mod folder;
mod init;
mod inputs;
mod journey;
mod judgement;
mod load;
mod load_closed;
mod merge;
mod outing;
mod parallel;
mod passage;
mod patience;
mod probe_books;
mod probe_check;
mod probing;
mod prove;
mod recorded;
mod replay;
mod repro;
mod reviving;
mod serve;
mod settle;
mod shot;
mod sign;
mod site;
mod stopwatch;
mod suite;
mod summary;
mod through;
mod visiting;

pub use check::{CheckOptions, check};
pub use compare::{CompareOptions, compare};
pub use config_file::ConfigFileError;
pub use error::RunError;
pub use event::{Moment, Phase, RunEvent, Standing, Watch};
pub use fire::{FireOptions, Given, fire};
pub use init::{InitOptions, init};
pub use inputs::{Fixed, Inputs};
pub use load::{LoadOptions, load};
pub use merge::{MergeOptions, merge};
pub use parallel::{
    CompareLogs, LiveOptions, LogFile, MOST_SIMULATED, SimulateOptions, compare_logs, live, simulate, stored_scenario,
};
pub use prove::{Options, Outcome, prove};
pub use replay::{Kept, ReplayOptions, replay};
pub use serve::{Ready, ServeOptions, serve};
pub use shot::{End, Leaving, Shot};
pub use sign::{SignEnd, SignOptions, SignOutcome, sign};
