//! The scheme `standard-webhooks`, which is Svix's too: `v1,<base64>` over `{id}.{timestamp}.{body}`, with a base64 key
//! (standard-webhooks specification; domain.md §3). Asymmetric signatures (`v1a`) are passed over, not checked.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::digest::{Spelling, same};
use super::window::{self, Window};
use super::{Delivered, HmacKey, KeyText, Message, Place, Recipe, Refusal, Scheme, SignError, Signed};
use crate::model::Secret;

/// The scheme's name in scenarios.
pub(super) const NAME: &str = "standard-webhooks";

/// What it is, for lists.
pub(super) const ABOUT: &str = "v1,<base64 HMAC-SHA256 of {id}.{timestamp}.{body}> in webhook-signature (Svix too), key whsec_<base64>, within 300 s";

/// The two families of header names that are read. One message carries one of them.
const FAMILIES: [Names; 2] = [
    Names { id: "webhook-id", timestamp: "webhook-timestamp", signature: "webhook-signature" },
    Names { id: "svix-id", timestamp: "svix-timestamp", signature: "svix-signature" },
];

const WINDOW: Window = Window { past: 300, future: Some(300) };

/// What keys look like.
const KEY: &str = "whsec_<base64>, or the base64 alone";

/// Longest list that is read. While keys are rotated a sender signs with each of them, and has two or three.
const MAX_SIGNATURES: usize = 16;

/// Signs as the Standard Webhooks specification has it.
#[derive(Debug, Clone, Copy)]
pub struct StandardWebhooks;

/// The headers of one family.
struct Names {
    id: &'static str,
    timestamp: &'static str,
    signature: &'static str,
}

impl Names {
    /// The family that a message carries. Both at once are refused, because readers differ in which they take.
    fn of(delivered: &Delivered<'_>) -> Result<&'static Self, Refusal> {
        let [own, svix] = &FAMILIES;
        let there = |name: &str| delivered.header_values(name).next().is_some();
        let carried = |names: &Self| there(names.id) || there(names.timestamp) || there(names.signature);
        match (carried(own), carried(svix)) {
            (true, true) => Err(Refusal::Repeated { place: "a header of webhook-* and svix-*".to_owned() }),
            (false, true) => Ok(svix),
            (_, false) => Ok(own),
        }
    }
}

/// The HMAC key that a secret stands for.
fn decoded(key: &Secret) -> Option<Secret> {
    let text = std::str::from_utf8(key.expose()).ok()?;
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok()?;
    (!bytes.is_empty()).then(|| Secret::new(bytes))
}

/// Reads the list, separated by spaces. Signatures of other versions are passed over.
fn read(list: &str, header: &str) -> Result<Vec<[u8; 32]>, Refusal> {
    let malformed =
        || Refusal::Malformed { place: format!("header {header}"), expected: "v1,<44 base64 characters>[ v1,…]" };
    let mut digests = Vec::new();
    for (index, entry) in list.split(' ').enumerate() {
        match entry.split_once(',').ok_or_else(malformed)? {
            _ if index == MAX_SIGNATURES => return Err(malformed()),
            ("v1", digest) => digests.push(Spelling::Base64.read(digest).ok_or_else(malformed)?),
            _ => {}
        }
    }
    if digests.is_empty() { Err(malformed()) } else { Ok(digests) }
}

fn payload(id: &str, time: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", time.as_bytes(), b".", body].concat()
}

impl Scheme for StandardWebhooks {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        format!("HMAC-SHA256 over {{id}}.{{timestamp}}.{{exact bytes}}, in header {}, {WINDOW}", FAMILIES[0].signature)
    }

    fn place(&self) -> Place {
        Place::Header(FAMILIES[0].signature.to_owned())
    }

    fn window(&self) -> Option<Window> {
        Some(WINDOW)
    }

    /// A key of the same length whose first character is another; any text would be no base64.
    fn another_key(&self, key: &Secret) -> Secret {
        let start = if key.expose().starts_with(b"whsec_") { 6 } else { 0 };
        let mut bytes = key.expose().to_vec();
        if let Some(first) = bytes.get_mut(start) {
            *first = if *first == b'A' { b'B' } else { b'A' };
        }
        Secret::new(bytes)
    }

    fn recipe(&self) -> Recipe {
        const COMPANIONS: &[(&str, &str)] = &[("webhook-id", "{id}"), ("webhook-timestamp", "{t}")];
        Recipe {
            key: KeyText::Base64After("whsec_"),
            before: "{id}.{t}.",
            base64: true,
            value: "v1,{s}",
            companions: COMPANIONS,
        }
    }

    fn signed_bytes<'a>(&self, message: &Message<'a>) -> Result<Cow<'a, [u8]>, SignError> {
        Ok(Cow::Owned(payload(message.header_id()?, &message.second()?.to_string(), message.body)))
    }

    fn sign(&self, key: &Secret, message: &Message<'_>) -> Result<Signed, SignError> {
        let key = decoded(key).ok_or(SignError::Key { expected: KEY })?;
        let digest = Spelling::Base64.write(&HmacKey::new(&key).mac(&self.signed_bytes(message)?));
        let [names, _] = &FAMILIES;
        let headers = vec![
            (names.id.to_owned(), message.header_id()?.to_owned()),
            (names.timestamp.to_owned(), message.second()?.to_string()),
            (names.signature.to_owned(), format!("v1,{digest}")),
        ];
        Ok(Signed { headers, body: None })
    }

    fn verify(&self, key: &Secret, delivered: &Delivered<'_>) -> Result<(), Refusal> {
        let key = decoded(key).ok_or(Refusal::Key { expected: KEY })?;
        let names = Names::of(delivered)?;
        let list = delivered.sole_header(names.signature)?;
        let id = delivered.sole_header(names.id)?;
        let time = delivered.sole_header(names.timestamp)?;
        let malformed = |header, expected| Refusal::Malformed { place: format!("header {header}"), expected };
        if id.is_empty() {
            return Err(malformed(names.id, "an id"));
        }
        let second = window::seconds(time).ok_or_else(|| malformed(names.timestamp, "seconds since 1970"))?;
        let digests = read(list, names.signature)?;
        let owed = HmacKey::new(&key).mac(&payload(id, time, delivered.body));
        if !digests.iter().any(|given| same(&owed, given)) {
            return Err(Refusal::Mismatch);
        }
        WINDOW.check(second, delivered.now)
    }
}

#[cfg(test)]
mod tests;
