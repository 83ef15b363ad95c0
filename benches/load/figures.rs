//! What is measured of postproof alone: its lateness, what it says of a stall, and its memory.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::engine::Work;
use crate::process::{Pinned, ask};
use crate::{CLIENT_CORE, Target};

/// Postbacks a second at which lateness is measured.
const LAG_RATE: u64 = 20_000;

/// Rounds of that.
const LAG_ROUNDS: usize = 3;

/// The load in whose middle the target stalls: postbacks a second, and seconds.
const STALLED: (u64, u64) = (1_000, 20);

/// The soak: postbacks a second.
const SOAK_RATE: u64 = 5_000;

/// What was measured.
pub(crate) struct Figures {
    pub(crate) lag: Lag,
    pub(crate) stall: Stall,
    pub(crate) memory: Memory,
}

/// Lateness in microseconds; medians of the rounds.
pub(crate) struct Lag {
    pub(crate) p50: u64,
    pub(crate) p99: u64,
    pub(crate) max: u64,
}

/// The 99th percentiles of a load with a stall, in microseconds.
pub(crate) struct Stall {
    pub(crate) corrected: u64,
    /// What follows from how long the stall was.
    pub(crate) computed: u64,
    pub(crate) naive: u64,
}

/// Resident memory in KiB.
pub(crate) struct Memory {
    /// Requests of the longest load, and the most memory that it took.
    pub(crate) requests: u64,
    pub(crate) peak: u64,
    /// Memory early and at the end of the soak, each behind its second.
    pub(crate) early: (u64, u64),
    pub(crate) late: (u64, u64),
}

/// Measures everything; `full` at the length that the figures are asked for.
pub(crate) fn measure(target: &Target, full: bool) -> Figures {
    Figures { lag: lag(target), stall: stall(target), memory: memory(target, full) }
}

fn lag(target: &Target) -> Lag {
    let work = Work { port: target.port, rate: LAG_RATE, seconds: 10, look_every: u64::MAX };
    let told: Vec<_> = (0..LAG_ROUNDS).map(|_| run(&work)).collect();
    let median = |name: &str| {
        let mut all: Vec<u64> = told.iter().map(|told| told.number(name)).collect();
        all.sort_unstable();
        all[all.len() / 2]
    };
    Lag { p50: median("lag_p50"), p99: median("lag_p99"), max: median("lag_max") }
}

fn stall(target: &Target) -> Stall {
    let (rate, seconds) = STALLED;
    let work = Work { port: target.port, rate, seconds, look_every: u64::MAX };
    let engine = Pinned::again(CLIENT_CORE, "engine", &work.arguments());
    std::thread::sleep(Duration::from_secs(seconds / 2));
    let stalled = ask(target.port, "/stall");
    let told = Told::read(&engine.rest());
    // Of all latencies one in a hundred is longer than the 99th percentile. Those in the stall are evenly spread from its
    // whole length down to nothing, one for each slot of it.
    let longer = rate * seconds / 100;
    let computed = stalled.saturating_sub(longer * 1_000_000 / rate);
    Stall { corrected: told.number("response_p99"), computed, naive: told.number("service_p99") }
}

fn memory(target: &Target, full: bool) -> Memory {
    let (requests, minutes) = if full { (10_000_000, 10) } else { (1_000_000, 1) };
    let rate = 40_000;
    let long = run(&Work { port: target.port, rate, seconds: requests / rate, look_every: u64::MAX });
    let every = if full { 60 } else { 10 };
    let soak = run(&Work { port: target.port, rate: SOAK_RATE, seconds: minutes * 60, look_every: every });
    let (first, last) = (soak.resident.first(), soak.resident.last());
    let (early, late) = first.zip(last).expect("a soak that lasts");
    Memory { requests: long.number("ok"), peak: long.number("peak"), early: *early, late: *late }
}

fn run(work: &Work) -> Told {
    Told::read(&Pinned::again(CLIENT_CORE, "engine", &work.arguments()).rest())
}

/// What the engine told.
struct Told {
    numbers: BTreeMap<String, u64>,
    resident: Vec<(u64, u64)>,
}

impl Told {
    fn read(text: &str) -> Self {
        let (mut numbers, mut resident) = (BTreeMap::new(), Vec::new());
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |word: &str| word.parse::<u64>().expect("a number");
            match words[..] {
                ["resident", second, kib] => resident.push((number(second), number(kib))),
                [name, value] => drop(numbers.insert(name.to_owned(), number(value))),
                _ => {}
            }
        }
        Self { numbers, resident }
    }

    fn number(&self, name: &str) -> u64 {
        *self.numbers.get(name).expect("an engine that tells every figure")
    }
}
