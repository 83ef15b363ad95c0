//! What can be booked of a postback that was refused: the most lenient reading there is.
//!
//! No sound tracker has a use for it; it exists for the defect that credits refusals.

use axum::body::Bytes;
use jiff::Timestamp;

use super::booking;
use super::books::valuation::Books;
use super::json::Json;
use super::money::Money;
use super::rules::Rules;
use super::schema::Event;
use super::{amount, store::Credit};

/// The credit that a refused body asks for at the instant `now` (milliseconds since 1970), if it can be read and
/// names its event.
pub(super) fn credit(body: &Bytes, rules: Rules, books: &Books, now: i64) -> Option<Credit> {
    let body = Json::parse(body).ok()?;
    let text = |name: &str| body.member(name).and_then(Json::text).map(str::to_owned);
    let event = text("event").unwrap_or_default();
    let known = Event::by_name(&event);
    let money = body
        .member("amount")
        .and_then(decimal)
        .map(|amount| Money { amount, currency: text("currency").unwrap_or_default() });
    let (amount, currency) = match money {
        Some(money) => booking::entered(known.unwrap_or(Event::DepositSuccess), money, rules),
        None => (None, None),
    };
    let (ts_event, booked) = (text("ts_event").unwrap_or_default(), Timestamp::from_millisecond(now).ok()?);
    let happened = ts_event.parse().unwrap_or(booked);
    let worth = || books.worth((amount.as_ref()?.parse().ok()?, currency.as_ref()?), happened, booked);
    let report_amount = worth().map(|worth| worth.to_string());
    let click_id = text("click_id").unwrap_or_default();
    Some(Credit {
        event_id: Some(text("event_id").filter(|id| !id.is_empty())?),
        transaction_id: text("transaction_id"),
        player: format!("click:{click_id}"),
        click_id,
        event,
        amount,
        currency: currency.filter(|code| !code.is_empty()),
        commission: None,
        report_amount,
        report_commission: None,
        brand_id: text("brand_id"),
        ts_event,
        is_ftd: (known == Some(Event::DepositSuccess)).then_some(false),
        billable: true,
        surplus: None,
        received: now,
        booked: now,
    })
}

/// An amount as number or as text.
fn decimal(value: &Json) -> Option<rust_decimal::Decimal> {
    match value {
        Json::Number(number) => amount::exact(number.lexeme),
        Json::Text(text) => text.parse().ok(),
        _ => None,
    }
}
