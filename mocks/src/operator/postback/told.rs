//! What a postback says of an event. The sound operator says what happened; planted defects say something else.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::Offset;
use rust_decimal::Decimal;

use super::super::event::{Event, EventKind};
use super::super::rules::{Amounts, Brand, Currency, FirstDeposit, Macros, Refunds, Rules, Times};

/// Where the office of the defect keeps its clocks: São Paulo, three hours behind UTC.
const OFFICE: Offset = Offset::constant(-3);

/// The event as it is told.
pub(super) fn told(mut event: Event, rules: Rules) -> Event {
    if rules.brand == Brand::LeftOut {
        event.brand_id = None;
    }
    if rules.macros == Macros::LeftUnexpanded {
        "{click_id}".clone_into(&mut event.click_id);
    }
    if event.kind == EventKind::Refund && rules.refunds == Refunds::AsDeposit {
        event.kind = EventKind::DepositSuccess;
    }
    if let Some(payment) = &mut event.payment {
        if rules.currency == Currency::AlwaysUsd {
            "USD".clone_into(&mut payment.currency);
        }
        if rules.first_deposit == FirstDeposit::EveryDeposit {
            payment.is_ftd = event.kind == EventKind::DepositSuccess;
        }
    }
    event
}

/// The instant of an event, in whole seconds.
pub(super) fn instant(at: Timestamp, times: Times) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    match times {
        Times::Utc => whole.to_string(),
        Times::LocalMarkedUtc => {
            let behind = Duration::from_secs(u64::from(OFFICE.seconds().unsigned_abs()));
            whole.saturating_sub(behind).map_or_else(|_| whole.to_string(), |local| local.to_string())
        }
    }
}

/// The amount as a JSON value.
pub(super) fn amount(amount: Decimal, amounts: Amounts) -> String {
    match amounts {
        Amounts::Number => amount.to_string(),
        Amounts::Text => format!("\"{amount}\""),
        Amounts::Comma => format!("\"{}\"", amount.to_string().replace('.', ",")),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::event::{Payment, Reversed, Visitor};
    use super::*;

    /// A deposit like that of seed 003 §4.3.
    pub(in super::super) fn deposit() -> Event {
        Event {
            kind: EventKind::DepositSuccess,
            event_id: "dep_9aa".to_owned(),
            click_id: "clk_123".to_owned(),
            probabilistic: false,
            account_id: "u_456".to_owned(),
            brand_id: Some("lucky-star".to_owned()),
            at: "2025-10-21T15:12:31Z".parse().expect("an instant"),
            kyc_level: None,
            payment: Some(Payment {
                amount: Decimal::new(10_000, 2),
                currency: "EUR".to_owned(),
                transaction_id: "txn_1".to_owned(),
                method: Some("card".to_owned()),
                is_ftd: true,
                bonus: false,
                reverses: None,
            }),
            visitor: Visitor::default(),
        }
    }

    /// A refund of it.
    pub(in super::super) fn refund() -> Event {
        let mut event = deposit();
        event.kind = EventKind::Refund;
        event.event_id = "ref_1".to_owned();
        if let Some(payment) = &mut event.payment {
            payment.is_ftd = false;
            payment.transaction_id = "txn_2".to_owned();
            payment.reverses = Some(Reversed { event_id: "dep_9aa".to_owned(), transaction_id: "txn_1".to_owned() });
        }
        event
    }

    #[test]
    fn the_sound_operator_tells_what_happened() {
        for event in [deposit(), refund()] {
            assert_eq!(told(event.clone(), Rules::default()), event);
        }
        assert_eq!(instant(deposit().at, Times::Utc), "2025-10-21T15:12:31Z");
        assert_eq!(amount(Decimal::new(10_000, 2), Amounts::Number), "100.00");
    }

    #[test]
    fn each_defect_tells_its_own_lie() {
        let lie = |event, rules| told(event, rules);
        let sound = Rules::default();
        assert_eq!(lie(deposit(), Rules { brand: Brand::LeftOut, ..sound }).brand_id, None);
        assert_eq!(lie(deposit(), Rules { macros: Macros::LeftUnexpanded, ..sound }).click_id, "{click_id}");
        assert_eq!(lie(refund(), Rules { refunds: Refunds::AsDeposit, ..sound }).kind, EventKind::DepositSuccess);
        let payment = |event, rules| lie(event, rules).payment.expect("money");
        assert_eq!(payment(deposit(), Rules { currency: Currency::AlwaysUsd, ..sound }).currency, "USD");
        let every = Rules { first_deposit: FirstDeposit::EveryDeposit, ..sound };
        let mut second = deposit();
        second.payment.as_mut().expect("money").is_ftd = false;
        assert!(payment(second.clone(), every).is_ftd && !payment(second, sound).is_ftd);
        assert!(!payment(refund(), every).is_ftd);
        assert_eq!(instant(deposit().at, Times::LocalMarkedUtc), "2025-10-21T12:12:31Z");
        assert_eq!(amount(Decimal::new(10_000, 2), Amounts::Text), "\"100.00\"");
        assert_eq!(amount(Decimal::new(10_000, 2), Amounts::Comma), "\"100,00\"");
    }
}
