//! The signing room: how a postback is signed, how a signature is checked, and how bearer tokens are made.
//! Everything is a function of its arguments; keys come from `cli` and `run`, deliveries go out through `send`.
//!
//! To add a scheme, write one file with a type that implements [`Scheme`] and add one line to [`SCHEMES`].

mod bearer;
mod canonical;
mod hmac_key;
mod json;
mod jwt;
mod member;
mod message;
mod refusal;
mod s2s_json;
mod settings;
pub mod tamper;
mod token_key;

pub use bearer::Bearer;
pub use canonical::{Canonical, CanonicalError, UnknownCanonical};
pub use hmac_key::HmacKey;
pub use jwt::{Token, TokenError, TokenMaker};
pub use message::{Delivered, Message, Signed};
pub use refusal::{Refusal, SignError};
pub use s2s_json::S2sJson;
pub use settings::{Place, Settings};
pub use token_key::{Algorithm, TokenKey};

use crate::model::Secret;

/// One way to sign a postback, and to check one that was signed that way.
pub trait Scheme: Send + Sync {
    /// The name by which profiles and scenarios choose the scheme.
    fn name(&self) -> &'static str;

    /// The rule in words, for reports: what is hashed, in which form, and where the result stands.
    fn describe(&self) -> String;

    /// Signs a message; a pure function of its arguments.
    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError>;

    /// Checks the signature of what was delivered.
    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal>;
}

/// A line of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The scheme's name, as [`Scheme::name`] gives it.
    pub name: &'static str,
    /// What the scheme is, in one line for `postproof list`.
    pub about: &'static str,
    /// Makes the scheme with a profile's settings.
    pub build: fn(Settings) -> Box<dyn Scheme>,
}

/// Every signature scheme that there is.
pub const SCHEMES: &[Entry] = &[Entry {
    name: s2s_json::NAME,
    about: "HMAC-SHA256 over the canonical JSON body, as sha256=<hex> in a header or a body member",
    build: |settings| Box::new(S2sJson::new(settings)),
}];

/// Looks a scheme up by its name.
pub fn find(name: &str) -> Option<&'static Entry> {
    SCHEMES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests;
