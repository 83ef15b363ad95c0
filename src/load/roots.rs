//! Whom a connection trusts and who it says it is: the same as the client of `send` does, from the same PEM files.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};
use rustls_platform_verifier::Verifier;

use crate::scenario::HttpVersion;
use crate::send::TlsFiles;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file holds something else.
    #[error("the {what} cannot be read: {cause}")]
    Pem {
        /// What it should hold.
        what: &'static str,
        /// What is wrong with it.
        cause: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not go together, or the roots are none.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// The client's side of TLS, for connections that speak that version of HTTP.
///
/// # Errors
/// When a PEM file cannot be read, or certificate and key do not go together.
pub(super) fn client(files: &TlsFiles, http: HttpVersion) -> Result<Arc<ClientConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra = match &files.authorities {
        None => Vec::new(),
        Some(pem) => certificates(pem, "certificate authorities")?,
    };
    let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(&provider))?;
    let builder: ConfigBuilder<ClientConfig, WantsVerifier> =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &files.identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let key = PrivateKeyDer::from_pem_slice(pem)
                .map_err(|cause| TlsError::Pem { what: "client certificate's key", cause })?;
            builder.with_client_auth_cert(certificates(pem, "client certificate")?, key)?
        }
    };
    config.alpn_protocols = match http {
        HttpVersion::One => vec![b"http/1.1".to_vec()],
        HttpVersion::Two => vec![b"h2".to_vec()],
    };
    Ok(Arc::new(config))
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|cause| TlsError::Pem { what, cause })
}
