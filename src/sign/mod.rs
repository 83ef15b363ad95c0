//! The signing room: how a postback is signed, how a signature is checked, and how bearer tokens are made.
//! Everything is a function of its arguments; keys come from `cli` and `run`, deliveries go out through `send`.
//!
//! To add a scheme, write one file with a type that implements [`Scheme`] and add one line to [`SCHEMES`].

mod bearer;
mod canonical;
mod digest;
mod exact;
mod github;
mod hash;
mod hmac_key;
mod json;
mod jwt;
mod member;
mod message;
mod prepared;
mod recipe;
mod refusal;
mod s2s_json;
mod settings;
mod shopify;
mod slack;
mod standard_webhooks;
mod stripe;
pub mod tamper;
mod token_key;
mod window;

pub use bearer::Bearer;
pub use canonical::{Canonical, CanonicalError, UnknownCanonical};
pub use exact::Exact;
pub use hash::Digest;
pub use hmac_key::HmacKey;
pub use jwt::{Token, TokenError, TokenMaker};
pub use message::{Delivered, Message, Signed};
pub use prepared::Prepared;
pub use recipe::{KeyText, Recipe};
pub use refusal::{Refusal, SignError};
pub use s2s_json::S2sJson;
pub use settings::{Place, Settings};
pub use slack::Slack;
pub use standard_webhooks::StandardWebhooks;
pub use stripe::Stripe;
pub use token_key::{Algorithm, TokenKey};
pub use window::Window;

use std::borrow::Cow;

use crate::model::Secret;

/// One way to sign a postback, and to check one that was signed that way.
pub trait Scheme: Send + Sync {
    /// The name by which profiles and scenarios choose the scheme.
    fn name(&self) -> &'static str;

    /// The rule in words, for reports: what is hashed, in which form, and where the result stands.
    fn describe(&self) -> String;

    /// Where the signature stands.
    fn place(&self) -> Place;

    /// The canonical form that was chosen; `None` where the exact bytes are signed and nothing is to choose.
    fn canonical(&self) -> Option<Canonical> {
        None
    }

    /// How far the signed instant may lie from the checker's clock; `None` where none is signed.
    fn window(&self) -> Option<Window> {
        None
    }

    /// The name of the hash that stands before its hex digits, as in `sha256=…`; `None` where signatures look otherwise.
    fn digest_name(&self) -> Option<&'static str> {
        None
    }

    /// Another key of the same look, for those who sign with the wrong one.
    fn another_key(&self, key: &Secret) -> Secret {
        Secret::new([key.expose(), b"~"].concat())
    }

    /// The scheme with its key, ready for bodies that are their own canonical form; `None` where signing one takes more than
    /// hashing it.
    fn prepared(&self, _key: &Secret) -> Option<Prepared> {
        None
    }

    /// How a shell makes the signature.
    fn recipe(&self) -> Recipe;

    /// The bytes that are hashed.
    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError>;

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
pub const SCHEMES: &[Entry] = &[
    Entry {
        name: s2s_json::NAME,
        about: "HMAC-SHA256 over the canonical JSON body, as sha256=<hex> in a header or a body member",
        build: |settings| Box::new(S2sJson::new(settings)),
    },
    Entry { name: github::NAME, about: github::ABOUT, build: |_| Box::new(Exact::GITHUB) },
    Entry { name: stripe::NAME, about: stripe::ABOUT, build: |_| Box::new(Stripe) },
    Entry { name: standard_webhooks::NAME, about: standard_webhooks::ABOUT, build: |_| Box::new(StandardWebhooks) },
    Entry { name: slack::NAME, about: slack::ABOUT, build: |_| Box::new(Slack) },
    Entry { name: shopify::NAME, about: shopify::ABOUT, build: |_| Box::new(Exact::SHOPIFY) },
];

/// Looks a scheme up by its name.
pub fn find(name: &str) -> Option<&'static Entry> {
    SCHEMES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests;
