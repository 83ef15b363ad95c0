//! The scheme `s2s-json`: `sha256=<hex HMAC-SHA256 of the canonical payload>` in a header or a body member.
//! The forms of the payload are in `canonical`, the surgery on bodies in `member`.

use std::borrow::Cow;

use subtle::ConstantTimeEq;

use super::{
    Canonical, CanonicalError, Delivered, HmacKey, Message, Place, Prepared, Recipe, Refusal, Scheme, Settings,
    SignError, Signed,
    member::{self, Found},
};
use crate::model::Secret;

/// The scheme's name in profiles.
pub(super) const NAME: &str = "s2s-json";

/// What stands before the digits.
const PREFIX: &str = "sha256=";

/// The member that is never part of the payload, even where the signature travels in a header.
const SIGNATURE_MEMBER: &str = "signature";

/// The default scheme, with a profile's choice of form and place.
#[derive(Debug, Clone)]
pub struct S2sJson {
    settings: Settings,
}

impl S2sJson {
    /// Makes the scheme with these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// The bytes that are signed for a body.
    pub fn payload<'a>(&self, body: &'a [u8]) -> Result<Cow<'a, [u8]>, CanonicalError> {
        self.settings.canonical.apply(body, self.left_out())
    }

    /// The member that the payload leaves out. `raw` beside a header means the exact bytes, so nothing is.
    fn left_out(&self) -> Option<&str> {
        match (&self.settings.place, self.settings.canonical) {
            (Place::Member(name), _) => Some(name),
            (Place::Header(_), Canonical::Raw) => None,
            (Place::Header(_), _) => Some(SIGNATURE_MEMBER),
        }
    }

    /// The 64 digits that were delivered, cut from their place and checked for form.
    fn digits(&self, delivered: &Delivered<'_>) -> Result<String, Refusal> {
        let place = || self.settings.place.to_string();
        let malformed = || Refusal::Malformed { place: place(), expected: "sha256=<64 lower-case hex digits>" };
        let digits = match &self.settings.place {
            Place::Header(name) => delivered.sole_header(name)?.strip_prefix(PREFIX).ok_or_else(malformed)?.to_owned(),
            Place::Member(name) => match member::read(delivered.body, name)? {
                Found::Absent => return Err(Refusal::Missing { place: place() }),
                Found::Repeated => return Err(Refusal::Repeated { place: place() }),
                Found::Other => return Err(malformed()),
                // The source document shows the bare digest in the member, so both spellings are read.
                Found::Text(text) => text.strip_prefix(PREFIX).unwrap_or(&text).to_owned(),
            },
        };
        // One spelling only: were capitals taken too, a signature could be altered and still hold.
        if digits.len() == 64 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(digits)
        } else {
            Err(malformed())
        }
    }
}

impl Scheme for S2sJson {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        let Settings { canonical, place } = &self.settings;
        let less = match self.left_out() {
            Some(name) => format!(" of the body without its member `{name}`"),
            None => String::new(),
        };
        format!("HMAC-SHA256 over {}{less}, in {place}", canonical.describe())
    }

    fn place(&self) -> Place {
        self.settings.place.clone()
    }

    fn canonical(&self) -> Option<Canonical> {
        Some(self.settings.canonical)
    }

    fn digest_name(&self) -> Option<&'static str> {
        Some("sha256")
    }

    fn prepared(&self, key: &Secret) -> Option<Prepared> {
        match &self.settings.place {
            Place::Header(name) => Some(Prepared::new(key, name, PREFIX)),
            Place::Member(_) => None,
        }
    }

    fn recipe(&self) -> Recipe {
        Recipe::hex("sha256={s}")
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(self.payload(message.body)?)
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        let mut value = PREFIX.as_bytes().to_vec();
        HmacKey::new(key).write_hex(&self.payload(message.body)?, &mut value);
        let value = String::from_utf8(value).expect("the prefix and hex digits are ASCII");
        Ok(match &self.settings.place {
            Place::Header(name) => Signed { headers: vec![(name.clone(), value)], body: None },
            Place::Member(name) => {
                Signed { headers: Vec::new(), body: Some(member::insert(message.body, name, &value)?) }
            }
        })
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let digits = self.digits(delivered)?;
        let mut owed = Vec::with_capacity(64);
        HmacKey::new(key).write_hex(&self.payload(delivered.body)?, &mut owed);
        // Constant time, so that the time of an answer tells a forger nothing about the digits.
        if bool::from(owed.ct_eq(digits.as_bytes())) { Ok(()) } else { Err(Refusal::Mismatch) }
    }
}

#[cfg(test)]
mod tests;
