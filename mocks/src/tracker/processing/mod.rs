//! Processing: from the queue of accepted postbacks into the books (seed 003 §6).
//!
//! `queue` is bounded and holds what waits, `worker` takes it out in the order of the events and books it, `backoff`
//! says when a booking that failed is tried again, and `desk` is where people look at the queue and the DLQ, send
//! dead letters on their way again, and close the books for maintenance. `witness` tells monitoring.

mod backoff;
mod desk;
mod queue;
mod witness;
mod worker;

pub(crate) use desk::{dead_letters, open_books, queue_state, redrive};
pub(super) use queue::Queue;
pub(super) use worker::Workers;
