//! Runs against a reference stack that is set up for each signature scheme, and in the middle of a rotation of secrets:
//! both live ones are taken, a third is not.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use postproof::model::Verdict;
use postproof::report::RunReport;
use postproof_mocks::{
    Config, PreviousKey, SIGNATURE_SCHEMES, Secret, Secrets, SignatureScheme, Signing, Tokens, TrackerSettings,
};

use crate::harness::{Served, run, shown};

const OLD: &str = "the old secret of the test";
const NEW: &str = "the new secret of the test";
const THIRD: &str = "a third secret of the test";

/// The secret as the scheme wants it.
fn key(scheme: &str, secret: &str) -> String {
    if scheme == "standard-webhooks" { format!("whsec_{}", STANDARD.encode(secret)) } else { secret.to_owned() }
}

/// A stack whose tracker checks that scheme and those tokens.
async fn stack(scheme: &'static SignatureScheme, tokens: Tokens) -> Served {
    let signature = Signing { scheme, previous: Some(Secret::new(key(scheme.name, OLD))), ..Signing::default() };
    let secrets = Secrets { hmac: key(scheme.name, NEW), jwt: NEW.to_owned() };
    let tracker = TrackerSettings { signature, tokens, ..TrackerSettings::default() };
    Served::start(Config { tracker, secrets: Some(secrets), ..Config::default() }).await
}

/// What comes of a run that knows these secrets; `token` goes into its `[token]`.
async fn judged(served: &Served, scheme: &str, [hmac, jwt]: [&str; 2], token: &str) -> RunReport {
    std::fs::write(served.secrets.path().join("hmac"), key(scheme, hmac)).expect("written");
    std::fs::write(served.secrets.path().join("jwt"), jwt).expect("written");
    let more = format!("[signature]\nscheme = \"{scheme}\"\n[token]\n{token}\n[send]\nattempts = 2\n");
    run(&served.scenario(4, &more), 7).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scheme_is_taken_with_either_live_secret() {
    for scheme in SIGNATURE_SCHEMES {
        let served = stack(scheme, Tokens::default()).await;
        for (secret, verdict) in [(NEW, Verdict::Pass), (OLD, Verdict::Pass), (THIRD, Verdict::Fail)] {
            let report = judged(&served, scheme.name, [secret, NEW], "").await;
            assert_eq!(report.verdict, verdict, "{} with {secret}: {}", scheme.name, shown(&report));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_another_scheme_is_refused() {
    let served = stack(&SIGNATURE_SCHEMES[1], Tokens::default()).await;
    let report = judged(&served, "stripe", [NEW, NEW], "").await;
    assert_eq!(report.verdict, Verdict::Fail, "{}", shown(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_taken_by_the_name_of_their_key() {
    let previous = PreviousKey { kid: Some("old".to_owned()), secret: Secret::new(OLD) };
    let (audience, issuer) = (Some("tracker".to_owned()), Some("house".to_owned()));
    let tokens = Tokens { kid: Some("new".to_owned()), previous: Some(previous), audience, issuer };
    let served = stack(&SIGNATURE_SCHEMES[0], tokens).await;
    let named = |kid: &str| format!("key_id = \"{kid}\"\naudience = \"tracker\"\nissuer = \"house\"");
    let unnamed = "audience = \"tracker\"\nissuer = \"house\"".to_owned();
    for (jwt, token, verdict) in [
        (NEW, named("new"), Verdict::Pass),
        (OLD, named("old"), Verdict::Pass),
        (OLD, unnamed.clone(), Verdict::Pass),
        (OLD, named("new"), Verdict::Fail),
        (NEW, named("strange"), Verdict::Fail),
        (THIRD, unnamed.clone(), Verdict::Fail),
        (NEW, unnamed.replace("tracker", "somebody"), Verdict::Fail),
        (NEW, unnamed.replace("house", "somebody"), Verdict::Fail),
        (NEW, String::new(), Verdict::Fail),
    ] {
        let report = judged(&served, "s2s-json", [NEW, jwt], &token).await;
        assert_eq!(report.verdict, verdict, "{jwt}, {token}: {}", shown(&report));
    }
}
