//! The answers as evidence, where credits cannot be read back. They prove less than books do, and reports say so:
//! what was acknowledged may still be lost. Twice `idempotent: false` for one event proves a double all the same.

use super::Standing;
use crate::model::{Delivery, Outcome, Purpose};

/// The standing of a delivery by what was answered to it.
pub(super) fn standing_by_answers(delivery: &Delivery) -> Standing {
    let ok = delivery.any_ok();
    match delivery.purpose {
        Purpose::Forged(_) if ok => Standing::Accepted,
        Purpose::Genuine | Purpose::Open(_) | Purpose::Untold(_) if called_new(delivery) > 1 => Standing::Double,
        Purpose::Forged(_) | Purpose::Conflicting(_) | Purpose::Open(_) | Purpose::Untold(_) => Standing::Harmless,
        Purpose::Genuine if ok => Standing::Ok,
        Purpose::Genuine if delivery.any_info() && delivery.dead_lettered => Standing::DeadLettered,
        Purpose::Genuine if delivery.any_info() => Standing::Unresolved,
        Purpose::Genuine => Standing::Refused,
    }
}

/// How many answers called the event new.
pub(super) fn called_new(delivery: &Delivery) -> usize {
    delivery.attempts.iter().filter(|attempt| attempt.outcome == Outcome::Ok { repeat: Some(false) }).count()
}

/// Whether any answer to the delivery carried the flag at all.
pub(super) fn carries_flag(delivery: &Delivery) -> bool {
    delivery.attempts.iter().any(|attempt| matches!(attempt.outcome, Outcome::Ok { repeat: Some(_) }))
}
