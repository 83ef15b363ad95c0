//! Currencies: the active list of ISO 4217 with each one's minor units, read from `data/iso4217.csv`.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// An active ISO 4217 currency that amounts can be given in (metals, funds and test codes have no minor units and are left out).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    minor_units: u8,
}

/// A code that is not in the active list, or has no minor units.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no active ISO 4217 currency with minor units (three capital letters, such as EUR)")]
pub struct UnknownCurrency(String);

static ACTIVE: LazyLock<Vec<Currency>> =
    LazyLock::new(|| include_str!("../../data/iso4217.csv").lines().skip(1).filter_map(row).collect());

fn row(line: &str) -> Option<Currency> {
    let mut cells = line.split(',');
    let code = cells.next()?.as_bytes().try_into().ok()?;
    let minor_units = cells.nth(1)?.parse().ok()?;
    Some(Currency { code, minor_units })
}

impl Currency {
    /// Every active currency, sorted by code.
    pub fn all() -> &'static [Self] {
        &ACTIVE
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).expect("codes are three ASCII letters")
    }

    /// The name in the list, such as `UAE Dirham`.
    pub fn name(&self) -> &'static str {
        // Looked up and not kept, so that a currency stays four bytes in every amount.
        let rows = include_str!("../../data/iso4217.csv").lines();
        rows.filter(|row| row.starts_with(self.code())).find_map(|row| row.splitn(4, ',').nth(3)).unwrap_or("")
    }

    /// How many decimals an amount of it may have: 0 for JPY, 2 for EUR, 3 for KWD, 4 for CLF.
    pub fn minor_units(&self) -> u32 {
        u32::from(self.minor_units)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        ACTIVE.iter().find(|c| c.code() == text).copied().ok_or_else(|| UnknownCurrency(text.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_sorted() {
        assert!(Currency::all().len() > 150, "{}", Currency::all().len());
        assert!(Currency::all().is_sorted_by(|a, b| a.code < b.code));
        for (code, units) in [("JPY", 0), ("EUR", 2), ("BRL", 2), ("KWD", 3), ("CLF", 4), ("CLP", 0), ("XCG", 2)] {
            assert_eq!(code.parse::<Currency>().expect(code).minor_units(), units, "{code}");
        }
    }

    #[test]
    fn every_currency_has_a_name() {
        assert!(Currency::all().iter().all(|currency| !currency.name().is_empty()));
        assert_eq!("EUR".parse::<Currency>().unwrap().name(), "Euro");
    }

    #[test]
    fn codes_outside_the_list_are_refused() {
        for code in ["eur", "EURO", "HRK", "XXX", "XAU", "", "💶"] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }
}
