//! `GET /pixel`: a transparent dot of one pixel, and a conversion told by its address and its cookie.
//!
//! The dot is answered whether or not anybody is paid for it, as on any page. An address that nobody's tag writes is
//! refused, like at every other door.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::cookies;
use super::settings::CookieSetup;
use crate::answer::Refusal;
use crate::tracker::{Fired, Tracker};

/// What the door needs.
#[derive(Debug, Clone)]
pub(crate) struct Pixels {
    /// Who counts.
    pub(crate) tracker: Arc<Tracker>,
    /// Which cookie counts.
    pub(crate) setup: CookieSetup,
}

/// A GIF of one transparent pixel.
const DOT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\
\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01\x44\x00\x3b";

/// Longest query, in bytes as they arrive; a tag's own has some three hundred.
const MAX_QUERY: usize = 4096;

/// Most parameters, those of others among them: pages add their own against caches.
const MAX_PARAMETERS: usize = 64;

/// The door as a service.
pub(crate) fn routes(pixels: Pixels) -> Router {
    // A HEAD request shows nobody a page.
    let only_get = || async { Refusal::method("GET") };
    Router::new().route("/pixel", get(pixel).head(only_get).fallback(only_get)).with_state(pixels)
}

async fn pixel(State(pixels): State<Pixels>, request: Request) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let fired = fired(parts.uri.query().unwrap_or_default(), &parts.headers, pixels.setup)?;
    pixels.tracker.see(fired).await?;
    let headers = [(CONTENT_TYPE, "image/gif"), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((headers, DOT).into_response())
}

/// What an address and its cookie tell. Of a parameter that comes twice the first counts.
fn fired(query: &str, headers: &HeaderMap, setup: CookieSetup) -> Result<Fired, Refusal> {
    if query.len() > MAX_QUERY {
        let hint = format!("keep the query within {MAX_QUERY} bytes");
        return Err(Refusal::new(StatusCode::URI_TOO_LONG, "query_too_long", hint));
    }
    let mut fired = Fired::default();
    for (index, (name, value)) in url::form_urlencoded::parse(query.as_bytes()).enumerate() {
        if index == MAX_PARAMETERS {
            let hint = format!("send at most {MAX_PARAMETERS} parameters");
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "query_out_of_bounds", hint));
        }
        fired.set(&name, value.into_owned());
    }
    if setup != CookieSetup::FirstParty {
        // The address is the page's word; here the browser's counts.
        fired.click_id = cookies::value(headers, cookies::TRACKER);
    }
    Ok(fired)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn the_click_comes_from_where_the_set_up_says() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("tracker_click=clk_c"))]);
        let click =
            |setup, headers: &HeaderMap| fired("click_id=clk_q", headers, setup).expect("within bounds").click_id;
        assert_eq!(click(CookieSetup::FirstParty, &headers).as_deref(), Some("clk_q"));
        for setup in [CookieSetup::ThirdParty, CookieSetup::Cname] {
            assert_eq!(click(setup, &headers).as_deref(), Some("clk_c"));
            assert_eq!(click(setup, &HeaderMap::new()), None, "the address names no click there");
        }
    }

    #[test]
    fn addresses_are_bounded() {
        let status =
            |query: &str| fired(query, &HeaderMap::new(), CookieSetup::FirstParty).expect_err("out of bounds").status();
        assert_eq!(status(&"x".repeat(MAX_QUERY + 1)), StatusCode::URI_TOO_LONG);
        assert_eq!(status(&"a&".repeat(MAX_PARAMETERS + 1)), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn the_dot_is_a_gif() {
        assert!(DOT.starts_with(b"GIF89a\x01\x00\x01\x00") && DOT.ends_with(b";") && DOT.len() == 42, "{}", DOT.len());
    }
}
