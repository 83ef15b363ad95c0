//! How many postbacks a second the reference stack takes in and books on one core, over real sockets: in memory, in a
//! file (durable before the answer), and beside them the same endpoint without books: taken in and queued while the books
//! are closed, and refused by the last check of the schema, before the store is asked. What sockets and HTTP cost by
//! themselves is told by the public peer, an axum route that reads the body and always gives one answer. Read the
//! ratios.
//!
//! The stack, with all its threads, is pinned to the first core that this process may use, the senders to the last.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::routing::post;
use axum::{Json, Router};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use mimalloc::MiMalloc;
use postproof_mocks::{Config, Database, Secrets, Stack, Urls};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tokio::runtime::{Builder, Runtime};

use crate::sender::{Sender, Work};

#[path = "reception/sender.rs"]
mod sender;

/// What the command has, for the stack and for the peer beside it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// What the stack is asked to do with a postback.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    /// Answered by the peer.
    Nothing,
    /// Answered and booked.
    Book,
    /// Answered and queued; booked when nobody measures.
    Queue,
    /// Refused by the last check before the store.
    Refuse,
}

fn reception(criterion: &mut Criterion) {
    let (first, last) = cores();
    let folder = tempfile::tempdir().expect("a folder");
    let file = Database::File(folder.path().join("stack.db"));
    pin(&last);
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut group = criterion.benchmark_group("reception on one core");
    group.throughput(Throughput::Elements(1)).sample_size(10).sampling_mode(SamplingMode::Flat);
    group.warm_up_time(Duration::from_secs(2)).measurement_time(Duration::from_secs(20));
    let mut sender = Sender::unheard(&runtime, peer(first));
    group.bench_function("peer: axum, one answer to everybody", |bench| {
        bench.iter_custom(|count| round(&runtime, &mut sender, count, Ask::Nothing));
    });
    for (name, database, ask) in [
        ("checks alone, no books", Database::Memory, Ask::Refuse),
        ("answered and queued, in memory, books closed", Database::Memory, Ask::Queue),
        ("answered and booked, in memory", Database::Memory, Ask::Book),
        ("answered and booked, durable in a file", file, Ask::Book),
    ] {
        let (urls, secrets) = serve(database, first);
        let mut sender = Sender::heard(&runtime, &urls, secrets);
        group.bench_function(name, |bench| bench.iter_custom(|count| round(&runtime, &mut sender, count, ask)));
    }
    group.finish();
}

/// Sends so many postbacks and waits until all are answered and, where it is asked for, none waits to be booked.
fn round(runtime: &Runtime, sender: &mut Sender, count: u64, ask: Ask) -> Duration {
    let work = Arc::new(Work::new(sender.postbacks(count, ask == Ask::Refuse)));
    runtime.block_on(async {
        if ask == Ask::Queue {
            sender.books("close").await;
        }
        let began = Instant::now();
        sender.send(&work).await;
        let answered = began.elapsed();
        match ask {
            Ask::Nothing | Ask::Refuse => answered,
            Ask::Book => {
                sender.until_booked().await;
                began.elapsed()
            }
            Ask::Queue => {
                sender.books("open").await;
                sender.until_booked().await;
                answered
            }
        }
    })
}

/// A stack on a thread of its own, bound to those cores; the threads that it starts inherit them. It lives as long as
/// the process.
fn serve(database: Database, cores: CpuSet) -> (Urls, Secrets) {
    let (ready, told) = std::sync::mpsc::channel();
    let work = move || {
        pin(&cores);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let stack = Stack::bind(Config { database, ..Config::default() }).await.expect("a stack");
            ready.send((stack.urls(), stack.secrets().clone())).expect("somebody waits for it");
            stack.serve(std::future::pending()).await
        })
    };
    std::thread::Builder::new().name("stack".to_owned()).spawn(work).expect("a thread");
    told.recv().expect("a stack that starts")
}

/// The peer, on a thread of its own like the stack: its address.
fn peer(cores: CpuSet) -> SocketAddr {
    let (ready, told) = std::sync::mpsc::channel();
    let work = move || {
        pin(&cores);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
            ready.send(listener.local_addr().expect("an address")).expect("somebody waits for it");
            let answer = |_: Bytes| async { Json(serde_json::json!({"status": "ok", "idempotent": false})) };
            axum::serve(listener, Router::new().route("/postback", post(answer))).await
        })
    };
    std::thread::Builder::new().name("peer".to_owned()).spawn(work).expect("a thread");
    told.recv().expect("a peer that starts")
}

/// The first and the last core that this process may use.
fn cores() -> (CpuSet, CpuSet) {
    let allowed = sched_getaffinity(None).expect("the cores of this process");
    let mut usable = (0..CpuSet::MAX_CPU).filter(|&core| allowed.is_set(core));
    let first = usable.next().expect("a core");
    let only = |core| {
        let mut set = CpuSet::new();
        set.set(core);
        set
    };
    (only(first), only(usable.next_back().unwrap_or(first)))
}

fn pin(cores: &CpuSet) {
    sched_setaffinity(None, cores).expect("a core of this process");
}

criterion_group!(benches, reception);
criterion_main!(benches);
