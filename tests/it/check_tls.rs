//! The cases of TLS, at stacks with certificates, and at fronts that do before such a stack what none should.

use postproof::model::Verdict;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::check::{found, perform, report};
use crate::harness::{Served, shown};
use crate::https::Authority;

/// What every client of the stack is told.
const CASES: [&str; 2] = ["tls.*", "http.plain-on-tls"];

const DECLARED: &str = "[contract]\nclient_certificate = true\n";

/// Bytes of a record and a message of TLS up to the version that a client offers at most.
const OFFER: usize = 11;

/// The port that a scenario's target has.
fn port(url: &str) -> u16 {
    url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()?.parse().ok()).expect("a port")
}

/// A front before a stack's port, which goes on with handshakes of TLS 1.0 and 1.1, and takes postbacks in plain HTTP.
async fn front(stack: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, stack));
        }
    });
    port
}

async fn pass(mut client: TcpStream, stack: u16) {
    let mut offer = [0; OFFER];
    while client.peek(&mut offer).await.is_ok_and(|count| 0 < count && count < OFFER) {
        tokio::task::yield_now().await;
    }
    if offer[0] != 22 {
        let mut request = [0; 16 * 1024];
        let _ = client.read(&mut request).await;
        let taken = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}";
        let _ = client.write_all(taken).await;
    } else if matches!(offer[9..], [3, 1 | 2]) {
        let hello = [&[22, 3, offer[10], 0, 42, 2, 0, 0, 38, 3, offer[10]][..], &[7; 32], &[0, 0, 47, 0]].concat();
        let _ = client.write_all(&hello).await;
        let _ = client.read(&mut [0; 64]).await;
    } else if let Ok(mut stack) = TcpStream::connect(("127.0.0.1", stack)).await {
        let _ = copy_bidirectional(&mut client, &mut stack).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_stack_keeps_the_rules_of_tls() {
    let authority = Authority::new();
    let open = authority.serve(None).await;
    let seen = report(&authority.scenario(&open, None), &CASES).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{}", shown(&seen));
    for case in ["tls.certificate", "tls.protocol-floor", "http.plain-on-tls"] {
        assert_eq!(found(&seen, case).verdict, Verdict::Pass, "{}", shown(&seen));
    }
    assert_eq!(found(&seen, "tls.client-certificate").verdict, Verdict::Skipped);
    let closed = authority.serve(Some(&authority)).await;
    let scenario = authority.scenario(&closed, Some("client")) + DECLARED;
    let seen = report(&scenario, &CASES).await;
    assert_eq!(seen.verdict, Verdict::Pass, "{}", shown(&seen));
    assert_eq!(found(&seen, "tls.client-certificate").verdict, Verdict::Pass, "{}", shown(&seen));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_declared_and_not_asked_for_is_missed() {
    let authority = Authority::new();
    let open = authority.serve(None).await;
    let lax = Served::configured(&["client-certificate-optional"], authority.config(Some(&authority))).await;
    for served in [open, lax] {
        let scenario = authority.scenario(&served, Some("client")) + DECLARED;
        let seen = report(&scenario, &["tls.client-certificate"]).await;
        assert_eq!(found(&seen, "tls.client-certificate").verdict, Verdict::Fail, "{}", shown(&seen));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_protocols_and_plain_http_are_found() {
    let authority = Authority::new();
    let served = authority.serve(None).await;
    let own = port(&served.urls.target);
    let fronted = served.urls.target.replace(&own.to_string(), &front(own).await.to_string());
    let scenario = authority.scenario(&served, None).replace(&served.urls.target, &fronted);
    let seen = report(&scenario, &CASES).await;
    for case in ["tls.protocol-floor", "http.plain-on-tls"] {
        assert_eq!(found(&seen, case).verdict, Verdict::Fail, "{}", shown(&seen));
    }
    let line = found(&seen, "tls.protocol-floor").repro.last().expect("a line");
    assert!(line.starts_with("openssl s_client -connect localhost:") && line.contains(" -tls1 "), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_fails_its_case() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let served = authority.serve(None).await;
    // The two authorities have one name, and two keys.
    let misnamed = authority.scenario(&served, None).replace("https://localhost", "https://127.0.0.1");
    for (scenario, why) in [(stranger.scenario(&served, None), "BadSignature"), (misnamed, "not valid for")] {
        let seen = report(&scenario, &[]).await;
        let check = found(&seen, "tls.certificate");
        assert_eq!((check.verdict, seen.verdict), (Verdict::Fail, Verdict::Fail), "{}", shown(&seen));
        assert!(check.observed.contains(why), "{}", check.observed);
        let out = tempfile::tempdir().expect("a folder");
        let told = perform(&scenario, &["accept.deposit"], out.path()).await.err().expect("nobody asked for it");
        assert!(told.to_string().contains("invalid peer certificate"), "{told}");
    }
}
