//! Signature schemes: how a postback proves that its sender knows the secret, one file per scheme.
//!
//! Each scheme is read from its own published description, and shares with the others only what they have in common:
//! HMAC-SHA256 with any of the live keys (`keys`), the windows of time (`window`) and the request (`signed`).
//! `settings` says which scheme a tracker uses and with which secrets, `signing` the same without the secret in use,
//! `check` puts one to work. A new scheme is one
//! file with a [`Verify`] in it and one line in [`SCHEMES`].

mod check;
mod form;
mod github;
mod keys;
mod s2s_json;
mod secret;
mod settings;
mod shopify;
mod signed;
mod signing;
mod slack;
mod standard_webhooks;
mod stripe;
mod window;

use crate::answer::Refusal;

pub(in crate::tracker) use check::SignatureCheck;
pub use form::Canonical;
pub use secret::Secret;
pub use settings::{RawSettings, Settings, SettingsError};
pub(in crate::tracker) use signed::Signed;
pub use signing::Signing;

/// Every scheme that a tracker can check. The first one is what it checks unless told otherwise.
pub const SCHEMES: &[Scheme] =
    &[s2s_json::SCHEME, github::SCHEME, stripe::SCHEME, standard_webhooks::SCHEME, slack::SCHEME, shopify::SCHEME];

/// A way to sign postbacks.
#[derive(Debug, Clone, Copy)]
pub struct Scheme {
    /// What it is called in settings and lists.
    pub name: &'static str,
    /// What is signed and where the signature stands, in one sentence.
    pub about: &'static str,
    /// How far the time of a request may be off, where the scheme looks at it.
    window: Option<window::Window>,
    build: fn(&Settings) -> Result<Box<dyn Verify>, SettingsError>,
}

/// One scheme with its keys.
trait Verify: Send + Sync {
    /// Refuses a request that the scheme's signature does not cover: 403 `signature_invalid`, or 403
    /// `signature_expired` and `signature_premature` where the signature is good and its time is not. A header that
    /// comes twice is 400 `signature_repeated`.
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal>;
}

impl Scheme {
    /// The scheme of that name.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        SCHEMES.iter().find(|scheme| scheme.name == name)
    }
}
