//! Sockets: who is let in, how long they may dawdle, who has to go when there are too many, and the end.
//!
//! `accepting` takes connections, `crowd` keeps count of them and picks who makes room, `presence` tells which of them
//! are in the middle of something, `conversation` speaks HTTP with one, `handshake` agrees on TLS before that, and
//! `patience` bounds how long a peer may take to read, and tells `presence` when all is written. `limits` and `tls` are what is configured. What a request means
//! is left to the router.

mod accepting;
mod conversation;
mod crowd;
mod handshake;
mod limits;
mod patience;
mod presence;
mod tls;

pub(crate) use accepting::{Gate, serve};
pub(crate) use conversation::Peer;
pub use limits::Limits;
pub use tls::{Tls, TlsError, TlsFiles};
