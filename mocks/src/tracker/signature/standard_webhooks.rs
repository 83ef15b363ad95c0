//! Standard Webhooks, which Svix began: HMAC-SHA256 over `<id>.<time>.<exact bytes>`, in `webhook-signature` as a list
//! of `v1,<Base64>` with spaces between, beside `webhook-id` and `webhook-timestamp`; good for five minutes either way.
//!
//! The key is the Base64 behind `whsec_`. Other versions in the list (`v1a` is ed25519) are left alone. Where none of
//! the three headers is there, Svix's names for them are looked for. Source: the Standard Webhooks specification.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::keys::{Digest, Keys, MAX_CLAIMS, base64};
use super::settings::{Settings, SettingsError};
use super::signed::{Signed, invalid};
use super::window::{FIVE_MINUTES, Window, seconds};
use super::{Scheme, Verify};
use crate::answer::Refusal;

const WINDOW: Window = Window { past: FIVE_MINUTES, future: Some(FIVE_MINUTES) };

pub(super) const SCHEME: Scheme = Scheme {
    name: "standard-webhooks",
    about: "HMAC-SHA256 in Base64 over id.time.bytes, in webhook-signature, good for five minutes",
    window: Some(WINDOW),
    build: |settings| {
        let window = settings.window.unwrap_or(WINDOW);
        Ok(Box::new(StandardWebhooks { keys: keys(settings)?, window }))
    },
};

/// The names of the three headers.
struct Names {
    id: &'static str,
    time: &'static str,
    signature: &'static str,
}

const NAMES: Names = Names { id: "webhook-id", time: "webhook-timestamp", signature: "webhook-signature" };
const SVIX_NAMES: Names = Names { id: "svix-id", time: "svix-timestamp", signature: "svix-signature" };

struct StandardWebhooks {
    keys: Keys,
    window: Window,
}

/// What the headers say.
struct Claimed<'a> {
    id: &'a str,
    time: &'a str,
    signatures: Vec<Digest>,
}

impl Verify for StandardWebhooks {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let refused =
            || invalid("sign <id>.<time>.<exact bytes>; send webhook-id, -timestamp and -signature: v1,<Base64>");
        let claimed = match Claimed::read(&NAMES, request)? {
            Some(claimed) => claimed,
            None => Claimed::read(&SVIX_NAMES, request)?.ok_or_else(refused)?,
        };
        let moment = seconds(claimed.time).filter(|_| !claimed.id.is_empty()).ok_or_else(refused)?;
        let parts: [&[u8]; 5] = [claimed.id.as_bytes(), b".", claimed.time.as_bytes(), b".", request.body()];
        // The signature comes first: that a request is late is then said of genuine ones alone.
        if self.keys.cover(&parts, &claimed.signatures) {
            self.window.check(moment, request.now())
        } else {
            Err(refused())
        }
    }
}

impl<'a> Claimed<'a> {
    /// What stands under these names; none when there is nothing at all.
    fn read(names: &Names, request: &Signed<'a>) -> Result<Option<Self>, Refusal> {
        let fields = (request.header(names.id)?, request.header(names.time)?, request.header(names.signature)?);
        let (id, time, list) = match fields {
            (None, None, None) => return Ok(None),
            (id, time, list) => (id.unwrap_or_default(), time.unwrap_or_default(), list.unwrap_or_default()),
        };
        let versions = list.split(' ').filter_map(|item| item.strip_prefix("v1,"));
        Ok(Some(Self { id, time, signatures: versions.take(MAX_CLAIMS).filter_map(base64).collect() }))
    }
}

fn keys(settings: &Settings) -> Result<Keys, SettingsError> {
    let bytes = settings.secrets.iter().enumerate().map(|(index, secret)| {
        let text = secret.text().strip_prefix("whsec_").unwrap_or(secret.text());
        let decoded = BASE64_STANDARD.decode(text).ok().filter(|key| !key.is_empty());
        decoded.ok_or(SettingsError::SecretForm { number: index + 1 })
    });
    Ok(Keys::new(bytes.collect::<Result<Vec<_>, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::super::check::trial::{EXPIRED, INVALID, PREMATURE, REPEATED, check, verdict};
    use super::*;

    /// The example in the tests of the specification's JavaScript library.
    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_b3RoZXIga2V5IG90aGVyIGtleSE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const AT: i64 = 1_614_265_330;
    const ID: (&str, &str) = (NAMES.id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    const TIME: (&str, &str) = (NAMES.time, "1614265330");
    const KNOWN: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const SIGNATURE: (&str, &str) = (NAMES.signature, KNOWN);

    fn told(headers: &[(&str, &str)], now: i64) -> Result<(), (axum::http::StatusCode, &'static str)> {
        verdict(&check("standard-webhooks", &[KEY]), headers, BODY, now)
    }

    #[test]
    fn the_published_example_is_taken_within_its_window() {
        let headers = [ID, TIME, SIGNATURE];
        for keys in [vec![KEY], vec![OTHER, KEY], vec![&KEY[6..], OTHER]] {
            assert_eq!(verdict(&check("standard-webhooks", &keys), &headers, BODY, AT), Ok(()), "{keys:?}");
        }
        assert_eq!([told(&headers, AT + 300), told(&headers, AT + 301)], [Ok(()), EXPIRED]);
        assert_eq!([told(&headers, AT - 300), told(&headers, AT - 301)], [Ok(()), PREMATURE]);
        let svix = [(SVIX_NAMES.id, ID.1), (SVIX_NAMES.time, TIME.1), (SVIX_NAMES.signature, KNOWN)];
        assert_eq!(told(&svix, AT), Ok(()));
    }

    #[test]
    fn one_good_signature_in_the_list_is_enough() {
        let listed = |list: &str| told(&[ID, TIME, (NAMES.signature, list)], AT);
        assert_eq!(listed(&format!("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5B {KNOWN}")), Ok(()));
        assert_eq!(listed(&format!("v1,bm9wZQ== {KNOWN} v2,x")), Ok(()));
        assert_eq!(listed(&KNOWN.replacen("v1", "v1a", 1)), INVALID);
        assert_eq!(listed(&format!("{}{KNOWN}", "v1,x ".repeat(MAX_CLAIMS))), INVALID, "beyond what is looked at");
    }

    #[test]
    fn everything_else_is_refused() {
        assert_eq!(told(&[], AT), INVALID);
        assert_eq!(told(&[ID, TIME], AT), INVALID);
        assert_eq!(told(&[ID, SIGNATURE], AT), INVALID);
        assert_eq!(told(&[TIME, SIGNATURE], AT), INVALID);
        assert_eq!(told(&[(NAMES.id, "msg_other"), TIME, SIGNATURE], AT), INVALID);
        assert_eq!(told(&[ID, (NAMES.time, "1614265331"), SIGNATURE], AT), INVALID);
        assert_eq!(told(&[ID, TIME, (NAMES.signature, &KNOWN[3..])], AT), INVALID, "without its version");
        assert_eq!(told(&[ID, TIME, (NAMES.signature, &KNOWN[..40])], AT), INVALID, "a part of the signature");
        let mixed = [ID, (SVIX_NAMES.time, TIME.1), (SVIX_NAMES.signature, KNOWN)];
        assert_eq!(told(&mixed, AT), INVALID, "the names of two families");
        for twice in [ID, TIME, SIGNATURE] {
            assert_eq!(told(&[ID, TIME, SIGNATURE, twice], AT), REPEATED, "{}", twice.0);
        }
        let check = check("standard-webhooks", &[KEY]);
        assert_eq!(verdict(&check, &[ID, TIME, SIGNATURE], br#"{"test":2432232314}"#, AT), INVALID);
        let wrong = super::super::check::trial::check("standard-webhooks", &[OTHER]);
        assert_eq!(verdict(&wrong, &[ID, TIME, SIGNATURE], BODY, AT), INVALID);
    }
}
