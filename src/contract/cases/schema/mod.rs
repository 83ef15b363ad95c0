//! `schema.*`: postbacks that are right but for what stands in them, or for what they are written in, rightly signed all
//! the same. What nobody can read is sent under every signature that a lenient reader could find right.

mod amount_without_currency;
mod array;
mod byte_order_mark;
mod comma_amount;
mod currency_without_amount;
mod deep_nesting;
mod duplicate_keys;
mod empty_body;
mod empty_field;
mod excess_decimals;
mod form_encoded;
mod invalid_utf8;
mod lower_case_currency;
mod missing_field;
mod mistyped_field;
mod nan_amount;
mod negative_amount;
mod null_field;
mod over_long_id;
mod oversize;
mod text_amount;
mod time_as_number;
mod time_in_far_future;
mod time_with_offset;
mod time_without_zone;
mod truncated;
mod unknown_currency;
mod unknown_event;
mod wrong_content_type;

use jiff::Timestamp;

use crate::contract::{Case, Draft, Scene, Seal};

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &missing_field::MissingField,
    &null_field::NullField,
    &empty_field::EmptyField,
    &mistyped_field::MistypedField,
    &amount_without_currency::AmountWithoutCurrency,
    &currency_without_amount::CurrencyWithoutAmount,
    &text_amount::TextAmount,
    &comma_amount::CommaAmount,
    &negative_amount::NegativeAmount,
    &nan_amount::NanAmount,
    &unknown_currency::UnknownCurrency,
    &lower_case_currency::LowerCaseCurrency,
    &excess_decimals::ExcessDecimals,
    &time_with_offset::TimeWithOffset,
    &time_without_zone::TimeWithoutZone,
    &time_as_number::TimeAsNumber,
    &time_in_far_future::TimeInFarFuture,
    &unknown_event::UnknownEvent,
    &over_long_id::OverLongId,
    &duplicate_keys::DuplicateKeys,
    &array::Array,
    &empty_body::EmptyBody,
    &truncated::Truncated,
    &invalid_utf8::InvalidUtf8,
    &byte_order_mark::ByteOrderMark,
    &deep_nesting::DeepNesting,
    &oversize::Oversize,
    &wrong_content_type::WrongContentType,
    &form_encoded::FormEncoded,
];

/// The statuses that tell a sender that a document says what it must not.
const UNSOUND: &[u16] = &[400, 422];

/// The statuses for what cannot be read. Its signature cannot be checked either where a canonical form was agreed on.
const UNREADABLE: &[u16] = &[400, 401, 403, 415, 422];

/// What was signed of a body that nobody can read.
#[derive(Clone, Copy)]
enum Sealing {
    /// The bytes that are sent.
    AsItStands,
    /// The document that a lenient reader makes of them.
    AsItIsRead,
}

impl Sealing {
    const BOTH: [Self; 2] = [Self::AsItStands, Self::AsItIsRead];
}

/// Sends bytes in place of a draft's own document, signed so; they have to be refused.
fn refused_unread(scene: &mut Scene<'_>, draft: Draft, bytes: Vec<u8>, sealing: Sealing) {
    let (note, seal) = match sealing {
        Sealing::AsItStands => ("signed as it stands", Seal::of_bytes(bytes.clone())),
        Sealing::AsItIsRead => ("signed as it may be read", Seal::of_document(draft.body())),
    };
    scene.refused(draft.spelled(bytes).sealed(seal).noted(note), UNREADABLE);
}

/// Sends deposits of one player whose times are spelled so, by the second in which they happened; they have to be refused.
fn refused_at(scene: &mut Scene<'_>, spellings: &[(&str, &dyn Fn(i64) -> String)]) {
    let player = scene.player();
    for (note, spelling) in spellings {
        let deposit = scene.deposit(&player);
        let json = spelling(deposit.at());
        scene.refused(deposit.json("ts_event", &json).noted(*note), UNSOUND);
    }
}

/// A second since 1970 as a text of JSON.
fn spelled(second: i64, format: &str) -> String {
    let instant = Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
    format!("\"{}\"", instant.strftime(format))
}

#[cfg(test)]
mod tests;
