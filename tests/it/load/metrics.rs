//! What Prometheus is shown of a load: while it goes on, in the end, and where somebody else has the port.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use postproof::run::{LoadOptions, RunEvent, load};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::options;
use super::target::{Act, Target};

/// Longest wait for a board.
const PATIENCE: Duration = Duration::from_secs(20);

/// The page, once the whole of it was answered.
async fn scrape(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: it\r\n\r\n").await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let (head, page) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    Some(page.to_owned())
}

/// The value of a sample, all of which are whole numbers here.
fn value(page: &str, sample: &str) -> u64 {
    let line = page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{sample}: {page}")).parse().expect("a number")
}

/// Every page that differs from the one before it, until nobody answers any more.
async fn pages(told: Arc<Mutex<Option<SocketAddr>>>) -> Vec<String> {
    let began = Instant::now();
    let mut pages: Vec<String> = Vec::new();
    loop {
        let address = *told.lock().expect("no panic");
        let page = match address {
            Some(address) => scrape(address).await,
            None => None,
        };
        match page {
            Some(page) if pages.last() != Some(&page) => pages.push(page),
            Some(_) => {}
            None if address.is_some() && !pages.is_empty() => return pages,
            None => assert!(began.elapsed() < PATIENCE, "nobody tells where the metrics are"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_is_seen_while_it_goes_on_and_in_the_end_as_it_is_reported() {
    let target = Target::start(|n, _| if n % 10 == 5 { Act::Status(500) } else { Act::Take }).await;
    let text = target.scenario("", "stages = [{ for = \"2s\", rate = 100 }, { for = \"1s\", rate = 20 }]", "");
    let (_keep, stop) = watch::channel(false);
    let out = tempfile::tempdir().expect("a folder");
    let told: Arc<Mutex<Option<SocketAddr>>> = Arc::default();
    let hears = Arc::clone(&told);
    let options = LoadOptions {
        metrics: Some(([127, 0, 0, 1], 0).into()),
        watch: Arc::new(move |event| {
            if let RunEvent::Metrics(address) = event {
                *hears.lock().expect("no panic") = Some(*address);
            }
        }),
        ..options(&text, out.path(), stop)
    };
    let (outcome, pages) = tokio::join!(load(options), pages(told));
    let report = outcome.unwrap_or_else(|error| panic!("{error}")).report;
    let sent = |page: &String| value(page, "postproof_load_slots_total{state=\"sent\"}");
    let (first, last) = (pages.first().expect("a page"), pages.last().expect("a page"));
    assert!(sent(first) == 0 && value(first, "postproof_load_planned_rate") == 100, "{first}");
    assert!(pages.iter().map(sent).is_sorted(), "counts never go back");
    let middle = pages.iter().find(|page| sent(page) > 0 && sent(page) < sent(last)).expect("a page in mid-load");
    assert!(value(middle, "postproof_load_seconds_left") > 0, "{middle}");
    assert!(value(middle, "postproof_load_response_seconds_count") > 0, "{middle}");

    let rate = report.rate.as_ref().expect("a rate");
    assert_eq!([sent(last), value(last, "postproof_load_slots_total{state=\"unsent\"}")], [rate.sent, rate.unsent]);
    assert_eq!(value(last, "postproof_load_slots_total{state=\"after\"}"), rate.after);
    let availability = report.availability.as_ref().expect("an availability");
    let errors = value(last, "postproof_load_errors_total{kind=\"5xx\"}");
    assert_eq!(errors, availability.total - availability.ok, "{last}");
    assert_eq!(value(last, "postproof_load_attempts_total{outcome=\"ok\"}"), availability.ok, "{last}");
    assert_eq!(value(last, "postproof_load_judged_total"), availability.total, "{last}");
    let latency = report.latency.as_ref().expect("a latency");
    for (name, figures) in
        [("response", latency.response), ("service", latency.service), ("dispatch_lag", latency.dispatch_lag)]
    {
        assert_eq!(value(last, &format!("postproof_load_{name}_seconds_count")), figures.count, "{name}");
    }
    assert_eq!(value(last, "postproof_load_connections_opened_total"), latency.connect.count);
    assert_eq!([value(last, "postproof_load_stage"), value(last, "postproof_load_seconds_left")], [2, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_has_is_told_before_anything_is_fired() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = taken.local_addr().expect("an address");
    let target = Target::start(|_, _| Act::Take).await;
    let (_keep, stop) = watch::channel(false);
    let out = tempfile::tempdir().expect("a folder");
    let text = target.scenario("", "stages = [{ for = \"1s\", rate = 10 }]", "");
    let options = LoadOptions { metrics: Some(address), ..options(&text, out.path(), stop) };
    let error = load(options).await.err().expect("the port is taken").to_string();
    assert!(error.contains(&format!("nobody can listen on {address}")), "{error}");
    assert_eq!((target.postbacks(), target.connections()), (0, 0));
}
