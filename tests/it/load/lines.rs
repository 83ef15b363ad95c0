//! Connections: kept and not, slow to open, closed behind the client's back, over a unix socket, and over HTTP/2.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Collected, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use postproof::model::{InfoReason, Outcome, Verdict};
use tokio::net::{TcpListener, TcpStream};

use super::fire;
use super::target::{Act, Shared, Target, converse};

/// Enough for a verdict on availability, with a quiet end in which a machine that is busy catches up.
const LOAD: &str = "stages = [{ for = \"3s\", rate = 320 }, { for = \"2s\", rate = 1 }]\nconnections = 40";

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_the_target_closes_between_requests_are_no_failures() {
    let closes = |n, _| if n % 10 == 9 { Act::TakeAndClose } else { Act::Take };
    let target = Target::start(closes).await;
    let seen = fire(&target.scenario("", LOAD, "")).await;
    assert!(target.connections() >= 100, "{}", target.connections());
    // Whoever is late sends the next one at once, and where that crosses the close on its way, it is lost like any other.
    let crossed = seen.ended(|outcome| outcome == Outcome::Info(InfoReason::Broken));
    assert!(crossed * 10 <= seen.records.len() / 10, "{crossed} of {}", seen.records.len());
    if crossed == 0 {
        seen.expect("sla.availability", Verdict::Pass);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keep_alive_every_postback_has_a_connection_of_its_own() {
    let target = Target::start(|_, _| Act::Take).await;
    let seen = fire(&target.scenario("", &format!("{LOAD}\nkeep_alive = false"), "")).await;
    seen.expect("sla.availability", Verdict::Pass);
    let (attempts, connects) =
        (seen.records.len() as u64, seen.report.latency.as_ref().expect("a latency").connect.count);
    assert!(target.connections() >= attempts && connects >= attempts, "{connects} for {attempts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_welcome_counts_where_there_is_one_for_every_postback() {
    let slow = || Target::with(|_, _| Act::Take, |shared| shared.hesitates = Duration::from_millis(300));
    let (kept, fresh, few) = (slow().await, slow().await, slow().await);
    let (sla, load) =
        ("p50 = \"250ms\"\np95 = \"250ms\"", "stages = [{ for = \"3s\", rate = 100 }]\nconnections = 100");
    let texts = [
        // Who has a connection when the load begins never waits for one.
        kept.scenario("", load, sla),
        fresh.scenario("", &format!("{load}\nkeep_alive = false"), sla),
        few.scenario("", "stages = [{ for = \"2s\", rate = 2 }]\nkeep_alive = false", sla),
    ];
    let (kept, fresh, few) = tokio::join!(fire(&texts[0]), fire(&texts[1]), fire(&texts[2]));
    kept.expect("sla.p50", Verdict::Pass);
    kept.expect("sla.p95", Verdict::Pass);
    fresh.expect("sla.p50", Verdict::Fail);
    fresh.expect("sla.p95", Verdict::Fail);
    // All four were slow, and chance alone would make them so once in sixteen times.
    few.expect("sla.p50", Verdict::Inconclusive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unix_socket_takes_the_place_of_the_address() {
    let (asked, target) = (Target::start(|_, _| Act::Take).await, Target::start(|_, _| Act::Take).await);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tracker.sock");
    let listening = target.listen_at(&path);
    let load = format!("{LOAD}\nunix_socket = \"{}\"", path.display());
    let seen = fire(&target.scenario_at(&asked.url(), "", &load, "")).await;
    seen.expect("sla.availability", Verdict::Pass);
    seen.expect("ledger.lost", Verdict::Pass);
    assert_eq!((asked.postbacks(), target.postbacks()), (0, seen.records.len() as u64));
    listening.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_carries_many_postbacks_over_few_connections() {
    // Two connections of HTTP/1.1 would carry forty postbacks a second.
    let target = Target::start(|_, _| Act::TakeAfter(Duration::from_millis(50))).await;
    let (url, served) = by_second_version(&target).await;
    let load = LOAD.replace("= 40", "= 2") + "\nhttp = \"2\"\nin_flight = 64";
    let seen = fire(&target.scenario_at(&url, "", &load, "p50 = \"40ms\"\np99 = \"5s\"")).await;
    for (id, verdict) in [
        ("sla.availability", Verdict::Pass),
        ("sla.p50", Verdict::Fail),
        ("sla.p99", Verdict::Pass),
        ("ledger.lost", Verdict::Pass),
    ] {
        seen.expect(id, verdict);
    }
    let connects = seen.report.latency.as_ref().expect("a latency").connect.count;
    assert_eq!(connects, 2);
    served.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keep_alive_http_2_has_a_connection_for_every_postback_too() {
    let target = Target::start(|_, _| Act::Take).await;
    let (url, served) = by_second_version(&target).await;
    let seen = fire(&target.scenario_at(&url, "", &format!("{LOAD}\nhttp = \"2\"\nkeep_alive = false"), "")).await;
    seen.expect("sla.availability", Verdict::Pass);
    seen.expect("ledger.lost", Verdict::Pass);
    let connects = seen.report.latency.as_ref().expect("a latency").connect.count;
    assert!(connects >= seen.records.len() as u64, "{connects} for {}", seen.records.len());
    served.abort();
}

/// A door to the target that takes HTTP/2 by prior knowledge, and leaves everything else to the target itself.
async fn by_second_version(target: &Target) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/postback", listener.local_addr().expect("an address"));
    let shared = target.shared();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(welcome(stream, Arc::clone(&shared)));
        }
    });
    (url, serving)
}

async fn welcome(stream: TcpStream, shared: Arc<Shared>) {
    let mut first = [0; 3];
    while stream.peek(&mut first).await.is_ok_and(|count| 0 < count && count < first.len()) {
        tokio::task::yield_now().await;
    }
    if &first != b"PRI" {
        return converse(shared, stream).await;
    }
    let service = service_fn(move |request| taken(request, Arc::clone(&shared)));
    let _ = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn taken(request: Request<Incoming>, shared: Arc<Shared>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
    if let Act::TakeAfter(time) = shared.act(&body) {
        tokio::time::sleep(time).await;
    }
    Ok(Response::new(Full::new(Bytes::from_static(br#"{"status":"ok","idempotent":false}"#))))
}
