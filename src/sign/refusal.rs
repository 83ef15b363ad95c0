//! Why a signature was refused, and why a message could not be signed.
//! What follows from a refusal (a 403, a finding) is decided by whoever asked.

use super::CanonicalError;

/// Why a delivery's signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No signature stands where the scheme expects it.
    #[error("no signature in {place}")]
    Missing {
        /// Where it should have stood.
        place: String,
    },
    /// Something stands there that cannot be a signature of this scheme.
    #[error("malformed signature in {place}: expected {expected}")]
    Malformed {
        /// Where it stands.
        place: String,
        /// The form that the scheme writes.
        expected: &'static str,
    },
    /// The signature stands there more than once, and readers differ in which one they take.
    #[error("more than one signature in {place}")]
    Repeated {
        /// Where they stand.
        place: String,
    },
    /// The signature is well formed and belongs to another body or key.
    #[error("signature does not match")]
    Mismatch,
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
}
