//! What a cause explains: the things that do not agree, how sure that is, and the evidence in words.

use crate::attribution::Method;

/// One thing in which the two logs do not agree. Numbers are places in the lists that are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A conversion that only the cookie side saw: a place in its sightings.
    CookieOnly(u32),
    /// A conversion that only the S2S side saw: a place in its sightings.
    S2sOnly(u32),
    /// An S2S message that was credited to no click and belongs to no conversion of the cookie side: a place in the S2S sightings.
    Unattributed(u32),
    /// A conversion that one method counted again: a place in `Pairing::doubled`.
    Doubled(u32),
    /// A conversion that both saw and do not tell alike: a place in `Pairing::both`.
    Pair(u32),
}

/// How sure a cause is. The greater one goes first where two explain the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// What is missing has something in common, beyond chance.
    Pattern,
    /// The messages themselves say it.
    Proof,
}

/// What a cause found in the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How sure it is.
    pub strength: Strength,
    /// What it explains.
    pub subjects: Vec<Subject>,
    /// The evidence in one sentence, with figures.
    pub evidence: String,
}

/// A cause that is named in a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The cause's name.
    pub cause: &'static str,
    /// What went wrong.
    pub about: &'static str,
    /// What to do.
    pub advice: &'static str,
    /// How sure that is.
    pub strength: Strength,
    /// What it explains, in order, each once, and none that another cause explains.
    pub subjects: Vec<Subject>,
    /// The evidence in one sentence, with figures.
    pub evidence: String,
    /// Up to [`Explanation::MOST_IDS`] ids to look at, spread over what it explains.
    pub ids: Vec<String>,
}

impl Subject {
    /// A conversion that one method alone saw, by its place among that method's sightings.
    pub fn alone(by: Method, place: u32) -> Self {
        match by {
            Method::Cookie => Self::CookieOnly(place),
            Method::S2s => Self::S2sOnly(place),
        }
    }
}

impl Strength {
    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Proof => "proof",
        }
    }
}

impl Found {
    /// The messages say so themselves. `None` when nothing is explained.
    pub(super) fn proof(subjects: Vec<Subject>, evidence: String) -> Option<Self> {
        (!subjects.is_empty()).then_some(Self { strength: Strength::Proof, subjects, evidence })
    }

    /// They have something in common. `None` when nothing is explained.
    pub(super) fn pattern(subjects: Vec<Subject>, evidence: String) -> Option<Self> {
        (!subjects.is_empty()).then_some(Self { strength: Strength::Pattern, subjects, evidence })
    }
}

impl Explanation {
    /// As many ids as a person looks at.
    pub const MOST_IDS: usize = 10;
}
