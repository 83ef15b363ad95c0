//! What a report says of the gap that an audience is expected to make, by a simulation of its players.

use schemars::JsonSchema;
use serde::Serialize;

use crate::attribution::{Crowd, Dimension, Forecast, Loss, Predicted, Tally};
use crate::scenario::Setup;

/// The gap between cookie and S2S tracking that an audience makes by itself, nothing being set up wrongly.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ParallelBlock {
    /// Players who clicked.
    pub players: u64,
    /// The hours over which they did.
    pub hours: u64,
    /// How the cookie side tracks.
    pub setup: &'static str,
    /// Players whose click an ad blocker stopped: neither method sees them.
    pub stopped: u64,
    /// What is expected of all first deposits.
    pub gap: PredictedGap,
    /// The same players with each set-up of the cookie side.
    pub setups: Vec<NamedPrediction>,
    /// What is expected by dimension, with the scenario's set-up.
    pub parts: Vec<PredictedPart>,
    /// What the cookies are lost by, with the scenario's set-up.
    pub losses: Vec<LossBlock>,
    /// What the fixed rule would say of this gap, in which nothing is wrong.
    pub fixed_rule: FixedRuleBlock,
}

/// First deposits by who sees them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PredictedGap {
    /// First deposits.
    pub ftds: u64,
    /// Seen by both methods.
    pub both: u64,
    /// Seen by S2S alone.
    pub s2s_only: u64,
    /// Seen by cookie alone: none, where nothing is set up wrongly.
    pub cookie_only: u64,
    /// (S2S only − cookie only) ÷ first deposits, 0 to 1.
    pub gap: f64,
    /// The gap's standard error by the simulation.
    pub standard_error: f64,
}

/// What is expected under one name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct NamedPrediction {
    /// The name.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: PredictedGap,
}

/// What is expected by one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PredictedPart {
    /// Brand, affiliate, country, browser, device or path.
    pub dimension: &'static str,
    /// Each name with a first deposit.
    pub rows: Vec<NamedPrediction>,
}

/// First deposits that the cookie side misses by one cause.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LossBlock {
    /// The cause.
    pub cause: &'static str,
    /// What it is.
    pub about: &'static str,
    /// How many.
    pub count: u64,
    /// Of all first deposits, 0 to 1.
    pub share: f64,
}

/// The seed's rule, held to a gap in which nothing is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FixedRuleBlock {
    /// Gap from which on there is something to look at, 0 to 1.
    pub attention: f64,
    /// Gap from which on there is a mistake in the set-up, 0 to 1.
    pub error: f64,
    /// What it would say: `sound`, `attention` or `error`.
    pub says: &'static str,
}

impl ParallelBlock {
    /// What a tally of a crowd comes to.
    pub fn of(crowd: &Crowd<'_>, tally: &Tally) -> Self {
        let plan = crowd.plan();
        let setup = plan.setup;
        let forecast = Forecast::of(crowd, tally, setup);
        let of_setup = |setup: Setup| NamedPrediction {
            name: setup.name().to_owned(),
            figures: PredictedGap::of(Predicted::of(&tally.total, setup)),
        };
        Self {
            players: tally.players,
            hours: plan.window.as_secs() / 3600,
            setup: setup.name(),
            stopped: tally.stopped,
            gap: PredictedGap::of(forecast.total),
            setups: Setup::ALL.map(of_setup).into(),
            parts: Dimension::ALL.map(|dimension| PredictedPart::of(&forecast, dimension)).into(),
            losses: LossBlock::all(tally, setup),
            fixed_rule: FixedRuleBlock::of(forecast.total.gap(), plan.attention, plan.error),
        }
    }
}

impl PredictedGap {
    fn of(predicted: Predicted) -> Self {
        Self {
            ftds: predicted.seen,
            both: predicted.both(),
            s2s_only: predicted.s2s_only,
            cookie_only: 0,
            gap: predicted.gap(),
            standard_error: predicted.standard_error(),
        }
    }
}

impl PredictedPart {
    fn of(forecast: &Forecast, dimension: Dimension) -> Self {
        let seen = forecast.parts(dimension).filter(|(_, gap)| gap.seen > 0);
        let rows = seen.map(|(name, gap)| NamedPrediction { name: name.to_owned(), figures: PredictedGap::of(gap) });
        Self { dimension: dimension.name(), rows: rows.collect() }
    }
}

impl LossBlock {
    /// Every cause that took a cookie, the largest first.
    fn all(tally: &Tally, setup: Setup) -> Vec<Self> {
        let counts = Loss::ALL.into_iter().zip(tally.losses[setup.place()]);
        let mut losses: Vec<Self> = counts
            .filter(|(_, count)| *count > 0)
            .map(|(loss, count)| {
                let share = Predicted { seen: tally.total.seen, s2s_only: count }.gap();
                Self { cause: loss.name(), about: loss.about(), count, share }
            })
            .collect();
        losses.sort_by_key(|loss| std::cmp::Reverse(loss.count));
        losses
    }
}

impl FixedRuleBlock {
    fn of(gap: f64, attention: f64, error: f64) -> Self {
        let says = if gap > error {
            "error"
        } else if gap > attention {
            "attention"
        } else {
            "sound"
        };
        Self { attention, error, says }
    }

    /// What follows from it, in words.
    pub fn sentence(&self) -> String {
        let [attention, error] = [self.attention, self.error].map(|share| share * 100.0);
        let rule = format!("the fixed rule (attention above {attention:.0} %, error above {error:.0} %)");
        match self.says {
            "error" => format!("{rule} would call this sound audience an error"),
            "attention" => format!("{rule} would ask to look into this sound audience"),
            _ => format!("{rule} would find nothing in this audience, and nothing is wrong with it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_rule_is_held_to_a_sound_gap() {
        let says = |gap| FixedRuleBlock::of(gap, 0.05, 0.10).says;
        assert_eq!([says(0.02), says(0.05), says(0.07), says(0.15)], ["sound", "sound", "attention", "error"]);
        let sentence = FixedRuleBlock::of(0.15, 0.05, 0.10).sentence();
        assert!(sentence.ends_with("would call this sound audience an error"), "{sentence}");
    }
}
