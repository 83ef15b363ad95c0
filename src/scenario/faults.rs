//! Which share of deliveries gets which fault.

use super::Problem;
use super::quantity::{count, share};
use super::raw::RawFaults;
use crate::model::FaultKind;

/// The rate of every kind that does not name one.
const DEFAULT_RATE: f64 = 0.02;

/// What is done to deliveries on purpose.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// How often each kind occurs at least, where there are eligible events enough.
    pub at_least: u64,
    /// The kinds that are done, in the order of [`FaultKind::ALL`].
    pub rates: Vec<Rate>,
}

/// How often one kind is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The kind.
    pub kind: FaultKind,
    /// Share of the eligible events, above 0 and up to 1.
    pub share: f64,
    /// Whether the scenario names it. What is asked for and cannot be tested makes a run inconclusive;
    /// a default that does not fit is only skipped.
    pub declared: bool,
}

impl FaultPlan {
    /// The rate of one kind, if it is done at all.
    pub fn rate(&self, kind: FaultKind) -> Option<Rate> {
        self.rates.iter().copied().find(|rate| rate.kind == kind)
    }
}

pub(super) fn faults(raw: &RawFaults, clicks: bool) -> Result<FaultPlan, Problem> {
    for name in raw.rates.keys() {
        if FaultKind::from_name(name).is_none() {
            let known = FaultKind::ALL.map(FaultKind::name).join(", ");
            return Err(Problem::new(
                format!("faults.rates.{name}"),
                "is no kind of fault",
                format!("write one of {known}"),
            ));
        }
    }
    let at_least = count("faults.at_least", raw.at_least, 1, 0..=1_000_000)?;
    let mut rates = Vec::new();
    for kind in FaultKind::ALL {
        let given = raw.rates.get(kind.name());
        let share = share(&format!("faults.rates.{}", kind.name()), given.map(String::as_str), DEFAULT_RATE)?;
        // Without a click URL no target can know which clicks there were, so this kind is done only where it is asked for.
        let fits = kind != FaultKind::UnknownClick || clicks || given.is_some();
        if share > 0.0 && fits && raw.enabled != Some(false) {
            rates.push(Rate { kind, share, declared: given.is_some() });
        }
    }
    Ok(FaultPlan { at_least, rates })
}
