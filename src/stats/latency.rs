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
