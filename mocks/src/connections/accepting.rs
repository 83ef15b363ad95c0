//! Taking connections at one listener, for as long as there is a place for them, until the stop.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time;

use super::conversation::{Manners, Peer};
use super::crowd::{Crowd, Place, SOON};
use super::limits::Limits;
use super::tls::Tls;

/// A listener, and who is let in there.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) listener: TcpListener,
    pub(crate) tls: Option<Tls>,
    pub(crate) limits: Limits,
}

/// How long open requests may finish after the stop was asked for.
const DRAIN: Duration = Duration::from_secs(2);

/// How long to wait after an accept that failed, which it does while the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is done; then no new connection is taken and open ones get [`DRAIN`] to finish.
pub(crate) async fn serve(gate: Gate, router: Router, shutdown: impl Future<Output = ()>) {
    let Gate { listener, tls, limits } = gate;
    let (stop, stopped) = watch::channel(());
    let manners = Manners { tls, head: limits.head, router, stop: stopped };
    let mut crowd = Crowd::new(limits);
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    // One at most is taken without a place; the others wait in the listener's backlog.
    let mut waiting = None;
    loop {
        if let Some((stream, peer)) = waiting.take() {
            waiting = admit(&mut crowd, &mut open, &manners, (stream, peer));
        }
        tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = open.join_next_with_id() => {
                crowd.leave(ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
            arrived = listener.accept(), if waiting.is_none() => {
                if let Ok((stream, address)) = arrived {
                    waiting = Some((stream, Peer(address)));
                } else {
                    crowd.make_room(None);
                    time::sleep(ACCEPT_PAUSE).await;
                }
            }
            () = time::sleep(SOON), if waiting.is_some() => {}
        }
    }
    drop(listener);
    stop.send_replace(());
    let drained = time::timeout(DRAIN, async { while open.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        open.shutdown().await;
    }
}

/// Gives somebody a place, or turns them away, or gives them back to wait for one.
fn admit(
    crowd: &mut Crowd,
    open: &mut JoinSet<()>,
    manners: &Manners,
    (stream, peer): (TcpStream, Peer),
) -> Option<(TcpStream, Peer)> {
    let address = peer.0.ip().to_canonical();
    match crowd.place(address) {
        Place::Later => return Some((stream, peer)),
        Place::Refused => {}
        Place::Free => {
            let presence = crowd.newcomer();
            let task = open.spawn(manners.clone().converse(stream, peer, presence.clone()));
            crowd.enter(address, presence, task);
        }
    }
    None
}

#[cfg(test)]
mod tests;
