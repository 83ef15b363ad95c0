//! The gap that an audience makes by itself, nothing being set up wrongly: what a measured gap is held against.

use jiff::Timestamp;

use super::crowd::Crowd;
use super::sighting::Dimension;
use super::tally::{Cell, Tally};
use super::verdict::Expected;
use crate::scenario::{JourneyPlan, ParallelPlan, Setup};
use crate::stats::Reference;

/// Players whose simulation makes a baseline. With the default funnel some 125,000 deposit, so that a gap of 25 % is known to 0.12
/// points (one standard error), which is nothing beside the 5 points that it is judged by.
pub const MODELLED_PLAYERS: u64 = 200_000;

/// Seed of the baseline: the same audience always has the same one.
const SEED: u64 = 0;

/// What an audience's cookies of one set-up are expected to miss.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The set-up.
    pub setup: Setup,
    /// Of all conversions.
    pub total: Predicted,
    parts: Vec<(Dimension, String, Predicted)>,
}

/// What is expected of some conversions. The cookie never sees what S2S does not, so that its own share is nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Predicted {
    /// Conversions that were simulated.
    pub seen: u64,
    /// Of them, those that only S2S sees.
    pub s2s_only: u64,
}

impl Forecast {
    /// The forecast that a plan's own audience and set-up make, from a simulation of [`MODELLED_PLAYERS`].
    pub fn modelled(plan: &ParallelPlan, journeys: &JourneyPlan) -> Self {
        let crowd = Crowd::new(plan, journeys, SEED, Timestamp::UNIX_EPOCH, MODELLED_PLAYERS);
        let mut tally = Tally::new(&crowd);
        crowd.count(0..MODELLED_PLAYERS, &mut tally);
        Self::of(&crowd, &tally, plan.setup)
    }

    /// The forecast by a tally of that crowd.
    pub fn of(crowd: &Crowd<'_>, tally: &Tally, setup: Setup) -> Self {
        let parts = Dimension::ALL.into_iter().flat_map(|dimension| {
            let named = crowd.names(dimension).into_iter().zip(tally.cells(dimension));
            named.map(move |(name, cell)| (dimension, name.to_owned(), Predicted::of(cell, setup)))
        });
        Self { setup, total: Predicted::of(&tally.total, setup), parts: parts.collect() }
    }

    /// What is expected of one part, such as one browser; `None` of a name that the audience does not have, or has no conversion of.
    pub fn part(&self, dimension: Dimension, name: &str) -> Option<Predicted> {
        let mut parts = self.parts(dimension);
        parts.find(|(part, _)| *part == name).map(|(_, gap)| gap).filter(|gap| gap.seen > 0)
    }

    /// Every part of a dimension, in the order of its names.
    pub fn parts(&self, dimension: Dimension) -> impl Iterator<Item = (&str, Predicted)> {
        let of = self.parts.iter().filter(move |(part, ..)| *part == dimension);
        of.map(|(_, name, gap)| (name.as_str(), *gap))
    }
}

impl From<&Forecast> for Expected {
    /// What a gap is held against, in total and part by part. Of a part without a single conversion nothing is expected.
    fn from(forecast: &Forecast) -> Self {
        let parts = forecast.parts.iter().filter(|(.., predicted)| predicted.seen > 0);
        let by = parts.map(|(dimension, name, predicted)| ((*dimension, name.clone()), Reference::from(*predicted)));
        Self { total: forecast.total.into(), by: by.collect() }
    }
}

impl From<Predicted> for Reference {
    fn from(predicted: Predicted) -> Self {
        Self { difference: predicted.gap(), standard_error: predicted.standard_error() }
    }
}

impl Predicted {
    /// What one set-up is expected to miss of the conversions of a cell.
    pub fn of(cell: &Cell, setup: Setup) -> Self {
        Self { seen: cell.seen, s2s_only: cell.s2s_only[setup.place()] }
    }

    /// Conversions that both methods see.
    pub fn both(self) -> u64 {
        self.seen.saturating_sub(self.s2s_only)
    }

    /// The gap: the share that only S2S sees, 0 to 1; 0 where there was nothing to see.
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    pub fn gap(self) -> f64 {
        if self.seen == 0 { 0.0 } else { self.s2s_only as f64 / self.seen as f64 }
    }

    /// The standard error of that share by its simulation: √(p(1−p)/n).
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
    pub fn standard_error(self) -> f64 {
        let gap = self.gap();
        if self.seen == 0 { 0.0 } else { libm::sqrt(gap * (1.0 - gap) / self.seen as f64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_held_against_the_parts_that_have_conversions() {
        let part = |dimension, name: &str, seen, s2s_only| (dimension, name.to_owned(), Predicted { seen, s2s_only });
        let forecast = Forecast {
            setup: Setup::ThirdParty,
            total: Predicted { seen: 10_000, s2s_only: 4_000 },
            parts: vec![
                part(Dimension::Browser, "safari", 2_000, 2_000),
                part(Dimension::Browser, "chrome", 8_000, 2_000),
                part(Dimension::Browser, "brave", 0, 0),
                part(Dimension::Brand, "safari", 5_000, 2_000),
            ],
        };
        let expected = Expected::from(&forecast);
        assert!((expected.total.difference - 0.4).abs() < 1e-12);
        assert!((expected.total.standard_error - 0.0049).abs() < 1e-5, "{:?}", expected.total);
        let of = |dimension, name: &str| {
            let reference = expected.by.get(&(dimension, name.to_owned()))?;
            Some(format!("{:.2}", reference.difference))
        };
        assert_eq!(of(Dimension::Browser, "safari").as_deref(), Some("1.00"));
        assert_eq!(of(Dimension::Browser, "chrome").as_deref(), Some("0.25"));
        assert_eq!(of(Dimension::Brand, "safari").as_deref(), Some("0.40"));
        assert_eq!(of(Dimension::Browser, "brave"), None, "nobody came with it");
        assert_eq!(expected.by.len(), 3);
    }
}
