//! Sockets: accepting them, bounding how long they may dawdle, and letting go of them at the end.
//!
//! What a request means is left to the router that it is given.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time;

/// Who is on the other end of a connection; every request carries it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// How many connections are kept, and how long each may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at a time; at least 1.
    pub most: usize,
    /// Most connections from one address at a time; no bound of their own when absent.
    pub per_address: Option<usize>,
    /// How long a request's head may take, and how long an idle connection is kept.
    pub head: Duration,
}

/// How long open requests may finish after the stop was asked for.
const DRAIN: Duration = Duration::from_secs(2);

/// How long to wait after an accept that failed, which it does while the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl Default for Limits {
    /// Below the usual limit of open files, and with time for a slow line; behind a proxy every sender has its address.
    fn default() -> Self {
        Self { most: 8192, per_address: None, head: Duration::from_secs(30) }
    }
}

/// Serves until `shutdown` is done; then no new connection is taken and open ones get [`DRAIN`] to finish.
pub(crate) async fn serve(listener: TcpListener, limits: Limits, router: Router, shutdown: impl Future<Output = ()>) {
    let (stop, _) = watch::channel(());
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = open.join_next() => {}
            (stream, peer) = accept(&listener), if open.len() < limits.most => {
                open.spawn(converse(stream, peer, limits.head, router.clone(), stop.subscribe()));
            }
        }
    }
    drop(listener);
    stop.send_replace(());
    let drained = time::timeout(DRAIN, async { while open.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        open.shutdown().await;
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, Peer) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, Peer(address)),
            Err(_) => time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// One connection from first to last request. Its errors are the peer's: there is nobody left to tell them to.
async fn converse(stream: TcpStream, peer: Peer, head: Duration, router: Router, mut stop: watch::Receiver<()>) {
    // Answers are small and waited for; a platform that cannot switch the delay off is only slower.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
