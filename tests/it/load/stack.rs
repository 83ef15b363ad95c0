//! The reference stack under load: exactly once, whatever the rate, and its defects found among thousands of postbacks.

use std::time::{Duration, Instant};

use postproof::model::{Stance, Verdict};
use postproof_mocks::Database;

use super::{Seen, fire};
use crate::harness::{Served, shown};
use crate::https::Authority;
use crate::process;

/// What is planned, with a quiet end in which a machine that is busy catches up; bounds on the engine's own lateness are wide, for the machine of a test is a busy one.
const LOAD: &str = "[load]\nstages = [{ for = \"3s\", rate = 225 }, { for = \"3s\", rate = 1 }]\nlag_bound = \"5s\"\nclicks = 50\nconnections = 100\n\
                    [sla]\np95 = \"5s\"\n[send]\nattempts = 4\nbackoff_base = \"50ms\"\nbackoff_cap = \"100ms\"\n";

async fn on_stack(defects: &[&str]) -> Seen {
    let served = Served::with(defects, Database::Memory).await;
    Box::pin(fire(&served.scenario(1, LOAD).replace("settle = \"2s\"", "settle = \"5s\""))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_stack_keeps_its_promises_with_faults_and_forgeries_among_the_postbacks() {
    let seen = on_stack(&[]).await;
    assert_eq!(seen.report.verdict, Verdict::Pass, "{}", shown(&seen.report));
    let ledger = seen.report.ledger.as_ref().expect("a ledger");
    assert!(ledger.forgeries.sent > 0 && ledger.forgeries.refused == ledger.forgeries.sent, "{ledger:?}");
    // What postproof did itself is in neither number of availability, and no forgery is among the latencies.
    let own_doing = seen.records.iter().filter(|record| record.is_own_doing()).count() as u64;
    let forged = seen.records.iter().filter(|record| record.stance != Stance::Genuine).count() as u64;
    let attempts = seen.records.len() as u64;
    assert!(own_doing > 0 && forged > 0, "{own_doing} {forged}");
    let availability = seen.report.availability.as_ref().expect("an availability");
    assert_eq!((availability.ok, availability.total), (attempts - own_doing, attempts - own_doing));
    let latency = seen.report.latency.as_ref().expect("a latency");
    assert_eq!(latency.response.count, attempts - own_doing - forged);
}

#[tokio::test(flavor = "multi_thread")]
async fn defects_are_found_under_load() {
    for (defect, check) in [("no-idempotency", "ledger.double"), ("lost-after-ack", "ledger.lost")] {
        let seen = on_stack(&[defect]).await;
        seen.expect(check, Verdict::Fail);
        assert_eq!(seen.report.verdict, Verdict::Fail, "{defect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_and_mtls_are_spoken_and_timed() {
    let authority = Authority::new();
    let (open, closed) = (authority.serve(None).await, authority.serve(Some(&authority)).await);
    let more =
        LOAD.replace("[send]\nattempts = 4\n", "").replace("backoff_base = \"50ms\"\nbackoff_cap = \"100ms\"\n", "");
    for (served, client) in [(&open, None), (&closed, Some("client"))] {
        let seen = fire(&(authority.scenario(served, client) + &more)).await;
        seen.expect("sla.availability", Verdict::Pass);
        seen.expect("ledger.lost", Verdict::Pass);
        let tls = seen.report.latency.as_ref().and_then(|latency| latency.tls).expect("handshakes");
        assert!(tls.count >= 100, "{tls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_stack_is_killed_under_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = process::Stack::serve(folder.path(), &["--listen", "127.0.0.1:0", "--db", "tracker.db"]);
    let value = |name: &str| first.value(name).to_owned();
    let address = value("POSTPROOF_TARGET").trim_start_matches("http://").trim_end_matches("/postback").to_owned();
    for (file, name) in [("hmac", "POSTPROOF_SECRET"), ("jwt", "POSTPROOF_JWT_SECRET")] {
        std::fs::write(folder.path().join(file), value(name)).expect("written");
    }
    let place = folder.path().display();
    let text = format!(
        "[target]\nurl = \"{}\"\nclick_url = \"{}\"\nsecret_file = \"{place}/hmac\"\njwt_secret_file = \"{place}/jwt\"\n\
         timeout = \"6s\"\n[read_back]\nurl = \"{}\"\nsettle = \"10s\"\n{LOAD}",
        value("POSTPROOF_TARGET"),
        value("POSTPROOF_CLICK_URL"),
        value("POSTPROOF_READ_BACK"),
    );
    let (book, folder_of_both) = (folder.path().join("tracker.db-wal"), folder.path().to_path_buf());
    let kill = async move {
        // Some hundreds of postbacks after the clicks.
        let began = Instant::now();
        while std::fs::metadata(&book).map_or(0, |file| file.len()) < 400_000 {
            assert!(began.elapsed() < Duration::from_secs(20), "the load gets going");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let again = move || {
            first.child.kill().expect("killed with -9");
            first.child.wait().expect("gone");
            process::Stack::serve(&folder_of_both, &["--listen", &address, "--db", "tracker.db"])
        };
        tokio::task::spawn_blocking(again).await.expect("it is served again")
    };
    let (seen, second) = tokio::join!(fire(&text), kill);
    drop(second);
    for sound in ["ledger.lost", "ledger.double", "ledger.corrupt"] {
        seen.expect(sound, Verdict::Pass);
    }
    let lost = seen.records.iter().filter(|record| record.is_available() == Some(false)).count();
    assert!(lost > 0, "it was gone for a while: {}", shown(&seen.report));
}
