//! Faults: which delivery gets which, and what each one does. Places depend on (seed, event, kind) alone,
//! so the same inputs give the same faults at the same places. Sending what comes out is left to `run`.

mod course;
mod forgery;
mod placement;

pub use course::{Copies, Course, Moment};
pub(crate) use forgery::other_amount;
pub use forgery::{Forged, Forger, NotForged, lookalike};
pub use placement::{EventFaults, Placement, faults_by_rate};
