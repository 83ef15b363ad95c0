//! From a checked postback to what the store is asked to book.
//!
//! Holds the two rules that turn an event into income: which sign money has, and what may count as a first deposit.
//! Whether it then *is* an account's first is decided by the store, in the same transaction.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::rules::{Amounts, Currency, Rules};
use super::schema::{Event, Money, Postback};
use super::store::{Booking, Credit};

/// Least first deposit, in the deposit's own currency: no zero or token replenishment earns a commission.
const FTD_MINIMUM: Decimal = Decimal::TEN;

/// What to book for a postback with that digest of its canonical payload.
pub(super) fn of(postback: Postback, digest: [u8; 32], rules: Rules) -> Booking {
    let first_deposit_of = qualifies(&postback).then(|| account(&postback));
    let Postback { event, event_id, click_id, brand_id, ts_event, money, .. } = postback;
    let (amount, currency) = match money {
        Some(money) => booked(event, money, rules),
        None => (None, None),
    };
    let credit = Credit {
        event_id,
        click_id,
        event: event.name().to_owned(),
        amount,
        currency,
        brand_id,
        ts_event,
        is_ftd: (event == Event::DepositSuccess).then_some(false),
    };
    Booking { credit, digest, first_deposit_of }
}

/// Amount and currency as they enter the books; refunds and chargebacks are negative income.
pub(super) fn booked(event: Event, money: Money, rules: Rules) -> (Option<String>, Option<String>) {
    let Money { mut amount, currency } = money;
    amount.set_sign_negative(event.is_negative_income());
    let amount = match rules.amounts {
        Amounts::Exact => amount.to_string(),
        Amounts::Binary32 => f64::from(amount.to_f32().unwrap_or_default()).to_string(),
    };
    let currency = match rules.currency {
        Currency::Kept => Some(currency),
        Currency::Dropped => None,
    };
    (Some(amount), currency)
}

fn qualifies(postback: &Postback) -> bool {
    postback.event == Event::DepositSuccess
        && postback.is_ftd
        && postback.money.as_ref().is_some_and(|money| money.amount >= FTD_MINIMUM)
}

/// Whose first deposit it would be. The prefix keeps an account and a click of the same name apart.
fn account(postback: &Postback) -> String {
    match &postback.account_id {
        Some(account) => format!("account:{account}"),
        None => format!("click:{}", postback.click_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booking(event: Event, amount: &str, is_ftd: bool, rules: Rules) -> Booking {
        let money = Money { amount: amount.parse().expect("a decimal"), currency: "USD".to_owned() };
        let postback = Postback {
            event,
            event_id: "e".to_owned(),
            click_id: "c".to_owned(),
            account_id: None,
            brand_id: None,
            ts_event: "2025-10-21T15:12:31Z".to_owned(),
            is_ftd,
            money: Some(money),
        };
        of(postback, [0; 32], rules)
    }

    #[test]
    fn refunds_and_chargebacks_are_negative() {
        let amount = |event| booking(event, "12.50", false, Rules::default()).credit.amount;
        assert_eq!(amount(Event::DepositSuccess).as_deref(), Some("12.50"));
        assert_eq!(amount(Event::Refund).as_deref(), Some("-12.50"));
        assert_eq!(amount(Event::Chargeback).as_deref(), Some("-12.50"));
    }

    #[test]
    fn a_first_deposit_is_flagged_and_large_enough() {
        let first = |event, amount, flag| booking(event, amount, flag, Rules::default()).first_deposit_of.is_some();
        assert!(first(Event::DepositSuccess, "10.00", true));
        assert!(!first(Event::DepositSuccess, "9.99", true));
        assert!(!first(Event::DepositSuccess, "10.00", false));
        assert!(!first(Event::Refund, "10.00", true));
    }

    #[test]
    fn floats_lose_cents() {
        let rules = Rules { amounts: Amounts::Binary32, ..Rules::default() };
        let amount = booking(Event::DepositSuccess, "123.45", false, rules).credit.amount;
        assert_eq!(amount.as_deref(), Some("123.44999694824219"));
    }
}
