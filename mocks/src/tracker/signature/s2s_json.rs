//! The trade's own scheme: HMAC-SHA256 over the canonical payload, in `X-Signature: sha256=<hex>` or in the body's
//! `signature` member, which then is no part of the payload.
//!
//! Where both are there, the header decides. A signature over raw bytes cannot stand inside of them. The ways to get all
//! this wrong are left to `misread`.

mod misread;

use super::form::{self, Canonical};
use super::keys::{Digest, Keys, hexadecimal};
use super::secret::Secret;
use super::settings::Settings;
use super::signed::{Signed, invalid};
use super::{Scheme, Verify};
use crate::answer::Refusal;
use crate::tracker::canonical::SIGNATURE_MEMBER;
use crate::tracker::json::Json;
use misread::Misreading;

const HEADER: &str = "x-signature";
const PREFIX: &str = "sha256=";

pub(super) const SCHEME: Scheme = Scheme {
    name: "s2s-json",
    about: "HMAC-SHA256 in hex over the canonical payload, in X-Signature or in the body",
    window: None,
    build: |settings| Ok(Box::new(S2sJson::new(settings))),
};

/// The scheme with its keys.
pub(super) struct S2sJson {
    canonical: Canonical,
    keys: Keys,
    misreading: Option<Misreading>,
}

impl S2sJson {
    /// The scheme as it is set.
    fn new(settings: &Settings) -> Self {
        let keys = Keys::new(settings.secrets.iter().map(Secret::text));
        Self { canonical: settings.canonical, keys, misreading: Misreading::of(settings) }
    }

    /// The signature that the sender claims.
    fn claimed(&self, request: &Signed<'_>) -> Result<Option<Digest>, Refusal> {
        if let Some(value) = request.header(HEADER)? {
            return Ok(value.strip_prefix(PREFIX).and_then(hexadecimal));
        }
        if self.canonical == Canonical::Raw {
            return Ok(None);
        }
        let text = request.json().and_then(|body| body.member(SIGNATURE_MEMBER)).and_then(Json::text);
        Ok(text.and_then(|text| hexadecimal(text.strip_prefix(PREFIX).unwrap_or(text))))
    }

    fn covered_by(&self, claim: Digest, request: &Signed<'_>) -> Option<bool> {
        let covers = |text: &[u8]| self.keys.cover(&[text], &[claim]);
        match self.canonical {
            Canonical::Jcs => request.canonical().map(|text| covers(text.as_bytes())),
            Canonical::Sorted => request.json().map(|body| covers(form::sorted(body).as_bytes())),
            Canonical::Raw => Some(covers(request.body())),
        }
    }
}

impl Verify for S2sJson {
    fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        if let Some(misreading) = &self.misreading {
            return misreading.check(request);
        }
        let good = self.claimed(request)?.and_then(|claim| self.covered_by(claim, request));
        if good == Some(true) { Ok(()) } else { Err(invalid("check canonical order")) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RawSettings;
    use super::super::check::SignatureCheck;
    use super::super::check::trial::{INVALID, REPEATED, verdict};
    use super::*;

    /// The deposit of the trade's own description (seed 003, section 14.1), and what its signature is known to be in
    /// each form (`domain.md`, section 3).
    const BODY: &str = r#"{ "event":"deposit_success","event_id":"dep_9aa", "click_id":"clk_123","account_id":"u_456",
        "amount":100.00,"currency":"USD","is_ftd":true, "ts_event":"2025-10-21T15:12:31Z" }"#;
    const KEY: &str = "postback-test-secret";
    const JCS: &str = "689481a85415d2d73174538bc35e0d9245bcc6f51672e0b3e6f8c52b786029e9";
    const SORTED: &str = "f59d6edf1c8e7970b9e48795ea8178000cbff74ab0b3e1d18aabcde069b02c85";

    fn check(canonical: Canonical, secrets: &[&str]) -> SignatureCheck {
        let secrets = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        let raw = RawSettings { canonical, secrets, ..RawSettings::default() };
        SignatureCheck::new(&raw.try_into().expect("settings")).expect("a check")
    }

    fn told(canonical: Canonical, headers: &[&str], member: Option<&str>) -> Result<(), (u16, &'static str)> {
        let text = match member {
            Some(member) => BODY.replacen('{', &format!("{{\"signature\":\"{member}\","), 1),
            None => BODY.to_owned(),
        };
        let headers: Vec<_> = headers.iter().map(|value| (HEADER, *value)).collect();
        let check = check(canonical, &[KEY]);
        verdict(&check, &headers, text.as_bytes(), 0).map_err(|(status, code)| (status.as_u16(), code))
    }

    #[test]
    fn known_answers_are_taken_in_every_place() {
        for (form, known) in [(Canonical::Jcs, JCS), (Canonical::Sorted, SORTED)] {
            let prefixed = format!("{PREFIX}{known}");
            assert_eq!(told(form, &[&prefixed], None), Ok(()));
            assert_eq!(told(form, &[&format!("{PREFIX}{}", known.to_uppercase())], None), Ok(()));
            assert_eq!(told(form, &[], Some(known)), Ok(()));
            assert_eq!(told(form, &[], Some(&prefixed)), Ok(()));
        }
    }

    #[test]
    fn each_form_refuses_the_others() {
        let invalid = Err((403, "invalid"));
        assert_eq!(told(Canonical::Jcs, &[&format!("{PREFIX}{SORTED}")], None), invalid);
        assert_eq!(told(Canonical::Sorted, &[&format!("{PREFIX}{JCS}")], None), invalid);
        assert_eq!(told(Canonical::Raw, &[&format!("{PREFIX}{JCS}")], None), invalid);
        assert_eq!(told(Canonical::Raw, &[&format!("{PREFIX}{SORTED}")], None), invalid);
    }

    #[test]
    fn raw_covers_exact_bytes_and_only_in_the_header() {
        let raw = check(Canonical::Raw, &["Jefe"]);
        let known = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(verdict(&raw, &[(HEADER, known)], b"what do ya want for nothing?", 0), Ok(()));
        assert_eq!(verdict(&raw, &[(HEADER, known)], b"what do ya want  for nothing?", 0), INVALID);
        assert_eq!(told(Canonical::Raw, &[], Some(JCS)).map_err(|(status, _)| status), Err(403));
    }

    #[test]
    fn everything_else_is_refused() {
        let jcs = |headers: &[&str], member| told(Canonical::Jcs, headers, member);
        let prefixed = format!("{PREFIX}{JCS}");
        let other = format!("{PREFIX}{}", JCS.replace('6', "7"));
        let invalid = Err((403, "invalid"));
        assert_eq!(jcs(&[], None), invalid);
        assert_eq!(jcs(&[JCS], None), invalid, "a header without its prefix");
        assert_eq!(jcs(&[&other], None), invalid);
        assert_eq!(jcs(&[&other], Some(JCS)), invalid, "the header decides where there is one");
        assert_eq!(jcs(&[&prefixed[..40]], None), invalid, "a part of the signature");
        assert_eq!(jcs(&[""], None), invalid);
        assert_eq!(jcs(&[&prefixed, &prefixed], None), Err((400, "repeated")));
        let check = check(Canonical::Jcs, &[KEY]);
        let changed = BODY.replace("100.00", "100.01");
        assert_eq!(verdict(&check, &[(HEADER, &prefixed)], changed.as_bytes(), 0), INVALID);
        assert_eq!(verdict(&check, &[(HEADER, &prefixed)], b"no JSON", 0), INVALID);
        assert_eq!(verdict(&check, &[(HEADER, "a"), (HEADER, "b")], b"no JSON", 0), REPEATED);
    }

    #[test]
    fn both_secrets_of_a_rotation_are_good_and_no_third() {
        let prefixed = format!("{PREFIX}{JCS}");
        let by =
            |secrets: &[&str]| verdict(&check(Canonical::Jcs, secrets), &[(HEADER, &prefixed)], BODY.as_bytes(), 0);
        assert_eq!(by(&["next", KEY]), Ok(()));
        assert_eq!(by(&[KEY, "previous"]), Ok(()));
        assert_eq!(by(&["next", "previous"]), INVALID);
    }
}
