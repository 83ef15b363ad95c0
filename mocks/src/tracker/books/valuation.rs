//! What money is worth when it is booked.
//!
//! An amount is converted once, at booking, by the rate of its event's day, and rounded there: whoever adds up later
//! adds rounded amounts, and a table of rates that is corrected afterwards changes no closed day. What an affiliate is
//! owed is *not* fixed here: which deposit is a player's first can change with each postback that comes late, so
//! `commission` decides it from the books as they stand when they are read.

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::fx::RateDay;
use super::programme::Programme;
use super::terms::Terms;

/// The rules by which money is booked.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    programme: Programme,
    rate_day: RateDay,
}

impl Books {
    /// The rules of a programme.
    pub(crate) fn new(programme: Programme, rate_day: RateDay) -> Self {
        Self { programme, rate_day }
    }

    /// The terms.
    pub(crate) fn terms(&self) -> &Arc<Terms> {
        self.programme.terms()
    }

    /// What an amount that has its sign already is worth in the report currency; nothing when the day had no rate.
    pub(crate) fn worth(&self, money: (Decimal, &str), happened: Timestamp, booked: Timestamp) -> Option<Decimal> {
        self.rate_day.convert(self.programme.rates(), money, happened, booked)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fx::Fx;
    use super::super::spend::SpendTable;
    use super::*;

    const RATES: &str = "date,currency,rate_to_USD\n2026-01-01,BRL,0.20\n2026-01-02,BRL,0.25\n";

    fn worth(amount: &str, currency: &str, rate_day: RateDay) -> Option<String> {
        let rates = Fx::parse(RATES).expect("rates");
        let programme = Programme::new(Terms::default(), rates, SpendTable::default()).expect("one report currency");
        let at = |text: &str| text.parse().expect("an instant");
        let (happened, booked) = (at("2026-01-01T23:30:00Z"), at("2026-01-02T00:30:00Z"));
        let money = (amount.parse().expect("a decimal"), currency);
        Books::new(programme, rate_day).worth(money, happened, booked).map(|worth| worth.to_string())
    }

    #[test]
    fn money_is_worth_what_its_day_says() {
        assert_eq!(worth("100.50", "BRL", RateDay::Event).as_deref(), Some("20.10"));
        assert_eq!(worth("-100.50", "BRL", RateDay::Event).as_deref(), Some("-20.10"));
        assert_eq!(worth("100.50", "BRL", RateDay::Booking).as_deref(), Some("25.12"));
        assert_eq!(worth("100.50", "MXN", RateDay::Event), None);
    }
}
