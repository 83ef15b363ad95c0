//! Requests as a player's browser makes them: a page to look at, and a form to send, each with the player's cookies.
//! What a form's answer means for its event is decided by the status alone.

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use url::Url;

use super::client::{Answer, Exchange, Patience, exchange, in_words, read};
use super::{Client, Cookies};
use crate::journey::Step;
use crate::model::{FailReason, InfoReason, Outcome};

/// Longest page that is read; only that it is there matters.
const MAX_PAGE: usize = 1024 * 1024;

/// Who asks.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    /// The player's browser.
    pub user_agent: &'a str,
    /// What it keeps.
    pub cookies: &'a Cookies,
    /// Whose page is asked for, by name, where that is not the host of its URL.
    pub site: Option<&'a str>,
}

/// A step on its way, with all that its attempts have in common.
#[derive(Clone)]
pub struct Form {
    /// Where to.
    pub url: Url,
    /// What it says.
    pub step: Step,
    headers: HeaderMap,
}

impl Form {
    /// A step that goes to `url` in a visitor's name, with the operator's bearer token where there is one.
    pub fn new(url: Url, step: Step, visitor: Visitor<'_>, bearer: Option<&str>) -> Self {
        let mut headers = headers(&url, visitor);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(step.content_type));
        // Keys are of letters, digits, `_` and `-`.
        if let Ok(key) = HeaderValue::from_str(&step.key) {
            headers.insert(HeaderName::from_static("idempotency-key"), key);
        }
        if let Some(bearer) = bearer {
            secret(&mut headers, reqwest::header::AUTHORIZATION, &format!("Bearer {bearer}"));
        }
        Self { url, step, headers }
    }
}

impl Client {
    /// Looks at a page, without following redirects.
    ///
    /// # Errors
    /// When no whole answer arrives; in words, without the URL's query.
    pub async fn page(&self, url: &Url, visitor: Visitor<'_>) -> Result<Answer, String> {
        let mut headers = headers(url, visitor);
        headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml"));
        let request = self.http.get(url.clone()).headers(headers);
        let response = request.send().await.map_err(|error| in_words(&error))?;
        read(response, MAX_PAGE).await
    }

    /// Asks for something that needs no words: a POST without a body, without following redirects.
    ///
    /// # Errors
    /// When no whole answer arrives; in words, without the URL's query.
    pub async fn ask(&self, url: &Url, bearer: Option<&str>) -> Result<Answer, String> {
        let mut request = self.http.post(url.clone()).body("");
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        read(request.send().await.map_err(|error| in_words(&error))?, MAX_PAGE).await
    }

    /// Sends a step once.
    pub async fn step(&self, form: &Form, patience: Patience) -> Exchange {
        let request = self.http.post(form.url.clone()).headers(form.headers.clone());
        exchange(request, Bytes::copy_from_slice(&form.step.body), patience, |answer| conclusion(answer.status)).await
    }
}

/// A URL as a browser has it that knows the place by another name: several sites of a test system may answer on one address, and tell
/// by name whose page is whose. Such a name counts as one that is spoken to by https.
pub fn by_name(url: &Url, site: Option<&str>) -> Url {
    let Some(site) = site else { return url.clone() };
    Url::parse(&format!("https://{site}{}", url.path())).unwrap_or_else(|_| url.clone())
}

/// What the answer to a step says: 2xx that the operator took it, 4xx that it certainly did not, anything else nothing.
/// Of the 4xx, 408, 409 and 429 say nothing either, as everywhere: the request may have been taken before, or may be yet.
fn conclusion(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Ok { repeat: None },
        300..=399 => Outcome::Info(InfoReason::Redirect(status)),
        408 | 409 | 429 => Outcome::Info(InfoReason::Status(status)),
        400..=499 => Outcome::Fail(FailReason::Refused(status)),
        _ => Outcome::Info(InfoReason::Status(status)),
    }
}

fn headers(url: &Url, visitor: Visitor<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(agent) = HeaderValue::from_str(visitor.user_agent) {
        headers.insert(USER_AGENT, agent);
    }
    if let Some(Ok(site)) = visitor.site.map(HeaderValue::from_str) {
        headers.insert(HOST, site);
    }
    if let Some(cookies) = visitor.cookies.header(&by_name(url, visitor.site)) {
        secret(&mut headers, COOKIE, &cookies);
    }
    headers
}

fn secret(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_alone_says_what_became_of_a_step() {
        for status in [200, 201, 204, 299] {
            assert!(conclusion(status).is_ok(), "{status}");
        }
        for status in [400, 401, 404, 422, 499] {
            assert!(conclusion(status).is_fail(), "{status}");
        }
        for status in [100, 303, 408, 409, 429, 500, 503, 999] {
            assert!(conclusion(status).is_info(), "{status}");
        }
    }
}
