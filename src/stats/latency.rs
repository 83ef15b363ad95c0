//! A histogram of latencies: 1 µs to 60 s, three significant digits. What is longer is clamped, and counted as such.

use std::time::Duration;

use hdrhistogram::Histogram;

/// Shortest latency that is told apart from zero, in microseconds.
const LEAST: u64 = 1;

/// Longest latency that is told exactly, in microseconds.
const MOST: u64 = 60_000_000;

/// Significant digits.
const DIGITS: u8 = 3;

/// Latencies.
#[derive(Clone, Debug)]
pub struct Latency {
    histogram: Histogram<u64>,
    clamped: u64,
}

impl Latency {
    /// An empty one.
    pub fn new() -> Self {
        let histogram = Histogram::new_with_bounds(LEAST, MOST, DIGITS).expect("these bounds are sound");
        Self { histogram, clamped: 0 }
    }

    /// What an interval log holds: a histogram, and how many of its latencies were longer than 60 s. `None` where it has
    /// other bounds or digits, so that adding it up would lose something.
    pub fn from_histogram(histogram: Histogram<u64>, clamped: u64) -> Option<Self> {
        let same = histogram.low() == LEAST && histogram.high() == MOST && histogram.sigfig() == DIGITS;
        (same && clamped <= histogram.len()).then_some(Self { histogram, clamped })
    }

    /// Adds one latency.
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.clamped += u64::from(micros > MOST);
        self.histogram.saturating_record(micros.clamp(LEAST, MOST));
    }

    /// Adds all of another, without loss.
    pub fn merge(&mut self, other: &Self) {
        // The bounds are the same, so nothing can be out of range.
        let _ = self.histogram.add(&other.histogram);
        self.clamped += other.clamped;
    }

    /// Forgets everything; the room is kept.
    pub fn clear(&mut self) {
        self.histogram.clear();
        self.clamped = 0;
    }

    /// The value below which that share lies (0 to 1); zero when empty.
    pub fn quantile(&self, q: f64) -> Duration {
        Duration::from_micros(if self.histogram.is_empty() { 0 } else { self.histogram.value_at_quantile(q) })
    }

    /// The longest.
    pub fn max(&self) -> Duration {
        Duration::from_micros(self.histogram.max())
    }

    /// How many are at most as long as each of these bounds, which ascend; told apart to a thousandth, as everything here.
    pub fn up_to(&self, bounds: &[Duration]) -> Vec<u64> {
        let micros = |bound: &Duration| u64::try_from(bound.as_micros()).unwrap_or(u64::MAX);
        let mut counts = vec![0; bounds.len()];
        for value in self.histogram.iter_recorded() {
            let least = self.histogram.lowest_equivalent(value.value_iterated_to());
            let first = bounds.partition_point(|bound| micros(bound) < least);
            counts.iter_mut().skip(first).for_each(|count| *count += value.count_since_last_iteration());
        }
        counts
    }

    /// All of them added up, to a thousandth.
    pub fn sum(&self) -> Duration {
        let value = |micros: u64| self.histogram.median_equivalent(micros);
        let sums =
            self.histogram.iter_recorded().map(|at| value(at.value_iterated_to()) * at.count_since_last_iteration());
        Duration::from_micros(sums.fold(0, u64::saturating_add))
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// How many were longer than 60 s.
    pub fn clamped(&self) -> u64 {
        self.clamped
    }

    /// What is written to interval logs.
    pub fn histogram(&self) -> &Histogram<u64> {
        &self.histogram
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_count_upwards_and_include_themselves() {
        let mut latency = Latency::new();
        for millis in [1, 500, 500, 502, 70_000] {
            latency.record(Duration::from_millis(millis));
        }
        let bounds = [0, 1, 500, 1_000, 60_000].map(Duration::from_millis);
        assert_eq!(latency.up_to(&bounds), [0, 1, 3, 4, 5]);
        assert_eq!(Latency::new().up_to(&bounds), [0; 5]);
    }

    #[test]
    fn the_sum_is_that_of_the_values_to_a_thousandth() {
        let mut latency = Latency::new();
        for millis in 1..=1_000 {
            latency.record(Duration::from_millis(millis));
        }
        let sum = latency.sum().as_secs_f64();
        assert!((sum - 500.5).abs() < 0.5, "{sum}");
        assert_eq!(Latency::new().sum(), Duration::ZERO);
    }
}
