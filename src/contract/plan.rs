//! The plan of a case: which deliveries it makes, in which steps their requests leave, and what each answer owes.
//! Plans are values; `scene` writes them, the shell carries them out, `grade` judges what came of them.

use super::{Request, Unmade, Visit};
use crate::model::{Purpose, Sent};
use crate::profile::Dialect;
use crate::scenario::Policy;

/// Everything that a case sends.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The events that its postbacks tell of.
    pub deliveries: Vec<Planned>,
    /// What is sent, step by step.
    pub steps: Vec<Step>,
    /// Who comes to the operator afterwards, all at once.
    pub visits: Vec<Visit>,
    /// Whether the operator is asked afterwards to deliver once more what it gave up.
    pub revives: bool,
}

/// One event's postback, before any attempt.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What it says.
    pub sent: Sent,
    /// What it is for.
    pub purpose: Purpose,
    /// What sets it apart from the other deliveries of its case, for findings; empty where nothing has to.
    pub note: String,
}

/// Requests that leave at the same moment; the next step waits for their answers.
#[derive(Clone, Debug)]
pub struct Step(pub Vec<Shot>);

/// One request, and what is expected of its answer.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The delivery that it belongs to, by its place in the plan; `None` for requests that tell of no event.
    pub delivery: Option<usize>,
    /// What its answer owes.
    pub owed: Owed,
    /// The request.
    pub request: Request,
}

/// What an answer owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// Acceptance, of something that only prepares what the case is about: without it nothing can be told.
    Ground,
    /// Acceptance.
    Acceptance,
    /// A 4xx, and best one of these.
    Refusal(&'static [u16]),
    /// Acceptance as a repeat.
    Repeat,
    /// Acceptance or a 4xx.
    Either,
    /// Whatever the case's own judge says.
    Judged,
}

impl Owed {
    /// What another body under a known id owes, by what the scenario says of such bodies.
    pub fn by_another_body(policy: Policy) -> Self {
        match policy {
            Policy::Open => Self::Either,
            Policy::Refuse => Self::Refusal(&[409, 422]),
            Policy::Accept => Self::Repeat,
        }
    }
}

impl Plan {
    /// Every shot, in the order in which they leave.
    pub fn shots(&self) -> impl Iterator<Item = &Shot> {
        self.steps.iter().flat_map(|step| &step.0)
    }

    /// Whether every request can be put into bytes for this target.
    ///
    /// # Errors
    /// Why one cannot.
    pub fn try_out(&self, dialect: &Dialect, now: jiff::Timestamp) -> Result<(), Unmade> {
        self.shots().try_for_each(|shot| shot.request.wire(dialect, now).map(drop))
    }
}
