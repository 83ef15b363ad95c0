//! Why a request of a case cannot be made for a target: then there is nothing to test, and the case is skipped.

use crate::sign::SignError;

/// What stands in the way.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    /// The scheme has no such thing: its signatures look otherwise, or it has one form only.
    #[error("the signature scheme knows no such thing")]
    Scheme,
    /// The body cannot be signed by the scheme at all.
    #[error("it cannot be signed: {0}")]
    Sign(#[from] SignError),
    /// No such token can be made.
    #[error("no such token can be made for this target")]
    Token,
    /// The instant lies outside the calendar.
    #[error("the instant lies outside the calendar")]
    Instant,
}
