//! Shopify's scheme: HMAC-SHA256 over the exact bytes, in `X-Shopify-Hmac-SHA256: <Base64>`. It has no window of time.
//!
//! Source: Shopify's documentation, "Verify webhook deliveries".

use super::keys::{Keys, base64};
use super::secret::Secret;
use super::signed::{Signed, invalid};
use super::{Scheme, Verify};
use crate::answer::Refusal;

const HEADER: &str = "x-shopify-hmac-sha256";

pub(super) const SCHEME: Scheme = Scheme {
    name: "shopify",
    about: "HMAC-SHA256 in Base64 over the exact bytes, in X-Shopify-Hmac-SHA256",
    window: None,
    build: |settings| {
        let keys = Keys::new(settings.secrets.iter().map(Secret::text));
        Ok(Box::new(Shopify { keys }))
    },
};

struct Shopify {
    keys: Keys,
}

impl Verify for Shopify {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let claim = request.header(HEADER)?.and_then(base64);
        if self.keys.cover(&[request.body()], claim.as_slice()) {
            Ok(())
        } else {
            Err(invalid("sign the exact bytes of the body and send X-Shopify-Hmac-SHA256: <Base64>"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::trial::{INVALID, REPEATED, check, verdict};
    use super::*;

    /// The example in the documentation of `SQLPage`'s function `hmac`.
    const KEY: &str = "test-webhook-secret";
    const BODY: &[u8] = br#"{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}"#;
    const KNOWN: &str = "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=";

    #[test]
    fn the_published_example_is_taken() {
        for keys in [vec![KEY], vec!["next", KEY], vec![KEY, "previous"]] {
            assert_eq!(verdict(&check("shopify", &keys), &[(HEADER, KNOWN)], BODY, 0), Ok(()), "{keys:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let shopify = check("shopify", &[KEY]);
        let told = |value: &str, body: &[u8]| verdict(&shopify, &[(HEADER, value)], body, 0);
        assert_eq!(told(KNOWN, &BODY[..BODY.len() - 1]), INVALID);
        assert_eq!(told(KNOWN.trim_end_matches('='), BODY), INVALID, "without its padding");
        assert_eq!(told(&KNOWN[..40], BODY), INVALID, "a part of the signature");
        assert_eq!(told(&KNOWN.to_lowercase(), BODY), INVALID);
        assert_eq!(verdict(&shopify, &[], BODY, 0), INVALID);
        assert_eq!(verdict(&shopify, &[(HEADER, KNOWN), (HEADER, KNOWN)], BODY, 0), REPEATED);
        assert_eq!(verdict(&check("shopify", &["another key"]), &[(HEADER, KNOWN)], BODY, 0), INVALID);
    }
}
