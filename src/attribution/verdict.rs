//! The verdict on a gap, by three rules side by side: (1) seed 000's fixed one, 5 % attention and 10 % error; (2) the same on the gap
//! beyond what the modelled audience loses anyway (domain.md §5); (3) the direction rule: what the cookie saw and S2S did not is an error
//! of S2S, whatever the gap. (2) and (3) decide on the total; without a baseline (1) takes the place of (2). Parts are only warned of.

mod checks;

use std::collections::BTreeMap;

use super::gap::{Aspect, Counts, Gap, Part, UNKNOWN};
use super::pairing::Pairing;
use super::sighting::Dimension;
use crate::model::{Check, Verdict};
use crate::stats::{ALPHA, Interval, Reference, holm_levels, pairs_needed};

/// The gap that an audience makes without any error of configuration: (S2S only − cookie only) ÷ seen by either.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expected {
    /// In total.
    pub total: Reference,
    /// By dimension and name.
    pub by: BTreeMap<(Dimension, String), Reference>,
}

/// What the gap is held against.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Baseline {
    /// Nothing: the fixed rule decides.
    #[default]
    None,
    /// What a modelled audience loses.
    Modelled(Expected),
}

/// The limits of the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// From here on the gap deserves attention: 0.05 by seed 000.
    pub attention: f64,
    /// From here on it is an error: 0.10 by seed 000.
    pub error: f64,
    /// What the gap is held against.
    pub baseline: Baseline,
}

/// A gap with what it is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// First deposits by who saw them.
    pub counts: Counts,
    /// The gap's paired 90 % interval.
    pub interval: Interval,
    /// The gap that was expected, where anything was.
    pub expected: Option<Reference>,
    /// The 90 % interval of the gap less what was expected.
    pub beyond: Interval,
    /// What the limits make of it.
    pub verdict: Verdict,
}

/// A part of the conversions with its gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Which part.
    pub part: Part,
    /// Its gap.
    pub measure: Measure,
    /// Whether its gap lies beyond the error limit for certain, all parts together at 95 % (Holm).
    pub certain: bool,
}

/// What it would take to tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needed {
    /// First deposits in all.
    pub conversions: u64,
    /// Hours in all, at the present rate.
    pub hours: Option<f64>,
}

/// What the rules say.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// The total by the fixed rule.
    pub fixed: Measure,
    /// The total beyond the expected gap, where there is one.
    pub beyond: Option<Measure>,
    /// The parts.
    pub parts: Vec<Judged>,
    /// What it would take to tell, where nobody can.
    pub needed: Option<Needed>,
    /// One check for each rule, and what else was noticed.
    pub checks: Vec<Check>,
    /// The verdict of them all.
    pub verdict: Verdict,
}

/// The chance with which as many conversions as are said to be needed will tell.
const POWER: f64 = 0.9;

impl Default for Rules {
    fn default() -> Self {
        Self { attention: 0.05, error: 0.10, baseline: Baseline::None }
    }
}

impl Rules {
    /// Judges a gap.
    pub fn judge(&self, gap: &Gap, pairing: &Pairing) -> Ruled {
        let fixed = self.measure(gap.total, None);
        let beyond = match &self.baseline {
            Baseline::None => None,
            Baseline::Modelled(expected) => Some(self.measure(gap.total, Some(expected.total))),
        };
        let deciding = beyond.unwrap_or(fixed);
        let needed = (deciding.verdict == Verdict::Inconclusive).then(|| self.needed(deciding, gap.rate())).flatten();
        let mut ruled =
            Ruled { fixed, beyond, parts: self.parts(&gap.parts), needed, checks: Vec::new(), verdict: Verdict::Pass };
        ruled.checks = self.checks(&ruled, pairing);
        ruled.verdict = Verdict::of_all(ruled.checks.iter().map(|check| check.verdict));
        ruled
    }

    fn measure(&self, counts: Counts, expected: Option<Reference>) -> Measure {
        let (paired, reference) = (counts.paired(), expected.unwrap_or_default());
        let beyond = paired.interval_beyond(reference, ALPHA);
        Measure { counts, interval: paired.interval(ALPHA), expected, beyond, verdict: self.band(beyond) }
    }

    /// Where the size of what lies in an interval belongs.
    fn band(&self, Interval { low, high }: Interval) -> Verdict {
        let most = low.abs().max(high.abs());
        let least = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
        if most < self.attention {
            Verdict::Pass
        } else if most < self.error {
            Verdict::Warn
        } else if least > self.error {
            Verdict::Fail
        } else {
            Verdict::Inconclusive
        }
    }

    /// How many conversions place the gap on its side of the error limit. Of too few to know, as many are taken to be discordant as
    /// deserve attention. `None` where the gap lies on the limit.
    fn needed(&self, measure: Measure, rate: Option<f64>) -> Option<Needed> {
        let paired = measure.counts.paired();
        let (gap, expected) = (paired.difference(), measure.expected.unwrap_or_default().difference);
        // Of nothing the gap is as it was expected.
        let beyond = if paired.total == 0 { 0.0 } else { gap - expected };
        let discordant = paired.discordant().max(self.attention).max(expected.abs());
        // The formula takes the gap for the difference to be placed; here that is what lies beyond the expected one.
        let discordant = discordant - gap * gap + beyond * beyond;
        let conversions = pairs_needed(discordant, beyond, self.error, ALPHA, POWER)?.max(paired.total + 1);
        #[expect(clippy::cast_precision_loss, reason = "at most 10^9 are within reach")]
        let hours = rate.filter(|rate| *rate > 0.0).map(|rate| conversions as f64 / rate);
        Some(Needed { conversions, hours })
    }

    /// The parts with their gaps. Those that the model does not know are shown and claimed nothing of.
    fn parts(&self, parts: &[Part]) -> Vec<Judged> {
        let measures: Vec<(Measure, bool)> = parts.iter().map(|part| self.part(part)).collect();
        let claims = measures.iter().map(|(measure, is_known)| {
            let reference = measure.expected.unwrap_or_default();
            if *is_known { measure.counts.paired().p_beyond(reference, self.error) } else { 1.0 }
        });
        let p_values: Vec<f64> = claims.collect();
        let levels = holm_levels(&p_values, ALPHA);
        let judged = parts.iter().zip(measures).zip(p_values.iter().zip(levels));
        judged
            .map(|((part, (measure, _)), (p, level))| Judged { part: part.clone(), measure, certain: *p <= level })
            .collect()
    }

    /// The gap of a part, and whether there is anything that it can be held against.
    fn part(&self, part: &Part) -> (Measure, bool) {
        let expected = match &self.baseline {
            Baseline::None => return (self.measure(part.counts, None), true),
            Baseline::Modelled(expected) => expected,
        };
        let modelled = match part.aspect {
            Aspect::Of(dimension) => expected.by.get(&(dimension, part.name.clone())),
            Aspect::Hour => None,
        };
        // Losses hang on these; an audience of another is not the modelled one.
        let own = matches!(part.aspect, Aspect::Of(Dimension::Browser | Dimension::Device | Dimension::Country));
        let is_known = modelled.is_some() || !own && part.name != UNKNOWN;
        (self.measure(part.counts, Some(modelled.copied().unwrap_or(expected.total))), is_known)
    }
}

#[cfg(test)]
mod tests;
