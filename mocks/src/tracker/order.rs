//! The order of events, which is free (seed 003 §6): a deposit may be told before the registration it follows.
//!
//! No sound tracker has a use for it; it exists for the defect that wants the registration first.

use super::booking;
use super::schema::{Event, Postback};
use super::store::Store;
use crate::answer::Refusal;

/// Refuses a deposit whose account the books do not know yet.
pub(super) async fn check(postback: &Postback, store: &Store) -> Result<(), Refusal> {
    if postback.event != Event::DepositSuccess || store.is_registered(booking::player(postback)).await? {
        return Ok(());
    }
    Err(Refusal::schema("schema_invalid", "send the registration before the deposit"))
}
