//! `signature.*`: postbacks that are right but for their signature, which have to be refused.

mod canonical_where_raw;
mod empty;
mod header_twice;
mod md5;
mod md5_as_sha256;
mod member_beside_header;
mod missing;
mod of_another_event;
mod raw_where_canonical;
mod sha1;
mod sha1_as_sha256;
mod sha512;
mod sha512_as_sha256;
mod stale;
mod tampered_amount;
mod tampered_click;
mod tampered_currency;
mod truncated;
mod without_prefix;
mod wrong_secret;

use crate::contract::{Case, Draft, Scene, Seal};
use crate::sign::tamper;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &missing::Missing,
    &empty::Empty,
    &wrong_secret::WrongSecret,
    &tampered_amount::TamperedAmount,
    &tampered_click::TamperedClick,
    &tampered_currency::TamperedCurrency,
    &of_another_event::OfAnotherEvent,
    &truncated::Truncated,
    &md5::Md5,
    &sha1::Sha1,
    &sha512::Sha512,
    &md5_as_sha256::Md5AsSha256,
    &sha1_as_sha256::Sha1AsSha256,
    &sha512_as_sha256::Sha512AsSha256,
    &without_prefix::WithoutPrefix,
    &raw_where_canonical::RawWhereCanonical,
    &canonical_where_raw::CanonicalWhereRaw,
    &stale::Stale,
    &header_twice::HeaderTwice,
    &member_beside_header::MemberBesideHeader,
];

/// The statuses that tell a sender that its signature is wrong (seed 003 §14.2 has 403).
const UNSIGNED: &[u16] = &[401, 403];

/// Sends a deposit under that signature, which has to be refused.
fn refused_under(scene: &mut Scene<'_>, seal: Seal) {
    let player = scene.player();
    let deposit = scene.deposit(&player);
    scene.refused(deposit.sealed(seal), UNSIGNED);
}

/// The same deposit in a spelling whose canonical forms are all others than its bytes.
fn respelled(deposit: Draft) -> Draft {
    let whole = deposit.json("amount", "100");
    let bytes = tamper::respelled(&whole.body()).expect("bodies are JSON");
    whole.spelled(bytes)
}

#[cfg(test)]
mod tests;
