//! Whether the reference stack's memory stays flat: a million events are taken in and booked over a file, and the
//! resident memory of this process, sender included, is told on the way. The books grow on disk alone.
//!
//! `SOAK_EVENTS` sets another number of events.

use std::sync::Arc;

use postproof_mocks::{Config, Database, Stack};
use tokio::runtime::Builder;

use crate::sender::{Sender, Work};

#[path = "reception/sender.rs"]
#[expect(dead_code, reason = "the other benchmark has a peer, and postbacks that are refused")]
mod sender;

/// Events between two looks at the memory.
const STEP: u64 = 20_000;

/// Looks that are told, evenly over the whole.
const TOLD: u64 = 20;

fn main() {
    let events: u64 = std::env::var("SOAK_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::File(folder.path().join("stack.db"));
    let (ready, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let stack = Stack::bind(Config { database, ..Config::default() }).await.expect("a stack");
            ready.send((stack.urls(), stack.secrets().clone())).expect("somebody waits for it");
            stack.serve(std::future::pending()).await
        })
    });
    let (urls, secrets) = told.recv().expect("a stack that starts");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut sender = Sender::heard(&runtime, &urls, secrets);
    let steps = events.div_ceil(STEP);
    for step in 1..=steps {
        let work = Arc::new(Work::new(sender.postbacks(STEP, false)));
        runtime.block_on(async {
            sender.send(&work).await;
            sender.until_booked().await;
        });
        if step == 1 || step % steps.div_ceil(TOLD) == 0 || step == steps {
            eprintln!("{:>9} events  {:>6} KiB resident", step * STEP, resident_kib());
        }
    }
}

/// Resident memory of this process (`VmRSS` of `proc(5)`).
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line that every kernel writes");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
