//! A browser as far as tracking goes: it tells sites apart by their names, keeps each one's cookies, runs the one script
//! that pages have, and loads their pixels.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::harness::{Running, answer};

/// A player's browser.
pub(crate) struct Browser<'a> {
    stack: &'a Running,
    /// By domain, whether that is for all below it, and name.
    jar: BTreeMap<(String, bool, String), String>,
    /// The page that is shown: whose it is, and its HTML.
    pub(crate) site: String,
    pub(crate) html: String,
    pub(crate) blocks_third_party: bool,
    pub(crate) click_id: String,
    pub(crate) account: String,
}

impl<'a> Browser<'a> {
    /// Follows an affiliate's link at the tracker's own name.
    pub(crate) async fn open(stack: &'a Running, query: &str) -> Self {
        Self::open_at(stack, "tracker.test", query).await
    }

    /// Follows an affiliate's link at that name of the tracker.
    pub(crate) async fn open_at(stack: &'a Running, host: &str, query: &str) -> Self {
        let mut browser = Self {
            stack,
            jar: BTreeMap::new(),
            site: String::new(),
            html: String::new(),
            blocks_third_party: false,
            click_id: String::new(),
            account: String::new(),
        };
        let response = browser.get(host, &format!("/click?{query}")).await;
        let location = response.headers()["location"].to_str().expect("text").to_owned();
        let (_, arrival) = location.split_once("/landing?").expect("the landing page");
        arrival
            .strip_prefix("click_id=")
            .expect("a click")
            .split('&')
            .next()
            .expect("one")
            .clone_into(&mut browser.click_id);
        browser.visit(&format!("/landing?{arrival}")).await;
        browser
    }

    /// The same player, days later or after a restart, before the same browser or another.
    pub(crate) fn moved(self, stack: &Running) -> Browser<'_> {
        let Self { jar, site, html, blocks_third_party, click_id, account, .. } = self;
        Browser { stack, jar, site, html, blocks_third_party, click_id, account }
    }

    /// Throws every cookie away.
    pub(crate) fn forget(&mut self) {
        self.jar.clear();
    }

    /// The cookies that are kept, as `domain name`.
    pub(crate) fn kept(&self) -> Vec<String> {
        self.jar.keys().map(|(domain, _, name)| format!("{domain} {name}")).collect()
    }

    /// Shows a page of the brand. Its own name stands in it, and comes to be known by the first one.
    pub(crate) async fn visit(&mut self, path: &str) {
        let response = self.get(&self.site.clone(), path).await;
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let headers = response.headers().clone();
        self.html = response.text().await.expect("a page");
        let site = attribute(&self.html, "<html", "data-site").expect("whose page it is");
        if site != self.site {
            self.site = site;
            self.keep(&self.site.clone(), &headers);
        }
        if let Some(cookie) = attribute(&self.html, "<script", "data-cookie") {
            self.set(&self.site.clone(), &cookie);
        }
    }

    /// Registers, and is welcomed.
    pub(crate) async fn register(&mut self) {
        let request = self.stack.post("/operator/register", &json!({}));
        let request = request.header("cookie", self.cookies(&self.site));
        let registered = answer(request).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        registered.body["account_id"].as_str().expect("an account").clone_into(&mut self.account);
        self.visit(&format!("/operator/accounts/{}/welcome", self.account)).await;
    }

    /// Pays, and is thanked.
    pub(crate) async fn deposit(&mut self, amount: &str, currency: &str) -> Value {
        let money = json!({"amount": amount, "currency": currency});
        let paid = answer(self.stack.post(&format!("/operator/accounts/{}/deposits", self.account), &money)).await;
        assert_eq!(paid.status, 201, "{paid:?}");
        let transaction = paid.body["transaction_id"].as_str().expect("a transaction");
        self.visit(&format!("/operator/accounts/{}/deposits/{transaction}", self.account)).await;
        paid.body
    }

    /// Loads the pixels of the page that is shown, and says how many there are.
    pub(crate) async fn load(&self) -> usize {
        let mut loaded = 0;
        for image in self.html.split("<img").skip(1) {
            let source = attribute(image, "", "src").expect("an address").replace("&amp;", "&");
            let host = attribute(image, "", "data-site").expect("whose it is");
            let third = registrable(&host) != registrable(&self.site);
            let mut request = self.stack.client.get(self.stack.at(&source)).header("host", &host);
            if !(third && self.blocks_third_party) {
                request = request.header("cookie", self.cookies(&host));
            }
            let response = request.send().await.expect("an answer");
            assert_eq!(
                (response.status().as_u16(), &response.headers()["content-type"]),
                (200, &"image/gif".parse().expect("a value"))
            );
            assert_eq!(response.headers()["cache-control"], "no-store");
            loaded += 1;
        }
        loaded
    }

    async fn get(&mut self, host: &str, path: &str) -> reqwest::Response {
        let mut request = self.stack.client.get(self.stack.at(path)).header("cookie", self.cookies(host));
        if !host.is_empty() {
            request = request.header("host", host);
        }
        let response = request.send().await.expect("an answer");
        self.keep(host, response.headers());
        response
    }

    fn cookies(&self, host: &str) -> String {
        let sent = self.jar.iter().filter(|((domain, below, _), _)| {
            host == domain || (*below && host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.')))
        });
        sent.map(|((_, _, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, host: &str, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            self.set(host, cookie.to_str().expect("text"));
        }
    }

    /// Keeps a cookie that is for the host or for a domain that it lies in.
    fn set(&mut self, host: &str, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let domain = parts.find_map(|part| part.strip_prefix("Domain="));
        let within = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        if host.is_empty() || domain.is_some_and(|domain| !within(domain)) {
            return;
        }
        let key = (domain.unwrap_or(host).to_owned(), domain.is_some(), name.to_owned());
        self.jar.insert(key, value.to_owned());
    }
}

/// The last two labels of a name.
fn registrable(host: &str) -> String {
    let labels: Vec<_> = host.rsplit('.').take(2).collect();
    labels.join(".")
}

/// The value of an attribute of the first such tag.
fn attribute(html: &str, tag: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(tag)?;
    let (tag, _) = rest.split_once('>')?;
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value.to_owned())
}
