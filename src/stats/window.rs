//! Sliding windows over counts of each second: the worst one, so that a minute's collapse does not hide in an hour's average.

use super::binomial::real;
use super::bounds::share;
use super::{Count, p_broken};

/// The window that speaks most against a promise, among all that slide over a run by the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorstWindow {
    /// Its first second, from 0.
    pub from: usize,
    /// What is in it.
    pub count: Count,
    /// How many windows with samples there are.
    pub windows: u64,
    /// The chance of so many bad ones in it, were the promise just kept.
    pub p: f64,
    /// The most samples that a window has.
    pub fullest: u64,
}

impl WorstWindow {
    /// Whether it breaks the promise for certain, although it was picked out of so many: Holm's correction tests the smallest
    /// p-value at `alpha` by their number, and that one decides.
    pub fn is_broken(&self, alpha: f64) -> bool {
        self.p <= self.level(alpha)
    }

    /// Whether any window has samples enough to break the promise for certain, if all of them were bad.
    pub fn can_tell(&self, allowed: f64, alpha: f64) -> bool {
        p_broken(Count { bad: self.fullest, total: self.fullest }, allowed) <= self.level(alpha)
    }

    /// The level at which it is tested.
    pub fn level(&self, alpha: f64) -> f64 {
        alpha / real(self.windows.max(1))
    }
}

/// The worst window of `length` seconds for the promise that at most the share `allowed` is bad; `None` where the run is
/// shorter than that, or no window has a sample.
pub fn worst_window(seconds: &[Count], length: usize, allowed: f64) -> Option<WorstWindow> {
    let mut worst: Option<WorstWindow> = None;
    let (mut windows, mut fullest) = (0, 0);
    for (from, count) in sliding(seconds, length).filter(|(_, count)| count.total > 0) {
        windows += 1;
        fullest = fullest.max(count.total);
        // A window within the promise cannot break it; its p-value need not be known.
        let p = if share(count) > allowed { p_broken(count, allowed) } else { 1.0 };
        let beats = worst.is_none_or(|other| p < other.p || (p <= other.p && share(count) > share(other.count)));
        if beats {
            worst = Some(WorstWindow { from, count, windows, p, fullest });
        }
    }
    worst.map(|worst| WorstWindow { windows, fullest, ..worst })
}

/// Every window of `length` seconds with its first second and its sum; none where the run is shorter.
pub(super) fn sliding(seconds: &[Count], length: usize) -> impl Iterator<Item = (usize, Count)> + '_ {
    let length = length.max(1);
    let mut sum = Count::default();
    seconds.iter().enumerate().filter_map(move |(at, &second)| {
        sum += second;
        if at >= length {
            // What is taken out was put in before.
            let gone = seconds[at - length];
            sum = Count { bad: sum.bad - gone.bad, total: sum.total - gone.total };
        }
        (at + 1 >= length).then(|| (at + 1 - length, sum))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{ALPHA, Judgement, judge};
    use proptest::prelude::*;

    fn steady(seconds: usize, bad: u64, total: u64) -> Vec<Count> {
        vec![Count { bad, total }; seconds]
    }

    #[test]
    fn a_minute_of_collapse_does_not_hide_in_an_hour() {
        let mut run = steady(3600, 0, 100);
        run[1800..1860].fill(Count { bad: 20, total: 100 });
        let whole = run.iter().fold(Count::default(), |mut sum, &second| {
            sum += second;
            sum
        });
        assert_eq!(judge(whole, 0.005, ALPHA), Judgement::Kept);
        let worst = worst_window(&run, 60, 0.005).expect("windows");
        assert_eq!((worst.from, worst.count, worst.windows), (1800, Count { bad: 1200, total: 6000 }, 3541));
        assert!(worst.is_broken(ALPHA));
    }

    #[test]
    fn chance_among_many_windows_is_no_collapse() {
        // One bad answer among few: alone it would count as broken, out of 3541 windows it does not.
        let mut run = steady(3600, 0, 1);
        run[100] = Count { bad: 1, total: 1 };
        run[130] = Count { bad: 1, total: 1 };
        let worst = worst_window(&run, 60, 0.005).expect("windows");
        assert_eq!(judge(worst.count, 0.005, ALPHA), Judgement::Broken);
        assert!(!worst.is_broken(ALPHA) && worst.can_tell(0.005, ALPHA));
    }

    #[test]
    fn windows_of_too_few_samples_cannot_tell() {
        let mut run = steady(120, 0, 0);
        run[7] = Count { bad: 1, total: 1 };
        let worst = worst_window(&run, 60, 0.05).expect("windows");
        assert!(!worst.is_broken(ALPHA) && !worst.can_tell(0.05, ALPHA));
    }

    #[test]
    fn a_run_shorter_than_a_window_has_none() {
        assert!(worst_window(&steady(59, 1, 9), 60, 0.05).is_none());
        assert!(worst_window(&steady(90, 0, 0), 60, 0.05).is_none());
        assert!(worst_window(&[], 60, 0.05).is_none());
    }

    proptest! {
        #[test]
        fn windows_slide_over_every_second(
            run in prop::collection::vec((0_u64..5, 5_u64..9), 0..50),
            length in 1_usize..60,
        ) {
            let run: Vec<Count> = run.into_iter().map(|(bad, total)| Count { bad, total }).collect();
            let expected: Vec<(usize, Count)> = run.windows(length).enumerate().map(|(from, window)| {
                let sum = |of: fn(&Count) -> u64| window.iter().map(of).sum();
                (from, Count { bad: sum(|count| count.bad), total: sum(|count| count.total) })
            }).collect();
            prop_assert_eq!(sliding(&run, length).collect::<Vec<_>>(), expected);
        }
    }
}
