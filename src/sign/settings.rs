//! What a profile can choose about a scheme: the canonical form and the place of the signature.
//! Reading these from a profile file is the business of `profile`.

use std::fmt;

use super::Canonical;

/// Where the signature travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a header of this name.
    Header(String),
    /// In a top-level member of the JSON body.
    Member(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Member(name) => write!(f, "body member `{name}`"),
        }
    }
}

/// A profile's choices; schemes with a fixed form or place pass over the ones that they have no use for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The form of the body that is signed.
    pub canonical: Canonical,
    /// Where the signature travels.
    pub place: Place,
}

impl Default for Settings {
    fn default() -> Self {
        Self { canonical: Canonical::Jcs, place: Place::Header("X-Signature".to_owned()) }
    }
}
