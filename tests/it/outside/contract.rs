//! The contract suite against software from outside: what it fails on is real, and is found by the case that names it.

use postproof::model::Verdict;
use postproof::report::RunReport;

use super::program::{Outsider, SECRET};
use super::{LIBRARIES, STANDARD_SCENARIO, WEBHOOK_SCENARIO};
use crate::check;
use crate::harness::{ids, shown};

/// The suite against a program, by its scenario with the program's own address.
async fn suite(outsider: &Outsider, scenario: &str, credits: &str) -> RunReport {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, SECRET).expect("written");
    let mut text = std::fs::read_to_string(format!("scenarios/{scenario}")).expect("a scenario");
    for (key, value) in [("url = \"http://127.0.0.1:9000/", &outsider.url), ("file = \"ledger", &credits.to_owned())] {
        let Some(at) = text.find(key) else { continue };
        let end = at + text[at..].find('\n').expect("a line");
        let name = key.split(' ').next().expect("a key");
        text.replace_range(at..end, &format!("{name} = \"{value}\""));
    }
    // The second URL of a scenario is where its credits are read.
    text = text.replace("http://127.0.0.1:9000/credits", credits);
    text = text.replace("[target]\n", &format!("[target]\nsecret_file = \"{}\"\n", secret.display()));
    check::report(&text, &[]).await
}

fn observed<'a>(report: &'a RunReport, case: &str) -> &'a str {
    report.checks.iter().find(|check| check.id == case).map_or("", |check| check.observed.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn debian_s_webhook_books_what_comes_again_and_answers_500_to_bad_signatures() {
    let webhook = Outsider::webhook().await;
    let report = suite(&webhook, WEBHOOK_SCENARIO, &webhook.ledger().display().to_string()).await;
    let failed = ids(&report, Verdict::Fail);
    for (case, told) in [
        ("signature.wrong-secret", "answered 500"),
        ("signature.truncated", "answered 500"),
        ("signature.tampered-amount", "answered 500"),
        ("signature.missing", "answered 200 with a body that says neither yes nor no"),
        ("idempotency.same-again", "credited more than once"),
        ("idempotency.twenty-at-once", "credited more than once"),
        ("schema.empty-body", "answered 500"),
    ] {
        assert!(failed.contains(&case), "{case}: {}", shown(&report));
        assert!(observed(&report, case).contains(told), "{case}: {}", observed(&report, case));
    }
    // What it does well is not held against it.
    assert!(!failed.iter().any(|case| case.starts_with("accept.") || case.starts_with("volume.")), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_libraries_of_standard_webhooks_hold_to_their_scheme() {
    for library in LIBRARIES {
        let receiver = Outsider::receiver(library, &[]).await;
        let credits = receiver.url.replace("/postback", "/credits");
        let report = suite(&receiver, STANDARD_SCENARIO, &credits).await;
        let bad: Vec<&str> =
            [Verdict::Fail, Verdict::Inconclusive].into_iter().flat_map(|bad| ids(&report, bad)).collect();
        for family in ["accept.", "signature.", "idempotency.", "volume."] {
            assert!(!bad.iter().any(|case| case.starts_with(family)), "{library}: {bad:?} {}", shown(&report));
        }
        // The small server around them looks at signatures and ids alone, and the suite says so.
        for case in ["schema.text-amount", "schema.time-without-zone", "ftd.zero-deposit"] {
            assert!(bad.contains(&case), "{library}: {case}");
        }
    }
}
