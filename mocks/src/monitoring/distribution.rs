//! How durations are spread: a histogram of atomics that never locks, never allocates and never grows.
//!
//! It is kept twice: in the buckets that `/metrics` shows, whose bounds are round numbers, and in fine ones, eight to
//! every doubling, from which quantiles are read with an error of at most an eighth. The exporter's own histogram is
//! not used on the way of a postback, because it keeps every single value until it is asked the next time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Bounds of the shown buckets for answer times, in seconds; 0.5 is the bound of the service level (seed 003 §11).
pub(super) const ANSWER_BOUNDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Bounds of the shown buckets for ingestion lag, in seconds; 60 is the bound of the service level (seed 003 §11).
pub(super) const LAG_BOUNDS: &[f64] = &[0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0];

/// Fine buckets: eight for each doubling of a microsecond up to 2^40 of them, which is twelve days.
const FINE: usize = 8 * 38;

/// Counts of durations.
pub(super) struct Distribution {
    bounds: &'static [f64],
    shown: Vec<AtomicU64>,
    fine: Vec<AtomicU64>,
    micros: AtomicU64,
    longest: AtomicU64,
}

/// What a distribution held at one moment. All figures grow with time, so two of them can be subtracted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spread {
    fine: Vec<u64>,
    micros: u64,
}

impl Distribution {
    /// An empty one that is shown with these bounds, in seconds and rising.
    pub(super) fn new(bounds: &'static [f64]) -> Self {
        let zeros = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        let (shown, fine) = (zeros(bounds.len() + 1), zeros(FINE));
        Self { bounds, shown, fine, micros: AtomicU64::new(0), longest: AtomicU64::new(0) }
    }

    /// Counts one duration.
    pub(super) fn record(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).min(1 << 40);
        let seconds = duration.as_secs_f64();
        let shown = self.bounds.partition_point(|bound| *bound < seconds);
        self.shown[shown].fetch_add(1, Relaxed);
        self.fine[place(micros)].fetch_add(1, Relaxed);
        self.micros.fetch_add(micros, Relaxed);
        // Nearly always it is not the longest, and a look costs less than a write.
        if self.longest.load(Relaxed) < micros {
            self.longest.fetch_max(micros, Relaxed);
        }
    }

    /// The shown buckets as Prometheus wants them: bound, and how many values are at most as large; the last is the
    /// number of all.
    pub(super) fn cumulative(&self) -> (Vec<(f64, u64)>, u64) {
        let mut total = 0;
        let mut counts = self.shown.iter().map(|count| {
            total += count.load(Relaxed);
            total
        });
        let buckets = self.bounds.iter().copied().zip(counts.by_ref()).collect();
        // The bucket without a bound is the last.
        let all = counts.next().unwrap_or_default();
        (buckets, all)
    }

    /// The sum of all values, in seconds.
    pub(super) fn seconds(&self) -> f64 {
        in_seconds(self.micros.load(Relaxed))
    }

    /// How many values there were.
    pub(super) fn count(&self) -> u64 {
        self.shown.iter().map(|count| count.load(Relaxed)).sum()
    }

    /// The longest value there was, in seconds.
    pub(super) fn longest(&self) -> f64 {
        in_seconds(self.longest.load(Relaxed))
    }

    /// Everything as it is now.
    pub(super) fn spread(&self) -> Spread {
        Spread { fine: self.fine.iter().map(|count| count.load(Relaxed)).collect(), micros: self.micros.load(Relaxed) }
    }
}

impl Spread {
    /// What came between `earlier` and this one.
    pub(super) fn since(&self, earlier: &Self) -> Self {
        let before = earlier.fine.iter().copied().chain(std::iter::repeat(0));
        Self {
            fine: self.fine.iter().zip(before).map(|(now, before)| now.saturating_sub(before)).collect(),
            micros: self.micros.saturating_sub(earlier.micros),
        }
    }

    /// How many values there are.
    pub(super) fn count(&self) -> u64 {
        self.fine.iter().sum()
    }

    /// Their mean in seconds; none without a value.
    #[expect(clippy::cast_precision_loss, reason = "a mean that is shown needs no more than 53 bits")]
    pub(super) fn mean(&self) -> Option<f64> {
        let count = self.count();
        if count == 0 { None } else { Some(in_seconds(self.micros) / count as f64) }
    }

    /// An upper bound of the quantile `q` (0 to 1) in seconds, at most an eighth too high; none without a value.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rank lies between one and the number of values"
    )]
    pub(super) fn quantile(&self, q: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = ((count as f64 * q).ceil() as u64).clamp(1, count);
        let mut seen = 0;
        let bucket = self.fine.iter().position(|in_bucket| {
            seen += in_bucket;
            seen >= rank
        })?;
        Some(in_seconds(largest(bucket)))
    }
}

/// The fine bucket of a number of microseconds: below eight each has its own, above the three bits behind the highest
/// one tell the bucket within its doubling.
fn place(micros: u64) -> usize {
    let Some(doubling) = micros.checked_ilog2().filter(|doubling| *doubling >= 3) else {
        return usize::try_from(micros).unwrap_or_default();
    };
    let within = usize::try_from((micros >> (doubling - 3)) & 7).unwrap_or_default();
    (doubling as usize * 8 - 16 + within).min(FINE - 1)
}

/// The largest number of microseconds in a fine bucket.
fn largest(bucket: usize) -> u64 {
    if bucket < 8 {
        return bucket as u64;
    }
    let (doubling, within) = ((bucket + 16) / 8, (bucket % 8) as u64);
    ((8 + within + 1) << (doubling - 3)) - 1
}

#[expect(clippy::cast_precision_loss, reason = "a figure that is shown needs no more than 53 bits")]
fn in_seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fine_buckets_follow_each_other_without_a_gap() {
        let mut last = place(0);
        assert_eq!(last, 0);
        for micros in (1..5000).chain([1 << 20, (1 << 40) - 1, 1 << 40]) {
            let bucket = place(micros);
            assert!(bucket == last || micros > 5000 || bucket == last + 1, "{micros}");
            assert!(largest(bucket) >= micros || bucket == FINE - 1, "{micros}");
            assert!(largest(bucket) <= micros + micros / 8, "{micros}");
            last = bucket;
        }
    }

    #[test]
    fn quantiles_and_mean_are_those_of_the_values() {
        let answers = Distribution::new(ANSWER_BOUNDS);
        assert_eq!((answers.spread().quantile(0.95), answers.spread().mean()), (None, None));
        for milliseconds in 1..=100 {
            answers.record(Duration::from_millis(milliseconds));
        }
        let spread = answers.spread();
        let near = |found: Option<f64>, value: f64| found.is_some_and(|found| (value..value * 1.126).contains(&found));
        assert!(near(spread.quantile(0.5), 0.050), "{:?}", spread.quantile(0.5));
        assert!(near(spread.quantile(0.95), 0.095) && near(spread.quantile(0.99), 0.099));
        assert!(near(spread.quantile(0.0), 0.001) && near(spread.quantile(1.0), 0.100));
        assert!((spread.mean().expect("a mean") - 0.0505).abs() < 1e-9);
        assert!((answers.longest() - 0.1).abs() < 1e-9 && (answers.seconds() - 5.05).abs() < 1e-9);
    }

    #[test]
    fn shown_buckets_count_upwards_and_include_their_bound() {
        let answers = Distribution::new(ANSWER_BOUNDS);
        for milliseconds in [500, 501, 20_000] {
            answers.record(Duration::from_millis(milliseconds));
        }
        let (buckets, all) = answers.cumulative();
        let up_to = |bound: f64| buckets.iter().find(|(le, _)| (le - bound).abs() < 1e-9).map(|(_, count)| *count);
        assert_eq!((up_to(0.25), up_to(0.5), up_to(1.0), up_to(10.0), all), (Some(0), Some(1), Some(2), Some(2), 3));
        answers.record(Duration::MAX);
        assert_eq!(answers.cumulative().1, 4);
    }

    #[test]
    fn a_difference_holds_what_came_between() {
        let answers = Distribution::new(ANSWER_BOUNDS);
        answers.record(Duration::from_secs(9));
        let before = answers.spread();
        assert_eq!(before.since(&before).count(), 0);
        answers.record(Duration::from_millis(8));
        let between = answers.spread().since(&before);
        assert_eq!(between.count(), 1);
        assert!(between.quantile(0.95).is_some_and(|value| value < 0.01));
        assert_eq!(before.since(&Spread::default()), before);
    }
}
