//! From a checked postback to what the books are asked to enter.
//!
//! Holds the rules that turn an event into income: which sign money has, what it is worth by the terms' rates, and what
//! may count as a first deposit. Whether it then *is* a player's first is decided by the store, in the same
//! transaction; what an affiliate is owed for it by the reports, as the books stand when they are read.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::books::terms::Terms;
use super::books::valuation::Books;
use super::money::Money;
use super::rules::{Amounts, Brand, Currency, FirstDeposit, Instants, Reversals, Rules};
use super::schema::{Event, Postback};
use super::store::{Booking, Credit, Loss, Waiting};

/// How far the clock of a server in São Paulo is from UTC.
const LOCAL: SignedDuration = SignedDuration::from_hours(-3);

/// What to enter for a postback that waited, at the instant `now` (milliseconds since 1970).
pub(super) fn of(waiting: &Waiting, postback: Postback, rules: Rules, books: &Books, now: i64) -> Booking {
    let qualifies = qualifies(&postback, rules, books.terms());
    let player = player(&postback);
    let Postback { event, event_id, transaction_id, click_id, brand_id, ts_event, money, .. } = postback;
    let booked = Timestamp::from_millisecond(now).unwrap_or_default();
    let happened = ts_event.parse().unwrap_or(booked);
    let (amount, currency) = match money {
        Some(money) => entered(event, money, rules),
        None => (None, None),
    };
    let decimal = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Decimal>().ok());
    let exact = decimal(&amount);
    let worth = |amount: Option<Decimal>| books.worth((amount?, currency.as_deref()?), happened, booked);
    let (worth, report_commission) = (worth(exact), worth(decimal(&postback.commission)));
    let credit = Credit {
        event_id,
        transaction_id,
        click_id,
        player,
        event: event.name().to_owned(),
        currency,
        commission: postback.commission,
        report_amount: worth.map(|worth| worth.to_string()),
        report_commission: report_commission.map(|worth| worth.to_string()),
        brand_id: match rules.brand {
            Brand::Kept => brand_id,
            Brand::Ignored => Some("main".to_owned()),
            Brand::Mangled => brand_id.map(|brand| brand.replace(|character: char| !character.is_ascii(), "?")),
        },
        ts_event: kept(ts_event, rules.instants),
        is_ftd: (event == Event::DepositSuccess).then_some(qualifies && !is_asked(rules)),
        billable: postback.billable,
        surplus: (!postback.surplus.is_empty()).then(|| serde_json::Value::from(postback.surplus).to_string()),
        received: waiting.received,
        booked: now,
        amount,
    };
    Booking {
        seq: waiting.seq,
        credit,
        at: happened.as_millisecond(),
        amount: exact,
        worth,
        registers: event == Event::Registration,
        qualifies: qualifies && is_asked(rules),
        replaces: false,
        loss: Loss::Kept,
    }
}

/// Amount and currency as they enter the books; refunds and chargebacks are negative income.
pub(super) fn entered(event: Event, money: Money, rules: Rules) -> (Option<String>, Option<String>) {
    let Money { mut amount, currency } = money;
    let is_reversed = event.is_negative_income() && rules.reversals == Reversals::Negative;
    amount.set_sign_negative(is_reversed != amount.is_sign_negative());
    let amount = match rules.amounts {
        Amounts::Exact => amount.to_string(),
        Amounts::Binary32 => f64::from(amount.to_f32().unwrap_or_default()).to_string(),
        Amounts::Whole => amount.trunc().to_string(),
        Amounts::Hundredths => amount.round_dp(2).to_string(),
    };
    let currency = match rules.currency {
        Currency::Kept => Some(currency),
        Currency::Dropped => None,
    };
    (Some(amount), currency)
}

/// The instant as the books keep it.
fn kept(ts_event: String, instants: Instants) -> String {
    match instants {
        Instants::Utc => ts_event,
        Instants::Local => {
            let local = ts_event.parse::<Timestamp>().ok().and_then(|at| at.checked_add(LOCAL).ok());
            local.map_or(ts_event, |at| at.to_string())
        }
    }
}

fn qualifies(postback: &Postback, rules: Rules, terms: &Terms) -> bool {
    postback.event == Event::DepositSuccess
        && match rules.first_deposit {
            FirstDeposit::Contract | FirstDeposit::Flagged => {
                let enough = |money: &Money| terms.qualifies(money.amount, &money.currency, postback.bonus);
                postback.is_ftd && postback.money.as_ref().is_some_and(enough)
            }
            FirstDeposit::Unmeasured => postback.is_ftd,
            FirstDeposit::Any => true,
        }
}

/// Whether the store is asked if the deposit is the player's first.
fn is_asked(rules: Rules) -> bool {
    matches!(rules.first_deposit, FirstDeposit::Contract | FirstDeposit::Unmeasured)
}

/// Whose event it is. The prefix keeps an account and a click of the same name apart.
pub(super) fn player(postback: &Postback) -> String {
    match &postback.account_id {
        Some(account) => format!("account:{account}"),
        None => format!("click:{}", postback.click_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracker::books::fx::RateDay;
    use crate::tracker::books::programme::Programme;

    fn books() -> Books {
        Books::new(Programme::default(), RateDay::default())
    }

    fn booking(event: Event, amount: &str, is_ftd: bool, rules: Rules) -> Booking {
        let money = Money { amount: amount.parse().expect("a decimal"), currency: "USD".to_owned() };
        let postback = Postback {
            event,
            event_id: Some("e".to_owned()),
            transaction_id: None,
            click_id: "c".to_owned(),
            account_id: None,
            brand_id: Some("b".to_owned()),
            ts_event: "2025-10-21T15:12:31Z".to_owned(),
            is_ftd,
            bonus: false,
            billable: true,
            money: Some(money),
            commission: Some("1.50".to_owned()),
            surplus: vec!["tier".to_owned()],
        };
        of(&Waiting { seq: 1, received: 5, postback: String::new() }, postback, rules, &books(), 7)
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
        let first = |event, amount, flag| booking(event, amount, flag, Rules::default()).qualifies;
        assert!(first(Event::DepositSuccess, "10.00", true));
        assert!(!first(Event::DepositSuccess, "9.99", true));
        assert!(!first(Event::DepositSuccess, "10.00", false));
        assert!(!first(Event::Refund, "10.00", true));
    }

    #[test]
    fn a_credit_keeps_what_it_came_with() {
        let Booking { credit, at, amount, .. } = booking(Event::DepositSuccess, "12.50", false, Rules::default());
        assert_eq!((credit.received, credit.booked, at), (5, 7, 1_761_059_551_000));
        assert_eq!((credit.surplus.as_deref(), amount), (Some(r#"["tier"]"#), Some(Decimal::new(1250, 2))));
        assert_eq!((credit.player.as_str(), credit.brand_id.as_deref()), ("click:c", Some("b")));
    }

    #[test]
    fn money_is_valued_as_it_is_booked() {
        let Booking { credit, worth, .. } = booking(Event::Refund, "12.50", false, Rules::default());
        assert_eq!(
            (credit.report_amount.as_deref(), credit.report_commission.as_deref()),
            (Some("-12.50"), Some("1.50"))
        );
        assert_eq!(worth, Some(Decimal::new(-1250, 2)));
        let dropped = Rules { currency: Currency::Dropped, ..Rules::default() };
        let Booking { credit, worth, .. } = booking(Event::Refund, "12.50", false, dropped);
        assert_eq!((credit.report_amount, credit.report_commission, worth), (None, None, None));
    }

    #[test]
    fn wrong_rules_change_what_they_say() {
        let with = |rules: Rules| booking(Event::Refund, "123.45", false, rules).credit;
        let amounts = |amounts| with(Rules { amounts, ..Rules::default() }).amount.unwrap_or_default();
        assert_eq!(amounts(Amounts::Binary32), "-123.44999694824219");
        assert_eq!(amounts(Amounts::Whole), "-123");
        let positive = with(Rules { reversals: Reversals::Positive, ..Rules::default() });
        assert_eq!(positive.amount.as_deref(), Some("123.45"));
        let one_brand = with(Rules { brand: Brand::Ignored, ..Rules::default() });
        assert_eq!(one_brand.brand_id.as_deref(), Some("main"));
        assert_eq!(with(Rules { instants: Instants::Local, ..Rules::default() }).ts_event, "2025-10-21T12:12:31Z");
        let any = Rules { first_deposit: FirstDeposit::Any, ..Rules::default() };
        assert_eq!(booking(Event::DepositSuccess, "1.00", false, any).credit.is_ftd, Some(true));
    }
}
