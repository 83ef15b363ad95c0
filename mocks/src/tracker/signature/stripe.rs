//! Stripe's scheme: HMAC-SHA256 over `<t>.<exact bytes>`, in `Stripe-Signature: t=<time>,v1=<hex>`, good for five
//! minutes. During a rotation there are several `v1`; other versions (`v0`) are left alone.
//!
//! Source: Stripe's documentation, "Check the webhook signatures"; and `stripe-node`, `src/Webhooks.ts`, which looks
//! only at how old a signature is and takes one from the future.

use super::keys::{Digest, Keys, MAX_CLAIMS, hexadecimal};
use super::secret::Secret;
use super::signed::{Signed, invalid};
use super::window::{FIVE_MINUTES, Window, seconds};
use super::{Scheme, Verify};
use crate::answer::Refusal;

const HEADER: &str = "stripe-signature";

const WINDOW: Window = Window { past: FIVE_MINUTES, future: None };

pub(super) const SCHEME: Scheme = Scheme {
    name: "stripe",
    about: "HMAC-SHA256 in hex over time.bytes, in Stripe-Signature, good for five minutes",
    window: Some(WINDOW),
    build: |settings| {
        let keys = Keys::new(settings.secrets.iter().map(Secret::text));
        Ok(Box::new(Stripe { keys, window: settings.window.unwrap_or(WINDOW) }))
    },
};

struct Stripe {
    keys: Keys,
    window: Window,
}

/// What the header says.
struct Claimed<'a> {
    time: &'a str,
    moment: i64,
    signatures: Vec<Digest>,
}

impl Verify for Stripe {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let refused = || invalid("sign <t>.<exact bytes> and send Stripe-Signature: t=<t>,v1=<hex>");
        let claimed = request.header(HEADER)?.and_then(Claimed::read).ok_or_else(refused)?;
        // The signature comes first: that a request is late is then said of genuine ones alone.
        if self.keys.cover(&[claimed.time.as_bytes(), b".", request.body()], &claimed.signatures) {
            self.window.check(claimed.moment, request.now())
        } else {
            Err(refused())
        }
    }
}

impl<'a> Claimed<'a> {
    /// Reads the header; none without exactly one time.
    fn read(header: &'a str) -> Option<Self> {
        let items = || header.split(',').filter_map(|item| item.trim().split_once('='));
        let mut times = items().filter(|(name, _)| *name == "t").map(|(_, value)| value);
        let (Some(time), None) = (times.next(), times.next()) else {
            return None;
        };
        let versions = items().filter(|(name, _)| *name == "v1");
        let signatures = versions.take(MAX_CLAIMS).filter_map(|(_, value)| hexadecimal(value)).collect();
        Some(Self { time, moment: seconds(time)?, signatures })
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::trial::{EXPIRED, INVALID, REPEATED, check, verdict};
    use super::*;

    /// The example in the tests of the crate `async-stripe`.
    const KEY: &str = "secret";
    const BODY: &str = concat!(
        r#"{"account":"acct_123","api_version":"2017-05-25","created":1533204620,"data":{"object":{"amount":1000,"#,
        r#""currency":"usd","customer":"cus_123","date":1533204620,"description":"Test Invoice Item","#,
        r#""discountable":false,"id":"ii_123","invoice":"in_123","livemode":false,"metadata":{},"#,
        r#""object":"invoiceitem","period":{"end":1533204620,"start":1533204620},"proration":false,"quantity":3}},"#,
        r#""id":"evt_123","livemode":false,"object":"event","pending_webhooks":1,"#,
        r#""request":{"id":"req_123","idempotency_key":"idempotency-key-123"},"type":"invoiceitem.created"}"#,
    );
    const AT: i64 = 1_533_204_620;
    const V1: &str = "5a81ebe328da1df19581cbc6c7377920947ffd30b56eebcc7ba9a6938a090965";
    const V0: &str = "63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef";

    fn told(header: &str, now: i64) -> Result<(), (axum::http::StatusCode, &'static str)> {
        verdict(&check("stripe", &[KEY]), &[(HEADER, header)], BODY.as_bytes(), now)
    }

    #[test]
    fn the_published_example_is_taken_and_ages() {
        let header = format!("t={AT},v1={V1},v0={V0}");
        for keys in [vec![KEY], vec!["next", KEY], vec![KEY, "previous"]] {
            let check = check("stripe", &keys);
            assert_eq!(verdict(&check, &[(HEADER, &header)], BODY.as_bytes(), AT), Ok(()), "{keys:?}");
        }
        assert_eq!([told(&header, AT + 300), told(&header, AT + 301)], [Ok(()), EXPIRED]);
        assert_eq!(told(&header, AT - 100_000), Ok(()), "the future is not looked at");
    }

    #[test]
    fn one_good_signature_among_several_is_enough() {
        assert_eq!(told(&format!("t={AT},v1={V0},v1={V1}"), AT), Ok(()));
        assert_eq!(told(&format!("t={AT}, v1={V1}, v2=x"), AT), Ok(()));
        let many = format!("t={AT}{},v1={V1}", format!(",v1={V0}").repeat(MAX_CLAIMS));
        assert_eq!(told(&many, AT), INVALID, "more signatures than are looked at");
    }

    #[test]
    fn everything_else_is_refused() {
        let good = format!("t={AT},v1={V1}");
        for header in [
            String::new(),
            V1.to_owned(),
            format!("v1={V1}"),
            format!("t={AT}"),
            format!("t={AT},v0={V1}"),
            format!("t={AT},v1={V0}"),
            format!("t={AT},v1={}", &V1[..62]),
            format!("t={},v1={V1}", AT + 1),
            format!("t=+{AT},v1={V1}"),
            format!("t={AT},t={AT},v1={V1}"),
        ] {
            assert_eq!(told(&header, AT), INVALID, "{header}");
        }
        let stripe = check("stripe", &[KEY]);
        assert_eq!(verdict(&stripe, &[], BODY.as_bytes(), AT), INVALID);
        assert_eq!(verdict(&stripe, &[(HEADER, &good), (HEADER, &good)], BODY.as_bytes(), AT), REPEATED);
        assert_eq!(verdict(&stripe, &[(HEADER, &good)], BODY.replace("1000", "1001").as_bytes(), AT), INVALID);
        assert_eq!(verdict(&check("stripe", &["another key"]), &[(HEADER, &good)], BODY.as_bytes(), AT), INVALID);
    }
}
