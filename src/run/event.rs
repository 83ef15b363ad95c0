//! What happens during a run, told to whoever watches: the terminal's progress line, later a live page.

use std::sync::Arc;

use crate::model::Outcome;

/// A part of a run, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Cases of the contract suite.
    Cases,
    /// Mutated postbacks, and the shrinking of those that fail.
    Probes,
    /// Journeys from click to last event.
    Journeys,
    /// What comes late, and what comes again.
    Afterwards,
    /// The credits are read back until they are quiet.
    Settling,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// A phase began, with so many steps to come where they can be counted.
    Began(Phase, Option<u64>),
    /// One step of the phase was done.
    Step,
    /// An attempt ended.
    Attempted(Outcome),
    /// The credits were read: so many new ones, and so many acknowledged events still missing.
    Read {
        /// New credits of any kind.
        credits: usize,
        /// Acknowledged events that are not among them.
        missing: usize,
    },
}

/// Whoever watches. Called from many tasks at once; it must not block.
pub type Watch = Arc<dyn Fn(&RunEvent) + Send + Sync>;
