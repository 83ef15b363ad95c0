//! Passes: the bearer token of a request, rightly made or wrong in one thing, as data.
//! Keys and the minting of right ones are `sign`'s.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Unmade;
use crate::model::Secret;
use crate::profile::{Dialect, TokenUse};
use crate::sign::{Algorithm, Bearer, TokenKey, TokenMaker};

/// The token of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pass {
    /// The one that was agreed on.
    #[default]
    Agreed,
    /// None.
    Missing,
    /// This, behind the word `Bearer`.
    Text(String),
    /// One with claims, key or algorithm of its own.
    Odd(OddToken),
}

/// A token that is wrong in one thing. Instants are seconds from the moment of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddToken {
    /// When it was issued.
    pub issued: i64,
    /// When it runs out.
    pub expiry: Expiry,
    /// Before when it must not be used; `None` says nothing.
    pub not_before: Option<i64>,
    /// Claims that stand in place of the agreed ones.
    pub claims: Vec<(&'static str, Value)>,
    /// Who signs it.
    pub signer: Signer,
}

/// What a token says about its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It ends so many seconds from now.
    In(i64),
    /// The same, as a JSON string.
    AsText(i64),
    /// Nothing.
    Unsaid,
}

/// Who signs a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The agreed key.
    Agreed,
    /// Another key.
    Another,
    /// Nobody: `alg` is `none`, and the signature is empty.
    Nobody,
}

impl Default for OddToken {
    /// As the agreed one but for what is changed in it: issued now, for ten minutes.
    fn default() -> Self {
        Self { issued: 0, expiry: Expiry::In(600), not_before: None, claims: Vec::new(), signer: Signer::Agreed }
    }
}

impl Pass {
    /// The value of the header `Authorization`; `None` where there is none.
    pub(super) fn header(&self, dialect: &Dialect, now: Timestamp) -> Result<Option<String>, Unmade> {
        match self {
            Self::Missing => Ok(None),
            Self::Text(text) => Ok(Some(format!("Bearer {text}"))),
            Self::Agreed => {
                let token = dialect.token(TokenUse::Fresh, now).map_err(|_| Unmade::Token)?;
                Ok(token.map(|token| format!("Bearer {}", token.expose())))
            }
            Self::Odd(token) => match &dialect.bearer {
                Some(Bearer::Minted(maker)) => token.mint(maker, now).map(|token| Some(format!("Bearer {token}"))),
                _ => Err(Unmade::Token),
            },
        }
    }
}

impl OddToken {
    /// The text of the key that nobody agreed on.
    pub const ANOTHER_KEY: &str = "a-token-key-that-nobody-agreed-on";

    /// The header and the claims, as JSON.
    pub fn parts(&self, maker: &TokenMaker, now: Timestamp) -> (Value, Value) {
        let mut header = json!({"typ": "JWT"});
        header["alg"] = match self.signer {
            Signer::Nobody => "none",
            Signer::Agreed => maker.key.algorithm().name(),
            Signer::Another => Algorithm::Hs256.name(),
        }
        .into();
        if let Some(kid) = &maker.kid {
            header["kid"] = kid.as_str().into();
        }
        let second = |offset: i64| now.as_second().saturating_add(offset);
        let mut claims = Map::new();
        for (name, value) in [("iss", &maker.issuer), ("aud", &maker.audience), ("sub", &maker.subject)] {
            claims.extend(value.as_ref().map(|value| (name.to_owned(), value.as_str().into())));
        }
        claims.insert("iat".to_owned(), second(self.issued).into());
        match self.expiry {
            Expiry::In(offset) => claims.insert("exp".to_owned(), second(offset).into()),
            Expiry::AsText(offset) => claims.insert("exp".to_owned(), second(offset).to_string().into()),
            Expiry::Unsaid => None,
        };
        claims.extend(self.not_before.map(|offset| ("nbf".to_owned(), second(offset).into())));
        claims.extend(self.claims.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        (header, Value::Object(claims))
    }

    fn mint(&self, maker: &TokenMaker, now: Timestamp) -> Result<String, Unmade> {
        let (header, claims) = self.parts(maker, now);
        let (header, claims) = (header.to_string(), claims.to_string());
        let sealed = |key: &TokenKey| {
            key.seal(header.as_bytes(), claims.as_bytes())
                .map(|token| token.expose().to_owned())
                .map_err(|_| Unmade::Token)
        };
        match self.signer {
            Signer::Agreed => sealed(&maker.key),
            Signer::Another => sealed(&another_key()?),
            Signer::Nobody => Ok(format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))),
        }
    }
}

fn another_key() -> Result<TokenKey, Unmade> {
    TokenKey::new(Algorithm::Hs256, &Secret::new(OddToken::ANOTHER_KEY)).map_err(|_| Unmade::Token)
}
