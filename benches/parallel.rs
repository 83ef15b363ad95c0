//! How long ten million players over 48 hours take on two threads, and how much memory; beside it drawing the same number of random
//! words alone, each player from a stream of their own, and from one stream for all. Read the ratios.
//!
//! Another number of players can be given: `cargo bench --bench parallel -- 1000000`.

use std::error::Error;
use std::io::Write as _;
use std::ops::Range;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use postproof::attribution::{Crowd, Forecast, Tally};
use postproof::scenario::{self, Scenario, Setup};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Players of the measurement.
const PLAYERS: u64 = 10_000_000;

/// Threads, one for each core of the machine that the figures are promised for.
const THREADS: u64 = 2;

/// Random words that are drawn for a player, those of delays among them.
const WORDS: u64 = 29;

type Outcomes<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcomes<()> {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let players = asked.unwrap_or(PLAYERS).max(1);
    let scenario = scenario()?;
    let crowd = Crowd::new(&scenario.parallel, &scenario.journeys, 7, Timestamp::UNIX_EPOCH, players);
    let mut out = std::io::stdout().lock();

    let (tally, took) = timed(|| simulated(&crowd));
    let peak = resident("VmHWM");
    writeln!(out, "{players} players on {THREADS} threads, {} first deposits", tally.total.seen)?;
    row(&mut out, "simulated", took, players)?;
    writeln!(out, "  {:<42} {:>7} MB  (at most 200)", "largest resident set", megabytes(peak))?;
    writeln!(out, "  at most 20 s for 10^7 players over 48 hours on two cores")?;
    for setup in Setup::ALL {
        let gap = Forecast::of(&crowd, &tally, setup).total;
        let [gap, error] = [gap.gap(), gap.standard_error()].map(|share| share * 100.0);
        writeln!(out, "  expected gap, {:<28} {gap:>6.2} % ± {error:.3}", setup.name())?;
    }

    let (own, took_own) = timed(|| drawn(players, own_streams));
    let (one, took_one) = timed(|| drawn(players, one_stream));
    writeln!(out, "peers, {WORDS} random words a player and nothing else (sums {:x})", own ^ one)?;
    row(&mut out, "ChaCha8, a stream for each player", took_own, players)?;
    row(&mut out, "ChaCha8, one stream for all of a thread", took_one, players)?;
    let [own, one] = [took_own, took_one].map(|peer| took.as_secs_f64() / peer.as_secs_f64().max(1e-9));
    writeln!(out, "the simulation takes {own:.1} times as long as the first, {one:.1} times as long as the second")?;
    Ok(())
}

fn scenario() -> Outcomes<Scenario> {
    let raw = scenario::read("bench", "").map_err(|_| "no TOML")?;
    Ok(scenario::check(&raw, "bench", "").map_err(|_| "no scenario")?)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let done = work();
    (done, began.elapsed())
}

/// Each thread's range of the players.
fn ranges(players: u64) -> impl Iterator<Item = Range<u64>> {
    (0..THREADS).map(move |thread| players * thread / THREADS..players * (thread + 1) / THREADS)
}

fn simulated(crowd: &Crowd<'_>) -> Tally {
    let mut whole = Tally::new(crowd);
    std::thread::scope(|scope| {
        let counting: Vec<_> = ranges(crowd.players())
            .map(|range| {
                scope.spawn(move || {
                    let mut tally = Tally::new(crowd);
                    crowd.count(range, &mut tally);
                    tally
                })
            })
            .collect();
        for tally in counting.into_iter().filter_map(|thread| thread.join().ok()) {
            whole += &tally;
        }
    });
    whole
}

/// The sum of what some threads draw, so that nothing of it can be left out.
fn drawn(players: u64, draw: fn(Range<u64>) -> u64) -> u64 {
    std::thread::scope(|scope| {
        let drawing: Vec<_> = ranges(players).map(|range| scope.spawn(move || draw(range))).collect();
        drawing.into_iter().filter_map(|thread| thread.join().ok()).fold(0, u64::wrapping_add)
    })
}

fn own_streams(players: Range<u64>) -> u64 {
    let streams = ChaCha8Rng::seed_from_u64(7);
    let player = |player| {
        let mut stream = streams.clone();
        stream.set_stream(player);
        words(&mut stream)
    };
    players.map(player).fold(0, u64::wrapping_add)
}

fn one_stream(players: Range<u64>) -> u64 {
    let mut stream = ChaCha8Rng::seed_from_u64(players.start);
    players.map(|_| words(&mut stream)).fold(0, u64::wrapping_add)
}

fn words(stream: &mut ChaCha8Rng) -> u64 {
    (0..WORDS).map(|_| stream.next_u64()).fold(0, u64::wrapping_add)
}

fn row(out: &mut impl std::io::Write, what: &str, took: Duration, players: u64) -> Outcomes<()> {
    let rate = u128::from(players) * 1_000_000 / took.as_micros().max(1);
    writeln!(out, "  {what:<42} {:>7.2} s   {rate} players a second", took.as_secs_f64())?;
    Ok(())
}

/// What Linux says of this process's memory, in kilobytes.
fn resident(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn megabytes(kilobytes: Option<u64>) -> String {
    kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
}
