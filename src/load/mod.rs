//! Load: postbacks that arrive whether or not the target keeps up, on one single-threaded runtime per core. What is sent
//! when follows from the plan and the seed; what it means is left to the statistics and to the oracle.
//!
//! `schedule` says when, `feed` says what, `pacer` waits, `line` is a connection, `lane` is a core at work, `tally` is what it
//! counts, and `fire` starts the lanes and adds up what they tell once a second.

mod backlog;
mod feed;
mod fire;
mod lane;
mod line;
mod pacer;
mod roots;
mod schedule;
mod tally;

pub use fire::{Fired, Ground, Tick, fire};
pub use line::{Endpoint, EndpointError};
pub use schedule::{Slot, Slots};
pub use tally::{Ends, Figures, SlotCounts, Tally};
