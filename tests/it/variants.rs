//! The ways in which targets differ by agreement: where the signature stands, over which form, which token, whose
//! certificate, where the credits lie, and how fast players are played.

use std::sync::Arc;

use postproof::model::Verdict;
use postproof_mocks::Database;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::harness::{Served, checked, ids, run, run_into, shown};

#[tokio::test(flavor = "multi_thread")]
async fn the_signature_can_stand_in_the_body() {
    let served = Served::with(&[], Database::Memory).await;
    let report = run(&served.scenario(20, "[signature]\nmember = \"signature\"\n"), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert!(report.signing.contains("body member `signature`"), "{}", report.signing);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_canonical_form_than_the_target_s_is_noticed() {
    // Genuine bodies are written in canonical order, so the forms agree on them; a forgery tells them apart.
    let served = Served::with(&[], Database::Memory).await;
    let report = run(&served.scenario(20, "[signature]\ncanonical = \"raw\"\n"), 7).await;
    assert!(ids(&report, Verdict::Fail).contains(&"forgery.wrong-canonicaliser"), "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn journeys_can_be_played_in_time() {
    let served = Served::with(&[], Database::Memory).await;
    let delay = "{ median = \"2s\", p90 = \"3s\" }";
    let more = format!(
        "window = \"20s\"\nspeed = \"200\"\n[journeys.funnel]\nrepeat = \"0%\"\n[journeys.delays]\nregistration = {delay}\nkyc = {delay}\nftd = {delay}\nreversal = {delay}\n"
    );
    let scenario = served.scenario(20, &more);
    let span = checked(&scenario).journeys.span();
    let started = std::time::Instant::now();
    let report = run(&scenario, 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    // Clicks alone are spread over 20 s of journey time, which is a tenth of a second here.
    assert!(started.elapsed().as_millis() >= 90, "{span}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_can_be_read_from_a_file() {
    let served = Served::with(&[], Database::Memory).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credits.ndjson");
    let copying = tokio::spawn(copy_credits(served.urls.read_back.clone(), file.clone()));
    let from_url = format!("url = \"{}\"\nsettle = \"2s\"", served.urls.read_back);
    let from_file = format!("file = \"{}\"\nsettle = \"5s\"", file.display());
    let report = run(&served.scenario(10, "").replace(&from_url, &from_file), 7).await;
    copying.abort();
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    assert!(report.evidence.contains("credits.ndjson"), "{}", report.evidence);
}

/// Writes the credits to a file again and again, as an export job would.
async fn copy_credits(url: String, file: std::path::PathBuf) {
    loop {
        let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
        let mut socket = TcpStream::connect(&address).await.expect("the stack");
        let request = format!("GET /credits HTTP/1.0\r\nHost: {address}\r\n\r\n");
        socket.write_all(request.as_bytes()).await.expect("written");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("read");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        let part = file.with_extension("part");
        std::fs::write(&part, body).expect("written");
        std::fs::rename(&part, &file).expect("moved");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// A certificate authority, and the PEM files that a client of it needs.
struct Authority {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("written");
        let authority = Self { folder, issuer };
        let (certificate, key) = authority.issue("client");
        std::fs::write(authority.folder.path().join("client.pem"), certificate.pem()).expect("written");
        std::fs::write(authority.folder.path().join("client.key"), key.serialize_pem()).expect("written");
        std::fs::write(authority.folder.path().join("secret"), "secret").expect("written");
        authority
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        (params.signed_by(&key, &self.issuer).expect("a certificate"), key)
    }

    /// A server that answers every request with an acceptance, to clients with a certificate only.
    async fn serve(&self) -> u16 {
        let (certificate, key) = self.issue("localhost");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.issuer.der().to_vec())).expect("a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(clients.build().expect("a verifier"))
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            )
            .expect("a configuration");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(accept_all(acceptor.clone(), socket));
            }
        });
        port
    }

    fn scenario(&self, port: u16, client: bool) -> String {
        let folder = self.folder.path().display();
        let identity =
            format!("client_cert_file = \"{folder}/client.pem\"\nclient_key_file = \"{folder}/client.key\"\n");
        format!(
            "[target]\nurl = \"https://localhost:{port}/postback\"\nsecret_file = \"{folder}/secret\"\nca_file = \"{folder}/ca.pem\"\n{}\
             [send]\nattempts = 2\nbackoff_base = \"1ms\"\nbackoff_cap = \"1ms\"\n[journeys]\nplayers = 2\n[faults]\nenabled = false\n",
            if client { identity.as_str() } else { "" }
        )
    }
}

async fn accept_all(acceptor: TlsAcceptor, socket: TcpStream) {
    let Ok(mut stream) = acceptor.accept(socket).await else { return };
    let mut request = vec![0; 16 * 1024];
    if stream.read(&mut request).await.is_ok_and(|length| length > 0) {
        let body = "{\"status\":\"ok\",\"idempotent\":false}";
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_authorities_and_client_certificates_are_used() {
    let authority = Authority::new();
    let port = authority.serve().await;
    let report = run(&authority.scenario(port, true), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));

    let out = tempfile::tempdir().expect("a folder");
    for (what, scenario) in [
        ("no client certificate", authority.scenario(port, false)),
        ("a stranger's authority", Authority::new().scenario(port, true)),
    ] {
        let ended = run_into(&scenario, postproof::run::Fixed::default(), out.path()).await;
        assert!(ended.is_err(), "{what} must not get through");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_can_be_signed_by_private_keys() {
    let authority = Authority::new();
    let port = authority.serve().await;
    let keys = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/sign/keys");
    for (algorithm, file) in [("ES256", "p256_pkcs8.pem"), ("RS256", "rsa_pkcs8.pem")] {
        let token = format!("jwt_secret_file = \"{keys}/{file}\"\n[token]\nalgorithm = \"{algorithm}\"\n[send]\n");
        let report = run(&authority.scenario(port, true).replace("[send]\n", &token), 7).await;
        assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
        assert!(report.signing.contains(algorithm), "{}", report.signing);
    }
}
