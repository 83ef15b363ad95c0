//! The reference stack behind TLS: runs find it by its authority, with mTLS nobody gets in without a certificate, and
//! the stack's own operator reaches the tracker all the same.

use std::time::Duration;

use postproof::model::Verdict;
use postproof_mocks::{Config, Tls, TlsFiles};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::command::{code, text};
use crate::harness::{Served, run, run_into, shown};
use crate::process::{Stack, postproof};

/// Longest wait for an answer or an end.
const PATIENCE: Duration = Duration::from_secs(5);

/// An authority, and a folder with what it has signed.
pub(crate) struct Authority {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
        let authority = Self { folder: tempfile::tempdir().expect("a folder"), issuer };
        std::fs::write(authority.path("ca.pem"), authority.issuer.pem()).expect("written");
        authority.issue("server", 4096);
        authority.issue("client", 4096);
        authority.issue("old-client", 2001);
        authority
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// A certificate until the beginning of that year, and its key.
    fn issue(&self, name: &str, until: i32) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(until, 1, 1));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        std::fs::write(self.path(&format!("{name}.pem")), certificate.pem()).expect("written");
        std::fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).expect("written");
    }

    /// A stack with the server's certificate, which asks its clients for one of the authority `clients`.
    pub(crate) async fn serve(&self, clients: Option<&Self>) -> Served {
        Served::configured(&[], self.config(clients)).await
    }

    /// What such a stack is set up with.
    pub(crate) fn config(&self, clients: Option<&Self>) -> Config {
        let client_ca = clients.map(|authority| authority.path("ca.pem"));
        let files = TlsFiles { certificate: self.path("server.pem"), key: self.path("server.key"), client_ca };
        let tls = Tls::read(&files, "2026-06-01T00:00:00Z".parse().expect("an instant")).expect("good files");
        Config { tls: Some(tls), ..Config::default() }
    }

    /// The scenario of a run that trusts this authority, and shows a certificate if one is named.
    pub(crate) fn scenario(&self, served: &Served, client: Option<&str>) -> String {
        let pem = |name: &str| self.path(name).display().to_string();
        let shown = client.map_or_else(String::new, |client| {
            let (certificate, key) = (pem(&format!("{client}.pem")), pem(&format!("{client}.key")));
            format!("client_cert_file = \"{certificate}\"\nclient_key_file = \"{key}\"\n")
        });
        let trusted = format!("[target]\nca_file = \"{}\"\n{shown}", pem("ca.pem"));
        served.scenario(4, "[send]\nattempts = 2\n").replace("[target]\n", &trusted)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_passes_over_tls_and_over_mtls() {
    let authority = Authority::new();
    let open = authority.serve(None).await;
    assert!(open.urls.target.starts_with("https://localhost:"), "{}", open.urls.target);
    let report = run(&authority.scenario(&open, None), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    let closed = authority.serve(Some(&authority)).await;
    let report = run(&authority.scenario(&closed, Some("client")), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_good_certificate_is_not_let_in() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let closed = authority.serve(Some(&authority)).await;
    let elsewhere = authority.serve(Some(&stranger)).await;
    let out = tempfile::tempdir().expect("a folder");
    for (what, scenario) in [
        ("no certificate", authority.scenario(&closed, None)),
        ("an expired certificate", authority.scenario(&closed, Some("old-client"))),
        ("a certificate of another authority", authority.scenario(&elsewhere, Some("client"))),
        ("a client that does not trust the server", stranger.scenario(&closed, Some("client"))),
    ] {
        let ended = run_into(&scenario, postproof::run::Fixed::default(), out.path()).await;
        assert!(ended.is_err(), "{what} must not get through");
    }
    let report = run(&authority.scenario(&closed, Some("client")), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tls_is_told_so_or_let_go_of() {
    let authority = Authority::new();
    let served = authority.serve(None).await;
    let port = served.urls.target.trim_start_matches("https://localhost:").trim_end_matches("/postback").to_owned();
    let connect = || async { TcpStream::connect(format!("127.0.0.1:{port}")).await.expect("a connection") };
    let silent = connect().await;
    for (sent, told) in [
        (&b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"[..], "HTTP/1.1 400 Bad Request"),
        (b"\x16\x03\x01\x00\x05nonsense", ""),
    ] {
        let mut socket = connect().await;
        socket.write_all(sent).await.expect("written");
        socket.shutdown().await.expect("closed");
        let mut bytes = Vec::new();
        let _ = timeout(PATIENCE, socket.read_to_end(&mut bytes)).await.expect("an end in time");
        let answer = String::from_utf8_lossy(&bytes);
        assert!(answer.starts_with(told), "{answer}");
        assert!(told.is_empty() || answer.ends_with("\"hint\":\"this port speaks https, and no http\"}"), "{answer}");
    }
    // Nobody waits for the one who says nothing.
    let report = run(&authority.scenario(&served, None), 7).await;
    assert_eq!(report.verdict, Verdict::Pass, "{}", shown(&report));
    drop(silent);
}

#[test]
fn a_stack_with_certificates_says_what_runs_need() {
    let authority = Authority::new();
    let config = "listen = \"127.0.0.1:0\"\n[tracker.tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n";
    std::fs::write(authority.path("serve.toml"), config).expect("written");
    let stack = Stack::serve(authority.folder.path(), &["--config", "serve.toml"]);
    assert!(stack.value("POSTPROOF_TARGET").starts_with("https://localhost:"), "{}", stack.greeting);
    assert!(stack.greeting.contains("ca_file"), "{}", stack.greeting);
}

#[test]
fn certificates_that_cannot_be_used_are_told_at_the_start() {
    let authority = Authority::new();
    authority.issue("old", 2001);
    let refused = |certificate: &str, key: &str| {
        let config = format!("[tracker.tls]\ncertificate = \"{certificate}\"\nkey = \"{key}\"\n");
        std::fs::write(authority.path("serve.toml"), config).expect("written");
        // Started elsewhere: the files lie beside the configuration.
        let elsewhere = tempfile::tempdir().expect("a folder");
        let mut command = postproof(elsewhere.path());
        let output = command.arg("serve").arg("--config").arg(authority.path("serve.toml")).output().expect("it runs");
        assert_eq!(code(&output), 2, "{}", text(&output.stderr));
        text(&output.stderr).replace(['\n', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (certificate, key, told, place, help) in [
        ("old.pem", "old.key", "expired at 2001-01-01T00:00:00Z", "serve.toml:2:15", "help: renew it"),
        ("server.pem", "client.key", "is not that of the certificate in", "serve.toml:3:7", "that belong together"),
        ("nowhere.pem", "server.key", "nowhere.pem cannot be read", "serve.toml:2:15", "check the path"),
        ("server.pem", "ca.pem", "holds no private key", "serve.toml:3:7", "-----BEGIN"),
    ] {
        let shown = refused(certificate, key);
        assert!(shown.contains(told) && shown.contains(place) && shown.contains(help), "{shown}");
    }
}
