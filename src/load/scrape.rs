//! A door for Prometheus: `GET /metrics` answers with the page that was shown last. What stands on the page is
//! [`super::exposition`]'s; a scraper never waits for a load, and a load never for a scraper.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// The path of the page.
pub(crate) const PATH: &str = "/metrics";

/// Scrapers that are answered at once; a Prometheus keeps one connection, and a person at a browser few.
const MOST: usize = 16;

/// Longest time for one request and its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause after a connection could not be taken, which is nearly always for want of a descriptor.
const PAUSE: Duration = Duration::from_millis(100);

/// What the text format calls itself.
const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// A door that is open until it is dropped.
pub(crate) struct Door {
    address: SocketAddr,
    pages: watch::Sender<Bytes>,
    serving: JoinHandle<()>,
}

impl Door {
    /// Opens one there; port 0 takes a free one. Must be called within a runtime.
    ///
    /// # Errors
    /// When nobody can listen there, as where somebody else does.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (pages, page) = watch::channel(Bytes::new());
        Ok(Self { address, pages, serving: tokio::spawn(serve(listener, page)) })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where pages are shown.
    pub(crate) fn pages(&self) -> watch::Sender<Bytes> {
        self.pages.clone()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, page: watch::Receiver<Bytes>) {
    let places = Arc::new(Semaphore::new(MOST));
    let mut open = JoinSet::new();
    // Nobody closes the semaphore; whoever drops the door ends this loop from outside.
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let page = page.clone();
        open.spawn(async move {
            // A scraper that went away, or takes too long, is its own trouble.
            let _ = timeout(PATIENCE, converse(stream, page)).await;
            drop(place);
        });
        while open.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, page: watch::Receiver<Bytes>) -> Result<(), hyper::Error> {
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.method(), request.uri().path(), &page.borrow());
        async move { Ok::<_, Infallible>(answer) }
    });
    http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await
}

fn answer(method: &Method, path: &str, page: &Bytes) -> Response<Full<Bytes>> {
    let said = |status, (name, value): (HeaderName, HeaderValue), body: Bytes| {
        let mut answer = Response::new(Full::new(body));
        *answer.status_mut() = status;
        answer.headers_mut().insert(name, value);
        answer
    };
    let text = (CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    match (path, method) {
        (PATH, &Method::GET | &Method::HEAD) => said(StatusCode::OK, (CONTENT_TYPE, FORMAT), page.clone()),
        (PATH, _) => said(StatusCode::METHOD_NOT_ALLOWED, (ALLOW, HeaderValue::from_static("GET, HEAD")), Bytes::new()),
        _ => said(StatusCode::NOT_FOUND, text, Bytes::from_static(b"there is /metrics\n")),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn asked(door: &Door, request: &str) -> String {
        let mut stream = TcpStream::connect(door.address()).await.expect("somebody listens");
        stream.write_all(format!("{request} HTTP/1.1\r\nhost: it\r\n\r\n").as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("text");
        answer
    }

    async fn door() -> Door {
        Door::open(([127, 0, 0, 1], 0).into()).await.expect("a free port")
    }

    #[tokio::test]
    async fn the_page_that_was_shown_last_is_answered() {
        let door = door().await;
        for page in ["first 1\n", "second 2\n"] {
            door.pages().send_replace(page.into());
            let answer = asked(&door, "GET /metrics").await;
            assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(page), "{answer}");
            assert!(answer.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{answer}");
        }
        assert!(asked(&door, "HEAD /metrics").await.ends_with("\r\n\r\n"), "a head has no body");
    }

    #[tokio::test]
    async fn other_doors_are_shut() {
        let door = door().await;
        assert!(asked(&door, "GET /").await.starts_with("HTTP/1.1 404 "));
        assert!(asked(&door, "POST /metrics").await.starts_with("HTTP/1.1 405 "));
        assert!(asked(&door, "nonsense").await.starts_with("HTTP/1.1 400 "));
    }

    #[tokio::test]
    async fn scrapers_who_say_nothing_shut_nobody_out_for_long() {
        let door = door().await;
        let mut mute = Vec::new();
        for _ in 0..2 * MOST {
            mute.push(TcpStream::connect(door.address()).await.expect("a connection"));
        }
        let answer = timeout(PATIENCE * 4, asked(&door, "GET /metrics")).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_told_and_one_that_is_left_is_free() {
        let door = door().await;
        let address = door.address();
        let error = Door::open(address).await.err().expect("it is taken");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(door);
        while Door::open(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
