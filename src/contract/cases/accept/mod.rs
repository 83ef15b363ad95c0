//! `accept.*`: genuine postbacks, which have to be taken however they are written as long as they mean the same.

mod chargeback;
mod deposit;
mod escaped_ascii;
mod escaped_text;
mod exponent;
mod extra_member;
mod key_order;
mod kyc_approved;
mod large_amount;
mod no_decimals;
mod non_ascii;
mod non_ascii_brand;
mod refund;
mod registration;
mod repeat_deposit;
mod required_only;
mod small_amount;
mod three_decimals;
mod trailing_zeros;
mod two_decimals;
mod whitespace;

use crate::contract::{Case, Scene};
use crate::model::{Currency, Money};

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &registration::Registration,
    &kyc_approved::KycApproved,
    &deposit::Deposit,
    &repeat_deposit::RepeatDeposit,
    &refund::Refund,
    &chargeback::Chargeback,
    &required_only::RequiredOnly,
    &extra_member::ExtraMember,
    &key_order::KeyOrder,
    &whitespace::Whitespace,
    &escaped_ascii::EscapedAscii,
    &escaped_text::EscapedText,
    &non_ascii::NonAscii,
    &non_ascii_brand::NonAsciiBrand,
    &no_decimals::NoDecimals,
    &two_decimals::TwoDecimals,
    &three_decimals::ThreeDecimals,
    &trailing_zeros::TrailingZeros,
    &exponent::Exponent,
    &large_amount::LargeAmount,
    &small_amount::SmallAmount,
];

/// A text with letters beyond ASCII.
const FOREIGN: &str = "São João – 5 €";
/// A text with a character beyond U+FFFF, which takes two `\u` escapes.
const BEYOND: &str = "slots 🎰";

/// Sends a second deposit of so many minor units, with the amount spelled so. It has to be taken, and booked as that.
fn booked_exactly(scene: &mut Scene<'_>, currency: &str, minor: i64, spelled: &str) {
    let currency = currency.parse::<Currency>().expect("it is in the list");
    let player = scene.player();
    let deposit = scene.later_deposit(&player);
    scene.accepted(deposit.money(Money::from_minor(minor, currency), spelled));
}
