//! Which scheme a tracker checks, and with which secrets.

use serde::Deserialize;

use super::window::Window;
use super::{Canonical, SCHEMES, Scheme, Secret};
use crate::tracker::rules::SignatureReading;

/// The longest window, in seconds: an hour.
const LONGEST_WINDOW: u32 = 3600;

/// Secrets that are good at the same time: the one in use, and the one before or after it.
const MAX_SECRETS: usize = 2;

/// The settings as they are written. The default names no secret, so it cannot be used as it stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawSettings {
    /// Name of the scheme, one of [`SCHEMES`].
    pub scheme: String,
    /// Canonical form, for `s2s-json` alone.
    pub canonical: Canonical,
    /// How many seconds the time of a request may be off, 1 to 3600; what the scheme's own description says when absent.
    pub window_seconds: Option<u32>,
    /// One secret, or two during a rotation.
    pub secrets: Vec<Secret>,
}

/// Settings that a check can be made of.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) scheme: &'static Scheme,
    pub(super) canonical: Canonical,
    /// Absent where the scheme's own holds.
    pub(super) window: Option<Window>,
    /// One or two, none of them empty.
    pub(super) secrets: Vec<Secret>,
    /// How signatures are read; only `s2s-json` heeds it.
    pub(super) reading: SignatureReading,
}

/// Why settings cannot be used. Holds nothing of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No scheme has that name.
    #[error("there is no signature scheme {name:?}; use one of {}", names())]
    UnknownScheme {
        /// What was asked for.
        name: String,
    },
    /// A canonical form is chosen for a scheme that signs the bytes as they are.
    #[error("the signature scheme {scheme} signs the bytes as they are; leave `canonical` out, or use s2s-json")]
    NoCanonicalForm {
        /// The scheme.
        scheme: &'static str,
    },
    /// A window is chosen for a scheme that looks at no time.
    #[error("the signature scheme {scheme} looks at no time; leave `window_seconds` out, or use another scheme")]
    NoWindow {
        /// The scheme.
        scheme: &'static str,
    },
    /// A window is too short or too long.
    #[error("a window of {seconds} seconds is out of range; give 1 to {LONGEST_WINDOW}")]
    Window {
        /// What was asked for.
        seconds: u32,
    },
    /// There is no secret, or there are more than can be live.
    #[error("there are {count} signing secrets; give one, or two during a rotation")]
    SecretCount {
        /// How many there are.
        count: usize,
    },
    /// A secret has no bytes.
    #[error("signing secret {number} is empty; give at least one byte, better 32")]
    EmptySecret {
        /// Counted from one.
        number: usize,
    },
    /// A secret is not what its scheme wants.
    #[error("signing secret {number} is no Base64; Standard Webhooks keys are Base64, with or without `whsec_`")]
    SecretForm {
        /// Counted from one.
        number: usize,
    },
}

impl Default for RawSettings {
    fn default() -> Self {
        Self {
            scheme: SCHEMES[0].name.to_owned(),
            canonical: Canonical::default(),
            window_seconds: None,
            secrets: Vec::new(),
        }
    }
}

impl Settings {
    /// The settings of a tracker that checks `s2s-json` over RFC 8785 with one secret.
    pub fn s2s_json(secret: Secret) -> Result<Self, SettingsError> {
        RawSettings { secrets: vec![secret], ..RawSettings::default() }.try_into()
    }

    /// The same, with signatures read in that way.
    pub(in crate::tracker) fn read_as(self, reading: SignatureReading) -> Self {
        Self { reading, ..self }
    }

    /// The scheme that is checked.
    pub fn scheme(&self) -> &'static Scheme {
        self.scheme
    }
}

impl TryFrom<RawSettings> for Settings {
    type Error = SettingsError;

    fn try_from(raw: RawSettings) -> Result<Self, SettingsError> {
        let RawSettings { scheme: name, canonical, window_seconds, secrets } = raw;
        let scheme = Scheme::by_name(&name).ok_or(SettingsError::UnknownScheme { name })?;
        if canonical != Canonical::default() && scheme.name != SCHEMES[0].name {
            return Err(SettingsError::NoCanonicalForm { scheme: scheme.name });
        }
        let window = window_seconds.map(|seconds| window(scheme, seconds)).transpose()?;
        if !(1..=MAX_SECRETS).contains(&secrets.len()) {
            return Err(SettingsError::SecretCount { count: secrets.len() });
        }
        if let Some(index) = secrets.iter().position(|secret| secret.text().is_empty()) {
            return Err(SettingsError::EmptySecret { number: index + 1 });
        }
        let reading = SignatureReading::default();
        let settings = Self { scheme, canonical, window, secrets, reading };
        // Built once here, so that a secret of the wrong form is told before anything starts.
        (scheme.build)(&settings).map(|_| settings)
    }
}

fn window(scheme: &Scheme, seconds: u32) -> Result<Window, SettingsError> {
    let own = scheme.window.ok_or(SettingsError::NoWindow { scheme: scheme.name })?;
    if !(1..=LONGEST_WINDOW).contains(&seconds) {
        return Err(SettingsError::Window { seconds });
    }
    Ok(own.of_seconds(seconds.into()))
}

fn names() -> String {
    SCHEMES.iter().map(|scheme| scheme.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<Settings, SettingsError> {
        serde_json::from_str::<RawSettings>(text).expect("well formed").try_into()
    }

    #[test]
    fn every_scheme_can_be_set() {
        for scheme in SCHEMES {
            let settings = checked(&format!(r#"{{"scheme":"{}","secrets":["c2VjcmV0","c2VjcmV0Mg=="]}}"#, scheme.name));
            assert_eq!(settings.map(|settings| settings.scheme().name), Ok(scheme.name));
        }
        assert!(checked(r#"{"canonical":"raw","secrets":["s"]}"#).is_ok());
        assert!(Settings::s2s_json(Secret::new("s")).is_ok());
    }

    #[test]
    fn errors_say_what_to_do_and_no_secret() {
        let error = |text: &str| checked(text).expect_err(text).to_string();
        assert!(error(r#"{"scheme":"gitlab","secrets":["s"]}"#).contains("use one of s2s-json, github, stripe"));
        assert!(error(r#"{"scheme":"github","canonical":"raw","secrets":["s"]}"#).contains("as they are"));
        assert!(error(r#"{"window_seconds":9,"secrets":["s"]}"#).contains("looks at no time"));
        let long = error(r#"{"scheme":"slack","window_seconds":3601,"secrets":["s"]}"#);
        assert!(long.contains("3601 seconds is out of range"), "{long}");
        assert!(error("{}").contains("there are 0 signing secrets"));
        assert!(error(r#"{"secrets":["a","b","c"]}"#).contains("there are 3"));
        assert!(error(r#"{"secrets":["a",""]}"#).contains("secret 2 is empty"));
        let form = error(r#"{"scheme":"standard-webhooks","secrets":["hunter2!"]}"#);
        assert!(form.contains("secret 1 is no Base64") && !form.contains("hunter2"), "{form}");
        assert!(serde_json::from_str::<RawSettings>(r#"{"secret":"s"}"#).is_err());
        assert!(serde_json::from_str::<RawSettings>(r#"{"canonical":"c14n"}"#).is_err());
    }
}
