//! The operator towards networks that answer as a test wants, over real sockets.
//!
//! `rig` is an operator and the far side of its postbacks; `sending` holds retries, dead letters and restarts,
//! `telling` who is told of what, `mistakes` what each planted mistake does that the sound operator does not,
//! `forgetting` what goes after its time.

mod forgetting;
mod mistakes;
mod rig;
mod sending;
mod telling;
