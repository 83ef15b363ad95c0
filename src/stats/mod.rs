//! Figures and what may be concluded from them: counts, histograms of latency, exact bounds, windows and burn rates.
//! Where the figures come from is left to others; nothing here reads a clock.

mod abort;
mod binomial;
mod bounds;
mod burn;
mod count;
mod difference;
mod holm;
mod judgement;
mod latency;
mod mean;
mod paired;
mod quantile;
mod window;

pub use abort::is_broken_for;
pub(crate) use binomial::real;
pub use bounds::{MOST_SAMPLES, fewest, lower_bound, most, share, upper_bound};
pub use burn::{Burn, BurnWindows, Burning, burn};
pub use count::Count;
pub use difference::{QuantileDifference, ShareDifference, quantile_difference, share_difference};
pub use holm::holm_levels;
pub use judgement::{ALPHA, Judgement, Levels, judge, judge_at, p_broken, p_kept};
pub use latency::Latency;
pub use mean::{MeanBounds, mean_bounds};
pub use paired::{Interval, Paired, Reference, pairs_needed};
pub use quantile::{QuantileBounds, quantile_bounds};
pub use window::{WorstWindow, worst_window};

#[cfg(test)]
mod tests;
