//! The command `parallel`: cookie and S2S tracking side by side.

mod compare;
mod rejects;

pub use compare::{CompareLogs, LogFile, compare_logs};
