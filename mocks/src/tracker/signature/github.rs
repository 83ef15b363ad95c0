//! GitHub's scheme: HMAC-SHA256 over the exact bytes, in `X-Hub-Signature-256: sha256=<hex>`. It has no window of time.
//!
//! Source: GitHub's documentation, "Validating webhook deliveries".

use super::keys::{Keys, hexadecimal};
use super::secret::Secret;
use super::signed::{Signed, invalid};
use super::{Scheme, Verify};
use crate::answer::Refusal;

const HEADER: &str = "x-hub-signature-256";

pub(super) const SCHEME: Scheme = Scheme {
    name: "github",
    about: "HMAC-SHA256 in hex over the exact bytes, in X-Hub-Signature-256",
    window: None,
    build: |settings| {
        let keys = Keys::new(settings.secrets.iter().map(Secret::text));
        Ok(Box::new(GitHub { keys }))
    },
};

struct GitHub {
    keys: Keys,
}

impl Verify for GitHub {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let value = request.header(HEADER)?;
        let claim = value.and_then(|value| hexadecimal(value.strip_prefix("sha256=")?));
        if self.keys.cover(&[request.body()], claim.as_slice()) {
            Ok(())
        } else {
            Err(invalid("sign the exact bytes of the body and send X-Hub-Signature-256: sha256=<hex>"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::trial::{INVALID, REPEATED, check, verdict};
    use super::*;

    /// The example of GitHub's documentation.
    const KEY: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const KNOWN: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_published_example_is_taken() {
        for keys in [vec![KEY], vec!["next", KEY], vec![KEY, "previous"]] {
            assert_eq!(verdict(&check("github", &keys), &[(HEADER, KNOWN)], BODY, 0), Ok(()), "{keys:?}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let check = check("github", &[KEY]);
        let told = |value: &str, body: &[u8]| verdict(&check, &[(HEADER, value)], body, 0);
        assert_eq!(told(KNOWN, b"Hello, World?"), INVALID);
        assert_eq!(told(&KNOWN[..KNOWN.len() - 2], BODY), INVALID);
        assert_eq!(told(&KNOWN[7..], BODY), INVALID, "without its prefix");
        assert_eq!(told(&KNOWN.replace("sha256", "sha1"), BODY), INVALID);
        assert_eq!(told("", BODY), INVALID);
        assert_eq!(verdict(&check, &[], BODY, 0), INVALID);
        assert_eq!(verdict(&check, &[("x-signature", KNOWN)], BODY, 0), INVALID, "another scheme's header");
        assert_eq!(verdict(&check, &[(HEADER, KNOWN), (HEADER, KNOWN)], BODY, 0), REPEATED);
        let wrong = super::super::check::trial::check("github", &["another key"]);
        assert_eq!(verdict(&wrong, &[(HEADER, KNOWN)], BODY, 0), INVALID);
    }
}
