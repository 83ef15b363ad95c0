//! The clock of the shell: the one place that asks what time it is.

use jiff::Timestamp;

/// The time now.
#[expect(clippy::disallowed_methods, reason = "the shell has to ask somewhere, and does so only here")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
