//! TLS as it is configured: certificate, key, and whose clients are let in. Everything that can be wrong with them is
//! found before the first connection.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use webpki::{EndEntityCert, KeyUsage};

/// The PEM files that TLS is set up from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The server's certificate, with those between it and its authority after it.
    pub certificate: PathBuf,
    /// The private key of the first certificate: PKCS #8, PKCS #1 or SEC 1.
    pub key: PathBuf,
    /// The authorities of client certificates. With it, nobody gets in without one.
    pub client_ca: Option<PathBuf>,
}

/// TLS 1.2 or 1.3 with a certificate that is good.
#[derive(Clone)]
pub struct Tls {
    pub(super) server: Arc<ServerConfig>,
    certificate: CertificateDer<'static>,
    asks_clients: bool,
}

/// Files that TLS cannot be set up from. Holds nothing of a key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}; check the path and who may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing of the kind in a file.
    #[error("{} holds no {what} in PEM; name the file that begins with -----BEGIN", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// A certificate of the chain is over.
    #[error("certificate {number} in {} expired at {not_after}; renew it", path.display())]
    Expired {
        /// The file.
        path: PathBuf,
        /// Which certificate of the file, from 1; the first is the server's own.
        number: usize,
        /// Its last second.
        not_after: Timestamp,
    },
    /// A certificate of the chain has not begun.
    #[error("certificate {number} in {} is not valid before {not_before}; check the clock, or wait", path.display())]
    Premature {
        /// The file.
        path: PathBuf,
        /// Which certificate of the file, from 1; the first is the server's own.
        number: usize,
        /// Its first second.
        not_before: Timestamp,
    },
    /// The key is another certificate's.
    #[error("the key in {} is not that of the certificate in {}; name the two files that belong together", key.display(), certificate.display())]
    OtherKey {
        /// The file with the key.
        key: PathBuf,
        /// The file with the certificate.
        certificate: PathBuf,
    },
    /// Certificate, key or authorities cannot be used.
    #[error("{} cannot be used: {why}; make it anew", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the TLS library said.
        why: String,
    },
}

impl Tls {
    /// Reads the files, and checks that the certificate and those between it and its authority are good at `now`.
    ///
    /// # Errors
    /// Names the file that is wrong, and what is wrong with it.
    pub fn read(files: &TlsFiles, now: Timestamp) -> Result<Self, TlsError> {
        let provider = Arc::new(default_provider());
        let chain = certificates(&files.certificate)?;
        let certificate = chain.first().cloned().ok_or_else(|| empty(&files.certificate, "certificate"))?;
        for (number, certificate) in (1..).zip(&chain) {
            dates(certificate, &files.certificate, number, now)?;
        }
        let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?).map_err(|_| empty(&files.key, "private key"))?;
        let clients = files.client_ca.as_deref().map(|path| clients(path, &provider)).transpose()?;
        let asks_clients = clients.is_some();
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&files.certificate, &error))?;
        let builder = match clients {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut server = builder.with_single_cert(chain, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                TlsError::OtherKey { key: files.key.clone(), certificate: files.certificate.clone() }
            }
            error => unusable(&files.key, &error),
        })?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), certificate, asks_clients })
    }

    /// The same certificate for clients that need none of their own.
    #[must_use]
    pub(crate) fn for_anybody(self) -> Self {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        // The same provider has spoken these versions before, with the files that were read.
        let Ok(builder) = builder.with_safe_default_protocol_versions() else { return self };
        let resolver = Arc::clone(&self.server.cert_resolver);
        let mut server = builder.with_no_client_auth().with_cert_resolver(resolver);
        server.alpn_protocols.clone_from(&self.server.alpn_protocols);
        Self { server: Arc::new(server), asks_clients: false, ..self }
    }

    /// The name under which a client on this machine finds the certificate good: the address where it is named in the
    /// certificate, or else the certificate's first plain name, or else the address after all.
    pub(crate) fn host(&self, ip: IpAddr) -> String {
        let address = || if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
        let Ok(certificate) = EndEntityCert::try_from(&self.certificate) else { return address() };
        if certificate.verify_is_valid_for_subject_name(&ServerName::IpAddress(ip.into())).is_ok() {
            return address();
        }
        let mut names = certificate.valid_dns_names().filter(|name| !name.starts_with('*'));
        names.next().map_or_else(address, str::to_owned)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("asks_clients", &self.asks_clients).finish_non_exhaustive()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Unreadable { path: path.to_owned(), source })
}

fn empty(path: &Path, what: &'static str) -> TlsError {
    TlsError::Empty { path: path.to_owned(), what }
}

fn unusable(path: &Path, why: &dyn fmt::Display) -> TlsError {
    TlsError::Unusable { path: path.to_owned(), why: why.to_string() }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_slice_iter(&read(path)?).collect::<Result<Vec<_>, _>>();
    found.map_err(|_| empty(path, "certificate"))
}

/// Refuses a certificate outside its dates. Whether its clients trust its authority is for them to find out.
fn dates(certificate: &CertificateDer<'_>, path: &Path, number: usize, now: Timestamp) -> Result<(), TlsError> {
    let parsed = EndEntityCert::try_from(certificate).map_err(|error| unusable(path, &error))?;
    let at = UnixTime::since_unix_epoch(now.as_duration().unsigned_abs());
    // Dates are looked at before anything else, and there is no authority to find beyond them.
    let found = parsed.verify_for_usage(&[], &[], &[], at, KeyUsage::server_auth(), None, None);
    match found.map(drop) {
        Err(webpki::Error::CertExpired { not_after, .. }) => {
            Err(TlsError::Expired { path: path.to_owned(), number, not_after: instant(not_after) })
        }
        Err(webpki::Error::CertNotValidYet { not_before, .. }) => {
            Err(TlsError::Premature { path: path.to_owned(), number, not_before: instant(not_before) })
        }
        _ => Ok(()),
    }
}

fn instant(time: UnixTime) -> Timestamp {
    let seconds = i64::try_from(time.as_secs()).ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX)
}

fn clients(path: &Path, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(path)? {
        roots.add(authority).map_err(|error| unusable(path, &error))?;
    }
    if roots.is_empty() {
        return Err(empty(path, "certificate"));
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| unusable(path, &error))
}

#[cfg(test)]
mod tests;
