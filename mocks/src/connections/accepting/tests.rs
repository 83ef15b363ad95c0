//! A crowd at its bound: who is still being answered keeps the place, however slowly the answer is read, and who has
//! been answered makes room.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::routing::get;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::super::tls::TlsFiles;
use super::*;

/// More than the system holds back between two sockets.
const LARGE: usize = 32 << 20;

const LARGE_PLEASE: &[u8] = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n";

/// Longest wait for an answer.
const WAIT: Duration = Duration::from_secs(20);

/// A gate with a single place, and where it is.
async fn narrow(tls: Option<Tls>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router =
        Router::new().route("/large", get(|| async { vec![b'x'; LARGE] })).route("/small", get(|| async { "small" }));
    let limits = Limits { most: 1, ..Limits::default() };
    tokio::spawn(serve(Gate { listener, tls, limits }, router, std::future::pending()));
    address
}

/// A connection whose own end holds little.
async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(16 * 1024).expect("a small buffer");
    timeout(WAIT, socket.connect(address)).await.expect("in time").expect("a connection")
}

/// Asks for much and begins to read it, while `next` waits for the place; reads on after a pause, and gives how much
/// came. The connection stays open.
async fn read_slowly<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, next: &mut TcpStream) -> usize {
    stream.write_all(LARGE_PLEASE).await.expect("written");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(WAIT, stream.read_u8()).await.expect("in time").expect("the head"));
    }
    next.write_all(b"GET /small HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("written");
    // More than anybody idle is left alone.
    let early = timeout(Duration::from_millis(700), next.read_u8()).await;
    assert!(early.is_err(), "there is no place yet: {early:?}");
    let (mut part, mut read) = (vec![0; 1 << 20], 0);
    while read < LARGE {
        let got = timeout(WAIT, stream.read(&mut part)).await.expect("in time").unwrap_or(0);
        if got == 0 {
            break;
        }
        read += got;
    }
    read
}

/// Whether the one who waited is answered, once the other one has everything and says no more.
async fn answered(mut next: TcpStream) -> bool {
    let mut told = String::new();
    timeout(WAIT, next.read_to_string(&mut told)).await.expect("in time").expect("text");
    told.starts_with("HTTP/1.1 200") && told.ends_with("small")
}

#[tokio::test]
async fn a_slow_reader_gets_all_of_a_large_answer() {
    let address = narrow(None).await;
    let mut slow = connect(address).await;
    let mut next = connect(address).await;
    assert_eq!(read_slowly(&mut slow, &mut next).await, LARGE);
    assert!(answered(next).await, "who has everything makes room");
}

/// TLS for `localhost`, and a client that trusts it.
fn certified() -> (Tls, TlsConnector) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = ["server.pem", "server.key"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, made.cert.pem()).expect("written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let files = TlsFiles { certificate, key, client_ca: None };
    let tls = Tls::read(&files, "2026-06-01T00:00:00Z".parse().expect("an instant")).expect("good files");
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("an authority");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    (tls, TlsConnector::from(Arc::new(client)))
}

#[tokio::test]
async fn a_slow_reader_under_tls_gets_all_of_it_too() {
    let (tls, connector) = certified();
    let address = narrow(Some(tls)).await;
    let name = ServerName::try_from("localhost").expect("a name");
    let slow = connect(address).await;
    let mut slow = timeout(WAIT, connector.connect(name, slow)).await.expect("in time").expect("a handshake");
    let mut next = connect(address).await;
    assert_eq!(read_slowly(&mut slow, &mut next).await, LARGE);
    // It speaks no TLS, and is told so as soon as there is a place for it.
    let mut told = String::new();
    timeout(WAIT, next.read_to_string(&mut told)).await.expect("in time").expect("text");
    assert!(told.contains("tls_required"), "{told}");
}
