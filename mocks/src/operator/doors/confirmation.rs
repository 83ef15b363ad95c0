//! What a player is shown after registering (`GET /operator/accounts/{id}/welcome`) and after paying
//! (`GET /operator/accounts/{id}/deposits/{transaction_id}`). The page of a first deposit carries the tracker's pixel.
//!
//! The account's id is all it takes to see one: 128 random bits, which only its player was told.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rusqlite::Transaction;

use super::super::event::EventKind;
use super::super::office::Office;
use super::super::page::{Page, escaped};
use super::super::rules::{self, Currency, PixelFiring, PixelTimes, Tagging};
use super::super::store::accounts::{self, Account};
use super::super::store::events::{self, Paid};
use super::kyc::unknown;
use crate::answer::Refusal;
use crate::pixel::{self, Conversion};

/// How far the clocks of the mistake are behind UTC.
const AN_HOUR: Duration = Duration::from_hours(1);

/// Greets a new player.
pub(super) async fn welcome(
    State(office): State<Arc<Office>>,
    Path(account_id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let find = move |transaction: &Transaction<'_>| accounts::find(transaction, &account_id);
    let account = office.writer.run(find).await?.ok_or_else(unknown)?;
    let tagging = office.rules.tagging;
    let told = (tagging.page == rules::Page::Registration).then(|| told(&account, None, tagging));
    let text = "<p>Your account is open.</p>\n<p><a href=\"/landing/games\">To the games</a></p>\n";
    Ok(shown(&office, &account, ("Welcome", text), (told, &headers)))
}

/// Thanks for a deposit.
pub(super) async fn thanks(
    State(office): State<Arc<Office>>,
    Path((account_id, transaction_id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let find = move |transaction: &Transaction<'_>| {
        let Some(account) = accounts::find(transaction, &account_id)? else { return Ok(None) };
        let paid = events::paid(transaction, account.row, &transaction_id)?;
        Ok(paid.map(|paid| (account, paid)))
    };
    let no_deposit = || {
        let hint = "take the account_id and the transaction_id that were answered to the deposit";
        Refusal::new(StatusCode::NOT_FOUND, "deposit_unknown", hint)
    };
    let (account, paid) = office.writer.run(find).await?.ok_or_else(no_deposit)?;
    let tagging = office.rules.tagging;
    let tells = paid.is_ftd && tagging.page == rules::Page::Deposit;
    let told = tells.then(|| told(&account, Some(&paid), tagging));
    let text = format!(
        "<p>Thank you for your deposit of {} {}.</p>\n<p><a href=\"/landing/games\">To the games</a></p>\n",
        escaped(&paid.amount),
        escaped(&paid.currency)
    );
    Ok(shown(&office, &account, ("Thank you", &text), (told, &headers)))
}

/// The page, with its pixels.
fn shown(
    office: &Office,
    account: &Account,
    (title, text): (&str, &str),
    (told, headers): (Option<Vec<(&'static str, String)>>, &HeaderMap),
) -> Response {
    let brand_id = account.brand_id.clone();
    let site = pixel::of_brand(brand_id.as_deref());
    let mut html = text.to_owned();
    if let Some(told) = told {
        let conversion = Conversion { told, brand_id, click_id: pixel::value(headers, pixel::FIRST_PARTY) };
        let copies = if office.rules.tagging.firing == PixelFiring::TwiceNameless { 2 } else { 1 };
        html.push_str(&office.tag.pixel(&conversion).repeat(copies));
    }
    Page::new(title, &html).of_site(&site).into_response()
}

/// What a pixel tells of a deposit, or of an account where there is none yet.
fn told(account: &Account, paid: Option<&Paid>, tagging: Tagging) -> Vec<(&'static str, String)> {
    let mut told = vec![("event", EventKind::DepositSuccess.name().to_owned())];
    if let Some(paid) = paid.filter(|_| tagging.firing == PixelFiring::Once) {
        told.push(("transaction_id", paid.transaction_id.clone()));
    }
    told.push(("account", account.account_id.clone()));
    if let Some(paid) = paid {
        let currency = match tagging.currency {
            Currency::Own => paid.currency.clone(),
            Currency::AlwaysUsd => "USD".to_owned(),
        };
        told.extend([("amount", paid.amount.clone()), ("currency", currency)]);
    }
    if let Some(brand_id) = &account.brand_id {
        told.push(("brand_id", brand_id.clone()));
    }
    let at = Timestamp::from_second(paid.map_or(account.at, |paid| paid.at)).unwrap_or_default();
    let at = match tagging.times {
        PixelTimes::Utc => at,
        PixelTimes::HourBehind => at.saturating_sub(AN_HOUR).unwrap_or(at),
    };
    told.push(("ts", at.to_string()));
    told
}

#[cfg(test)]
mod tests {
    use super::super::super::event::Visitor;
    use super::*;

    fn telling(tagging: Tagging, paid: bool) -> String {
        let account = Account {
            row: 1,
            account_id: "u_1".to_owned(),
            origin: None,
            probabilistic: false,
            brand_id: Some("aurora".to_owned()),
            visitor: Visitor::default(),
            at: 1_700_000_000,
            first_deposit: None,
        };
        let deposit = Paid {
            transaction_id: "txn_1".to_owned(),
            amount: "25.50".to_owned(),
            currency: "EUR".to_owned(),
            at: 1_700_003_600,
            is_ftd: true,
        };
        let told = told(&account, paid.then_some(&deposit), tagging);
        told.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn a_pixel_tells_of_the_deposit() {
        let sound = "event=deposit_success&transaction_id=txn_1&account=u_1&amount=25.50&currency=EUR&brand_id=aurora\
                     &ts=2023-11-14T23:13:20Z";
        assert_eq!(telling(Tagging::default(), true), sound);
        assert_eq!(
            telling(Tagging::default(), false),
            "event=deposit_success&account=u_1&brand_id=aurora&ts=2023-11-14T22:13:20Z"
        );
    }

    #[test]
    fn each_mistake_tells_its_own_lie() {
        let sound = Tagging::default();
        let lie = |tagging| telling(tagging, true);
        assert!(!lie(Tagging { firing: PixelFiring::TwiceNameless, ..sound }).contains("transaction_id"));
        assert!(lie(Tagging { currency: Currency::AlwaysUsd, ..sound }).contains("amount=25.50&currency=USD"));
        assert!(lie(Tagging { times: PixelTimes::HourBehind, ..sound }).ends_with("ts=2023-11-14T22:13:20Z"));
    }
}
