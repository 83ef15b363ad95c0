//! Requests of any shape, as the contract suite needs them: any method and headers, bodies in chunks or slow, an answer
//! that is kept with all its headers and read up to a bound, however long it is.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::body::TracedBody;
use super::client::{Client, FLUSH, MAX_ANSWER, conclusion, in_words};
use super::hello::greet;
use crate::contract::{Address, Framing, Listening, Reply, Wire};
use crate::model::{FailReason, InfoReason, Outcome};
use crate::profile::Profile;

/// What came of one request.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// What its sender may conclude.
    pub outcome: Outcome,
    /// The answer, if one began.
    pub reply: Option<Reply>,
    /// From sending to the end.
    pub took: Duration,
    /// Why there is no answer, in words; empty where one began.
    pub trouble: String,
}

impl Client {
    /// Sends a request once to a URL.
    pub async fn deliver(&self, url: &Url, wire: &Wire, profile: &dyn Profile) -> Delivered {
        if let Address::Handshake(version) = wire.address {
            return greet(url, version, self.timeout).await;
        }
        let started = Instant::now();
        let reply = self.reply(url, wire).await;
        let took = started.elapsed();
        let (outcome, reply, trouble) = match reply {
            // A 2xx whose body breaks off, or never ends, says neither yes nor no.
            Ok(reply) if reply.cut && (200..300).contains(&reply.status) => {
                (InfoReason::Unclear(reply.status).into(), Some(reply), String::new())
            }
            Ok(reply) => (profile.classify(reply.status, &reply.body), Some(reply), String::new()),
            Err((outcome, trouble)) => (outcome, None, trouble),
        };
        Delivered { outcome, reply, took, trouble }
    }

    async fn reply(&self, url: &Url, wire: &Wire) -> Result<Reply, (Outcome, String)> {
        // What no client can send was never sent.
        let unsendable = (Outcome::Fail(FailReason::NotConnected), "no client can send it".to_owned());
        let method = Method::from_bytes(wire.method.as_bytes()).map_err(|_| unsendable)?;
        let (body, left) = TracedBody::new(Bytes::copy_from_slice(&wire.body));
        let body = match wire.framing {
            Framing::Sized | Framing::Expecting => Some(body),
            Framing::Chunked => Some(body.chunked()),
            Framing::Slow(duration) => Some(body.slow(duration)),
            Framing::Bodiless => None,
        };
        let http = if wire.address == Address::PostbackUncertified { &self.uncertified } else { &self.http };
        let mut request = http.request(method, url.clone()).headers(headers(wire));
        if let Some(body) = body {
            request = request.body(reqwest::Body::wrap(body));
        }
        let heard = async {
            let response = request.send().await.map_err(|error| (conclusion(&error), in_words(&error)))?;
            Ok(read(response).await)
        };
        match wire.patience {
            Listening::ToTheEnd => heard.await,
            Listening::NotAtAll => {
                let gone = async {
                    left.notified().await;
                    tokio::time::sleep(FLUSH).await;
                };
                tokio::select! {
                    heard = heard => heard.and(Err((InfoReason::GaveUpWaiting.into(), String::new()))),
                    () = gone => Err((InfoReason::GaveUpWaiting.into(), String::new())),
                }
            }
        }
    }
}

fn headers(wire: &Wire) -> HeaderMap {
    let mut headers = HeaderMap::new();
    // The library leaves the length of an empty body out, and a server may want it of every POST (RFC 9110 §8.6).
    if wire.body.is_empty() && matches!(wire.framing, Framing::Sized | Framing::Expecting) {
        headers.insert(reqwest::header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let expecting = (wire.framing == Framing::Expecting).then(|| ("Expect".to_owned(), "100-continue".to_owned()));
    for (name, value) in wire.headers.iter().chain(&expecting) {
        if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            value.set_sensitive(name == reqwest::header::AUTHORIZATION);
            headers.append(name, value);
        }
    }
    headers
}

/// Reads an answer up to the bound; what breaks off is kept as far as it came.
async fn read(mut response: reqwest::Response) -> Reply {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut reply = Reply { status: response.status().as_u16(), headers, body: Vec::new(), cut: false };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = MAX_ANSWER - reply.body.len();
                reply.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                reply.cut = chunk.len() > room;
            }
            Ok(None) => return reply,
            Err(_) => reply.cut = true,
        }
        if reply.cut {
            return reply;
        }
    }
}
