//! Where the pages are, and the cookie that goes with them.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{COOKIE as COOKIE_HEADER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::pages::Site;
use crate::answer::Refusal;
use crate::operator::{Arrival, COOKIE, Page, Sessions, Visit, peer};
use crate::pixel::{self, Remembered, Tag};

/// The pages as one service.
pub(crate) fn routes(sessions: Sessions, tag: Tag) -> Router {
    let mut router = Router::new();
    for site in Site::ALL {
        let page = move |State(sessions): State<Sessions>, request: Request| page((sessions, tag), site, request);
        // A HEAD request is no visit.
        let read = || async { Refusal::method("GET") };
        router = router.route(site.path(), get(page).head(read).fallback(read));
    }
    router.with_state(sessions)
}

async fn page((sessions, tag): (Sessions, Tag), site: Site, request: Request) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let arrival = Arrival {
        query: parts.uri.query().unwrap_or_default().to_owned(),
        cookie: header(COOKIE_HEADER),
        ip: peer(&parts),
        ua: header(USER_AGENT),
        looks_around: site.looks_around(),
    };
    let click = Tag::click(&arrival.query);
    let visit = sessions.arrive(arrival).await?;
    // Without a domain a cookie is its page's own, which is as it should be.
    let domain = visit.cookie_brand.as_deref().map(|brand| pixel::of_brand(Some(brand)));
    let remembered = click.and_then(|click| tag.remember(&click, domain.as_deref()));
    let (title, mut content) = (site.title(&visit), site.content(&visit));
    let mut cookies: Vec<_> = cookie(&visit).into_iter().collect();
    match remembered {
        Some(Remembered::Script(html)) => content.push_str(&html),
        Some(Remembered::Header(text)) => cookies.extend(HeaderValue::try_from(text).ok()),
        None => {}
    }
    let whose = pixel::of_brand(visit.brand_id.as_deref());
    let mut response = Page::new(&title, &content).of_site(&whose).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Out of reach of scripts, and not sent along with what other sites post. It is not bound to TLS, because the stack
/// speaks plain HTTP on loopback.
fn cookie(visit: &Visit) -> Option<HeaderValue> {
    let id = visit.fresh.as_ref()?;
    let life = visit.life_s;
    HeaderValue::try_from(format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age={life}")).ok()
}
