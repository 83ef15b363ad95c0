//! Burn-rate rules: an alert fires when both a long and a short window burn the budget of errors faster than a factor allows
//! (contract.md §5). The long window says that it matters, the short one that it is still going on.

use super::binomial::real;
use super::bounds::share;
use super::window::sliding;
use super::{Count, fewest, p_broken};

/// What a burn-rate rule looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurnWindows {
    /// Seconds of the long window.
    pub long: usize,
    /// Seconds of the short window, no longer than the long one.
    pub short: usize,
    /// The share of bad ones above which it fires: the factor times the budget, below 1.
    pub limit: f64,
}

/// What became of a burn-rate rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Burn {
    /// It fired, and the long window is above the limit for certain.
    Fired(Burning),
    /// Both windows lay above the limit, but on so few samples that it may be chance.
    Uncertain(Burning),
    /// It did not fire.
    Quiet {
        /// The highest share that both windows lay above at once, 0 to 1.
        highest: f64,
    },
    /// The run ended before the long window was full.
    TooShort,
    /// Some long window has too few samples to say that it lies below the limit.
    TooFew {
        /// Samples of the emptiest one.
        samples: u64,
        /// How many it takes.
        needed: Option<u64>,
    },
}

/// Both windows at the moment at which they burn fastest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burning {
    /// Seconds after the start, where the windows end.
    pub at: usize,
    /// The long window.
    pub long: Count,
    /// The short window.
    pub short: Count,
}

impl Burning {
    /// The share that both windows are at or above.
    pub fn pace(&self) -> f64 {
        share(self.long).min(share(self.short))
    }
}

/// What became of a burn-rate rule in a run. Only full long windows count, and a rule that fires has to be certain at the level
/// `alpha`, corrected for every second at which it is looked at.
pub fn burn(seconds: &[Count], windows: BurnWindows, alpha: f64) -> Burn {
    let moments = moments(seconds, windows);
    let Some(emptiest) = moments.iter().map(|moment| moment.long.total).min() else { return Burn::TooShort };
    let level = alpha / real(moments.len() as u64);
    let faster = |a: &&Burning, b: &&Burning| a.pace().total_cmp(&b.pace());
    let certain = |moment: &&Burning| moment.pace() > windows.limit && p_broken(moment.long, windows.limit) <= level;
    if let Some(fired) = moments.iter().filter(certain).max_by(faster) {
        return Burn::Fired(*fired);
    }
    let fastest = moments.iter().max_by(faster).copied();
    if let Some(fastest) = fastest.filter(|moment| moment.pace() > windows.limit) {
        return Burn::Uncertain(fastest);
    }
    let needed = fewest(0, windows.limit, alpha);
    if needed.is_none_or(|needed| emptiest < needed) {
        return Burn::TooFew { samples: emptiest, needed };
    }
    Burn::Quiet { highest: fastest.map_or(0.0, |moment| moment.pace()) }
}

/// Both windows at every second at which the long one is full.
fn moments(seconds: &[Count], windows: BurnWindows) -> Vec<Burning> {
    let long = windows.long.max(1);
    let short = windows.short.clamp(1, long);
    let shorts = sliding(seconds, short).skip(long - short);
    let both = sliding(seconds, long).zip(shorts);
    both.map(|((from, long_sum), (_, short))| Burning { at: from + long, long: long_sum, short }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ALPHA;

    /// The table's first row, with an hour scaled down to a minute: 14.4 times 0.5 %.
    const PAGE: BurnWindows = BurnWindows { long: 60, short: 5, limit: 14.4 * 0.005 };

    fn run(parts: &[(usize, u64, u64)]) -> Vec<Count> {
        parts.iter().flat_map(|&(seconds, bad, total)| vec![Count { bad, total }; seconds]).collect()
    }

    #[test]
    fn a_total_outage_trips_the_long_window_when_the_table_says() {
        // 4.3 minutes of an hour are 4.3 seconds of a minute; corrected for chance it takes hardly longer.
        let Burn::Fired(burning) = burn(&run(&[(60, 0, 100), (6, 100, 100)]), PAGE, ALPHA) else { panic!("not fired") };
        assert_eq!((burning.at, burning.short), (66, Count { bad: 500, total: 500 }));
        assert!(matches!(burn(&run(&[(60, 0, 100), (4, 100, 100)]), PAGE, ALPHA), Burn::Quiet { .. }));
    }

    #[test]
    fn both_windows_have_to_burn() {
        // An outage that is over before the long window is full for the first time: it matters, but goes on no more.
        let long_over = run(&[(20, 0, 100), (10, 100, 100), (60, 0, 100)]);
        assert!(matches!(burn(&long_over, PAGE, ALPHA), Burn::Quiet { .. }));
    }

    #[test]
    fn errors_below_the_limit_are_quiet() {
        let Burn::Quiet { highest } = burn(&run(&[(120, 5, 100)]), PAGE, ALPHA) else { panic!("not quiet") };
        assert!((highest - 0.05).abs() < 1e-12);
    }

    #[test]
    fn few_samples_are_uncertain_or_too_few() {
        assert!(matches!(burn(&run(&[(60, 0, 1), (5, 1, 1)]), PAGE, ALPHA), Burn::Uncertain(_)));
        let too_few = run(&[(30, 0, 1), (40, 0, 0)]);
        assert_eq!(burn(&too_few, PAGE, ALPHA), Burn::TooFew { samples: 20, needed: Some(41) });
    }

    #[test]
    fn a_run_shorter_than_the_long_window_says_nothing() {
        assert_eq!(burn(&run(&[(59, 100, 100)]), PAGE, ALPHA), Burn::TooShort);
        assert_eq!(burn(&[], PAGE, ALPHA), Burn::TooShort);
    }
}
