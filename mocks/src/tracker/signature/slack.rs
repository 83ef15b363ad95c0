//! Slack's scheme: HMAC-SHA256 over `v0:<time>:<exact bytes>`, in `X-Slack-Signature: v0=<hex>`, the time in
//! `X-Slack-Request-Timestamp` and good for five minutes either way.
//!
//! Source: Slack's documentation, "Verifying requests from Slack", and its Python SDK.

use super::keys::{Keys, hexadecimal};
use super::secret::Secret;
use super::signed::{Signed, invalid};
use super::window::{FIVE_MINUTES, Window, seconds};
use super::{Scheme, Verify};
use crate::answer::Refusal;

const SIGNATURE: &str = "x-slack-signature";
const TIME: &str = "x-slack-request-timestamp";

const WINDOW: Window = Window { past: FIVE_MINUTES, future: Some(FIVE_MINUTES) };

pub(super) const SCHEME: Scheme = Scheme {
    name: "slack",
    about: "HMAC-SHA256 in hex over v0:time:bytes, in X-Slack-Signature, good for five minutes",
    window: Some(WINDOW),
    build: |settings| {
        let keys = Keys::new(settings.secrets.iter().map(Secret::text));
        Ok(Box::new(Slack { keys, window: settings.window.unwrap_or(WINDOW) }))
    },
};

struct Slack {
    keys: Keys,
    window: Window,
}

impl Verify for Slack {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let hint = "sign v0:<time>:<exact bytes>; send X-Slack-Signature: v0=<hex> and X-Slack-Request-Timestamp";
        let time = request.header(TIME)?.ok_or_else(|| invalid(hint))?;
        let moment = seconds(time).ok_or_else(|| invalid(hint))?;
        let claim = request.header(SIGNATURE)?.and_then(|value| hexadecimal(value.strip_prefix("v0=")?));
        // The signature comes first: that a request is late is then said of genuine ones alone.
        if self.keys.cover(&[b"v0:", time.as_bytes(), b":", request.body()], claim.as_slice()) {
            self.window.check(moment, request.now())
        } else {
            Err(invalid(hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::trial::{EXPIRED, INVALID, PREMATURE, REPEATED, check, verdict};
    use super::*;

    /// The example of Slack's documentation and of its Python SDK.
    const KEY: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const BODY: &[u8] = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&\
        channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&\
        text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F\
        96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const AT: i64 = 1_531_420_618;
    const KNOWN: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    const HEADERS: [(&str, &str); 2] = [(SIGNATURE, KNOWN), (TIME, "1531420618")];

    #[test]
    fn the_published_example_is_taken_within_its_window() {
        for keys in [vec![KEY], vec!["next", KEY], vec![KEY, "previous"]] {
            assert_eq!(verdict(&check("slack", &keys), &HEADERS, BODY, AT), Ok(()), "{keys:?}");
        }
        let at = |now: i64| verdict(&check("slack", &[KEY]), &HEADERS, BODY, now);
        assert_eq!([at(AT + 300), at(AT + 301)], [Ok(()), EXPIRED]);
        assert_eq!([at(AT - 300), at(AT - 301)], [Ok(()), PREMATURE]);
    }

    #[test]
    fn everything_else_is_refused() {
        let slack = check("slack", &[KEY]);
        let told = |headers: &[(&str, &str)]| verdict(&slack, headers, BODY, AT);
        assert_eq!(told(&[]), INVALID);
        assert_eq!(told(&HEADERS[..1]), INVALID, "no time");
        assert_eq!(told(&HEADERS[1..]), INVALID, "no signature");
        assert_eq!(told(&[(SIGNATURE, KNOWN), (TIME, "1531420619")]), INVALID, "another time");
        assert_eq!(told(&[(SIGNATURE, KNOWN), (TIME, "01531420618")]), INVALID);
        assert_eq!(told(&[(SIGNATURE, KNOWN), (TIME, "now")]), INVALID);
        assert_eq!(told(&[(SIGNATURE, &KNOWN[..60]), HEADERS[1]]), INVALID, "a part of the signature");
        assert_eq!(told(&[(SIGNATURE, &KNOWN[3..]), HEADERS[1]]), INVALID, "without its version");
        assert_eq!(told(&[HEADERS[0], HEADERS[0], HEADERS[1]]), REPEATED);
        assert_eq!(told(&[HEADERS[0], HEADERS[1], HEADERS[1]]), REPEATED);
        assert_eq!(verdict(&slack, &HEADERS, &BODY[1..], AT), INVALID);
        assert_eq!(verdict(&slack, &HEADERS, &BODY[1..], AT + 999), INVALID, "wrong and late is wrong");
        assert_eq!(verdict(&check("slack", &["another key"]), &HEADERS, BODY, AT), INVALID);
    }
}
