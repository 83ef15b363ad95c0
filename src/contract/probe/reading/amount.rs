//! Amounts in the text in which they stand: exact, positive, no finer than their currency; and those that readers of decimals
//! and readers of doubles tell differently.

use super::{Class, Reading};
use crate::model::{Amount, Currency, Money};

/// Reads the amount of a money event; `None` is anything but a number.
pub(super) fn read(lexeme: Option<&str>, currency: Option<Currency>, reading: &mut Reading) {
    let Some(lexeme) = lexeme else { return reading.mark(Class::Bad, "amount is no number") };
    let mantissa = lexeme.split(['e', 'E']).next().unwrap_or("");
    if !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return reading.mark(Class::Bad, "amount is zero");
    }
    if lexeme.starts_with('-') {
        // Reversals are negative income (seed 003 §8), so some may read a negative one as such.
        let class = if reading.sent.kind().is_reversal() { Class::Untold } else { Class::Bad };
        return reading.mark(class, "amount is negative");
    }
    let Ok(amount) = lexeme.parse::<Amount>() else {
        // Beyond every bound, or finer than any decimal here holds.
        return reading.mark(Class::Untold, "amount is beyond exact numbers");
    };
    if amount == Amount::ZERO {
        return reading.mark(Class::Untold, "amount is beyond exact numbers");
    }
    // Without a currency it is bad already.
    let Some(currency) = currency else { return };
    let double = lexeme.parse::<f64>().map(|double| format!("{double}").parse::<Amount>());
    let same = matches!(double, Ok(Ok(double)) if double == amount);
    match Money::new(amount, currency) {
        _ if !same => reading.mark(Class::Untold, "amount is another one as a double"),
        Err(_) => reading.mark(Class::Bad, "amount is finer than its currency"),
        Ok(money) => {
            if decimals(lexeme) > i64::from(currency.minor_units()) {
                reading.mark(Class::Open, "amount is spelled finer than its currency");
            }
            reading.sent.money = Some(money);
        }
    }
}

/// How many decimals are written, by fraction and exponent.
fn decimals(lexeme: &str) -> i64 {
    let (mantissa, exponent) = lexeme.split_once(['e', 'E']).unwrap_or((lexeme, "0"));
    let fraction =
        mantissa.split_once('.').map_or(0, |(_, fraction)| i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    fraction.saturating_sub(exponent.parse().unwrap_or(0))
}
