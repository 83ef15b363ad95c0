//! What goes into a signature scheme and what comes out: a message to sign, the signed result,
//! and a delivery to check. How they travel is left to `send` and to the listeners.

use jiff::Timestamp;

use super::{Refusal, SignError};

/// A message that is to be signed.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The body as it will be sent, without a signature member.
    pub body: &'a [u8],
    /// The message's id, for schemes that sign one.
    pub id: &'a str,
    /// The instant of signing, for schemes that sign one.
    pub at: Timestamp,
}

/// Longest id that is sent in a header. Common servers take headers of 8 KiB; no id is that long by nature.
const MAX_ID: usize = 255;

impl<'a> Message<'a> {
    /// The id, where a header can hold it.
    pub(super) fn header_id(&self) -> Result<&'a str, SignError> {
        let fits = (1..=MAX_ID).contains(&self.id.len()) && self.id.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(self.id) } else { Err(SignError::Id { limit: MAX_ID }) }
    }

    /// The instant of signing in whole seconds since 1970.
    pub(super) fn second(&self) -> Result<i64, SignError> {
        if self.at < Timestamp::UNIX_EPOCH { Err(SignError::Instant) } else { Ok(self.at.as_second()) }
    }
}

/// What a scheme adds to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Headers to send along, in order.
    pub headers: Vec<(String, String)>,
    /// The body to send instead of the message's own, where the signature is one of its members.
    pub body: Option<Vec<u8>>,
}

/// A message as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Delivered<'a> {
    /// All headers in the order of arrival; names compare without regard to case.
    pub headers: &'a [(String, String)],
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// The checker's clock, for schemes with a time window.
    pub now: Timestamp,
}

impl<'a> Delivered<'a> {
    /// The values of every header of that name, so that a repeated header is seen as such.
    pub fn header_values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The one value of a header; one that came twice is refused, because readers differ in which value they take.
    pub(super) fn sole_header(&self, name: &str) -> Result<&'a str, Refusal> {
        let place = || format!("header {name}");
        let mut values = self.header_values(name);
        let value = values.next().ok_or_else(|| Refusal::Missing { place: place() })?;
        if values.next().is_some() { Err(Refusal::Repeated { place: place() }) } else { Ok(value) }
    }
}
