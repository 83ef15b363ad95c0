//! Amounts: the exact value of a JSON number, taken from its lexeme.
//!
//! What an amount may be is left to the schema. A float never holds one.

use rust_decimal::Decimal;

/// Most digits that any amount in the books needs, with room for both ends: 12 before the point, 4 behind it.
const MAX_DIGITS: i64 = 24;

/// The value of a number's lexeme, exponents worked out and trailing zeros dropped; nothing if it is so large or so
/// fine that no currency could hold it. `Decimal`'s own parser would round such a number silently.
pub(super) fn exact(lexeme: &str) -> Option<Decimal> {
    let (mantissa, exponent) = lexeme.split_once(['e', 'E']).unwrap_or((lexeme, "0"));
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let heavy = if fraction.is_empty() { whole.trim_end_matches('0') } else { whole };
    let digits = || heavy.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0');
    // A lexeme of JSON has digits only; a text that was taken for one may have anything.
    if !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits().count();
    if significant == 0 {
        return Some(Decimal::ZERO);
    }
    let shift = i64::try_from(whole.len() - heavy.len()).ok()? - i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok()?.checked_add(shift)?;
    let length = i64::try_from(significant).ok()? + exponent.max(0);
    if length > MAX_DIGITS || exponent < -MAX_DIGITS {
        return None;
    }
    let value = digits().fold(0_i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let value = value * 10_i128.pow(u32::try_from(exponent.max(0)).ok()?);
    let scale = u32::try_from(-exponent.min(0)).ok()?;
    Decimal::try_from_i128_with_scale(if negative { -value } else { value }, scale).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_counts_and_not_its_spelling() {
        for lexeme in ["100", "100.00", "1e2", "1E+2", "10000e-2", "0.1e3", "100.000000000000000000000000000000000000"]
        {
            assert_eq!(exact(lexeme).map(|value| value.to_string()).as_deref(), Some("100"), "{lexeme}");
        }
        assert_eq!(exact("-12.340").map(|value| value.to_string()).as_deref(), Some("-12.34"));
        assert_eq!(exact("999999999999.99").map(|value| value.scale()), Some(2));
        assert_eq!(exact("0.00"), Some(Decimal::ZERO));
        assert_eq!(exact("0e99999999999999999999"), Some(Decimal::ZERO));
    }

    #[test]
    fn nothing_is_rounded() {
        assert_eq!(exact("100.0000000000000000000000000000000000001"), None);
        assert_eq!(exact("1e300"), None);
        assert_eq!(exact("1e-300"), None);
        assert_eq!(exact("1e-99999999999999999999"), None);
    }

    #[test]
    fn what_is_no_number_has_no_value() {
        for text in ["1,000", " 100 ", "NaN", "\"1\"", "1.0.0", "é", "--1", "1e"] {
            assert_eq!(exact(text), None, "{text}");
        }
    }
}
