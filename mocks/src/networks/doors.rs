//! Where the networks are found: click links, postback addresses, and lists of what was counted.
//!
//! What they reply is this stack's own choice where their models' documents say nothing: like many real networks they
//! answer 200 to what they refuse, and say so in the body.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, LOCATION};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rusqlite::Transaction;
use rust_decimal::Decimal;
use serde::Serialize;

use super::conversions::{self, Conversion, Heard, Told};
use super::house::Networks;
use super::{clicks, keystone, volta};
use crate::answer::Refusal;
use crate::secrets::random_hex;

/// Conversions of one page; `after` asks for the next.
const PAGE: u32 = 1000;

/// Longest value of a parameter that is taken.
const LONGEST: usize = 200;

#[derive(Serialize)]
struct Conversions {
    conversions: Vec<Conversion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<i64>,
}

/// The doors as one service.
pub(super) fn routes(networks: Networks) -> Router {
    let only_get = || async { Refusal::method("GET") };
    // A HEAD request shows no ad and tells of no player.
    let door = |method: axum::routing::MethodRouter<Networks>| method.head(only_get).fallback(only_get);
    Router::new()
        .route("/networks/{name}/click", door(get(click)))
        .route("/networks/volta/postback", door(get(volta_postback)))
        .route("/networks/keystone/{key}/postback", door(get(keystone_postback)))
        .route("/networks/{name}/conversions", door(get(list)))
        .with_state(networks)
}

/// Makes a click id and sends the player on to the landing page, under the network's own parameter name.
async fn click(
    State(networks): State<Networks>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let (network, parameter) = known(&name)?;
    let brand = value(query.as_deref(), "brand_id")?;
    let hex = random_hex::<16>().map_err(|_| Refusal::unavailable("no_randomness", "click again in a moment"))?;
    let mut location = format!("{}?{parameter}={hex}", networks.landing);
    if let Some(brand) = &brand {
        location.push_str("&brand_id=");
        location.extend(url::form_urlencoded::byte_serialize(brand.as_bytes()));
    }
    let at = networks.clock.now().as_second();
    let keep = move |transaction: &Transaction<'_>| clicks::insert(transaction, network, &hex, brand.as_deref(), at);
    networks.writer.run(keep).await?;
    Ok((StatusCode::FOUND, [(LOCATION, location.as_str()), (CACHE_CONTROL, "no-store")]).into_response())
}

/// `?cid=&payout=&txid=&currency=&et=`
async fn volta_postback(State(networks): State<Networks>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let told = told(&networks, query.as_deref(), ["cid", "txid", "et"], "")?;
    let heard = hear(&networks, told, volta::receive).await?;
    Ok(text(match heard {
        Heard::Counted => "OK".to_owned(),
        Heard::Repeated => "DUPLICATE".to_owned(),
        Heard::Refused(why) => format!("ERROR {why}"),
    }))
}

/// `?subid=&status=&payout=&currency=&tid=&return=`
async fn keystone_postback(
    State(networks): State<Networks>,
    Path(key): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    if key != keystone::KEY {
        return Err(Refusal::new(StatusCode::NOT_FOUND, "not_found", "check the key in the address"));
    }
    let told = told(&networks, query.as_deref(), ["subid", "tid", "status"], keystone::DEFAULT_STATUS)?;
    let heard = hear(&networks, told, keystone::receive).await?;
    Ok(text(match heard {
        // The sender chooses what it wants to read.
        Heard::Counted | Heard::Repeated => value(query.as_deref(), "return")?.unwrap_or_default(),
        Heard::Refused(why) => format!("ERROR {why}"),
    }))
}

async fn hear(
    networks: &Networks,
    told: Result<Told, &'static str>,
    receive: impl FnOnce(&Transaction<'_>, &Told) -> rusqlite::Result<Heard> + Send + 'static,
) -> Result<Heard, Refusal> {
    match told {
        Ok(told) => networks.writer.run(move |transaction| receive(transaction, &told)).await,
        Err(why) => Ok(Heard::Refused(why)),
    }
}

async fn list(
    State(networks): State<Networks>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let (network, _) = known(&name)?;
    let after = value(query.as_deref(), "after")?.map_or(Ok(0), |after| after.parse()).map_err(|_| {
        Refusal::new(StatusCode::BAD_REQUEST, "after_invalid", "after: send the `next` of the page before")
    })?;
    let page = networks.writer.run(move |transaction| conversions::page(transaction, network, after, PAGE));
    let conversions = page.await?;
    let next = if conversions.len() < PAGE as usize { None } else { conversions.last().map(|last| last.id) };
    Ok(([(CACHE_CONTROL, "no-store")], axum::Json(Conversions { conversions, next })).into_response())
}

/// The network of that name, and its parameter of landing addresses.
fn known(name: &str) -> Result<(&'static str, &'static str), Refusal> {
    match name {
        volta::NAME => Ok((volta::NAME, "clickid")),
        keystone::NAME => Ok((keystone::NAME, "subid")),
        _ => Err(Refusal::new(StatusCode::NOT_FOUND, "not_found", "there are the networks volta and keystone")),
    }
}

/// Reads a postback; `names` are what click, transaction and status are called. An error inside is the network's to
/// tell in its own way.
fn told(
    networks: &Networks,
    query: Option<&str>,
    names: [&str; 3],
    status: &str,
) -> Result<Result<Told, &'static str>, Refusal> {
    let [click, transaction, state] = names;
    let payout = match value(query, "payout")?.map(|payout| payout.parse::<Decimal>()) {
        Some(Err(_)) => return Ok(Err("payout is no number")),
        Some(Ok(payout)) => Some(payout),
        None => None,
    };
    let Some(click_id) = value(query, click)? else { return Ok(Err("no click")) };
    Ok(Ok(Told {
        click_id,
        transaction_id: value(query, transaction)?.unwrap_or_default(),
        status: value(query, state)?.unwrap_or_else(|| status.to_owned()),
        payout,
        currency: value(query, "currency")?,
        at: networks.clock.now().as_second(),
    }))
}

/// The first value of a parameter; an empty one is none.
fn value(query: Option<&str>, name: &str) -> Result<Option<String>, Refusal> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let found = pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    match found.filter(|value| !value.is_empty()) {
        Some(value) if value.len() > LONGEST => {
            let hint = format!("keep each parameter within {LONGEST} bytes");
            Err(Refusal::new(StatusCode::BAD_REQUEST, "query_out_of_bounds", hint))
        }
        value => Ok(value),
    }
}

/// Plain text, which a browser is not to read as anything else: it may be what the sender asked for.
fn text(body: String) -> Response {
    use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
    let headers =
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (X_CONTENT_TYPE_OPTIONS, "nosniff"), (CACHE_CONTROL, "no-store")];
    (headers, body).into_response()
}
