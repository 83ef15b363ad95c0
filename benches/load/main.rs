//! The benchmark of `load`: what one core sends beside wrk, oha and locust, how late it sends, whether a stall is seen, and how
//! much memory it takes. Everything runs in turn, clients on one core and the target on another; read the ratios. The table goes
//! to `reports/samples/bench.md`.
//!
//! `benches/needs` installs the peers. `BENCH_FULL=1` sends 10^7 requests and soaks for ten minutes instead of one;
//! `BENCH_ROUNDS` sets how often the sides take turns, five times unless told.

#![expect(clippy::disallowed_methods, reason = "a benchmark measures and waits by the wall clock")]

use mimalloc::MiMalloc;

use self::contest::Side;
use self::process::Pinned;

mod contest;
mod engine;
mod figures;
mod process;
mod table;
mod target;

/// The same allocator as the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The core on which the clients take turns.
pub(crate) const CLIENT_CORE: usize = 0;

/// The core of the target.
const TARGET_CORE: usize = 1;

/// The target at work.
pub(crate) struct Target {
    pub(crate) process: Pinned,
    pub(crate) port: u16,
}

impl Target {
    fn start() -> Self {
        let mut process = Pinned::again(TARGET_CORE, "target", &[]);
        let port = process.line().parse().expect("a port");
        Self { process, port }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let worked = match arguments.first().map(String::as_str) {
        Some("target") => target::serve(),
        Some("engine") => engine::Work::read(&arguments[1..]).expect("four numbers").fire(),
        _ => compare(),
    };
    worked.expect("a machine on which sockets and files work");
}

fn compare() -> std::io::Result<()> {
    let rounds = std::env::var("BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let full = std::env::var_os("BENCH_FULL").is_some();
    let target = Target::start();
    let (here, absent): (Vec<Side>, Vec<Side>) = Side::ALL.into_iter().partition(|side| side.is_installed());
    let mut sides: Vec<_> = here.into_iter().map(|side| (side, Vec::new())).collect();
    for _ in 0..rounds {
        for (side, told) in &mut sides {
            let round = side.round(&target);
            eprintln!(
                "{:<10} {:>7.0}/s  client {:>6.2} µs  target {:>6.2} µs",
                side.name(),
                round.rate,
                round.client_us,
                round.target_us
            );
            told.push(round);
        }
    }
    let text = table::text(&sides, &absent, &figures::measure(&target, full));
    eprintln!("{text}");
    std::fs::write("reports/samples/bench.md", text)
}
