//! The profile `s2s-json`: the signed JSON postback of seed 003 §4, §5 and §14.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Member, Profile, write_utc};
use crate::model::{Detail, Event, EventKind, FailReason, Ids, InfoReason, Outcome, Player};

mod members;

/// JSON by POST, answered by `{"status":"ok","idempotent":…}` or `{"error":…,"hint":…}`.
pub struct S2sJson;

impl Profile for S2sJson {
    fn name(&self) -> &'static str {
        "s2s-json"
    }

    fn about(&self) -> &'static str {
        "signed JSON by POST, bearer token in the header"
    }

    fn scheme(&self) -> &'static str {
        "s2s-json"
    }

    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn write_body(&self, ids: &Ids, player: &Player<'_>, event: &Event<'_>, out: &mut Vec<u8>) {
        let registration = matches!(event.detail, Detail::Registration);
        out.extend_from_slice(b"{\"account_id\":\"");
        out.extend_from_slice(player.account.as_bytes());
        out.push(b'"');
        if registration {
            member(out, b",\"aff_sub\":", player.aff_sub.json());
        }
        if let Some(money) = event.detail.money() {
            out.extend_from_slice(b",\"amount\":");
            money.amount().write_json(out);
        }
        member(out, b",\"brand_id\":", player.brand.json());
        if registration {
            member(out, b",\"campaign\":", player.campaign.json());
        }
        member(out, b",\"click_id\":", player.click_id.json());
        if registration {
            member(out, b",\"consent_version\":", player.consent.json());
            member(out, b",\"creative_id\":", player.creative.json());
        }
        if let Some(money) = event.detail.money() {
            out.extend_from_slice(b",\"currency\":\"");
            out.extend_from_slice(money.currency().code().as_bytes());
            out.push(b'"');
        }
        if registration {
            member(out, b",\"device\":", player.device.json());
        }
        out.extend_from_slice(b",\"event\":\"");
        out.extend_from_slice(event.key.kind.name().as_bytes());
        out.extend_from_slice(b"\",\"event_id\":\"");
        ids.write_event(event.key, out);
        out.push(b'"');
        if registration {
            member(out, b",\"geo\":", player.geo.json());
            out.extend_from_slice(b",\"ip\":\"");
            write_ip(player.ip, out);
            out.push(b'"');
        }
        write_particulars(event, out);
        if registration {
            out.extend_from_slice(b",\"session_id\":\"");
            out.extend_from_slice(player.session.as_bytes());
            out.push(b'"');
        }
        out.extend_from_slice(b",\"ts_event\":\"");
        write_utc(event.at, out);
        out.push(b'"');
        if registration {
            // The browser names that journeys carry are plain ASCII without quotes or backslashes.
            out.extend_from_slice(b",\"ua\":\"");
            out.extend_from_slice(player.user_agent.as_bytes());
            out.push(b'"');
        }
        out.push(b'}');
    }

    fn members(&self) -> &'static [Member] {
        members::MEMBERS
    }

    fn classify(&self, status: u16, body: &[u8]) -> Outcome {
        match status {
            200..=299 => accepted(body).unwrap_or(Outcome::Info(InfoReason::Unclear(status))),
            300..=399 => Outcome::Info(InfoReason::Redirect(status)),
            408 | 409 | 429 => Outcome::Info(InfoReason::Status(status)),
            400..=499 => Outcome::Fail(FailReason::Refused(status)),
            _ => Outcome::Info(InfoReason::Status(status)),
        }
    }
}

/// `is_ftd`, `kyc_level` and `payment_method`: the members between `ip` and `session_id`.
fn write_particulars(event: &Event<'_>, out: &mut Vec<u8>) {
    match event.detail {
        Detail::Registration | Detail::Reversal { .. } => {}
        Detail::Kyc { level } => member(out, b",\"kyc_level\":", level.json()),
        Detail::Deposit { is_ftd, method, .. } => {
            out.extend_from_slice(if is_ftd { b",\"is_ftd\":true" } else { b",\"is_ftd\":false" });
            member(out, b",\"payment_method\":", method.json());
        }
    }
    debug_assert!(event.key.kind != EventKind::Registration || event.detail.money().is_none());
}

fn member(out: &mut Vec<u8>, name: &[u8], json: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(json);
}

fn write_ip(ip: std::net::Ipv4Addr, out: &mut Vec<u8>) {
    let mut digits = itoa::Buffer::new();
    for (place, octet) in ip.octets().into_iter().enumerate() {
        if place > 0 {
            out.push(b'.');
        }
        out.extend_from_slice(digits.format(octet).as_bytes());
    }
}

/// What an accepting answer may hold: `status` absent or `"ok"`, no `error`, `idempotent` optional.
#[derive(Deserialize)]
struct Answer {
    status: Option<String>,
    error: Option<IgnoredAny>,
    idempotent: Option<bool>,
}

fn accepted(body: &[u8]) -> Option<Outcome> {
    // Serde would also read the struct from an array; only an object is an answer.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let answer: Answer = serde_json::from_slice(body).ok()?;
    let fine = answer.error.is_none() && answer.status.as_deref().is_none_or(|status| status == "ok");
    fine.then_some(Outcome::Ok { repeat: answer.idempotent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Outcome {
        S2sJson.classify(status, body.as_bytes())
    }

    #[test]
    fn a_complete_2xx_object_without_error_is_ok() {
        assert_eq!(read(200, r#"{"status":"ok","idempotent":false}"#), Outcome::Ok { repeat: Some(false) });
        assert_eq!(read(201, r#" {"idempotent":true,"more":[1]}"#), Outcome::Ok { repeat: Some(true) });
        assert_eq!(read(200, "{}"), Outcome::Ok { repeat: None });
    }

    #[test]
    fn a_2xx_that_says_something_else_is_unknown() {
        for body in [
            "",
            "OK",
            "[]",
            "[null,null,null]",
            r#"{"error":"x"}"#,
            r#"{"status":"queued"}"#,
            r#"{"status":1}"#,
            "{",
            "null",
        ] {
            assert_eq!(read(200, body), Outcome::Info(InfoReason::Unclear(200)), "{body}");
        }
    }

    #[test]
    fn refusals_redirects_and_unknowns_are_told_apart() {
        for status in [400, 401, 403, 404, 410, 413, 415, 422] {
            assert!(read(status, "").is_fail(), "{status}");
        }
        for status in [101, 408, 409, 429, 500, 503, 599, 999] {
            assert_eq!(read(status, ""), Outcome::Info(InfoReason::Status(status)));
        }
        assert_eq!(read(302, ""), Outcome::Info(InfoReason::Redirect(302)));
    }
}
