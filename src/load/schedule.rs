//! When postbacks are due: the stages of a plan turned into instants, evenly spread or as independent senders come.
//! A pure function of the plan, the seed and the lane, so that lanes and shards share nothing.

use std::time::Duration;

use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::scenario::{Arrivals, LoadPlan, Stage};

/// One postback's place in the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// When it is due, after the start.
    pub due: Duration,
    /// The number of its stage.
    pub stage: u8,
}

/// The slots of one lane, in their order.
#[derive(Clone, Debug)]
pub struct Slots {
    legs: Vec<Leg>,
    leg: usize,
    /// Postbacks of all lanes before the next one of this lane.
    place: f64,
    /// How many lanes there are.
    lanes: f64,
    draws: Option<ChaCha8Rng>,
}

/// A stage with what went before it; seconds, and postbacks a second.
#[derive(Clone, Copy, Debug)]
struct Leg {
    begins: f64,
    lasts: f64,
    from: f64,
    to: f64,
    /// Postbacks before it.
    before: f64,
}

impl Leg {
    /// Postbacks within it.
    fn mass(&self) -> f64 {
        self.from.midpoint(self.to) * self.lasts
    }

    /// When the postback comes before which so many of this stage are sent: the rate changes evenly, so that their number
    /// after t is from·t + slope·t²/2, which is solved for t in the form that is exact for a constant rate too.
    fn due(&self, sent: f64) -> f64 {
        let slope = (self.to - self.from) / self.lasts;
        let root = (self.from * self.from + 2.0 * slope * sent).max(0.0).sqrt();
        let after = if self.from + root > 0.0 { 2.0 * sent / (self.from + root) } else { 0.0 };
        self.begins + after.min(self.lasts)
    }
}

impl Slots {
    /// The slots of lane number `lane` of so many, which are all lanes of all shards.
    pub fn new(plan: &LoadPlan, seed: u64, lane: u64, lanes: u64) -> Self {
        let (mut begins, mut before) = (0.0, 0.0);
        let leg = |stage: &Stage| {
            let leg = Leg { begins, lasts: stage.lasts.as_secs_f64(), from: stage.from, to: stage.to, before };
            begins += leg.lasts;
            before += leg.mass();
            leg
        };
        let legs = plan.stages.iter().map(leg).collect();
        let draws = (plan.arrivals == Arrivals::Poisson).then(|| {
            let mut draws = ChaCha8Rng::seed_from_u64(seed);
            draws.set_stream(lane);
            draws
        });
        #[expect(clippy::cast_precision_loss, reason = "there are at most some thousand lanes")]
        let (lane, lanes) = (lane as f64, lanes as f64);
        let mut slots = Self { legs, leg: 0, place: lane + 0.5, lanes, draws };
        if slots.draws.is_some() {
            slots.place = 0.0;
            slots.advance();
        }
        slots
    }

    /// Postbacks of the whole plan, all lanes together.
    pub fn planned(plan: &LoadPlan) -> f64 {
        plan.stages.iter().map(|stage| stage.from.midpoint(stage.to) * stage.lasts.as_secs_f64()).sum()
    }

    fn advance(&mut self) {
        self.place += match &mut self.draws {
            None => self.lanes,
            // Waits between independent arrivals are exponential; a lane gets its share of all.
            Some(draws) => -libm::log(1.0 - draws.random::<f64>()) * self.lanes,
        };
    }
}

impl Iterator for Slots {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let leg = loop {
            let leg = *self.legs.get(self.leg)?;
            if self.place < leg.before + leg.mass() {
                break leg;
            }
            self.leg += 1;
        };
        let due = Duration::from_secs_f64(leg.due(self.place - leg.before));
        self.advance();
        Some(Slot { due, stage: u8::try_from(self.leg).unwrap_or(u8::MAX) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(stages: &[(f64, f64, f64)], arrivals: Arrivals) -> LoadPlan {
        let stage = |&(lasts, from, to): &(f64, f64, f64)| Stage {
            name: String::new(),
            lasts: Duration::from_secs_f64(lasts),
            from,
            to,
        };
        LoadPlan { stages: stages.iter().map(stage).collect(), arrivals, ..LoadPlan::default() }
    }

    #[test]
    fn a_constant_rate_is_evenly_spread() {
        let slots: Vec<Slot> = Slots::new(&plan(&[(2.0, 4.0, 4.0)], Arrivals::Uniform), 1, 0, 1).collect();
        let due: Vec<u128> = slots.iter().map(|slot| slot.due.as_millis()).collect();
        assert_eq!(due, [125, 375, 625, 875, 1125, 1375, 1625, 1875]);
    }

    #[test]
    fn a_ramp_sends_half_of_what_its_end_would() {
        let plan = plan(&[(10.0, 0.0, 100.0), (1.0, 100.0, 0.0)], Arrivals::Uniform);
        let slots: Vec<Slot> = Slots::new(&plan, 1, 0, 1).collect();
        assert_eq!(slots.iter().filter(|slot| slot.stage == 0).count(), 500);
        assert_eq!(slots.iter().filter(|slot| slot.stage == 1).count(), 50);
        // A quarter of them comes in the first half of the ramp up.
        let early = slots.iter().filter(|slot| slot.due < Duration::from_secs(5)).count();
        assert_eq!(early, 125);
    }

    #[test]
    fn poisson_arrivals_keep_the_rate_and_are_not_even() {
        let plan = plan(&[(100.0, 100.0, 100.0)], Arrivals::Poisson);
        let slots: Vec<f64> = Slots::new(&plan, 7, 0, 1).map(|slot| slot.due.as_secs_f64()).collect();
        assert!((9_700..10_300).contains(&slots.len()), "{}", slots.len());
        let waits: Vec<f64> = slots.windows(2).map(|pair| pair[1] - pair[0]).collect();
        // Of exponential waits, 1 − 1/e are shorter than their mean.
        let short = waits.iter().filter(|&&wait| wait < 0.01).count() * 1000 / waits.len();
        assert!((610..655).contains(&short), "{short} of 1000");
    }

    proptest! {
        #[test]
        fn lanes_together_send_the_whole_plan(
            stages in proptest::collection::vec((0.1_f64..5.0, 0.0_f64..300.0, 1.0_f64..300.0), 1..4),
            lanes in 1_u64..5,
        ) {
            let plan = plan(&stages, Arrivals::Uniform);
            let alone: Vec<Duration> = Slots::new(&plan, 1, 0, 1).map(|slot| slot.due).collect();
            let mut shared: Vec<Duration> =
                (0..lanes).flat_map(|lane| Slots::new(&plan, 1, lane, lanes)).map(|slot| slot.due).collect();
            shared.sort();
            prop_assert_eq!(alone.len(), shared.len());
            let count = f64::from(u32::try_from(alone.len()).expect("few"));
            prop_assert!((count - Slots::planned(&plan)).abs() <= 1.0);
            for (one, other) in alone.iter().zip(&shared) {
                prop_assert!(one.abs_diff(*other) < Duration::from_micros(1));
            }
            prop_assert!(alone.is_sorted());
        }
    }
}
