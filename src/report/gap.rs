//! What a report says of two methods side by side: the counts and the gap in total and in parts, what each rule makes of it, and what
//! the logs were like.

use schemars::JsonSchema;
use serde::Serialize;

use crate::attribution::{Gap, Judged, MatchedBy, Measure, Method, Pairing, Ruled, Rules};
use crate::model::Verdict;

/// Two methods side by side.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GapBlock {
    /// The logs that were compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<LogBlock>,
    /// From this share on a gap deserves attention.
    pub attention: f64,
    /// From this share on a gap is an error.
    pub error: f64,
    /// All first deposits, held against the expected gap where one is known.
    pub total: GapFigures,
    /// What each rule says of them.
    pub rules: Vec<RuleBlock>,
    /// First deposits by hour, brand, affiliate, country, browser, device and path; of very many the largest.
    pub parts: Vec<PartBlock>,
    /// Parts that were left out because there are too many.
    pub parts_left_out: u64,
    /// How conversions were matched, those whose S2S came late included.
    pub matched: Vec<MatchedBlock>,
    /// What counts in no gap.
    pub aside: AsideBlock,
    /// Hours from the first of the deposits to the last.
    pub hours: f64,
    /// First deposits that it takes in all to tell, where nobody can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<u64>,
    /// Hours that this takes in all at the present rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_hours: Option<f64>,
}

/// A log that was compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogBlock {
    /// `cookie` or `s2s`.
    pub method: &'static str,
    /// The file.
    pub file: String,
    /// Its rows.
    pub rows: u64,
    /// First deposits among them.
    pub conversions: u64,
    /// Rows about something else.
    pub passed_over: u64,
    /// Rows that were put aside because they could not be read.
    pub rejected: u64,
}

/// A gap with what it was counted from. Shares are −1 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GapFigures {
    /// Seen by both methods.
    pub both: u64,
    /// Seen by cookie alone.
    pub cookie_only: u64,
    /// Seen by S2S alone.
    pub s2s_only: u64,
    /// (S2S only − cookie only) ÷ seen by either.
    pub gap: f64,
    /// The lower bound of its paired 90 % interval (Tango).
    pub low_90: f64,
    /// The upper bound of its paired 90 % interval.
    pub high_90: f64,
    /// The gap that was expected, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// The lower bound of the gap less what was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_low_90: Option<f64>,
    /// The upper bound of the gap less what was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beyond_high_90: Option<f64>,
}

/// What a rule says of all first deposits.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleBlock {
    /// `fixed`, `beyond-expected` or `direction`.
    pub rule: &'static str,
    /// What it says by itself.
    pub verdict: Verdict,
    /// Whether the verdict hangs on it.
    pub decides: bool,
}

/// A part of the first deposits.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PartBlock {
    /// `hour`, `brand`, `affiliate`, `country`, `browser`, `device` or `path`.
    pub by: &'static str,
    /// Which one.
    pub name: String,
    /// Its gap.
    #[serde(flatten)]
    pub figures: GapFigures,
    /// What the limits make of it alone.
    pub verdict: Verdict,
    /// Whether it lies beyond the error limit for certain, all parts together at 95 % (Holm).
    pub certain: bool,
}

/// How many conversions were matched by one kind of id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatchedBlock {
    /// By what.
    pub by: &'static str,
    /// How many.
    pub count: u64,
}

/// What was seen and counts in no gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AsideBlock {
    /// Again in the cookie's log.
    pub doubled_cookie: u64,
    /// Again in the log of S2S.
    pub doubled_s2s: u64,
    /// S2S messages that were credited to no click.
    pub unattributed: u64,
    /// Pixels that were credited to no click.
    pub anonymous: u64,
    /// Seen by cookie so shortly before the end that their S2S may still come.
    pub pending: u64,
    /// Counted as seen by the cookie alone, because their S2S came in after its grace.
    pub late: u64,
}

/// Parts that a report holds: two years of hours, or all affiliates of most programmes.
const MOST_PARTS: usize = 20_000;

impl GapBlock {
    /// What came of a comparison.
    pub fn of(rules: &Rules, gap: &Gap, pairing: &Pairing, said: &Ruled) -> Self {
        let mut parts: Vec<&Judged> = said.parts.iter().collect();
        let left_out = parts.len().saturating_sub(MOST_PARTS);
        if left_out > 0 {
            parts.sort_by_key(|judged| std::cmp::Reverse((judged.certain, judged.measure.counts.seen())));
            parts.truncate(MOST_PARTS);
        }
        Self {
            logs: Vec::new(),
            attention: rules.attention,
            error: rules.error,
            total: GapFigures::of(said.beyond.unwrap_or(said.fixed)),
            rules: RuleBlock::all(said),
            parts: parts.into_iter().map(PartBlock::of).collect(),
            parts_left_out: left_out as u64,
            matched: MatchedBlock::all(pairing),
            aside: AsideBlock::of(pairing),
            hours: gap.span.as_secs_f64() / 3600.0,
            needed: said.needed.map(|needed| needed.conversions),
            needed_hours: said.needed.and_then(|needed| needed.hours),
        }
    }
}

impl GapFigures {
    fn of(measure: Measure) -> Self {
        let Measure { counts, interval, expected, beyond, .. } = measure;
        Self {
            both: counts.both,
            cookie_only: counts.cookie_only,
            s2s_only: counts.s2s_only,
            gap: counts.gap(),
            low_90: interval.low,
            high_90: interval.high,
            expected: expected.map(|expected| expected.difference),
            beyond_low_90: expected.map(|_| beyond.low),
            beyond_high_90: expected.map(|_| beyond.high),
        }
    }

    /// Seen by either method.
    pub fn seen(&self) -> u64 {
        self.both + self.cookie_only + self.s2s_only
    }
}

impl RuleBlock {
    fn all(ruled: &Ruled) -> Vec<Self> {
        let direction = ruled.checks.iter().find(|check| check.id == "parallel.direction");
        let direction = direction.map_or(Verdict::Skipped, |check| check.verdict);
        let beyond = ruled.beyond.map_or(Verdict::Skipped, |measure| measure.verdict);
        vec![
            Self { rule: "fixed", verdict: ruled.fixed.verdict, decides: ruled.beyond.is_none() },
            Self { rule: "beyond-expected", verdict: beyond, decides: ruled.beyond.is_some() },
            Self { rule: "direction", verdict: direction, decides: true },
        ]
    }
}

impl PartBlock {
    fn of(judged: &Judged) -> Self {
        let Judged { part, measure, certain } = judged;
        Self {
            by: part.aspect.name(),
            name: part.name.clone(),
            figures: GapFigures::of(*measure),
            verdict: measure.verdict,
            certain: *certain,
        }
    }
}

impl MatchedBlock {
    fn all(pairing: &Pairing) -> Vec<Self> {
        let mut counts = [0; MatchedBy::ALL.len()];
        for pair in pairing.both.iter().chain(&pairing.late) {
            counts[pair.by as usize] += 1;
        }
        let all = MatchedBy::ALL.into_iter().zip(counts);
        all.map(|(by, count)| Self { by: by.name(), count }).collect()
    }
}

impl AsideBlock {
    fn of(pairing: &Pairing) -> Self {
        let doubled = |method| pairing.doubled.iter().filter(|doubled| doubled.method == method).count() as u64;
        Self {
            doubled_cookie: doubled(Method::Cookie),
            doubled_s2s: doubled(Method::S2s),
            unattributed: pairing.unattributed.len() as u64,
            anonymous: pairing.anonymous.len() as u64,
            pending: pairing.pending.len() as u64,
            late: pairing.late.len() as u64,
        }
    }
}
