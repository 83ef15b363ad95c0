//! Where the pages are, and the cookie that goes with them.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{COOKIE as COOKIE_HEADER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::pages::Site;
use crate::answer::Refusal;
use crate::clock;
use crate::operator::{Arrival, COOKIE, Page, Sessions, Visit, peer};

/// The pages as one service.
pub(crate) fn routes(sessions: Sessions) -> Router {
    let mut router = Router::new();
    for site in Site::ALL {
        let page = move |State(sessions): State<Sessions>, request: Request| page(sessions, site, request);
        // A HEAD request is no visit.
        let read = || async { Refusal::method("GET") };
        router = router.route(site.path(), get(page).head(read).fallback(read));
    }
    router.with_state(sessions)
}

async fn page(sessions: Sessions, site: Site, request: Request) -> Result<Response, Refusal> {
    let (parts, _) = request.into_parts();
    let header = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let arrival = Arrival {
        query: parts.uri.query().unwrap_or_default().to_owned(),
        cookie: header(COOKIE_HEADER),
        ip: peer(&parts),
        ua: header(USER_AGENT),
    };
    let visit = sessions.arrive(arrival, clock::now()).await?;
    let (title, content) = (site.title(&visit), site.content(&visit));
    let mut response = Page::new(&title, &content).into_response();
    if let Some(cookie) = cookie(&visit) {
        response.headers_mut().insert(SET_COOKIE, cookie);
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
