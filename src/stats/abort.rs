//! Whether a load is to end early: a promise that is broken so badly for so long.

use super::bounds::share;
use super::{Count, p_broken};

/// One minus the confidence at which a load ends early. It is asked every second, so each answer has to be surer than a verdict.
const ALPHA: f64 = 0.001;

/// Whether the last `lasting` seconds break the promise that at most the share `allowed` is bad: their sum for certain, and
/// each half of them by its share, so that a burst that is over ends nothing. False while the run is younger than that.
pub fn is_broken_for(seconds: &[Count], lasting: usize, allowed: f64) -> bool {
    let lasting = lasting.max(1);
    let Some(from) = seconds.len().checked_sub(lasting) else { return false };
    let stretch = &seconds[from..];
    let (before, after) = stretch.split_at(lasting / 2);
    let above = |part: &[Count]| part.is_empty() || share(part.iter().sum()) > allowed;
    above(before) && above(after) && p_broken(stretch.iter().sum(), allowed) <= ALPHA
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(parts: &[(usize, u64, u64)]) -> Vec<Count> {
        parts.iter().flat_map(|&(seconds, bad, total)| vec![Count { bad, total }; seconds]).collect()
    }

    #[test]
    fn a_collapse_that_lasts_ends_a_load() {
        assert!(is_broken_for(&run(&[(60, 0, 50), (10, 10, 50)]), 10, 0.1));
        assert!(is_broken_for(&run(&[(1, 9, 10)]), 1, 0.1));
    }

    #[test]
    fn one_that_is_younger_does_not() {
        assert!(!is_broken_for(&run(&[(60, 0, 50), (4, 50, 50)]), 10, 0.1));
        assert!(!is_broken_for(&run(&[(9, 50, 50)]), 10, 0.1));
        assert!(!is_broken_for(&[], 10, 0.1));
    }

    #[test]
    fn one_that_is_over_does_not() {
        assert!(!is_broken_for(&run(&[(5, 50, 50), (5, 0, 50)]), 10, 0.1));
    }

    #[test]
    fn what_may_be_chance_does_not() {
        assert!(!is_broken_for(&run(&[(10, 1, 5)]), 10, 0.1));
        assert!(!is_broken_for(&run(&[(10, 0, 0)]), 10, 0.1));
    }
}
