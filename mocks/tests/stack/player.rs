//! A player with a browser: keeps cookies, follows the click, fills in forms.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::harness::{Running, answer};

/// A player on the operator's pages.
pub(crate) struct Player<'a> {
    stack: &'a Running,
    /// The session cookie, as it is sent back.
    pub(crate) cookie: Option<String>,
    pub(crate) click_id: String,
    pub(crate) account: String,
}

impl<'a> Player<'a> {
    /// Follows a link as far as it leads.
    pub(crate) async fn arrive(stack: &'a Running, path: &str) -> Self {
        let mut player = Self { stack, cookie: None, click_id: String::new(), account: String::new() };
        let mut url = stack.at(path);
        loop {
            let response = stack.client.get(&url).send().await.expect("an answer");
            player.keep(response.headers());
            let Some(location) = response.headers().get("location") else {
                assert_eq!(response.status().as_u16(), 200);
                break;
            };
            location.to_str().expect("text").clone_into(&mut url);
        }
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let first = query.split('&').next().and_then(|pair| pair.split_once('='));
        player.click_id = first.map_or("", |(_, value)| value).to_owned();
        player
    }

    /// Looks at a page.
    pub(crate) async fn visit(&mut self, path: &str) -> String {
        let response = self.with_cookie(self.stack.client.get(self.stack.at(path))).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        self.keep(response.headers());
        response.text().await.expect("a page")
    }

    /// Registers, and remembers the account.
    pub(crate) async fn register(&mut self, fields: &Value) -> Value {
        let request = self.with_cookie(self.stack.post("/operator/register", fields));
        let registered = answer(request).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        registered.body["account_id"].as_str().expect("an account").clone_into(&mut self.account);
        registered.body
    }

    /// Does something with the account that has to be taken.
    pub(crate) async fn post(&self, what: &str, fields: &Value) -> Value {
        let done = answer(self.request(what, fields)).await;
        assert_eq!(done.status, 201, "{what}: {done:?}");
        done.body
    }

    /// The request for something with the account.
    pub(crate) fn request(&self, what: &str, fields: &Value) -> RequestBuilder {
        self.stack.post(&format!("/operator/accounts/{}/{what}", self.account), fields)
    }

    fn with_cookie(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    fn keep(&mut self, headers: &HeaderMap) {
        let all = headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("text"));
        // The trackers' cookies are the browser's business.
        let Some(cookie) = all.into_iter().find(|cookie| cookie.starts_with("operator_session=")) else { return };
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        self.cookie = cookie.split(';').next().map(str::to_owned);
    }
}

/// Waits until the operator has delivered so many postbacks and owes none.
pub(crate) async fn settled(stack: &Running, delivered: i64) {
    const TRIES: u32 = 1000;
    for tries in 0.. {
        let counts = stack.json("/operator/counts").await;
        let sum = |state: &str| -> i64 {
            let networks = counts["delivery"].as_object().expect("networks");
            networks.values().map(|network| network[state].as_i64().expect("a count")).sum()
        };
        if sum("pending") == 0 && sum("delivered") >= delivered {
            return;
        }
        assert_eq!(sum("dead"), 0, "{counts}");
        assert!(tries < TRIES, "not {delivered} delivered: {counts}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
