//! The check that a tracker makes of every postback: the scheme of its settings, with its live keys.

use super::Verify;
use super::settings::{Settings, SettingsError};
use super::signed::Signed;
use crate::answer::Refusal;

/// Checks signatures by one scheme.
pub(in crate::tracker) struct SignatureCheck {
    verify: Box<dyn Verify>,
}

impl SignatureCheck {
    /// The check that `settings` ask for.
    pub(in crate::tracker) fn new(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self { verify: (settings.scheme.build)(settings)? })
    }

    /// Refuses a request that the signature does not cover, as the scheme's own file says.
    pub(in crate::tracker) fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        self.verify.check(request)
    }
}

/// Tries of a scheme, for its tests.
#[cfg(test)]
pub(super) mod trial {
    use axum::http::header::HeaderName;
    use axum::http::{HeaderMap, StatusCode};
    use axum::response::IntoResponse;
    use jiff::Timestamp;

    use super::*;
    use crate::tracker::json::Json;
    use crate::tracker::signature::{RawSettings, Secret};

    /// A check by the scheme of that name.
    pub(crate) fn check(scheme: &str, secrets: &[&str]) -> SignatureCheck {
        let secrets = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        let raw = RawSettings { scheme: scheme.to_owned(), secrets, ..RawSettings::default() };
        SignatureCheck::new(&raw.try_into().expect("settings")).expect("a check")
    }

    /// The status of the refusal, if any, of these headers over that body at that second.
    pub(crate) fn verdict(
        check: &SignatureCheck,
        headers: &[(&str, &str)],
        body: &[u8],
        now: i64,
    ) -> Result<(), (StatusCode, &'static str)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header name");
            map.append(name, value.parse().expect("a header value"));
        }
        let json = Json::parse(body).ok();
        let now = Timestamp::from_second(now).expect("within range");
        check.check(&Signed::new(&map, body, json.as_ref(), now)).map_err(|refusal| {
            let code = ["invalid", "expired", "premature", "repeated"];
            let printed = format!("{refusal:?}");
            let named = code.into_iter().find(|code| printed.contains(&format!("\"signature_{code}\"")));
            (refusal.into_response().status(), named.unwrap_or_default())
        })
    }

    pub(crate) const INVALID: Result<(), (StatusCode, &str)> = Err((StatusCode::FORBIDDEN, "invalid"));
    pub(crate) const EXPIRED: Result<(), (StatusCode, &str)> = Err((StatusCode::FORBIDDEN, "expired"));
    pub(crate) const PREMATURE: Result<(), (StatusCode, &str)> = Err((StatusCode::FORBIDDEN, "premature"));
    pub(crate) const REPEATED: Result<(), (StatusCode, &str)> = Err((StatusCode::BAD_REQUEST, "repeated"));
}
