//! One request to a network, and what came back.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use tokio::time;

use super::super::postback::{Content, Message};
use super::super::reply::{MOST_BODY, Reply};
use super::super::retry;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Silence {
    /// Nobody took the connection, or the address is none: nothing has left.
    Unreachable,
    /// The answer did not come in time.
    Timeout,
    /// The connection broke.
    Broken,
}

/// Sends requests. Redirects are not followed and no proxy is asked: a postback goes where it was agreed to go.
#[derive(Debug, Clone)]
pub(super) struct Post {
    client: Client,
    timeout: Duration,
}

impl Post {
    /// A sender whose requests may take `timeout` each.
    pub(super) fn new(timeout: Duration) -> reqwest::Result<Self> {
        // Without asking for compressed answers, whatever features another crate gives reqwest.
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().no_gzip().build()?;
        Ok(Self { client, timeout })
    }

    /// Sends a message and waits for the whole of its answer.
    pub(super) async fn send(&self, message: Message, now: Timestamp) -> Result<Reply, Silence> {
        let Message { url, content } = message;
        let request = match content {
            Content::Nothing => self.client.get(url),
            Content::Form(form) => {
                self.client.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
            }
            Content::Signed { body, token, signature } => self
                .client
                .post(url)
                .header(CONTENT_TYPE, "application/json")
                .header(ACCEPT, "application/json")
                .header(AUTHORIZATION, format!("Bearer {token}"))
                .header("x-signature", signature)
                .body(body),
        };
        let exchange = async {
            let response = request.send().await.map_err(|error| silence(&error))?;
            Ok(read(response, now).await)
        };
        time::timeout(self.timeout, exchange).await.unwrap_or(Err(Silence::Timeout))
    }
}

impl Silence {
    /// How it is written in histories.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::Broken => "connection broken",
        }
    }
}

fn silence(error: &reqwest::Error) -> Silence {
    if error.is_connect() || error.is_builder() {
        Silence::Unreachable
    } else if error.is_timeout() {
        Silence::Timeout
    } else {
        Silence::Broken
    }
}

/// Reads an answer as far as it is of interest. One that breaks off has a status and no body.
async fn read(mut response: Response, now: Timestamp) -> Reply {
    let status = response.status().as_u16();
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let wish = header.and_then(|header| retry::wish(header, now));
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BODY => body.extend_from_slice(&chunk),
            // What is longer than any acknowledgement is none.
            Ok(Some(_)) | Err(_) => return Reply { status, body: None, wish },
            Ok(None) => return Reply { status, body: Some(body), wish },
        }
    }
}
