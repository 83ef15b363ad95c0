//! One HTTP request of a case, as data: what it says, how it is signed, what token it carries, how its bytes travel.
//! It is put into bytes by [`Request::wire`] and sent by the shell; `seal` makes signatures and `pass` tokens.

use std::time::Duration;

use jiff::Timestamp;

use super::{Pass, Seal, Unmade};
use crate::profile::Dialect;

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST`, where the case is not about methods.
    pub method: &'static str,
    /// Where it goes.
    pub address: Address,
    /// The `Content-Type`; `None` sends none.
    pub content_type: Option<&'static str>,
    /// Headers besides those of signature and token.
    pub headers: Vec<(&'static str, String)>,
    /// The signatures, in their order: usually one.
    pub seals: Vec<Seal>,
    /// The token.
    pub pass: Pass,
    /// The id that schemes sign which sign one.
    pub event_id: String,
    /// The body before a signature is put into it.
    pub body: Vec<u8>,
    /// How the body travels.
    pub framing: Framing,
    /// How long its sender listens for the answer.
    pub patience: Listening,
}

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// To the postback URL.
    Postback,
    /// To host and port of the postback URL, in plain HTTP.
    PostbackInPlain,
    /// To the postback URL, by a client that shows no certificate.
    PostbackUncertified,
    /// To host and port of the postback URL: the beginning of a TLS handshake of that version, and nothing more.
    Handshake(TlsVersion),
    /// To the click URL, with these parameters set.
    Click(Vec<(&'static str, String)>),
}

/// The newest version that a client of TLS offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the version of its name")]
pub enum TlsVersion {
    Tls10,
    Tls11,
    Tls12,
}

/// How a body travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// At once, with `Content-Length`.
    Sized,
    /// In chunks, without `Content-Length`.
    Chunked,
    /// With `Content-Length`, in pieces that take so long altogether.
    Slow(Duration),
    /// With `Expect: 100-continue`.
    Expecting,
    /// There is none.
    Bodiless,
}

/// How long a sender listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// Up to the time limit.
    ToTheEnd,
    /// Until the body has left, and then hangs up.
    NotAtAll,
}

/// A request in its final bytes.
#[derive(Clone, Debug)]
pub struct Wire {
    /// The method.
    pub method: &'static str,
    /// Where it goes.
    pub address: Address,
    /// Every header in order, but for those that framing adds.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How the body travels.
    pub framing: Framing,
    /// How long its sender listens.
    pub patience: Listening,
    /// What of the headers may not be shown.
    pub hidden: Vec<String>,
}

impl Framing {
    /// How long the body takes by intent.
    pub fn duration(self) -> Duration {
        if let Self::Slow(duration) = self { duration } else { Duration::ZERO }
    }
}

impl TlsVersion {
    /// The version's number in records and messages (RFC 5246 appendix A.1).
    pub fn number(self) -> u16 {
        match self {
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
        }
    }
}

impl Request {
    /// A click with these parameters.
    pub fn click(parameters: Vec<(&'static str, String)>) -> Self {
        Self::bare("GET", Address::Click(parameters))
    }

    /// The parameters of a click; none where it is something else.
    pub fn clicked(&self) -> &[(&'static str, String)] {
        match &self.address {
            Address::Click(parameters) => parameters,
            _ => &[],
        }
    }

    /// A request without body, signature and token.
    pub fn bare(method: &'static str, address: Address) -> Self {
        Self {
            method,
            address,
            content_type: None,
            headers: Vec::new(),
            seals: Vec::new(),
            pass: Pass::Missing,
            event_id: String::new(),
            body: Vec::new(),
            framing: Framing::Bodiless,
            patience: Listening::ToTheEnd,
        }
    }

    /// The request in bytes, signed and with a token of this moment.
    ///
    /// # Errors
    /// When the target's scheme or token cannot express what the case asks for.
    pub fn wire(&self, dialect: &Dialect, now: Timestamp) -> Result<Wire, Unmade> {
        let mut headers: Vec<(String, String)> =
            self.content_type.map(|value| ("Content-Type".to_owned(), value.to_owned())).into_iter().collect();
        let token = self.pass.header(dialect, now)?;
        headers.extend(token.clone().map(|value| ("Authorization".to_owned(), value)));
        let mut body = self.body.clone();
        for seal in &self.seals {
            let sealed = seal.put(dialect, &self.event_id, &body, now)?;
            headers.extend(sealed.headers);
            body = sealed.body.unwrap_or(body);
        }
        headers.extend(self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let hidden =
            token.iter().filter_map(|value| value.split_ascii_whitespace().last().map(str::to_owned)).collect();
        let Self { method, address, framing, patience, .. } = self;
        Ok(Wire { method, address: address.clone(), headers, body, framing: *framing, patience: *patience, hidden })
    }
}
