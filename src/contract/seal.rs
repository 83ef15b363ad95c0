//! Seals: how the signature of a request is made, rightly or wrong in one thing, as data, so that it can be made afresh
//! for every attempt and written down as a shell command. Schemes themselves are `sign`'s.

use jiff::{SignedDuration, Timestamp};

use super::Unmade;
use crate::model::Secret;
use crate::profile::Dialect;
use crate::sign::{Canonical, Digest, Message, Place, SignError, Signed, tamper};

/// How a signature is made. The default is the agreed one over the body itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seal {
    /// What is signed.
    pub over: Over,
    /// By which key.
    pub key: Key,
    /// By which hash, and what name stands before it.
    pub digest: Hash,
    /// How much of it is sent.
    pub cut: Cut,
    /// How long ago it was made, in seconds, for schemes that sign the time.
    pub age: i64,
}

/// What is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Over {
    /// The body, in the agreed form.
    #[default]
    Body,
    /// Another document, in the agreed form.
    Document(Vec<u8>),
    /// Exactly these bytes.
    Bytes(Vec<u8>),
}

/// By which key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Key {
    /// The agreed secret.
    #[default]
    Agreed,
    /// Another one of the same look.
    Another,
}

/// By which hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hash {
    /// The scheme's own.
    #[default]
    Agreed,
    /// Another one, under its own name, such as `sha1=`.
    Named(Digest),
    /// Another one under the name of the agreed one.
    Disguised(Digest),
    /// The scheme's own digits without a name before them.
    Nameless,
}

/// How much of a signature is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// All of it.
    #[default]
    Whole,
    /// The first half.
    Half,
    /// Nothing: the place is there, and empty.
    Empty,
}

impl Seal {
    /// The agreed signature of another document than the body.
    pub fn of_document(document: impl Into<Vec<u8>>) -> Self {
        Self { over: Over::Document(document.into()), ..Self::default() }
    }

    /// A signature over exactly these bytes.
    pub fn of_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { over: Over::Bytes(bytes.into()), ..Self::default() }
    }

    /// Signs a body, and puts the signature into its place.
    pub(super) fn put(&self, dialect: &Dialect, event_id: &str, body: &[u8], now: Timestamp) -> Result<Signed, Unmade> {
        let at = now.saturating_sub(SignedDuration::from_secs(self.age)).map_err(|_| Unmade::Instant)?;
        let place = dialect.scheme.place();
        // Where the exact bytes are signed, bytes are as good as a document.
        let exact = match dialect.scheme.canonical() {
            None => true,
            Some(form) => form == Canonical::Raw && matches!(place, Place::Header(_)),
        };
        let document = match &self.over {
            Over::Document(document) => document,
            Over::Bytes(bytes) if exact => bytes,
            Over::Body | Over::Bytes(_) => body,
        };
        let message = Message { body: document, id: event_id, at };
        let agreed = || dialect.scheme.sign(&self.secret(dialect), &message).map_err(Unmade::from);
        // The agreed rule makes the headers that go along with a signature, ids and times, for wrong ones too.
        let (companions, value) = match (&self.over, self.digest) {
            (Over::Bytes(_), Hash::Agreed | Hash::Nameless) if !exact => (Vec::new(), self.digits(dialect, &message)?),
            (_, Hash::Named(_) | Hash::Disguised(_)) => (Vec::new(), self.digits(dialect, &message)?),
            _ => {
                let signed = agreed()?;
                let whole = Signed { body: signed.body.or_else(|| Some(document.to_vec())), ..signed };
                let value = tamper::signature_of(&whole, &place).ok_or(Unmade::Scheme)?;
                (whole.headers, value)
            }
        };
        let value = match self.digest {
            // In other schemes an equals sign stands before something else than digits, or is padding.
            Hash::Nameless if dialect.scheme.digest_name().is_none() => return Err(Unmade::Scheme),
            Hash::Nameless => value.split_once('=').ok_or(Unmade::Scheme)?.1.to_owned(),
            _ => value,
        };
        let value = match self.cut {
            Cut::Whole => value.as_str(),
            Cut::Half => tamper::truncated(&value),
            Cut::Empty => "",
        };
        match (tamper::attach(&companions, body.to_vec(), Some(value), &place), &place) {
            (Err(SignError::Canonical(_) | SignError::NotAnObject { .. }), Place::Member(name)) => {
                let body = spliced(body, name, value).ok_or(Unmade::Scheme)?;
                Ok(Signed { headers: companions, body: Some(body) })
            }
            (attached, _) => Ok(attached?),
        }
    }

    fn secret(&self, dialect: &Dialect) -> Secret {
        match self.key {
            Key::Agreed => dialect.secret.clone(),
            Key::Another => dialect.scheme.another_key(&dialect.secret),
        }
    }

    /// A signature that the scheme would not make by itself: `<name>=<hex>`, as the schemes with a name before their digits
    /// have it.
    fn digits(&self, dialect: &Dialect, message: &Message<'_>) -> Result<String, Unmade> {
        let name = dialect.scheme.digest_name().ok_or(Unmade::Scheme)?;
        let bytes = match &self.over {
            Over::Bytes(bytes) => bytes.as_slice().into(),
            Over::Body | Over::Document(_) => dialect.scheme.signed_bytes(message)?,
        };
        let (digest, name) = match self.digest {
            Hash::Named(digest) => (digest, digest.name()),
            Hash::Disguised(digest) => (digest, name),
            Hash::Agreed | Hash::Nameless => (Digest::Sha256, name),
        };
        Ok(format!("{name}={}", digest.hmac_hex(&self.secret(dialect), &bytes)))
    }
}

/// A body that is no JSON object, with a signature where a lenient reader finds it: behind the last member of what looks
/// like one. A body of nothing has no room for it; `None` where nobody would look.
fn spliced(body: &[u8], name: &str, value: &str) -> Option<Vec<u8>> {
    if body.is_empty() {
        return Some(Vec::new());
    }
    let brace = body.iter().rposition(|byte| *byte == b'}')?;
    let (before, after) = body.split_at(brace);
    let closes = after.iter().all(|byte| matches!(byte, b'}' | b']') || byte.is_ascii_whitespace());
    let member = format!(",{}:{}", serde_json::Value::from(name), serde_json::Value::from(value));
    closes.then(|| [before, member.as_bytes(), after].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_finds_its_place_in_what_is_no_object() {
        for (body, signed) in [
            (&b"[{\"a\":1}]"[..], Some(&b"[{\"a\":1,\"s\":\"x\"}]"[..])),
            (b"{\"a\":NaN}\n", Some(b"{\"a\":NaN,\"s\":\"x\"}\n")),
            (b"", Some(b"")),
            (b"{\"a\":{}, \"b", None),
            (b"a=1", None),
        ] {
            assert_eq!(spliced(body, "s", "x").as_deref(), signed, "{}", String::from_utf8_lossy(body));
        }
    }
}
