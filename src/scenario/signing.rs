//! How bodies are signed and tokens are made.

use std::time::Duration;

use super::quantity::duration;
use super::raw::{RawSignature, RawToken};
use super::{Problem, word};
use crate::profile::Profile;
use crate::sign::{Algorithm, Canonical, Place};

/// How bodies are signed.
#[derive(Clone, Debug)]
pub struct SignaturePlan {
    /// The canonical form that is signed.
    pub canonical: Canonical,
    /// Where the signature stands.
    pub place: Place,
}

/// The bearer token.
#[derive(Clone, Debug)]
pub struct TokenPlan {
    /// How tokens are signed.
    pub algorithm: Algorithm,
    /// How long one lives; 10 minutes by default.
    pub lifetime: Duration,
    /// The `kid` of its header.
    pub key_id: Option<String>,
    /// The `iss` claim.
    pub issuer: Option<String>,
    /// The `aud` claim.
    pub audience: Option<String>,
}

pub(super) fn signature(raw: &RawSignature, profile: &dyn Profile) -> Result<SignaturePlan, Problem> {
    let place = match (&raw.header, &raw.member) {
        (Some(_), Some(_)) => {
            return Err(Problem::new("signature.member", "stands beside a header", "keep one of the two"));
        }
        (Some(name), None) if is_token(name) => Place::Header(name.clone()),
        (Some(name), None) => {
            return Err(Problem::new(
                "signature.header",
                format!("is {name:?}, which is no header name"),
                "write it such as \"X-Signature\"",
            ));
        }
        (None, Some(name)) if name.is_empty() || profile.writes(name) => {
            return Err(Problem::new(
                "signature.member",
                format!("is {name:?}, which bodies have already"),
                "write it such as \"signature\"",
            ));
        }
        (None, Some(name)) => Place::Member(name.clone()),
        (None, None) => Place::Header("X-Signature".to_owned()),
    };
    let canonical =
        word("signature.canonical", raw.canonical.as_deref(), Canonical::Jcs, "\"jcs\", \"sorted\", \"raw\"")?;
    Ok(SignaturePlan { canonical, place })
}

pub(super) fn token(raw: &RawToken) -> Result<TokenPlan, Problem> {
    let lifetime = duration("token.lifetime", raw.lifetime.as_deref(), Duration::from_mins(10))?;
    if lifetime < Duration::from_secs(1) || lifetime > Duration::from_hours(24) {
        return Err(Problem::new(
            "token.lifetime",
            "is below a second or above a day",
            "write it such as \"10m\"; seed 003 §5 has 5 to 15 minutes",
        ));
    }
    Ok(TokenPlan {
        algorithm: algorithm(raw.algorithm.as_deref().unwrap_or("HS256"))?,
        lifetime,
        key_id: raw.key_id.clone(),
        issuer: raw.issuer.clone(),
        audience: raw.audience.clone(),
    })
}

fn algorithm(name: &str) -> Result<Algorithm, Problem> {
    let known = [Algorithm::Hs256, Algorithm::Rs256, Algorithm::Es256];
    known.into_iter().find(|algorithm| algorithm.name() == name).ok_or_else(|| {
        Problem::new("token.algorithm", format!("is `{name}`"), "write one of \"HS256\", \"RS256\", \"ES256\"")
    })
}

/// Whether a text can be the name of a header (RFC 9110 §5.1).
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
