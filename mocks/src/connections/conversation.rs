//! One connection from first to last request.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::handshake;
use super::patience::Patient;
use super::presence::{Busy, Presence};
use super::tls::Tls;

/// Who is on the other end of a connection; every request carries it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Most bytes of a connection that wait to be understood, and so the longest head of a request.
const MOST_HEAD: usize = 64 * 1024;

/// What every conversation at one gate has in common.
#[derive(Clone)]
pub(super) struct Manners {
    pub(super) tls: Option<Tls>,
    pub(super) head: Duration,
    pub(super) router: Router,
    pub(super) stop: watch::Receiver<()>,
}

impl Manners {
    /// Talks until the peer goes, or the stop was asked for and the request under way is answered. Errors are the
    /// peer's: there is nobody left to tell them to.
    pub(super) async fn converse(self, stream: TcpStream, peer: Peer, presence: Arc<Presence>) {
        // Answers are small and waited for; a platform that cannot switch the delay off is only slower.
        let _ = stream.set_nodelay(true);
        let mut stop = self.stop.clone();
        match &self.tls {
            None => self.speak(Patient::new(stream, Arc::clone(&presence)), peer, presence).await,
            Some(tls) => {
                let agreed = tokio::select! {
                    agreed = handshake::agree(tls, stream, Arc::clone(&presence)) => agreed,
                    _ = stop.changed() => None,
                };
                if let Some(stream) = agreed {
                    self.speak(stream, peer, presence).await;
                }
            }
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, peer: Peer, presence: Arc<Presence>) {
        let Self { head, router, mut stop, .. } = self;
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let answer = Busy::begin(&presence).map(|busy| (busy, router.call(request)));
            async move {
                let (busy, answer) = answer.ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionAborted))?;
                let Ok(answer) = answer.await;
                Ok::<_, io::Error>(answer.map(|body| busy.until_sent(body)))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(MOST_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.changed() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}
