//! Requests of any shape, as the contract suite needs them: any method and headers, bodies in chunks or slow, an answer
//! that is kept with all its headers and read up to a bound, however long it is.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::body::TracedBody;
use super::client::{Client, FLUSH, MAX_ANSWER, conclusion};
use crate::contract::{Framing, Listening, Reply, Wire};
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
}

impl Client {
    /// Sends a request once to a URL.
    pub async fn deliver(&self, url: &Url, wire: &Wire, profile: &dyn Profile) -> Delivered {
        let started = Instant::now();
        let reply = self.reply(url, wire).await;
        let took = started.elapsed();
        match reply {
            // A 2xx whose body breaks off, or never ends, says neither yes nor no.
            Ok(reply) if reply.cut && (200..300).contains(&reply.status) => {
                Delivered { outcome: InfoReason::Unclear(reply.status).into(), reply: Some(reply), took }
            }
            Ok(reply) => Delivered { outcome: profile.classify(reply.status, &reply.body), reply: Some(reply), took },
            Err(outcome) => Delivered { outcome, reply: None, took },
        }
    }

    async fn reply(&self, url: &Url, wire: &Wire) -> Result<Reply, Outcome> {
        // What no client can send was never sent.
        let unsendable = Outcome::Fail(FailReason::NotConnected);
        let method = Method::from_bytes(wire.method.as_bytes()).map_err(|_| unsendable)?;
        let (body, left) = TracedBody::new(Bytes::copy_from_slice(&wire.body));
        let body = match wire.framing {
            Framing::Sized | Framing::Expecting => Some(body),
            Framing::Chunked => Some(body.chunked()),
            Framing::Slow(duration) => Some(body.slow(duration)),
            Framing::Bodiless => None,
        };
        let mut request = self.http.request(method, url.clone()).headers(headers(wire));
        if let Some(body) = body {
            request = request.body(reqwest::Body::wrap(body));
        }
        let heard = async {
            let response = request.send().await.map_err(|error| conclusion(&error))?;
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
                    heard = heard => heard.and(Err(InfoReason::GaveUpWaiting.into())),
                    () = gone => Err(InfoReason::GaveUpWaiting.into()),
                }
            }
        }
    }
}

fn headers(wire: &Wire) -> HeaderMap {
    let mut headers = HeaderMap::new();
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
