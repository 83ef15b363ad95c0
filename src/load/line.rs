//! A connection to the target, driven by the one who uses it: no task of its own over HTTP/1.1, so that an exchange wakes
//! nobody else. What is sent over it, and what an answer means, is left to others.

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::http::{HeaderValue, Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustix::io::Errno;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use url::Url;

use super::roots::{self, TlsError};
use crate::model::{FailReason, InfoReason, Outcome};
use crate::scenario::{HttpVersion, LoadPlan};
use crate::send::{Patience, TlsFiles};

/// Longest answer that is read; what is longer is taken as cut off.
const MAX_ANSWER: usize = 64 * 1024;

/// Shortest wait of a sender who gives up, so that the body is on the wire before the connection is dropped.
const FLUSH: Duration = Duration::from_millis(1);

/// Where postbacks go, and how a connection to it is made.
pub struct Endpoint {
    host: String,
    port: u16,
    unix_socket: Option<PathBuf>,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    http: HttpVersion,
    /// What stands in the request line.
    pub(super) uri: Uri,
    /// The `Host` header.
    pub(super) host_header: HeaderValue,
    connect_timeout: Duration,
}

/// Why there is no way to the target.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// The URL has no host, or no port is known for its scheme.
    #[error("{0} names no host that can be connected to")]
    Url(Url),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// A connection.
pub(super) struct Line {
    sender: Sender,
    driver: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

enum Sender {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

/// How long it took to be connected.
#[derive(Clone, Copy, Default)]
pub(super) struct Connecting {
    pub(super) tcp: Duration,
    pub(super) tls: Option<Duration>,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoLine {
    /// The target gave none in time.
    Refused,
    /// This machine has no descriptor, port or memory left for one, which is no fault of the target's.
    Exhausted,
}

/// How an exchange ended.
pub(super) enum Ended {
    /// With a whole answer.
    Answer(u16, Bytes),
    /// Otherwise.
    Short(Outcome),
    /// The request never left, because the connection was closed before.
    Unsent(Box<Request<Full<Bytes>>>),
}

impl Endpoint {
    /// The way to a URL.
    ///
    /// # Errors
    /// When the URL has no host, or TLS cannot be set up.
    pub fn new(url: &Url, plan: &LoadPlan, tls: &TlsFiles, connect_timeout: Duration) -> Result<Self, EndpointError> {
        let strange = || EndpointError::Url(url.clone());
        let name = url.host_str().ok_or_else(strange)?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = url.port_or_known_default().ok_or_else(strange)?;
        let tls = match url.scheme() {
            "https" => {
                let server = ServerName::try_from(name.clone()).map_err(|_| strange())?;
                Some((roots::client(tls, plan.http)?, server))
            }
            _ => None,
        };
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let line = match plan.http {
            HttpVersion::One => path.to_owned(),
            HttpVersion::Two => format!("{}://{authority}{path}", url.scheme()),
        };
        Ok(Self {
            host: name,
            port,
            unix_socket: plan.unix_socket.clone(),
            tls,
            http: plan.http,
            uri: line.parse().map_err(|_| strange())?,
            host_header: authority.parse().map_err(|_| strange())?,
            connect_timeout,
        })
    }

    /// Connects, which takes no longer than the endpoint's limit.
    ///
    /// # Errors
    /// With whose fault it is that there is no connection.
    pub(super) async fn connect(&self) -> Result<(Line, Connecting), NoLine> {
        let connecting = async {
            let began = Instant::now();
            if let Some(path) = &self.unix_socket {
                let stream = UnixStream::connect(path).await.map_err(|error| NoLine::of(&error))?;
                return self.secure(stream, began).await.ok_or(NoLine::Refused);
            }
            let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
            let stream = stream.map_err(|error| NoLine::of(&error))?;
            stream.set_nodelay(true).map_err(|error| NoLine::of(&error))?;
            self.secure(stream, began).await.ok_or(NoLine::Refused)
        };
        tokio::time::timeout(self.connect_timeout, connecting).await.unwrap_or(Err(NoLine::Refused))
    }

    async fn secure<S>(&self, stream: S, began: Instant) -> Option<(Line, Connecting)>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let tcp = began.elapsed();
        let Some((config, name)) = &self.tls else {
            return Some((self.speak(stream).await?, Connecting { tcp, tls: None }));
        };
        let stream = TlsConnector::from(Arc::clone(config)).connect(name.clone(), stream).await.ok()?;
        let tls = Some(began.elapsed().saturating_sub(tcp));
        Some((self.speak(stream).await?, Connecting { tcp, tls }))
    }

    async fn speak<S>(&self, stream: S) -> Option<Line>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        match self.http {
            HttpVersion::One => {
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
                let driver: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async { drop(connection.await) });
                Some(Line { sender: Sender::One(sender), driver: Some(driver) })
            }
            HttpVersion::Two => {
                let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
                let (sender, connection) = handshake.await.ok()?;
                // Many exchanges share it, so nobody in particular can drive it.
                tokio::spawn(async { drop(connection.await) });
                Some(Line { sender: Sender::Two(sender), driver: None })
            }
        }
    }
}

impl NoLine {
    fn of(error: &std::io::Error) -> Self {
        // No port left is told as an address that is not available.
        let scarce = [Errno::MFILE, Errno::NFILE, Errno::ADDRNOTAVAIL, Errno::NOBUFS, Errno::NOMEM];
        match Errno::from_io_error(error) {
            Some(errno) if scarce.contains(&errno) => Self::Exhausted,
            _ => Self::Refused,
        }
    }
}

impl Line {
    /// Another handle of a connection that carries many exchanges at once; `None` where it carries one.
    pub(super) fn share(&self) -> Option<Self> {
        match &self.sender {
            Sender::One(_) => None,
            Sender::Two(sender) => Some(Self { sender: Sender::Two(sender.clone()), driver: None }),
        }
    }

    /// Whether it can be used no more.
    pub(super) fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::One(sender) => self.driver.is_none() || sender.is_closed(),
            Sender::Two(sender) => sender.is_closed(),
        }
    }

    /// Does some other work while watching whether the far side closes the connection.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        drive(&mut self.driver, work).await
    }

    /// Sends a request and waits for its whole answer, as patiently as is asked.
    pub(super) async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        patience: Patience,
        timeout: Duration,
    ) -> Ended {
        let (wait, cut_short) = match patience {
            Patience::GivesUpAfter(wait) => (wait.max(FLUSH).min(timeout), InfoReason::GaveUpWaiting),
            Patience::Full | Patience::LosesAnswer => (timeout, InfoReason::Timeout),
        };
        let answering = self.send(request);
        let ended = match tokio::time::timeout(wait, answering).await {
            Ok(ended) => ended,
            Err(_) => Ended::Short(cut_short.into()),
        };
        match (ended, patience) {
            (Ended::Answer(status, _), Patience::LosesAnswer) => Ended::Short(InfoReason::AckLost(status).into()),
            (Ended::Answer(..), Patience::GivesUpAfter(_)) => Ended::Short(InfoReason::GaveUpWaiting.into()),
            (ended, _) => ended,
        }
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Ended {
        match &mut self.sender {
            Sender::One(sender) => {
                let sending = sender.try_send_request(request);
                let answering = async {
                    match sending.await {
                        Ok(response) => heard(response).await,
                        Err(mut error) => unheard(error.take_message(), error.error()),
                    }
                };
                drive(&mut self.driver, answering).await
            }
            Sender::Two(sender) => match sender.try_send_request(request).await {
                Ok(response) => heard(response).await,
                Err(mut error) => unheard(error.take_message(), error.error()),
            },
        }
    }
}

/// Polls the connection beside what waits for it.
async fn drive<T>(driver: &mut Option<Pin<Box<dyn Future<Output = ()>>>>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let Some(running) = driver else { return Poll::Pending };
        if running.as_mut().poll(context).is_ready() {
            *driver = None;
        }
        // What the connection has brought in is handed over at once, without another round through the runtime.
        work.as_mut().poll(context)
    })
    .await
}

fn unheard(message: Option<Request<Full<Bytes>>>, error: &hyper::Error) -> Ended {
    match message {
        Some(request) => Ended::Unsent(Box::new(request)),
        None if error.is_timeout() => Ended::Short(InfoReason::Timeout.into()),
        None => Ended::Short(InfoReason::Broken.into()),
    }
}

/// The whole answer. A status that arrived says more than the body that broke off after it, except where acceptance hangs
/// on the body.
async fn heard(response: Response<Incoming>) -> Ended {
    let status = response.status().as_u16();
    match body(response.into_body()).await {
        Some(body) => Ended::Answer(status, body),
        None if (200..300).contains(&status) => Ended::Short(InfoReason::Unclear(status).into()),
        None => Ended::Answer(status, Bytes::new()),
    }
}

async fn body(mut incoming: Incoming) -> Option<Bytes> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        if data.len() + first.as_ref().map_or(0, Bytes::len) + rest.len() > MAX_ANSWER {
            return None;
        }
        // Nearly every answer is one frame, which is taken as it is.
        match &first {
            None => first = Some(data),
            Some(_) => rest.extend_from_slice(&data),
        }
    }
    Some(match (first, rest.is_empty()) {
        (None, _) => Bytes::new(),
        (Some(first), true) => first,
        (Some(first), false) => [first, rest.freeze()].concat().into(),
    })
}

/// What an attempt without a connection came to.
pub(super) const NOT_CONNECTED: Outcome = Outcome::Fail(FailReason::NotConnected);
