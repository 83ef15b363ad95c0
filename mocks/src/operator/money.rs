//! Money as players pay it: an exact positive amount in an active currency, no finer than that currency.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::answer::Refusal;

/// An amount in its currency, with as many decimals as the currency has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Money {
    pub(super) amount: Decimal,
    pub(super) currency: String,
}

/// ISO 4217's list of active currencies.
const LIST: &str = include_str!("../../../data/iso4217.csv");

static DECIMALS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| LIST.lines().skip(1).filter_map(row).collect());

/// 999,999,999,999.99: above it a JSON number is not read exactly everywhere.
const MOST: Decimal = Decimal::from_parts(0x107A_3FFF, 0x5AF3, 0, false, 2);

/// Digits, and at most one point among them; long enough for every amount that is taken.
const LONGEST: usize = 24;

impl Money {
    /// Reads an amount like `100.00` and an upper-case currency code.
    pub(super) fn read(amount: &str, currency: &str) -> Result<Self, Refusal> {
        let code = "currency: send the upper-case ISO 4217 code of an active currency";
        let &decimals = DECIMALS.get(currency).ok_or_else(|| Refusal::schema("currency_invalid", code))?;
        let fits = |amount: &Decimal| *amount > Decimal::ZERO && *amount <= MOST && amount.scale() <= decimals;
        let mut amount = plain(amount).filter(fits).ok_or_else(|| {
            let hint = format!("amount: send more than 0 and at most {MOST}, with at most {decimals} decimals");
            Refusal::schema("amount_invalid", hint)
        })?;
        amount.rescale(decimals);
        Ok(Self { amount, currency: currency.to_owned() })
    }
}

/// A plain decimal without sign or exponent.
fn plain(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = text.len() <= LONGEST && digits(whole) && fraction.is_none_or(digits);
    if !shaped {
        return None;
    }
    // Zeros at the end say nothing, and would count as decimals that a currency does not have.
    let text = if fraction.is_some() { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    text.parse().ok()
}

fn row(line: &str) -> Option<(&str, u32)> {
    let mut columns = line.split(',');
    Some((columns.next()?, columns.nth(1)?.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(amount: &str, currency: &str) -> Option<String> {
        Money::read(amount, currency).ok().map(|money| money.amount.to_string())
    }

    #[test]
    fn amounts_come_out_as_fine_as_their_currency() {
        assert_eq!(read("100", "USD").as_deref(), Some("100.00"));
        assert_eq!(read("0.5", "EUR").as_deref(), Some("0.50"));
        assert_eq!(read("1.5000", "EUR").as_deref(), Some("1.50"));
        assert_eq!(read("1500.0", "JPY").as_deref(), Some("1500"));
        assert_eq!(read("1.005", "KWD").as_deref(), Some("1.005"));
        assert_eq!(read("999999999999.99", "USD").as_deref(), Some("999999999999.99"));
    }

    #[test]
    fn what_is_no_money_is_refused() {
        for amount in ["", "0", "0.00", "-1", "+1", "1e2", "1,5", "1.005", ".5", "5.", "1000000000000", "NaN", "१"] {
            assert_eq!(read(amount, "USD"), None, "{amount}");
        }
        for currency in ["usd", "XAU", "ZZZ", "", "US"] {
            assert_eq!(read("1", currency), None, "{currency}");
        }
    }
}
