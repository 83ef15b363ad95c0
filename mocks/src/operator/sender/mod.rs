//! The sender: takes postbacks from the outbox to their networks until each is settled.
//!
//! `lane` is one network's queue, so that a slow network holds up nobody else; `post` is one request and its answer;
//! `fate` decides what an attempt leads to, and `witness` tells monitoring. [`Sender`] starts the lanes, wakes them and lets them finish.

mod fate;
mod lane;
mod pool;
mod post;
mod witness;

pub(super) use pool::Sender;
