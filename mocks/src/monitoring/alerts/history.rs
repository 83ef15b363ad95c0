//! The samples of a rule's window, few enough to be kept.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::monitoring::counts::Sample;

/// Into how many parts a window is divided. Its beginning is known that exactly: a window of five minutes to five
/// seconds. One sample has two and a half kilobytes.
const PARTS: u32 = 60;

/// Samples over one window, the oldest first.
#[derive(Debug)]
pub(super) struct History {
    over: SignedDuration,
    gap: SignedDuration,
    samples: VecDeque<(Timestamp, Sample)>,
}

impl History {
    /// A history that reaches back so far.
    pub(super) fn new(over: Duration) -> Self {
        let span = |duration: Duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        Self { over: span(over), gap: span(over / PARTS), samples: VecDeque::new() }
    }

    /// Takes the sample of `now`, unless it comes too soon after the last one.
    pub(super) fn push(&mut self, now: Timestamp, sample: &Sample) {
        if self.samples.back().is_none_or(|(last, _)| now.duration_since(*last) >= self.gap) {
            self.samples.push_back((now, sample.clone()));
        }
        // The first one stays until the second is old enough to be the beginning of the window.
        while self.samples.get(1).is_some_and(|(second, _)| now.duration_since(*second) >= self.over) {
            self.samples.pop_front();
        }
        // A clock that is set back would otherwise let the history grow.
        while self.samples.len() > PARTS as usize + 2 {
            self.samples.pop_front();
        }
    }

    /// The sample at the beginning of the window, or the first there is.
    pub(super) fn beginning(&self) -> Option<&Sample> {
        self.samples.front().map(|(_, sample)| sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_moves_on_and_stays_small() {
        let mut history = History::new(Duration::from_mins(5));
        assert!(history.beginning().is_none());
        for second in 0_u32..3600 {
            let now = Timestamp::from_second(i64::from(second)).expect("within range");
            history.push(now, &Sample { accepted: u64::from(second), ..Sample::default() });
            let beginning = history.beginning().expect("a sample").accepted;
            let expected = u64::from(second.saturating_sub(300));
            assert!((expected.saturating_sub(5)..=expected).contains(&beginning), "{second}: {beginning}");
            assert!(history.samples.len() <= 62);
        }
    }

    #[test]
    fn a_clock_set_back_does_not_let_it_grow() {
        let mut history = History::new(Duration::from_mins(1));
        for second in [1000, 10].into_iter().chain(11..500) {
            history.push(Timestamp::from_second(second).expect("within range"), &Sample::default());
            assert!(history.samples.len() <= 62);
        }
    }
}
