//! What a network's answer means for the postback it answers: status and body together.
//!
//! 2xx alone says little: networks answer 200 to what they did not record (domain.md §1).

use std::time::Duration;

use serde_json::Value;

use super::rules::{Acknowledgement, Rules};
use super::settings::{Dialect, Network};

/// An answer as it came.
pub(super) struct Reply {
    pub(super) status: u16,
    /// At most the first [`MOST_BODY`] bytes; nothing when it broke off.
    pub(super) body: Option<Vec<u8>>,
    /// What its `Retry-After` asks for.
    pub(super) wish: Option<Duration>,
}

/// More of an answer than this is not read.
pub(super) const MOST_BODY: usize = 64 * 1024;

/// What becomes of the postback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The network has it.
    Delivered,
    /// The same again, later.
    Again(Option<Duration>),
    /// The network knows this event with other contents: settled when an earlier attempt may have told it.
    Conflict,
    /// It will never be taken as it is.
    Refused,
}

/// Judges an answer of `network`.
pub(super) fn judge(network: &Network, reply: &Reply, rules: Rules) -> Verdict {
    if rules.acknowledgement == Acknowledgement::AnyAnswer {
        return Verdict::Delivered;
    }
    match reply.status {
        200..=299 => taken(network, reply),
        // Redirects are not followed: a postback belongs to the address that was agreed on, and that can be mended.
        408 | 425 | 429 => Verdict::Again(reply.wish),
        409 => Verdict::Conflict,
        400..=499 => Verdict::Refused,
        _ => Verdict::Again(reply.wish),
    }
}

/// Whether a 2xx says that the postback was taken.
fn taken(network: &Network, reply: &Reply) -> Verdict {
    let Some(body) = &reply.body else { return Verdict::Again(None) };
    match &network.dialect {
        Dialect::Signed(_) => match serde_json::from_slice(body) {
            Ok(Value::Object(answer)) if acknowledges(&answer) => Verdict::Delivered,
            _ => Verdict::Again(reply.wish),
        },
        Dialect::Template(dialect) => {
            let begins = |starts: &[String]| starts.iter().any(|start| body.starts_with(start.as_bytes()));
            if begins(&dialect.refuses) {
                Verdict::Refused
            } else if dialect.accepts.is_empty() || begins(&dialect.accepts) {
                Verdict::Delivered
            } else {
                Verdict::Again(reply.wish)
            }
        }
    }
}

fn acknowledges(answer: &serde_json::Map<String, Value>) -> bool {
    !answer.contains_key("error") && answer.get("status").is_none_or(|status| status == "ok")
}

#[cfg(test)]
mod tests {
    use super::super::settings::Settings;
    use super::*;

    fn verdict(network: usize, status: u16, body: &str) -> Verdict {
        let settings = Settings::default();
        let reply = Reply { status, body: Some(body.into()), wish: Some(Duration::from_secs(9)) };
        judge(&settings.networks[network], &reply, Rules::default())
    }

    const AGAIN: Verdict = Verdict::Again(Some(Duration::from_secs(9)));

    #[test]
    fn signed_json_is_acknowledged_by_its_body() {
        for body in [r#"{"status":"ok","idempotent":false}"#, r#"{"idempotent":true}"#, "{}"] {
            assert_eq!(verdict(0, 200, body), Verdict::Delivered, "{body}");
        }
        for body in ["", "ok", "[]", r#"{"status":"queued"}"#, r#"{"error":"signature_invalid"}"#, r#"{"status":"o"#] {
            assert_eq!(verdict(0, 200, body), AGAIN, "{body}");
        }
    }

    #[test]
    fn parameters_are_acknowledged_by_what_the_network_says() {
        assert_eq!(verdict(1, 200, "OK"), Verdict::Delivered);
        assert_eq!(verdict(1, 200, "DUPLICATE"), Verdict::Delivered);
        assert_eq!(verdict(1, 200, "ERROR unknown click"), Verdict::Refused);
        assert_eq!(verdict(1, 200, "<html>"), AGAIN);
    }

    #[test]
    fn statuses_sort_into_later_never_and_known() {
        for status in [408, 425, 429, 500, 503, 301, 302, 308, 100, 999] {
            assert_eq!(verdict(0, status, "{}"), AGAIN, "{status}");
        }
        for status in [400, 401, 403, 404, 413, 422] {
            assert_eq!(verdict(0, status, "{}"), Verdict::Refused, "{status}");
        }
        assert_eq!(verdict(0, 409, "{}"), Verdict::Conflict);
    }

    #[test]
    fn a_broken_answer_is_no_answer() {
        let settings = Settings::default();
        let reply = Reply { status: 200, body: None, wish: None };
        assert_eq!(judge(&settings.networks[1], &reply, Rules::default()), Verdict::Again(None));
    }

    #[test]
    fn the_careless_operator_takes_any_answer() {
        let settings = Settings::default();
        let careless = Rules { acknowledgement: Acknowledgement::AnyAnswer, ..Rules::default() };
        for status in [200, 302, 403, 500] {
            let reply = Reply { status, body: None, wish: None };
            assert_eq!(judge(&settings.networks[0], &reply, careless), Verdict::Delivered);
        }
    }
}
