//! The command `parallel`: cookie and S2S tracking side by side, live on real pages, without any (`simulate`), or from two exported logs
//! (`compare`).

mod appraisal;
mod browser;
mod clock;
mod compare;
mod conversions;
mod diary;
mod firing;
mod live;
mod owners;
mod player;
mod rejects;
mod simulate;
mod unmatched;
mod verdict;

pub use compare::{CompareLogs, LogFile, compare_logs};
pub use live::{LiveOptions, live, stored_scenario};
pub use simulate::{MOST_SIMULATED, SimulateOptions, simulate};
