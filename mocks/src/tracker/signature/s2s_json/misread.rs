//! The ways to get `s2s-json` wrong: another text, another digest, fewer digits.
//!
//! No sound tracker has a use for it; it exists for the defects that turn these knobs. Written apart from the scheme
//! itself, so that the sound reading stays as plain as it is.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::super::form::{self, Canonical};
use super::super::secret::Secret;
use super::super::settings::Settings;
use super::super::signed::{Signed, invalid};
use super::HEADER;
use crate::answer::Refusal;
use crate::tracker::canonical::SIGNATURE_MEMBER;
use crate::tracker::json::Json;
use crate::tracker::rules::{Check, Cover, Digests, Digits, SignatureReading};

/// The digest that was agreed on.
const AGREED: &str = "sha256";

/// Every digest that is known here, and how many hexadecimal digits it has.
const KNOWN: [(&str, usize); 4] = [("md5", 32), ("sha1", 40), (AGREED, 64), ("sha512", 128)];

/// The scheme, read wrongly.
pub(super) struct Misreading {
    reading: SignatureReading,
    canonical: Canonical,
    secrets: Vec<Secret>,
}

/// A signature as it was sent.
struct Claim<'a> {
    digest: &'a str,
    digits: &'a str,
}

impl Misreading {
    /// The misreading that the settings ask for; none where signatures are read as they should be.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let Settings { reading, canonical, secrets, .. } = settings;
        let asked = *reading != SignatureReading::default();
        asked.then(|| Self { reading: *reading, canonical: *canonical, secrets: secrets.clone() })
    }

    fn claimed<'a>(&self, request: &'a Signed<'_>) -> Result<Option<Claim<'a>>, Refusal> {
        let (text, prefix) = match request.header(HEADER)? {
            Some(text) => (Some(text), self.reading.prefix),
            // A body's own signature may do without the name.
            None => {
                (request.json().and_then(|body| body.member(SIGNATURE_MEMBER)).and_then(Json::text), Check::Skipped)
            }
        };
        let Some(text) = text else { return Ok(None) };
        Ok(match (text.split_once('='), prefix) {
            (Some((digest, digits)), _) => Some(Claim { digest, digits }),
            (None, Check::Skipped) => Some(Claim { digest: AGREED, digits: text }),
            (None, Check::Enforced) => None,
        })
    }

    fn covered(&self, request: &Signed<'_>) -> Option<Vec<u8>> {
        let agreed = || match self.canonical {
            Canonical::Jcs => request.canonical().map(str::to_owned),
            Canonical::Sorted => request.json().map(form::sorted),
            Canonical::Raw => str::from_utf8(request.body()).ok().map(str::to_owned),
        };
        match self.reading.cover {
            Cover::Agreed => agreed().map(String::into_bytes),
            Cover::Bytes => Some(request.body().to_vec()),
            Cover::Escaped => agreed().map(|text| escaped(&text).into_bytes()),
        }
    }

    /// The digest whose HMAC the claim is held against.
    fn digest<'a>(&self, claim: &Claim<'a>) -> Option<&'a str> {
        match self.reading.digests {
            Digests::Agreed => (claim.digest == AGREED).then_some(AGREED),
            Digests::Named => Some(claim.digest),
            Digests::Measured => {
                let known = KNOWN.iter().find(|(_, digits)| *digits == claim.digits.len());
                known.map(|(name, _)| *name).filter(|_| claim.digest == AGREED)
            }
        }
    }

    fn is_good(&self, claim: &Claim<'_>, text: &[u8]) -> bool {
        let Some(digest) = self.digest(claim) else { return false };
        let sent = claim.digits.to_ascii_lowercase();
        self.secrets.iter().filter_map(|secret| hmac(digest, secret.text().as_bytes(), text)).any(|owed| {
            match self.reading.digits {
                Digits::All => owed == sent,
                Digits::Sent => owed.starts_with(&sent),
            }
        })
    }

    /// Refuses what not even the wrong reading covers.
    pub(super) fn check(&self, request: &Signed<'_>) -> Result<(), Refusal> {
        let claim = self.claimed(request)?;
        let good = claim.is_some_and(|claim| self.covered(request).is_some_and(|text| self.is_good(&claim, &text)));
        if good { Ok(()) } else { Err(invalid("check canonical order")) }
    }
}

/// The HMAC of that digest in hexadecimal; none for a digest that is not known.
fn hmac(digest: &str, key: &[u8], text: &[u8]) -> Option<String> {
    match digest {
        "md5" => made::<Hmac<Md5>>(key, text),
        "sha1" => made::<Hmac<Sha1>>(key, text),
        AGREED => made::<Hmac<Sha256>>(key, text),
        "sha512" => made::<Hmac<Sha512>>(key, text),
        _ => None,
    }
}

fn made<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Option<String> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(text);
    Some(hex::encode(mac.finalize().into_bytes()))
}

/// The text with everything as `\uXXXX` that is not ASCII.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            let mut units = [0; 2];
            out.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::RawSettings;
    use super::super::super::check::SignatureCheck;
    use super::super::super::check::trial::{INVALID, verdict};
    use super::*;

    /// RFC 2202, test case 2 of each, and RFC 4231, test case 2: the key `Jefe` over this text, which is no JSON.
    const TEXT: &[u8] = b"what do ya want for nothing?";
    const MD5: &str = "750c783e6ab0b503eaa86e310a5db738";
    const SHA1: &str = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    const SHA256: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA512: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";

    fn is_taken(reading: SignatureReading, header: &str, body: &[u8]) -> bool {
        let canonical = if body == TEXT { Canonical::Raw } else { Canonical::Jcs };
        let raw = RawSettings { canonical, secrets: vec![Secret::new("Jefe")], ..RawSettings::default() };
        let settings: Settings = raw.try_into().expect("settings");
        let check = SignatureCheck::new(&settings.read_as(reading)).expect("a check");
        let told = verdict(&check, &[(HEADER, header)], body, 0);
        assert!(told == Ok(()) || told == INVALID, "{told:?}");
        told.is_ok()
    }

    #[test]
    fn digests_are_taken_by_name_or_by_measure() {
        let known = [("md5", MD5), ("sha1", SHA1), ("sha256", SHA256), ("sha512", SHA512)];
        let reading = |digests| SignatureReading { digests, ..SignatureReading::default() };
        for (name, digits) in known {
            let (own, agreed) = (format!("{name}={digits}"), format!("sha256={digits}"));
            let is_agreed = name == AGREED;
            let taken = |digests, header: &str| is_taken(reading(digests), header, TEXT);
            assert_eq!([taken(Digests::Agreed, &own), taken(Digests::Agreed, &agreed)], [is_agreed; 2]);
            assert_eq!([taken(Digests::Named, &own), taken(Digests::Named, &agreed)], [true, is_agreed], "{name}");
            assert_eq!(
                [taken(Digests::Measured, &own), taken(Digests::Measured, &agreed)],
                [is_agreed, true],
                "{name}"
            );
        }
        assert!(!is_taken(reading(Digests::Named), &format!("sha3={SHA256}"), TEXT));
    }

    #[test]
    fn a_part_or_the_bare_digits_are_taken() {
        let short = SignatureReading { digits: Digits::Sent, ..SignatureReading::default() };
        assert!(is_taken(short, &format!("sha256={}", &SHA256[..8]), TEXT) && is_taken(short, "sha256=", TEXT));
        assert!(!is_taken(short, &format!("sha256={}", &SHA256[1..9]), TEXT) && !is_taken(short, "", TEXT));
        let bare = SignatureReading { prefix: Check::Skipped, ..SignatureReading::default() };
        assert!(is_taken(bare, SHA256, TEXT) && !is_taken(bare, MD5, TEXT) && !is_taken(bare, "", TEXT));
    }

    #[test]
    fn another_text_is_covered() {
        let sign = |text: &str| format!("sha256={}", hmac(AGREED, b"Jefe", text.as_bytes()).expect("known"));
        let cover = |cover| SignatureReading { cover, ..SignatureReading::default() };
        let body = "{\"b\": \"é😀\", \"a\":1}";
        let canonical = "{\"a\":1,\"b\":\"é😀\"}";
        let ascii = "{\"a\":1,\"b\":\"\\u00e9\\ud83d\\ude00\"}";
        for (reading, text) in [(Cover::Agreed, canonical), (Cover::Bytes, body), (Cover::Escaped, ascii)] {
            let taken = [canonical, body, ascii].map(|signed| is_taken(cover(reading), &sign(signed), body.as_bytes()));
            assert_eq!(taken, [canonical, body, ascii].map(|signed| signed == text), "{reading:?}");
        }
    }
}
