//! What a rule measures between two samples.

use crate::monitoring::counts::Sample;

/// A figure that a rule compares with its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// The share of answers in the window that were refusals.
    ErrorRate,
    /// The number of refusals and of the sender's failed attempts in the window.
    Failures,
    /// The 95th percentile of answer times in the window, in seconds.
    P95,
    /// The mean time from reception to the books in the window, or how long the oldest has waited by now, whichever is
    /// longer, in seconds: when nothing is booked any more, only the second one grows.
    IngestionLag,
    /// The share by which operator and tracker differ, as it was last told.
    Discrepancy,
    /// How many dead letters there are.
    DeadLetters,
}

const ALL: [(Measure, &str); 6] = [
    (Measure::ErrorRate, "error-rate"),
    (Measure::Failures, "failures"),
    (Measure::P95, "p95"),
    (Measure::IngestionLag, "ingestion-lag"),
    (Measure::Discrepancy, "discrepancy"),
    (Measure::DeadLetters, "dlq"),
];

impl Measure {
    /// The measure of a rule of that name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|(_, known)| *known == name).map(|(measure, _)| measure)
    }

    /// What its rule is called.
    pub(crate) fn name(self) -> &'static str {
        ALL.into_iter().find(|(measure, _)| *measure == self).map_or("", |(_, name)| name)
    }

    /// The names of all, for messages.
    pub(crate) fn names() -> String {
        ALL.map(|(_, name)| name).join(", ")
    }

    /// Whether the threshold makes sense.
    pub(crate) fn takes(self, threshold: f64) -> bool {
        match self {
            Self::ErrorRate | Self::Discrepancy => (0.0..=1.0).contains(&threshold),
            _ => threshold >= 0.0 && threshold.is_finite(),
        }
    }

    /// What thresholds it takes, for messages.
    pub(crate) fn range(self) -> &'static str {
        match self {
            Self::ErrorRate | Self::Discrepancy => "a share from 0 to 1",
            Self::P95 | Self::IngestionLag => "seconds, not negative",
            Self::Failures | Self::DeadLetters => "a number, not negative",
        }
    }

    /// The figure between two samples; none when fewer than `at_least` answers lie between them, for the measures that
    /// are nothing without any.
    #[expect(clippy::cast_precision_loss, reason = "counts of a window are far below 2^53")]
    pub(in crate::monitoring) fn between(self, earlier: &Sample, later: &Sample, at_least: u64) -> Option<f64> {
        let refused = later.refused.saturating_sub(earlier.refused);
        let answered = refused + later.accepted.saturating_sub(earlier.accepted);
        let enough = answered >= at_least.max(1);
        match self {
            Self::ErrorRate => enough.then(|| refused as f64 / answered as f64),
            Self::Failures => Some((refused + later.sender_failed.saturating_sub(earlier.sender_failed)) as f64),
            Self::P95 => later.answers.since(&earlier.answers).quantile(0.95).filter(|_| enough),
            Self::IngestionLag => {
                let mean = later.lag.since(&earlier.lag).mean();
                mean.into_iter().chain(later.oldest_waiting).reduce(f64::max)
            }
            Self::Discrepancy => Some(later.discrepancy),
            Self::DeadLetters => Some(later.dead_letters as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::monitoring::counts::Counts;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn near(found: Option<f64>, value: f64) -> bool {
        found.is_some_and(|found| (found - value).abs() < 1e-9)
    }

    #[test]
    fn each_measure_is_that_of_the_window_alone() {
        let counts = Counts::new();
        counts.accepted.add(1000);
        counts.lag.record(Duration::from_secs(500));
        counts.answers.record(Duration::from_secs(9));
        let earlier = counts.sample(NOW);
        counts.accepted.add(30);
        counts.refused[0].add(10);
        counts.sender_again.add(3);
        for _ in 0..20 {
            counts.answers.record(Duration::from_millis(8));
        }
        counts.lag.record(Duration::from_secs(1));
        counts.lag.record(Duration::from_secs(3));
        counts.dead_letters.set(7);
        counts.discrepancy.set(0.04_f64.to_bits());
        let later = counts.sample(NOW);
        let between = |measure: Measure| measure.between(&earlier, &later, 20);
        assert!(near(between(Measure::ErrorRate), 0.25));
        assert!(near(between(Measure::Failures), 13.0));
        assert!(between(Measure::P95).is_some_and(|p95| (0.008..0.0091).contains(&p95)));
        assert!(near(between(Measure::IngestionLag), 2.0));
        assert!(near(between(Measure::Discrepancy), 0.04));
        assert!(near(between(Measure::DeadLetters), 7.0));
    }

    #[test]
    fn what_is_not_booked_lags_too() {
        let at = |second: i64| Timestamp::from_second(second).expect("an instant");
        let counts = Counts::new();
        let earlier = counts.sample(at(100));
        let lag = |counts: &Counts, now: i64| Measure::IngestionLag.between(&earlier, &counts.sample(at(now)), 0);
        counts.waiting_since.set(100_500);
        assert!(near(lag(&counts, 103), 2.5) && near(lag(&counts, 200), 99.5), "it grows while nothing is booked");
        assert!(near(lag(&counts, 100), 0.0), "a clock that was set back");
        counts.lag.record(Duration::from_secs(10));
        assert!(near(lag(&counts, 103), 10.0) && near(lag(&counts, 200), 99.5), "the longer of the two");
        counts.waiting_since.set(0);
        assert!(near(lag(&counts, 200), 10.0), "nothing waits any more");
    }

    #[test]
    fn too_few_answers_say_nothing() {
        let counts = Counts::new();
        let earlier = counts.sample(NOW);
        assert_eq!(Measure::ErrorRate.between(&earlier, &earlier, 0), None);
        assert_eq!(Measure::IngestionLag.between(&earlier, &earlier, 0), None);
        counts.refused[0].add(19);
        counts.answers.record(Duration::from_secs(9));
        assert_eq!(Measure::ErrorRate.between(&earlier, &counts.sample(NOW), 20), None);
        assert_eq!(Measure::P95.between(&earlier, &counts.sample(NOW), 20), None);
        assert!(near(Measure::ErrorRate.between(&earlier, &counts.sample(NOW), 19), 1.0));
        assert!(near(Measure::Failures.between(&earlier, &counts.sample(NOW), 20), 19.0));
    }

    #[test]
    fn names_lead_back() {
        assert!(ALL.iter().all(|(measure, name)| Measure::by_name(name) == Some(*measure) && measure.name() == *name));
        assert_eq!(Measure::by_name("p99"), None);
        assert!(!Measure::P95.takes(f64::NAN) && !Measure::P95.takes(f64::INFINITY) && !Measure::ErrorRate.takes(1.01));
    }
}
