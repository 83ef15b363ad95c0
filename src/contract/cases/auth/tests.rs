//! Tests of what the token cases send: signatures hold, and each token is wrong in what its case names.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::contract::bench::{Bench, NOW, Posted};
use crate::contract::{Finding, Owed, Tokens};
use crate::model::{FailReason, Outcome, Verdict};

fn bench() -> Bench {
    Bench::all().remove(0).1
}

fn token(posted: &Posted) -> Option<&str> {
    let header = posted.wire.headers.iter().find(|(name, _)| name == "Authorization")?;
    header.1.strip_prefix("Bearer ")
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

/// The claims of the postbacks that a case is about.
fn odd(case: &dyn Case) -> Vec<Value> {
    let posted = bench().posted(case).expect("it fits");
    posted.iter().filter(|posted| posted.owed != Owed::Ground).filter_map(token).map(claims).collect()
}

#[test]
fn only_the_token_is_bad() {
    let bench = bench();
    for case in CASES {
        for posted in bench.posted(*case).into_iter().flatten() {
            assert_eq!(bench.verify(&posted), Ok(()), "{}", case.card().id);
        }
    }
}

#[test]
fn tokens_are_wrong_in_one_claim() {
    let agreed = json!({"iss": "operator", "aud": "tracker", "iat": NOW, "exp": NOW + 600});
    let but = |name: &str, value: Value| {
        let mut claims = agreed.clone();
        claims[name] = value;
        claims
    };
    assert_eq!(odd(&wrong_key::WrongKey), std::slice::from_ref(&agreed));
    assert_eq!(odd(&alg_none::AlgNone), std::slice::from_ref(&agreed));
    assert_eq!(odd(&wrong_audience::WrongAudience), [but("aud", "somebody-else".into())]);
    assert_eq!(odd(&wrong_issuer::WrongIssuer), [but("iss", "somebody-else".into())]);
    assert_eq!(odd(&lifetime_too_short::LifetimeTooShort), [but("exp", (NOW + 60).into())]);
    assert_eq!(odd(&lifetime_too_long::LifetimeTooLong), [but("exp", (NOW + 3600).into())]);
    assert_eq!(odd(&text_expiry::TextExpiry), [but("exp", (NOW + 600).to_string().into())]);
    assert_eq!(odd(&no_expiry::NoExpiry)[0].get("exp"), None);
    // The default leeway is five minutes.
    assert_eq!(odd(&expired::Expired)[0]["exp"], NOW - 300 - 3600);
    assert_eq!(odd(&expired::Expired)[0]["iat"], NOW - 300 - 3600 - 600);
    let ages: Vec<_> = odd(&leeway::Leeway).iter().map(|claims| NOW - claims["exp"].as_i64().unwrap_or(0)).collect();
    assert_eq!(ages, [1, 30, 60, 120, 300, 600]);
}

#[test]
fn opaque_tokens_can_be_wrong_in_fewer_ways() {
    let mut bench = bench();
    bench.terms.tokens = Tokens::Opaque;
    let fitting: Vec<_> =
        CASES.iter().filter(|case| case.fits(&bench.terms).is_ok()).map(|case| case.card().id).collect();
    assert_eq!(fitting, ["auth.missing", "auth.malformed", "auth.another-token"]);
}

#[test]
fn the_leeway_is_measured_and_more_than_was_agreed_on_fails() {
    let taken = |oldest: usize| -> Finding {
        bench().found(&leeway::Leeway, |place| {
            let refused = Outcome::Fail(FailReason::Refused(401));
            if place < oldest { Outcome::Ok { repeat: Some(false) } } else { refused }
        })
    };
    for (oldest, verdict, told) in [
        (0, Verdict::Pass, "no leeway: refused 1 s after their end"),
        (3, Verdict::Pass, "tokens are taken 60 s after their end, and refused 120 s after it"),
        (5, Verdict::Pass, "tokens are taken 300 s after their end, and refused 600 s after it"),
        (6, Verdict::Fail, "tokens are taken 600 s after their end; at most 300 s were agreed on"),
    ] {
        let found = taken(oldest);
        assert_eq!((found.verdict, found.observed.as_str()), (verdict, told));
    }
    assert_eq!(taken(6).shown_by, [5]);
}
