//! The two keys of the postback: one signs bodies, one signs tokens.
//!
//! Holds how they are drawn and that they are never printed. Where they are kept is the store's matter.

use std::fmt;

/// The keys that sender and tracker share, as the bytes of the text that is written here.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// Key of the HMAC-SHA256 over the canonical payload.
    pub hmac: String,
    /// Key of the HS256 bearer tokens.
    pub jwt: String,
}

/// 256 bits each, as much as the hash behind both schemes can use.
const SECRET_BYTES: usize = 32;

impl Secrets {
    /// Draws both keys from the operating system's random source.
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        Ok(Self { hmac: random_hex::<SECRET_BYTES>()?, jwt: random_hex::<SECRET_BYTES>()? })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("hmac", &"[redacted]").field("jwt", &"[redacted]").finish()
    }
}

/// `N` unguessable bytes in hexadecimal.
pub(crate) fn random_hex<const N: usize>() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_keys_differ_and_are_not_printed() {
        let secrets = Secrets::draw().expect("the system has randomness");
        assert_eq!(secrets.hmac.len(), 64);
        assert_ne!(secrets.hmac, secrets.jwt);
        let printed = format!("{secrets:?}");
        assert!(!printed.contains(&secrets.hmac) && !printed.contains(&secrets.jwt), "{printed}");
    }
}
