//! `GET /click`: gives an ad click its id, logs it with everything it came with, and sends the player on.
//!
//! The way on is the landing page the stack was configured with and nothing else, so no parameter can turn the
//! redirector into an open one. The click id goes on in the address, and stays in a cookie of the tracker for those who
//! track by cookies. The ways to get this wrong are left to `misled`.

mod misled;

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::clock::Clock;
use crate::pixel;
use crate::secrets::random_hex;
use crate::tracker::rules::{Caching, ClickIds, Hops, Parameters, Redirects};
use crate::tracker::store::{Click, Store};
use misled::Counter;

/// Longest query that is logged, in bytes as they arrive.
const MAX_QUERY: usize = 4096;

/// Most parameters of one click.
const MAX_PARAMETERS: usize = 64;

/// Longest name and longest value of a parameter, in bytes once decoded.
const MAX_NAME: usize = 64;
const MAX_VALUE: usize = 1024;

/// 128 bits: two clicks never meet, and nobody guesses one to attribute a player to himself.
const CLICK_ID_BYTES: usize = 16;
const CLICK_ID_PREFIX: &str = "clk_";

/// Makes click ids and knows where they lead.
#[derive(Debug)]
pub(crate) struct Redirector {
    store: Store,
    landing: String,
    rules: Redirects,
    clock: Clock,
    counter: Counter,
}

/// Where a click leads, and the id that was made for it.
struct Way {
    location: String,
    click_id: Option<String>,
}

impl Redirector {
    /// A redirector to the landing page below `base`.
    pub(crate) fn new(store: Store, base: &str, rules: Redirects, clock: Clock) -> Self {
        let counter = Counter::from(clock.now());
        Self { store, landing: format!("{base}/landing"), rules, clock, counter }
    }

    /// The click is on disk before the player moves on: a postback about it may be faster than any later write.
    async fn log(&self, mut parameters: Map<String, Value>) -> Result<Way, Refusal> {
        if self.rules.hops == Hops::Two
            && let Some(second) = misled::second_hop(&self.landing, &parameters)
        {
            return Ok(Way { location: second, click_id: None });
        }
        let click_id = self.click_id()?;
        let misled = misled::location(self.rules, &self.landing, &click_id, &parameters);
        if self.rules.parameters == Parameters::Dropped {
            parameters.clear();
        }
        let brand = brand(&parameters);
        let parameters = Value::Object(parameters).to_string();
        let click = Click { id: click_id.clone(), at: self.clock.now().as_millisecond(), parameters };
        self.store.log_click(click).await?;
        let location = misled.unwrap_or_else(|| format!("{}?click_id={click_id}{brand}", self.landing));
        Ok(Way { location, click_id: Some(click_id) })
    }

    fn click_id(&self) -> Result<String, Refusal> {
        if self.rules.ids == ClickIds::Counted {
            return Ok(format!("{CLICK_ID_PREFIX}{}", self.counter.next()));
        }
        random_hex::<CLICK_ID_BYTES>()
            .map(|hex| format!("{CLICK_ID_PREFIX}{hex}"))
            .map_err(|_| Refusal::unavailable("no_randomness", "click again in a moment"))
    }

    /// Who may keep the answer.
    fn caching(&self) -> &'static str {
        match self.rules.caching {
            Caching::Forbidden => "no-store",
            Caching::Allowed => "public, max-age=300",
        }
    }
}

/// Answers a click with 302 to the landing page.
pub(crate) async fn click(
    State(redirector): State<Arc<Redirector>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let logged = match parameters(query.as_deref().unwrap_or_default()) {
        Ok(parameters) => redirector.log(parameters).await,
        Err(refusal) => Err(refusal),
    };
    match logged {
        Ok(Way { location, click_id }) => {
            let site = pixel::cname(&headers);
            let cookie = click_id.and_then(|click_id| pixel::by_tracker(&click_id, site.as_deref()));
            let fixed = [(LOCATION, location.as_str()), (CACHE_CONTROL, redirector.caching())];
            let mut response = (StatusCode::FOUND, fixed).into_response();
            if let Some(cookie) = cookie {
                response.headers_mut().insert(SET_COOKIE, cookie);
            }
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// The query as a JSON object. A name that comes twice keeps its first value, as the first touch counts.
fn parameters(query: &str) -> Result<Map<String, Value>, Refusal> {
    if query.len() > MAX_QUERY {
        let hint = format!("keep the query within {MAX_QUERY} bytes");
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, "query_too_long", hint));
    }
    let mut object = Map::new();
    for (index, (name, value)) in url::form_urlencoded::parse(query.as_bytes()).enumerate() {
        if index == MAX_PARAMETERS || name.len() > MAX_NAME || value.len() > MAX_VALUE {
            let hint = format!(
                "send at most {MAX_PARAMETERS} parameters, names within {MAX_NAME} and values within {MAX_VALUE} bytes"
            );
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "query_out_of_bounds", hint));
        }
        object.entry(name).or_insert_with(|| Value::String(value.into_owned()));
    }
    Ok(object)
}

/// The brand that the click was meant for, as a further parameter of the landing page.
fn brand(parameters: &Map<String, Value>) -> String {
    let Some(Value::String(brand)) = parameters.get("brand_id").or_else(|| parameters.get("brand")) else {
        return String::new();
    };
    let encoded: String = url::form_urlencoded::byte_serialize(brand.as_bytes()).collect();
    format!("&brand_id={encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_one_object_and_keep_first_values() {
        let parameters = |query| parameters(query).map(|object| Value::Object(object).to_string());
        let logged = parameters("utm_source=a%20b&geo=BR&utm_source=late&geo").expect("within bounds");
        assert_eq!(logged, r#"{"geo":"BR","utm_source":"a b"}"#);
        assert_eq!(parameters("").expect("an empty query is a click too"), "{}");
    }

    #[test]
    fn a_brand_goes_on_to_the_landing_page() {
        let told = |query| brand(&parameters(query).expect("within bounds"));
        assert_eq!(told("brand_id=a%26b%20c&brand=d"), "&brand_id=a%26b+c");
        assert_eq!([told("brand=d"), told("utm_source=x")], ["&brand_id=d", ""]);
    }

    #[test]
    fn out_of_bounds_is_refused() {
        let status = |query: String| parameters(&query).expect_err("out of bounds").status();
        assert_eq!(status("a=".to_owned() + &"x".repeat(MAX_QUERY)), StatusCode::URI_TOO_LONG);
        assert_eq!(status("a=".to_owned() + &"x".repeat(MAX_VALUE + 1)), StatusCode::BAD_REQUEST);
        assert_eq!(status("a&".repeat(MAX_PARAMETERS + 1)), StatusCode::BAD_REQUEST);
    }
}
