//! `auth.*`: postbacks that are right but for their bearer token, which have to be refused.

mod alg_none;
mod another_token;
mod expired;
mod leeway;
mod lifetime_too_long;
mod lifetime_too_short;
mod malformed;
mod missing;
mod no_expiry;
mod not_yet_valid;
mod text_expiry;
mod wrong_audience;
mod wrong_issuer;
mod wrong_key;

use crate::contract::{Case, Expiry, OddToken, Pass, Scene};

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &missing::Missing,
    &malformed::Malformed,
    &alg_none::AlgNone,
    &wrong_key::WrongKey,
    &another_token::AnotherToken,
    &expired::Expired,
    &leeway::Leeway,
    &not_yet_valid::NotYetValid,
    &no_expiry::NoExpiry,
    &text_expiry::TextExpiry,
    &lifetime_too_short::LifetimeTooShort,
    &lifetime_too_long::LifetimeTooLong,
    &wrong_audience::WrongAudience,
    &wrong_issuer::WrongIssuer,
];

/// The statuses that tell a sender that its token is wrong (RFC 6750 §3.1 has 401).
const UNAUTHORISED: &[u16] = &[401];

/// Sends a deposit with that token, which has to be refused.
fn refused_with(scene: &mut Scene<'_>, token: OddToken) {
    let player = scene.player();
    let deposit = scene.deposit(&player);
    scene.refused(deposit.pass(Pass::Odd(token)), UNAUTHORISED);
}

/// A token that lived for ten minutes, and ran out so many seconds ago.
fn run_out(age: i64) -> OddToken {
    OddToken { issued: -age.saturating_add(600), expiry: Expiry::In(-age), ..OddToken::default() }
}

#[cfg(test)]
mod tests;
