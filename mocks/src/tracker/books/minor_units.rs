//! Rounding to a currency's minor units. How many a currency has is the tracker's `currency` list.

use rust_decimal::{Decimal, RoundingStrategy};

/// The amount with exactly so many decimals, half to even: over many events the halves do not add up to a drift.
pub(super) fn rounded(amount: Decimal, minor_units: u32) -> Decimal {
    let mut amount = amount.round_dp_with_strategy(minor_units, RoundingStrategy::MidpointNearestEven);
    amount.rescale(minor_units);
    // A negative zero would be written with its sign.
    if amount.is_zero() {
        amount.set_sign_positive(true);
    }
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_to_the_even_neighbour() {
        let round = |text: &str, units| rounded(text.parse().expect("a decimal"), units).to_string();
        assert_eq!(round("0.125", 2), "0.12");
        assert_eq!(round("0.135", 2), "0.14");
        assert_eq!(round("-0.125", 2), "-0.12");
        assert_eq!(round("-0.001", 2), "0.00");
        assert_eq!(round("7", 2), "7.00");
        assert_eq!(round("2.5", 0), "2");
    }
}
