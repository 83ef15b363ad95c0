//! The body of a JSON postback (seed 003 §4, §14).

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::event::Event;
use super::super::rules::Rules;
use super::told;

/// The members in the order they are sent, which means nothing: who signs puts them in order.
#[derive(Serialize)]
struct Body<'a> {
    event: &'a str,
    event_id: &'a str,
    click_id: &'a str,
    account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand_id: Option<&'a str>,
    #[serde(flatten)]
    money: Option<Money<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kyc_level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_version: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ua: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribution: Option<&'a str>,
    ts_event: String,
}

#[derive(Serialize)]
struct Money<'a> {
    /// Taken over as it is written: no amount passes through a float.
    amount: Box<RawValue>,
    currency: &'a str,
    transaction_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_ftd: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bonus: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposit_event_id: Option<&'a str>,
}

/// Writes the body. `visitor` says whether the player's address and browser are told.
pub(super) fn body(event: &Event, visitor: bool, rules: Rules) -> serde_json::Result<String> {
    let money = event.payment.as_ref().map(|payment| {
        Ok::<_, serde_json::Error>(Money {
            amount: RawValue::from_string(told::amount(payment.amount, rules.amounts))?,
            currency: &payment.currency,
            transaction_id: &payment.transaction_id,
            payment_method: payment.method.as_deref(),
            is_ftd: (!event.kind.reverses()).then_some(payment.is_ftd),
            bonus: payment.bonus,
            deposit_event_id: payment.reverses.as_ref().map(|deposit| deposit.event_id.as_str()),
        })
    });
    let seen = &event.visitor;
    serde_json::to_string(&Body {
        event: event.kind.name(),
        event_id: &event.event_id,
        click_id: &event.click_id,
        account_id: &event.account_id,
        brand_id: event.brand_id.as_deref(),
        money: money.transpose()?,
        kyc_level: event.kyc_level.as_deref(),
        geo: seen.geo.as_deref(),
        device: seen.device.as_deref(),
        consent_version: seen.consent_version.as_deref(),
        ip: seen.ip.as_deref().filter(|_| visitor),
        ua: seen.ua.as_deref().filter(|_| visitor),
        attribution: event.probabilistic.then_some("probabilistic"),
        ts_event: told::instant(event.at, rules.times),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::event::{EventKind, Visitor};
    use super::super::super::rules::Amounts;
    use super::super::told::tests::{deposit, refund};
    use super::*;

    #[test]
    fn a_deposit_is_written_exactly() {
        let owed = r#"{"event":"deposit_success","event_id":"dep_9aa","click_id":"clk_123","account_id":"u_456",
            "brand_id":"lucky-star","amount":100.00,"currency":"EUR","transaction_id":"txn_1",
            "payment_method":"card","is_ftd":true,"ts_event":"2025-10-21T15:12:31Z"}"#;
        let written = body(&deposit(), true, Rules::default()).expect("a body");
        assert_eq!(written, owed.replace("\n            ", ""));
        let text = body(&deposit(), true, Rules { amounts: Amounts::Comma, ..Rules::default() }).expect("a body");
        assert!(text.contains(r#""amount":"100,00""#), "{text}");
    }

    #[test]
    fn a_refund_names_its_deposit_and_no_first() {
        let written = body(&refund(), true, Rules::default()).expect("a body");
        assert!(written.contains(r#""amount":100.00"#) && written.contains(r#""deposit_event_id":"dep_9aa""#));
        assert!(!written.contains("is_ftd"), "{written}");
    }

    #[test]
    fn the_visitor_is_told_only_where_that_is_wanted() {
        let mut event = deposit();
        event.kind = EventKind::Registration;
        event.payment = None;
        event.probabilistic = true;
        let (ip, ua) = (Some("203.0.113.7".to_owned()), Some("Mozilla/5.0".to_owned()));
        event.visitor = Visitor { geo: Some("BR".to_owned()), ip, ua, ..Visitor::default() };
        let told = body(&event, true, Rules::default()).expect("a body");
        assert!(told.contains("203.0.113.7") && told.contains(r#""attribution":"probabilistic""#), "{told}");
        let kept = body(&event, false, Rules::default()).expect("a body");
        assert!(!kept.contains("203.0.113.7") && !kept.contains("Mozilla") && kept.contains(r#""geo":"BR""#), "{kept}");
    }
}
