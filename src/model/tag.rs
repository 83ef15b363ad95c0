//! The run tag: the short word in every id of a run that keeps runs apart on a durable target.

use std::fmt;
use std::str::FromStr;

use super::Mixer;

/// 1 to 16 lower-case letters and digits, so that no target's case folding can merge two ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RunTag(String);

/// What is wrong with a text that was meant as a run tag.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a run tag is 1 to 16 lower-case letters and digits, not `{0}`")]
pub struct TagError(String);

/// One of 32 letters and digits by the lowest five bits. Letters that look alike (i, l, o, u) are left out.
pub(super) fn letter(bits: u64) -> u8 {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    ALPHABET[usize::try_from(bits & 31).unwrap_or(0)]
}

impl RunTag {
    /// The longest tag, in characters: ids then stay well below 100 characters.
    pub const MAX: usize = 16;

    /// A fresh tag of eight characters out of 40 random bits.
    pub fn from_bits(bits: u64) -> Self {
        Self((0..8).map(|n| char::from(letter(bits >> (5 * n)))).collect())
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A number that stands for the tag in hashes.
    pub(super) fn hash(&self) -> u64 {
        Mixer::new(0).bytes(self.0.as_bytes()).value()
    }
}

impl FromStr for RunTag {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(TagError(text.to_owned())) }
    }
}

impl fmt::Display for RunTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_tags_are_tags() {
        for bits in [0, 1, u64::MAX, 0x1234_5678_9abc] {
            let tag = RunTag::from_bits(bits);
            assert_eq!(tag.as_str().parse(), Ok(tag.clone()));
        }
        assert_ne!(RunTag::from_bits(1), RunTag::from_bits(2));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "UPPER", "with-dash", "seventeenletters0", "ü"] {
            assert!(text.parse::<RunTag>().is_err(), "{text}");
        }
    }
}
