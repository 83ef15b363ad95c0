//! How a sender proves who it is.

use super::Check;

/// What of a token is looked at, apart from its expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TokenReading {
    /// Whether it has to be signed at all.
    pub(crate) algorithm: Check,
    /// Whether it may live as long as it likes.
    pub(crate) lifetime: Check,
    /// Whether it has to say in a number when it ends.
    pub(crate) expiry_form: Check,
    /// Whether it has to have begun.
    pub(crate) start: Check,
}

/// What a signature covers, and how much of it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SignatureReading {
    pub(crate) cover: Cover,
    pub(crate) digests: Digests,
    pub(crate) digits: Digits,
    /// Whether a signature in the header has to name its digest.
    pub(crate) prefix: Check,
}

/// What a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Cover {
    /// The payload in the form that was agreed on.
    #[default]
    Agreed,
    /// The bytes as they came.
    Bytes,
    /// The payload with everything escaped that is not ASCII.
    Escaped,
}

/// Whose HMAC is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Digests {
    /// That of SHA-256.
    #[default]
    Agreed,
    /// That of the digest before the equals sign.
    Named,
    /// That of the digest which has so many digits, whatever it is called.
    Measured,
}

/// How many digits are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Digits {
    /// All of them.
    #[default]
    All,
    /// As many as were sent.
    Sent,
}
