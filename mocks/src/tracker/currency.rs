//! Currencies: which codes money can be in, and how fine it is there. The list is ISO 4217's, as a data file.

use std::collections::HashMap;
use std::sync::LazyLock;

const LIST: &str = include_str!("../../../data/iso4217.csv");

static MINOR_UNITS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| LIST.lines().skip(1).filter_map(entry).collect());

/// Number of decimals of an active currency; nothing for unknown codes and for those, like gold, that have none.
pub(super) fn minor_units(code: &str) -> Option<u32> {
    MINOR_UNITS.get(code).copied()
}

/// The columns are code, numeric code, minor units and name; only the last can hold a comma.
fn entry(line: &str) -> Option<(&str, u32)> {
    let mut columns = line.split(',');
    let code = columns.next()?;
    let minor_units = columns.nth(1)?.trim().parse().ok()?;
    Some((code, minor_units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_a_currency_with_minor_units() {
        assert_eq!(["USD", "JPY", "KWD", "CLF"].map(minor_units), [Some(2), Some(0), Some(3), Some(4)]);
        assert_eq!(["usd", "XAU", "XXX", "ZZZ", "", "code"].map(minor_units), [None; 6]);
    }
}
