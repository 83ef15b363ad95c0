//! The three ways in which an affiliate earns, as checked values (seed 003 §8, domain.md §6).
//!
//! Reading them from a file is left to `terms`, computing with them to `commission` and `settlement`.

use std::collections::HashMap;

use rust_decimal::Decimal;

/// What an affiliate earns. At least one of the two is there, which `terms` checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contract {
    /// A fixed sum for each qualified first deposit.
    pub(crate) cpa: Option<Cpa>,
    /// A share of the net revenue of each month.
    pub(crate) revenue_share: Option<RevenueShare>,
}

/// Cost per acquisition: a sum for each qualified first deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cpa {
    /// In the report currency.
    pub(crate) amount: Decimal,
    /// Another sum for players of these brands.
    pub(crate) by_brand: HashMap<String, Decimal>,
    /// Whether the sum is taken back when the whole first deposit is refunded or charged back.
    pub(crate) clawback: bool,
}

/// A share of the net revenue, settled by month, affiliate and brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RevenueShare {
    /// Between 0 and 1.
    pub(crate) share: Decimal,
    /// Whether a month below zero is set against the months that follow. A month pays nothing below zero either way.
    pub(crate) negative_carry_over: bool,
}

impl Cpa {
    /// The sum for a player of that brand.
    pub(crate) fn of(&self, brand: Option<&str>) -> Decimal {
        brand.and_then(|brand| self.by_brand.get(brand)).copied().unwrap_or(self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brand_can_have_its_own_sum() {
        let by_brand = HashMap::from([("lux".to_owned(), Decimal::ONE_HUNDRED)]);
        let cpa = Cpa { amount: Decimal::TEN, by_brand, clawback: false };
        assert_eq!([None, Some("lux"), Some("other")].map(|brand| cpa.of(brand)), [10, 100, 10].map(Decimal::from));
    }
}
