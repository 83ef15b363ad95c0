//! How bodies are signed and tokens are made.

use std::time::Duration;

use super::quantity::duration;
use super::raw::{RawSignature, RawToken};
use super::{Problem, word};
use crate::profile::Profile;
use crate::sign::{self, Algorithm, Canonical, Place, Scheme, Settings};

/// How bodies are signed.
#[derive(Clone, Debug)]
pub struct SignaturePlan {
    /// The scheme, out of the registry.
    pub scheme: &'static sign::Entry,
    /// The form and the place that were chosen, where the scheme leaves a choice.
    pub settings: Settings,
}

impl SignaturePlan {
    /// The scheme, ready to sign.
    pub fn build(&self) -> Box<dyn Scheme> {
        (self.scheme.build)(self.settings.clone())
    }
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
    let canonical =
        word("signature.canonical", raw.canonical.as_deref(), Canonical::Jcs, "\"jcs\", \"sorted\", \"raw\"")?;
    let settings = Settings { canonical, place: place(raw, profile)? };
    let name = raw.scheme.as_deref().unwrap_or_else(|| profile.scheme());
    let scheme = sign::find(name).ok_or_else(|| {
        let known = sign::SCHEMES.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
        Problem::new("signature.scheme", format!("is `{name}`, which is not known"), format!("write one of {known}"))
    })?;
    let plan = SignaturePlan { scheme, settings };
    let chosen = [("canonical", &raw.canonical), ("header", &raw.header), ("member", &raw.member)];
    match chosen.into_iter().find(|(_, value)| value.is_some()) {
        Some((key, _)) if plan.build().canonical().is_none() => Err(Problem::new(
            format!("signature.{key}"),
            format!("is given, and the scheme {name} leaves no choice of it"),
            "take it out, or write scheme = \"s2s-json\"",
        )),
        _ => Ok(plan),
    }
}

fn place(raw: &RawSignature, profile: &dyn Profile) -> Result<Place, Problem> {
    match (&raw.header, &raw.member) {
        (Some(_), Some(_)) => Err(Problem::new("signature.member", "stands beside a header", "keep one of the two")),
        (Some(name), None) if is_token(name) => Ok(Place::Header(name.clone())),
        (Some(name), None) => Err(Problem::new(
            "signature.header",
            format!("is {name:?}, which is no header name"),
            "write it such as \"X-Signature\"",
        )),
        (None, Some(name)) if name.is_empty() || profile.writes(name) => Err(Problem::new(
            "signature.member",
            format!("is {name:?}, which bodies have already"),
            "write it such as \"signature\"",
        )),
        (None, Some(name)) => Ok(Place::Member(name.clone())),
        (None, None) => Ok(Place::Header("X-Signature".to_owned())),
    }
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
