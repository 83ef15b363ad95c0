//! No false alarm: the sound stack passes whatever the seed.

use postproof::model::Verdict;
use postproof_mocks::Database;
use tokio::task::JoinSet;

use crate::harness::{Served, run, shown};

/// Seeds that are tried; the issue of a single false alarm would be that nobody believes a true one.
const SEEDS: u64 = 200;

/// Runs at once: a run mostly waits for books to stand still.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn the_sound_stack_passes_for_two_hundred_seeds() {
    let mut runs = JoinSet::new();
    for seed in 0..SEEDS {
        if runs.len() >= AT_ONCE {
            runs.join_next().await.expect("a run").expect("a pass");
        }
        runs.spawn(passes(seed));
    }
    while let Some(run) = runs.join_next().await {
        run.expect("a pass");
    }
}

/// Here too every run has a stack of its own; one shared by five seeds was measured, and saves no time.
#[tokio::test(flavor = "multi_thread")]
async fn the_sound_operator_passes_for_two_hundred_seeds() {
    let mut runs = JoinSet::new();
    for seed in 0..SEEDS {
        if runs.len() >= AT_ONCE {
            runs.join_next().await.expect("a run").expect("a pass");
        }
        runs.spawn(passes_through_operator(seed));
    }
    while let Some(run) = runs.join_next().await {
        run.expect("a pass");
    }
}

async fn passes_through_operator(seed: u64) {
    let served = Served::with(&[], Database::Memory).await;
    let report = run(&served.through_operator(20, "").replace("\"2s\"", "\"20s\""), seed).await;
    assert_eq!(report.verdict, Verdict::Pass, "seed {seed}: {}", shown(&report));
    let ledger = report.ledger.expect("a ledger");
    assert_eq!((ledger.events, ledger.ok), (82, 82), "seed {seed}");
    assert!(report.faults.iter().all(|fault| fault.reached > 0), "seed {seed}: {:?}", report.faults);
}

async fn passes(seed: u64) {
    let served = Served::with(&[], Database::Memory).await;
    let report = run(&served.scenario(20, ""), seed).await;
    assert_eq!(report.verdict, Verdict::Pass, "seed {seed}: {}", shown(&report));
    let ledger = report.ledger.expect("a ledger");
    assert_eq!((ledger.events, ledger.ok + ledger.recovered), (82, 82), "seed {seed}");
}
