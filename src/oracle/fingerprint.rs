//! Fingerprints of owed credits: 32 bits that stand for what the books have to say of an event. Equal fingerprints mean
//! that a credit says what was sent, but for one in 2³¹ wrong ones; unequal ones that it has to be compared value by value.
//!
//! Bit 0 is the FTD flag that is owed, and no part of the hash. The others hash kind, amount (a reversal's is negative),
//! currency and click id. Brand and time are not in it: a credit may leave them out, and is then as good.

use crate::model::{Amount, BookedAmount, CreditRow, Event, EventKind, Mixer, Money, Player, Sent};

/// The bit that says that the credit has to count as an FTD.
const FTD: u32 = 1;

/// Amounts of at most so many decimals are hashed as whole numbers of this unit; [`Amount::MAX`] of them fits in 64 bits.
const DECIMALS: u32 = 6;

/// The fingerprint of the credit that an event owes. `ftd_minimum` is the smallest first deposit that counts as an FTD.
pub fn fingerprint(player: &Player<'_>, event: &Event<'_>, ftd_minimum: Amount) -> u32 {
    let owed = Owed { kind: event.key.kind, money: event.detail.money(), says_ftd: event.detail.says_ftd() };
    owed.fingerprint(player.click_id.as_str(), ftd_minimum)
}

/// The same of an event whose postback is known.
pub fn fingerprint_of(sent: &Sent, ftd_minimum: Amount) -> u32 {
    let owed = Owed { kind: sent.kind(), money: sent.money, says_ftd: sent.says_ftd };
    owed.fingerprint(&sent.click_id, ftd_minimum)
}

/// What a postback says that its credit has to say too, but for the click id.
struct Owed {
    kind: EventKind,
    money: Option<Money>,
    says_ftd: bool,
}

impl Owed {
    fn fingerprint(&self, click: &str, ftd_minimum: Amount) -> u32 {
        let Self { kind, money, says_ftd } = *self;
        let amount = money.map(|money| if kind.is_reversal() { money.amount().negated() } else { money.amount() });
        let currency = money.map(Money::currency);
        let currency = currency.as_ref().map(|currency| currency.code().as_bytes());
        let is_ftd = says_ftd && money.is_some_and(|money| money.amount() >= ftd_minimum);
        hash(kind, amount, currency, click.as_bytes()) & !FTD | u32::from(is_ftd)
    }
}

/// Whether a credit with that fingerprint has to count as an FTD.
pub(super) fn owes_ftd(fingerprint: u32) -> bool {
    fingerprint & FTD != 0
}

/// Whether a credit for an event of this kind says what the fingerprint stands for.
pub(super) fn says(owed: u32, kind: EventKind, row: &CreditRow<'_>) -> bool {
    let amount = match row.amount {
        None => None,
        Some(BookedAmount::Exact(amount)) => Some(amount),
        Some(BookedAmount::Other(_)) => return false,
    };
    let Some(click) = row.click_id.as_deref() else { return false };
    hash(kind, amount, row.currency.as_deref().map(str::as_bytes), click.as_bytes()) & !FTD == owed & !FTD
}

fn hash(kind: EventKind, amount: Option<Amount>, currency: Option<&[u8]>, click: &[u8]) -> u32 {
    let mixer = Mixer::new(kind as u64);
    let mixer = match amount {
        None => mixer.word(0),
        Some(amount) => with_amount(mixer.word(1), amount),
    };
    let mixer = match currency {
        None => mixer.word(0),
        Some(code) => mixer.bytes(code),
    };
    u32::try_from(mixer.bytes(click).value() >> 32).unwrap_or(0)
}

/// Takes in an amount, equal ones alike however many zeros they were written with.
fn with_amount(mixer: Mixer, amount: Amount) -> Mixer {
    let mut decimal = amount.decimal();
    if decimal.scale() > DECIMALS {
        decimal = decimal.normalize();
    }
    let (scale, mantissa) = (decimal.scale(), decimal.mantissa());
    let raised = DECIMALS.checked_sub(scale).map(|missing| mantissa * 10_i128.pow(missing));
    match raised.and_then(|raised| i64::try_from(raised).ok()) {
        Some(whole) => mixer.word(whole.cast_unsigned()),
        // Finer than any money there is; two words and a mark keep them apart from the others.
        None => mixer.word(u64::from(scale)).bytes(&mantissa.to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Credit;
    use crate::oracle::compare::mismatches;
    use crate::oracle::history::{credit, ids};
    use crate::{journey::Journeys, scenario};

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn equal_amounts_have_equal_fingerprints_however_they_are_written() {
        let of = |text: &str| hash(EventKind::Deposit, Some(amount(text)), Some(b"EUR"), b"c");
        for same in ["100", "100.00", "1e2", "100.0000000000"] {
            assert_eq!(of(same), of("100"), "{same}");
        }
        assert_eq!(of("-0"), of("0"));
        for other in ["-100", "100.01", "99.9999999", "100.0000001", "1", "999999999999.99"] {
            assert_ne!(of(other), of("100"), "{other}");
        }
        assert_ne!(of("0.0000001"), of("0.00000001"));
    }

    proptest! {
        /// Whatever is wrong with a credit in a value that the fingerprint stands for, it is not what was sent; and what
        /// is right is.
        #[test]
        fn a_fingerprint_says_what_the_exact_comparison_says(seed: u64, cents in "-?[0-9]{1,4}(\\.[0-9]{1,3})?", change in 0..6_u8) {
            let text = "journeys = { players = 1, funnel = { repeat = \"100%\", reversal = \"100%\" } }";
            let plan = scenario::check(&scenario::read("test", text).unwrap(), "test", text).unwrap().journeys;
            let ids = ids();
            let journey = Journeys::new(&plan, &ids, seed, 1_761_059_551).journey(0);
            for event in &journey.events {
                let sent = Sent::of(&ids, &journey.player, event);
                let mut told: Credit = credit(&sent);
                match change {
                    0 => told.amount = Some(BookedAmount::Exact(amount(&cents))),
                    1 => told.currency = None,
                    2 => told.currency = Some("EUR".into()),
                    3 => told.click_id = None,
                    4 => told.amount = None,
                    _ => {}
                }
                let owed = fingerprint(&journey.player, event, amount("60"));
                prop_assert_eq!(says(owed, event.key.kind, &told.row()), mismatches(&sent, &told, None).is_empty());
                let counts = event.detail.says_ftd() && sent.money.is_some_and(|money| money.amount() >= amount("60"));
                prop_assert_eq!(owes_ftd(owed), counts);
            }
        }
    }
}
