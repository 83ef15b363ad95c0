//! `idempotency.*`: what comes again is the same event, and what only looks alike is another.

mod after_others;
mod different_body;
mod fallback_window;
mod ids_by_case;
mod ids_by_last_character;
mod ids_by_tail;
mod respelled;
mod same_again;
mod same_id_other_type;
mod twenty_at_once;
mod unheard_retry;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &same_again::SameAgain,
    &twenty_at_once::TwentyAtOnce,
    &after_others::AfterOthers,
    &respelled::Respelled,
    &unheard_retry::UnheardRetry,
    &different_body::DifferentBody,
    &same_id_other_type::SameIdOtherType,
    &ids_by_case::IdsByCase,
    &ids_by_last_character::IdsByLastCharacter,
    &ids_by_tail::IdsByTail,
    &fallback_window::FallbackWindow,
];

#[cfg(test)]
mod tests;
