//! The HTTP client: one request, one answer, and what its sender may conclude. It follows no redirect and
//! uses no proxy, and nothing that it returns holds a token or a secret.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use url::Url;

use super::body::TracedBody;
use crate::contract::DISTRUST;
use crate::model::{FailReason, InfoReason, Outcome};
use crate::profile::{Postback, Profile};
use crate::sign::Token;

/// Longest answer that is read; what is longer is taken as cut off.
pub(super) const MAX_ANSWER: usize = 64 * 1024;

/// Shortest wait after a body was handed over, so that it is on the wire before the connection is dropped.
pub(super) const FLUSH: Duration = Duration::from_millis(1);

/// Sends requests to one target and its surroundings.
#[derive(Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
    /// The same without the client's certificate.
    pub(super) uncertified: reqwest::Client,
    /// Longest wait for a whole answer.
    pub(super) timeout: Duration,
}

/// Contents of the PEM files for TLS.
#[derive(Default)]
pub struct TlsFiles {
    /// Further certificate authorities.
    pub authorities: Option<Vec<u8>>,
    /// Client certificate chain followed by its private key.
    pub identity: Option<Vec<u8>>,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The CA file holds no certificate.
    #[error("the certificate authorities cannot be read: {0}")]
    Authorities(reqwest::Error),
    /// The client certificate or its key is no PEM of the right kind.
    #[error("the client certificate and key cannot be read: {0}")]
    Identity(reqwest::Error),
    /// The client could not be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(reqwest::Error),
}

/// How long the sender waits, and whether it hears the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// For a whole answer, up to the time limit.
    Full,
    /// So long after the body has left; whatever was answered by then is not heard.
    GivesUpAfter(Duration),
    /// For a whole answer, which is then thrown away.
    LosesAnswer,
}

/// A postback on its way out.
#[derive(Clone, Copy)]
pub struct Outgoing<'a> {
    /// Where to.
    pub url: &'a Url,
    /// The dialect, which says what the body is and how the answer reads.
    pub profile: &'a dyn Profile,
    /// The message.
    pub postback: &'a Postback,
    /// The token that goes with it.
    pub token: Option<&'a Token>,
}

/// An answer that arrived in full.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Bytes,
    /// Its `Retry-After` header.
    pub retry_after: Option<String>,
    /// Its `Location` header.
    pub location: Option<String>,
    /// Its `Set-Cookie` headers.
    pub cookies: Vec<String>,
}

/// One request and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What the sender may conclude.
    pub outcome: Outcome,
    /// From sending to the end.
    pub took: Duration,
    /// The answer, if one arrived in full and was heard.
    pub answer: Option<Answer>,
}

impl Client {
    /// A client with its own connections.
    ///
    /// # Errors
    /// When a certificate or key cannot be read.
    pub fn new(connect_timeout: Duration, timeout: Duration, tls: &TlsFiles) -> Result<Self, ClientError> {
        let builder = || Self::builder(connect_timeout, timeout, tls);
        let uncertified = builder()?.build().map_err(ClientError::Setup)?;
        let http = match &tls.identity {
            None => uncertified.clone(),
            Some(pem) => {
                let identity = reqwest::Identity::from_pem(pem).map_err(ClientError::Identity)?;
                builder()?.identity(identity).build().map_err(ClientError::Setup)?
            }
        };
        Ok(Self { http, uncertified, timeout })
    }

    fn builder(
        connect_timeout: Duration,
        timeout: Duration,
        tls: &TlsFiles,
    ) -> Result<reqwest::ClientBuilder, ClientError> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // A proxy out of the environment would see tokens, and lead past the guard on hosts.
            .no_proxy()
            // reqwest would ask for compressed answers and unpack them as soon as any crate wants that of it (goose does):
            // what a target answers is to be seen as it came, and within its bound.
            .no_gzip()
            .user_agent(concat!("postproof/", env!("CARGO_PKG_VERSION")))
            .tcp_nodelay(true)
            .connect_timeout(connect_timeout)
            .timeout(timeout);
        if let Some(pem) = &tls.authorities {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(ClientError::Authorities)?;
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(builder)
    }

    /// Longest wait for a whole answer.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Sends a postback once.
    pub async fn post(&self, outgoing: Outgoing<'_>, patience: Patience) -> Exchange {
        let Outgoing { url, profile, postback, token } = outgoing;
        let request = self.http.post(url.clone()).headers(headers(profile, postback, token));
        let body = Bytes::copy_from_slice(&postback.body);
        exchange(request, body, patience, |answer| profile.classify(answer.status, &answer.body)).await
    }

    /// Gets a page, without following redirects.
    ///
    /// # Errors
    /// When no whole answer arrives; in words, without the URL's query.
    pub async fn get(&self, url: Url, bearer: Option<&str>, limit: usize) -> Result<Answer, String> {
        let mut request = self.http.get(url);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        let response = request.send().await.map_err(|error| in_words(&error))?;
        read(response, limit).await
    }

    /// Whether nobody takes connections there; a server that is slow, answers nonsense or is not trusted is there.
    pub async fn finds_nobody(&self, url: Url) -> bool {
        let answered = self.http.request(reqwest::Method::OPTIONS, url).send().await;
        answered.is_err_and(|error| error.is_connect() && !in_words(&error).contains(DISTRUST))
    }

    /// Whether an HTTP server answers at all, asked by the harmless OPTIONS.
    ///
    /// # Errors
    /// When none does; in words.
    pub async fn probe(&self, url: Url) -> Result<(), String> {
        let request = self.http.request(reqwest::Method::OPTIONS, url);
        match request.send().await {
            // No document asks for OPTIONS: a server that hangs up on it, or never answers it, may take postbacks well.
            Err(error) if error.is_timeout() && !error.is_connect() => Ok(()),
            Err(error) if hung_up(&error) => Ok(()),
            answered => answered.map(drop).map_err(|error| in_words(&error)),
        }
    }
}

impl From<InfoReason> for Outcome {
    fn from(reason: InfoReason) -> Self {
        Self::Info(reason)
    }
}

fn headers(profile: &dyn Profile, postback: &Postback, token: Option<&Token>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(profile.content_type()));
    if let Some(token) = token
        && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
    {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    for (name, value) in &postback.headers {
        // The name was checked with the scenario, and signatures are plain ASCII.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.append(name, value);
        }
    }
    headers
}

/// Sends a request once, with its body, and waits as patiently as is asked; `classify` says what a heard answer means.
pub(super) async fn exchange(
    request: reqwest::RequestBuilder,
    body: Bytes,
    patience: Patience,
    classify: impl FnOnce(&Answer) -> Outcome,
) -> Exchange {
    let started = Instant::now();
    let (body, left) = TracedBody::new(body);
    let request = request.body(reqwest::Body::wrap(body));
    let heard = async {
        match patience {
            Patience::Full | Patience::LosesAnswer => hear(request).await,
            Patience::GivesUpAfter(wait) => {
                let gave_up = async {
                    left.notified().await;
                    tokio::time::sleep(wait.max(FLUSH)).await;
                };
                tokio::select! {
                    heard = hear(request) => heard.and(Err(InfoReason::GaveUpWaiting.into())),
                    () = gave_up => Err(InfoReason::GaveUpWaiting.into()),
                }
            }
        }
    }
    .await;
    let took = started.elapsed();
    match heard {
        Ok(answer) if patience == Patience::LosesAnswer => {
            Exchange { outcome: Outcome::Info(InfoReason::AckLost(answer.status)), took, answer: None }
        }
        Ok(answer) => Exchange { outcome: classify(&answer), took, answer: Some(answer) },
        Err(outcome) => Exchange { outcome, took, answer: None },
    }
}

async fn hear(request: reqwest::RequestBuilder) -> Result<Answer, Outcome> {
    let response = request.send().await.map_err(|error| conclusion(&error))?;
    let status = response.status().as_u16();
    // A status that arrived says more than the body that broke off after it, except where acceptance hangs on the body.
    let accepting = (200..300).contains(&status);
    match read(response, MAX_ANSWER).await {
        Ok(answer) => Ok(answer),
        Err(_) if !accepting => {
            Ok(Answer { status, body: Bytes::new(), retry_after: None, location: None, cookies: Vec::new() })
        }
        Err(_) => Err(InfoReason::Unclear(status).into()),
    }
}

pub(super) async fn read(mut response: reqwest::Response, limit: usize) -> Result<Answer, String> {
    let status = response.status().as_u16();
    let header =
        |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).map(str::to_owned);
    let (retry_after, location) = (header(RETRY_AFTER), header(LOCATION));
    let cookies = response.headers().get_all(SET_COOKIE).iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| in_words(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(format!("the answer is longer than {limit} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body: body.into(), retry_after, location, cookies })
}

/// What a request that failed lets its sender conclude.
pub(super) fn conclusion(error: &reqwest::Error) -> Outcome {
    if error.is_connect() || error.is_builder() {
        Outcome::Fail(FailReason::NotConnected)
    } else if error.is_timeout() {
        InfoReason::Timeout.into()
    } else {
        InfoReason::Broken.into()
    }
}

/// Whether the far side closed the connection without an answer.
fn hung_up(error: &reqwest::Error) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_incomplete_message)
    };
    !error.is_connect() && causes.into_iter().any(closed)
}

/// The innermost cause of an error, which is what a person can do something about.
pub(super) fn in_words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() }
}
