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

/// Above this many open connections new ones wait in the listener's backlog; below the usual limit of open files.
const MAX_CONNECTIONS: usize = 8192;

/// How long a request's head may take, and how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long open requests may finish after the stop was asked for.
const DRAIN: Duration = Duration::from_secs(2);

/// How long to wait after an accept that failed, which it does while the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is done; then no new connection is taken and open ones get [`DRAIN`] to finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let (stop, _) = watch::channel(());
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = open.join_next() => {}
            (stream, peer) = accept(&listener), if open.len() < MAX_CONNECTIONS => {
                open.spawn(converse(stream, peer, router.clone(), stop.subscribe()));
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
async fn converse(stream: TcpStream, peer: Peer, router: Router, mut stop: watch::Receiver<()>) {
    // Answers are small and waited for; a platform that cannot switch the delay off is only slower.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
