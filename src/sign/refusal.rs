//! Why a signature was refused, and why a message could not be signed.
//! What follows from a refusal (a 403, a finding) is decided by whoever asked.

use super::CanonicalError;

/// Why a delivery's signature was not accepted. A signature is compared before its time is looked at, so
/// [`Refusal::TooOld`] and [`Refusal::TooNew`] say that nothing else is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something that the scheme needs is not where it expects it.
    #[error("{place} is missing")]
    Missing {
        /// Where it should have stood.
        place: String,
    },
    /// What stands there cannot be of this scheme.
    #[error("{place} is malformed: expected {expected}")]
    Malformed {
        /// Where it stands.
        place: String,
        /// The form that the scheme writes.
        expected: &'static str,
    },
    /// It stands there more than once, and readers differ in which one they take.
    #[error("{place} stands there more than once")]
    Repeated {
        /// Where they stand.
        place: String,
    },
    /// The signature is well formed and belongs to another body or key.
    #[error("signature does not match")]
    Mismatch,
    /// The signature is right, and too old.
    #[error("signed {age} s ago, and {limit} s is the limit")]
    TooOld {
        /// Its age in seconds.
        age: i64,
        /// The oldest age that is taken, in seconds.
        limit: i64,
    },
    /// The signature is right, and of a time that is yet to come.
    #[error("signed {ahead} s ahead of this clock, and {limit} s is the limit")]
    TooNew {
        /// How far ahead of the checker's clock it is, in seconds.
        ahead: i64,
        /// The farthest that is taken, in seconds.
        limit: i64,
    },
    /// The checker's own key cannot be one of this scheme.
    #[error("unusable key: expected {expected}")]
    Key {
        /// What the scheme's keys look like.
        expected: &'static str,
    },
    /// The body has no canonical form, so nothing can be compared.
    #[error("body has no canonical form")]
    Canonical(#[from] CanonicalError),
}

/// Why a message could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The body has no canonical form.
    #[error("body has no canonical form")]
    Canonical(#[from] CanonicalError),
    /// The signature is to be a member, and the body is JSON but no object.
    #[error("body is not a JSON object, so it cannot carry the member `{member}`")]
    NotAnObject {
        /// The member that was to be added.
        member: String,
    },
    /// The body brings a member of the signature's name; signing would make a second one.
    #[error("body already has a member `{member}`")]
    MemberTaken {
        /// The member that is already there.
        member: String,
    },
    /// The key cannot be one of this scheme.
    #[error("unusable key: expected {expected}")]
    Key {
        /// What the scheme's keys look like.
        expected: &'static str,
    },
    /// The scheme sends the id in a header, and no header can hold it.
    #[error("id cannot stand in a header: expected 1 to {limit} printable ASCII characters without spaces")]
    Id {
        /// The longest id that is sent.
        limit: usize,
    },
    /// The scheme signs the instant as seconds since 1970, and it lies before.
    #[error("instant lies before 1970, and the scheme signs seconds since then")]
    Instant,
}
