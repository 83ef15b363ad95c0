//! The command `parallel`: cookie and S2S tracking side by side.

mod clock;
mod diary;
mod simulate;

pub use simulate::{MOST_SIMULATED, SimulateOptions, simulate};
