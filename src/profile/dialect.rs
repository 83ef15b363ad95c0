//! A dialect in use: a profile together with the scheme, the secret and the token that one target was given.
//! It turns bodies into postbacks; which bodies, and what is done to them, is decided elsewhere.

use jiff::Timestamp;

use super::Profile;
use crate::model::Secret;
use crate::sign::{Bearer, Delivered, Message, Place, Scheme, Settings, SignError, Token, TokenError, TokenMaker};

/// How long ago a stale token ran out, in hours.
const STALE_HOURS: i64 = 1;

/// Everything that a target expects of a postback.
pub struct Dialect {
    /// How events are written and answers read.
    pub profile: &'static dyn Profile,
    /// How bodies are signed.
    pub scheme: Box<dyn Scheme>,
    /// What was chosen about signing.
    pub settings: Settings,
    /// The HMAC secret.
    pub secret: Secret,
    /// Where tokens come from; `None`: postbacks carry none.
    pub bearer: Option<Bearer>,
}

/// One HTTP message, ready to be sent but for its token, which is made afresh for every attempt.
#[derive(Clone, Debug)]
pub struct Postback {
    /// What it is about; log lines are correlated by it.
    pub event_id: String,
    /// Headers of the signature.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The token that goes with it.
    pub token: TokenUse,
}

/// Which token goes with a postback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// The one that the target expects.
    Fresh,
    /// One that ran out an hour ago.
    Stale,
    /// None.
    Missing,
}

impl Dialect {
    /// A rightly signed postback.
    ///
    /// # Errors
    /// When the body cannot be signed by the scheme.
    pub fn postback(&self, event_id: &str, body: Vec<u8>, at: Timestamp) -> Result<Postback, SignError> {
        let signed = self.scheme.sign(&self.secret, &Message { body: &body, id: event_id, at })?;
        let body = signed.body.unwrap_or(body);
        Ok(Postback { event_id: event_id.to_owned(), headers: signed.headers, body, token: TokenUse::Fresh })
    }

    /// Whether the signature of a postback holds, judged by its final bytes.
    pub fn signature_holds(&self, postback: &Postback, now: Timestamp) -> bool {
        let delivered = Delivered { headers: &postback.headers, body: &postback.body, now };
        self.scheme.verify(&self.secret, &delivered).is_ok()
    }

    /// The token for an attempt that is made now.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn token(&self, wanted: TokenUse, now: Timestamp) -> Result<Option<Token>, TokenError> {
        match (wanted, &self.bearer) {
            (TokenUse::Fresh, Some(bearer)) => bearer.token(now).map(Some),
            (TokenUse::Stale, Some(Bearer::Minted(maker))) => stale(maker, now).map(Some),
            // An opaque token cannot be aged.
            (TokenUse::Stale, Some(Bearer::Opaque(_))) | (TokenUse::Missing, _) | (_, None) => Ok(None),
        }
    }

    /// Whether tokens are minted, so that stale ones can be.
    pub fn mints_tokens(&self) -> bool {
        matches!(self.bearer, Some(Bearer::Minted(_)))
    }

    /// Where signatures stand.
    pub fn place(&self) -> &Place {
        &self.settings.place
    }
}

fn stale(maker: &TokenMaker, now: Timestamp) -> Result<Token, TokenError> {
    let age = maker.lifetime.saturating_add(jiff::SignedDuration::from_hours(STALE_HOURS));
    maker.mint(now.saturating_sub(age).map_err(|_| TokenError::Lifetime)?)
}
