//! What is kept with an event when it is booked: its sign, and what it is worth in the report currency.
//!
//! Done once, at booking, and rounded there; whoever adds up later adds rounded amounts.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::fx::{Fx, RateDay};
use super::kind::Kind;
use super::terms::Terms;

/// The rules by which events are booked.
#[derive(Debug, Clone)]
pub(crate) struct Books {
    fx: Fx,
    terms: Terms,
    rate_day: RateDay,
}

/// The terms and the rates do not speak of the same money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the terms report in {terms}, the rates lead to {rates}; give a table of rates to {terms}, or report in {rates}"
)]
pub(crate) struct BooksError {
    terms: String,
    rates: String,
}

/// An event as it comes to be booked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    /// What happened.
    pub(crate) kind: Kind,
    /// The amount as sent, positive, and its currency.
    pub(crate) money: Option<(Decimal, &'a str)>,
    /// The commission as sent, in the same currency, when the postback named one.
    pub(crate) commission: Option<Decimal>,
    /// When it happened.
    pub(crate) happened: Timestamp,
    /// When it is booked.
    pub(crate) booked: Timestamp,
}

/// What is kept of an event's money.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Valued {
    /// In its own currency; refunds and chargebacks are negative (seed 003 §8).
    pub(crate) amount: Option<Decimal>,
    /// In the report currency, with the same sign; nothing when the day had no rate.
    pub(crate) report_amount: Option<Decimal>,
    /// The commission that was sent, in the report currency; nothing when none was or the day had no rate.
    pub(crate) report_commission: Option<Decimal>,
}

impl Books {
    /// Rules from terms and rates, which must lead to the terms' report currency.
    pub(crate) fn new(terms: Terms, fx: Fx, rate_day: RateDay) -> Result<Self, BooksError> {
        if terms.report_currency() != fx.report_currency() {
            let (terms, rates) = (terms.report_currency().to_owned(), fx.report_currency().to_owned());
            return Err(BooksError { terms, rates });
        }
        Ok(Self { fx, terms, rate_day })
    }

    /// The terms.
    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What is kept of an event's money.
    pub(crate) fn value(&self, arrival: Arrival<'_>) -> Valued {
        let Some((mut amount, currency)) = arrival.money else {
            return Valued::default();
        };
        amount.set_sign_negative(arrival.kind.takes_back() && !amount.is_zero());
        let worth = |amount| self.worth((amount, currency), arrival.happened, arrival.booked);
        let report_commission = arrival.commission.and_then(worth);
        Valued { amount: Some(amount), report_amount: worth(amount), report_commission }
    }

    /// What an amount that has its sign already is worth in the report currency; nothing when the day had no rate.
    pub(crate) fn worth(&self, money: (Decimal, &str), happened: Timestamp, booked: Timestamp) -> Option<Decimal> {
        self.rate_day.convert(&self.fx, money, happened, booked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: &str = "date,currency,rate_to_USD\n2026-01-01,BRL,0.20\n2026-01-02,BRL,0.25\n";

    fn valued(kind: Kind, rate_day: RateDay, currency: &str) -> [Option<String>; 3] {
        let fx = Fx::parse(RATES).expect("rates");
        let books = Books::new(Terms::default(), fx, rate_day).expect("the same currency");
        assert_eq!(books.terms().report_currency(), "USD");
        let arrival = Arrival {
            kind,
            money: Some((Decimal::new(10_050, 2), currency)),
            commission: Some(Decimal::TEN),
            happened: "2026-01-01T23:30:00Z".parse().expect("an instant"),
            booked: "2026-01-02T00:30:00Z".parse().expect("an instant"),
        };
        let valued = books.value(arrival);
        [valued.amount, valued.report_amount, valued.report_commission].map(|value| value.map(|v| v.to_string()))
    }

    #[test]
    fn money_is_kept_twice_and_with_its_sign() {
        let texts = |texts: [&str; 3]| texts.map(|text| Some(text.to_owned()));
        assert_eq!(valued(Kind::Deposit, RateDay::Event, "BRL"), texts(["100.50", "20.10", "2.00"]));
        assert_eq!(valued(Kind::Refund, RateDay::Event, "BRL"), texts(["-100.50", "-20.10", "2.00"]));
        assert_eq!(valued(Kind::Deposit, RateDay::Booking, "BRL"), texts(["100.50", "25.12", "2.50"]));
        assert_eq!(valued(Kind::Chargeback, RateDay::Event, "MXN"), [Some("-100.50".to_owned()), None, None]);
    }

    #[test]
    fn rates_to_another_currency_are_refused() {
        let terms = Terms::parse("report_currency = \"EUR\"").expect("terms");
        let error = Books::new(terms, Fx::built_in(), RateDay::Event).expect_err("two currencies");
        assert!(error.to_string().starts_with("the terms report in EUR, the rates lead to USD"));
    }
}
