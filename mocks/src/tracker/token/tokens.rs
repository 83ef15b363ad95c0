//! What was agreed about tokens, whatever the key in use is: that one is drawn, kept or given elsewhere.

use super::TokenCheck;
use crate::tracker::signature::Secret;

/// What a tracker's tokens have to say, and the names of its keys. The default has one key without a name.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// The `kid` that the key in use goes by.
    pub kid: Option<String>,
    /// The key before the one in use, still good during a rotation.
    pub previous: Option<PreviousKey>,
    /// The audience that tokens have to name.
    pub audience: Option<String>,
    /// The issuer that tokens have to name.
    pub issuer: Option<String>,
}

/// A key that is on its way out.
#[derive(Debug, Clone)]
pub struct PreviousKey {
    /// The `kid` that it goes by.
    pub kid: Option<String>,
    /// The key.
    pub secret: Secret,
}

impl Tokens {
    /// The check with `secret` as the key in use.
    pub(in crate::tracker) fn check(&self, secret: &str) -> TokenCheck {
        let previous = self.previous.as_ref().map(|key| (key.kid.as_deref(), key.secret.text()));
        let keys: Vec<_> = std::iter::once((self.kid.as_deref(), secret)).chain(previous).collect();
        let mut check = TokenCheck::new(&keys);
        if let Some(audience) = &self.audience {
            check = check.for_audience(audience);
        }
        if let Some(issuer) = &self.issuer {
            check = check.by_issuer(issuer);
        }
        check
    }
}
