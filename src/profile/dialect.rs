//! A dialect in use: a profile together with the scheme, the secret and the token that one target was given.
//! It turns bodies into postbacks; which bodies, and what is done to them, is decided elsewhere.

use std::borrow::Cow;

use jiff::Timestamp;

use super::Profile;
use crate::model::Secret;
use crate::sign::{Bearer, Delivered, Message, Prepared, Refusal, Scheme, SignError, Token, TokenError, TokenMaker};

/// How long ago a stale token ran out, in hours.
const STALE_HOURS: i64 = 1;

/// Everything that a target expects of a postback.
pub struct Dialect {
    /// How events are written and answers read.
    pub profile: &'static dyn Profile,
    /// How bodies are signed.
    pub scheme: Box<dyn Scheme>,
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
    /// Whether it is signed anew for every attempt, because its scheme signs the time of sending: the id stays, the time
    /// does not. A message with a bad signature is not, or it would be made good.
    pub renewed: bool,
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
        // A signature within the body is part of the bytes; those cannot be signed once more.
        let renewed = self.scheme.window().is_some() && signed.body.is_none();
        let body = signed.body.unwrap_or(body);
        Ok(Postback { event_id: event_id.to_owned(), headers: signed.headers, body, token: TokenUse::Fresh, renewed })
    }

    /// What signs the bodies that the profile writes, where that takes no more than hashing them.
    pub fn prepared(&self) -> Option<Prepared> {
        self.scheme.prepared(&self.secret)
    }

    /// The postback as it goes out now: with a new time and signature where the scheme signs the time.
    pub fn for_attempt<'p>(&self, postback: &'p Postback, now: Timestamp) -> Cow<'p, Postback> {
        if !postback.renewed {
            return Cow::Borrowed(postback);
        }
        let message = Message { body: &postback.body, id: &postback.event_id, at: now };
        // What could be signed before can be signed now; were it not so, the old signature would be the next best.
        match self.scheme.sign(&self.secret, &message) {
            Ok(signed) => Cow::Owned(Postback { headers: signed.headers, ..postback.clone() }),
            Err(_) => Cow::Borrowed(postback),
        }
    }

    /// Checks the signature of a postback by its final bytes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, postback: &Postback, now: Timestamp) -> Result<(), Refusal> {
        let delivered = Delivered { headers: &postback.headers, body: &postback.body, now };
        self.scheme.verify(&self.secret, &delivered)
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
}

fn stale(maker: &TokenMaker, now: Timestamp) -> Result<Token, TokenError> {
    let age = maker.lifetime.saturating_add(jiff::SignedDuration::from_hours(STALE_HOURS));
    maker.mint(now.saturating_sub(age).map_err(|_| TokenError::Lifetime)?)
}
