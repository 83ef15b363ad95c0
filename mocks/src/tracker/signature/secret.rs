//! A secret that a signature is made with, which is never printed.

use std::fmt;

use serde::Deserialize;

/// A signing secret, as its holder writes it. Its bytes are the key as they are, unless the scheme says otherwise.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret that is written so.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(in crate::tracker) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("whsec_abc")), "[redacted]");
    }
}
