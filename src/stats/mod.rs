//! Figures and what may be concluded from them: counts, histograms of latency, exact bounds, windows and burn rates.
//! Where the figures come from is left to others; nothing here reads a clock.

mod count;
mod latency;

pub use count::Count;
pub use latency::Latency;
