//! The wall clock: the one place where the stack asks what time it is. Judgements get the instant passed in.

use jiff::Timestamp;

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "a tracker judges tokens and events against the real time")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
