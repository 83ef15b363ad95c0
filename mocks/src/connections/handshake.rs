//! The beginning of a connection: TLS where it is configured, and a plain word to who speaks HTTP to it.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::patience::Patient;
use super::presence::Presence;
use super::tls::Tls;

/// How long a handshake may take, several round trips over a slow line included.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long the plain word may take to leave.
const PARTING: Duration = Duration::from_secs(1);

/// The first byte of a TLS connection: a record that holds a handshake (RFC 8446, section 5.1).
const HANDSHAKE_RECORD: u8 = 22;

/// What a client of another protocol is told, where it speaks HTTP.
const PLAIN: &str = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncache-control: no-store\r\n\
                     content-length: 69\r\nconnection: close\r\n\r\n\
                     {\"error\":\"tls_required\",\"hint\":\"this port speaks https, and no http\"}";

/// The stream with TLS; none when the peer did not manage it in time, or was not let in.
pub(super) async fn agree(
    tls: &Tls,
    stream: TcpStream,
    presence: Arc<Presence>,
) -> Option<TlsStream<Patient<TcpStream>>> {
    time::timeout(HANDSHAKE, begin(tls, stream, presence)).await.ok()?
}

async fn begin(tls: &Tls, mut stream: TcpStream, presence: Arc<Presence>) -> Option<TlsStream<Patient<TcpStream>>> {
    let mut first = [0; 1];
    if stream.peek(&mut first).await.ok()? == 0 {
        return None;
    }
    if first[0] != HANDSHAKE_RECORD {
        part(&mut stream).await;
        return None;
    }
    TlsAcceptor::from(Arc::clone(&tls.server)).accept(Patient::new(stream, presence)).await.ok()
}

/// Says the plain word, and reads what the peer sent, so that it is not lost to a reset.
async fn part(stream: &mut TcpStream) {
    let mut sent = [0; 4096];
    let farewell = async {
        stream.write_all(PLAIN.as_bytes()).await?;
        stream.shutdown().await?;
        while tokio::io::AsyncReadExt::read(stream, &mut sent).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // The peer is let go of in any case.
    let _ = time::timeout(PARTING, farewell).await;
}
