//! Behind mTLS the stack's own operator still reaches its tracker, and the reports still reach the operator's counts.

use postproof_mocks::{Config, Defect, Tls, TlsFiles};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::{Certificate, Client, Identity, redirect};
use serde_json::json;

use crate::harness::Running;
use crate::player::{Player, settled};

/// A certificate for `localhost` and its key, in PEM, by that authority.
fn issued(issuer: &CertifiedIssuer<'static, KeyPair>) -> [String; 2] {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    [params.signed_by(&key, issuer).expect("a certificate").pem(), key.serialize_pem()]
}

/// A stack that lets in nobody without a certificate but for these defects, and a client that has one.
async fn closed(defects: &[&str]) -> Running {
    let defects = defects.iter().map(|name| Defect::by_name(name).expect("a registered defect")).collect();
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
    let folder = tempfile::tempdir().expect("a folder");
    let [certificate, key] = issued(&issuer);
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
        folder.path().join(name)
    };
    let files = TlsFiles {
        certificate: write("server.pem", &certificate),
        key: write("server.key", &key),
        client_ca: Some(write("ca.pem", &issuer.pem())),
    };
    let tls = Tls::read(&files, "2026-06-01T00:00:00Z".parse().expect("an instant")).expect("good files");
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .tls_certs_only([Certificate::from_pem(issuer.pem().as_bytes()).expect("a certificate")])
        .identity(Identity::from_pem(issued(&issuer).concat().as_bytes()).expect("an identity"));
    Running::start_asked_by(Config { tls: Some(tls), defects, ..Config::default() }, client.build().expect("a client"))
        .await
}

async fn lets_strangers_in(stack: &Running) -> bool {
    let stranger = Client::builder().danger_accept_invalid_certs(true).build().expect("a client");
    stranger.get(&stack.urls.health).send().await.is_ok()
}

#[tokio::test]
async fn client_certificates_can_be_asked_for_in_vain() {
    let stack = closed(&["client-certificate-optional"]).await;
    assert!(lets_strangers_in(&stack).await);
    assert_eq!(stack.text(&stack.urls.health).await, r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn the_operator_tells_its_own_tracker_all_the_same() {
    let stack = closed(&[]).await;
    assert!(stack.urls.target.starts_with("https://localhost:"), "{}", stack.urls.target);
    assert!(!lets_strangers_in(&stack).await, "nobody gets in without a certificate");
    let mut player = Player::arrive(&stack, "/click").await;
    player.register(&json!({})).await;
    player.post("deposits", &json!({"amount": "20.00", "currency": "USD"})).await;
    settled(&stack, 2).await;
    assert_eq!(stack.credits().await.len(), 2);
    stack.stop().await;
}
