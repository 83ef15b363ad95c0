//! What the operator keeps: visits, installations, accounts, their events and money, and the postbacks that are owed.
//!
//! Each file holds the statements about one table, as functions of an open transaction. When a change is made, and
//! together with what else, is decided at the doors. Nothing here commits: that is the writer's.

pub(super) mod accounts;
pub(super) mod balances;
pub(super) mod events;
pub(super) mod installs;
pub(super) mod keys;
mod newest;
pub(super) mod outbox;
mod pruning;
pub(super) mod sessions;
mod tables;
pub(super) mod tallies;

pub(in crate::operator) use newest::newest;
pub(super) use tables::SHAPE;
