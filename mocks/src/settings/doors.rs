//! Where the stack listens, with which certificates, and how many connections it keeps.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::problem::{Problem, in_range};
use super::raw::{RawConnections, RawTls};
use super::variables::Surroundings;
use crate::connections::{Limits, Tls, TlsError, TlsFiles};

/// Most connections: beyond it the bookkeeping itself would weigh.
const MOST_CONNECTIONS: u64 = 100_000;

/// Where to listen.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| {
        let help = "write an address with its port, such as 127.0.0.1:7070 or [::1]:7070; port 0 takes a free one";
        Problem::new("listen", format!("is `{text}`, which is no address to listen on"), help)
    })
}

/// How many connections are kept, and for how long.
pub(super) fn limits(raw: &RawConnections) -> Result<Limits, Problem> {
    let defaults = Limits::default();
    let bounded = |path: &str, found| in_range::<usize>(path, found, 1, MOST_CONNECTIONS);
    let head = raw.head_ms.map(|found| in_range("connections.head_ms", found, 50, 600_000)).transpose()?;
    Ok(Limits {
        most: raw.most.map_or(Ok(defaults.most), |found| bounded("connections.most", found))?,
        per_address: raw.per_address.map(|found| bounded("connections.per_address", found)).transpose()?,
        head: head.map_or(defaults.head, Duration::from_millis),
    })
}

/// TLS from the files that are named.
pub(super) fn tls(raw: RawTls, around: Surroundings<'_>) -> Result<Tls, Problem> {
    let RawTls { certificate, key, client_ca } = raw;
    let from_folder = |path: PathBuf| around.folder.join(path);
    let (certificate, key) = (from_folder(certificate), from_folder(key));
    let files = TlsFiles { certificate, key, client_ca: client_ca.map(from_folder) };
    Tls::read(&files, around.now).map_err(|error| {
        let of = |path: &PathBuf| {
            if *path == files.key {
                "tracker.tls.key"
            } else if files.client_ca.as_ref() == Some(path) {
                "tracker.tls.client_ca"
            } else {
                "tracker.tls.certificate"
            }
        };
        let key = match &error {
            TlsError::Unreadable { path, .. } | TlsError::Empty { path, .. } | TlsError::Unusable { path, .. } => {
                of(path)
            }
            TlsError::Expired { .. } | TlsError::Premature { .. } => "tracker.tls.certificate",
            TlsError::OtherKey { .. } => "tracker.tls.key",
        };
        let told = error.to_string();
        let (what, help) = told.split_once("; ").unwrap_or((&told, "name other files"));
        Problem::new(key, format!("cannot be used: {what}"), help)
    })
}
