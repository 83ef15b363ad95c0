//! How a tracker's postbacks are signed, whatever the secret in use is: that one is drawn, kept or given elsewhere.

use super::{Canonical, RawSettings, SCHEMES, Scheme, Secret, Settings, SettingsError};

/// A scheme with what was agreed about it. The default is `s2s-json` over RFC 8785 with one live secret.
#[derive(Debug, Clone)]
pub struct Signing {
    /// The scheme that is checked.
    pub scheme: &'static Scheme,
    /// Canonical form; only `s2s-json` has more than one.
    pub canonical: Canonical,
    /// How many seconds the time of a request may be off, 1 to 3600; what the scheme's description says when absent.
    pub window_seconds: Option<u32>,
    /// The secret before the one in use, still good during a rotation.
    pub previous: Option<Secret>,
}

impl Default for Signing {
    fn default() -> Self {
        Self { scheme: &SCHEMES[0], canonical: Canonical::default(), window_seconds: None, previous: None }
    }
}

impl Signing {
    /// The settings with `secret` in use.
    pub(crate) fn with(self, secret: Secret) -> Result<Settings, SettingsError> {
        let Self { scheme, canonical, window_seconds, previous } = self;
        let secrets = std::iter::once(secret).chain(previous).collect();
        RawSettings { scheme: scheme.name.to_owned(), canonical, window_seconds, secrets }.try_into()
    }
}
