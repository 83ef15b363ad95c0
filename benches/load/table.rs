//! The table that the benchmark leaves behind, with the machine that it ran on.

use std::fmt::Write as _;

use crate::contest::{Round, Side};
use crate::figures::Figures;

/// All rounds of one side.
type Rounds = (Side, Vec<Round>);

/// The whole file.
pub(crate) fn text(sides: &[Rounds], absent: &[Side], figures: &Figures) -> String {
    let mut text = String::from("# Benchmark of `postproof load`\n\n");
    text.push_str(&machine());
    contest(sides, &mut text).expect("a string takes everything");
    for side in absent {
        writeln!(text, "{} was not installed, and took no part.\n", side.name()).expect("a string takes everything");
    }
    alone(figures, &mut text).expect("a string takes everything");
    text
}

fn contest(sides: &[Rounds], text: &mut String) -> std::fmt::Result {
    let rounds = sides.first().map_or(0, |(_, rounds)| rounds.len());
    writeln!(text, "## One core, 50 connections\n")?;
    writeln!(
        text,
        "Medians of {rounds} rounds in which the sides took turns; clients on one core, the target on the other. postproof \
         and locust sign unique events, and postproof keeps its ledger; wrk and oha repeat one postback of the same length.\n"
    )?;
    writeln!(text, "| sender | postbacks/s | postproof ÷ it | client CPU per postback | target CPU per postback |")?;
    writeln!(text, "|---|---:|---:|---:|---:|")?;
    for (side, rounds) in sides {
        let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
        let ratio = ratio(sides, *side);
        let (rate, client, target) = (of(|r| r.rate), of(|r| r.client_us), of(|r| r.target_us));
        writeln!(text, "| {} | {rate:.0} | {ratio:.2} | {client:.1} µs | {target:.1} µs |", side.name())?;
    }
    writeln!(text, "\nAsked for: ≥ 0.85 × wrk, ≥ oha, ≥ 8 × locust.\n")
}

/// The median, over the rounds, of what postproof sent against what that side sent in the same round.
fn ratio(sides: &[Rounds], other: Side) -> f64 {
    let rounds = |wanted| sides.iter().find(|(side, _)| *side == wanted).into_iter().flat_map(|(_, rounds)| rounds);
    median(rounds(Side::Postproof).zip(rounds(other)).map(|(own, other)| own.rate / other.rate))
}

fn alone(figures: &Figures, text: &mut String) -> std::fmt::Result {
    let Figures { lag, stall, memory } = figures;
    #[expect(clippy::cast_precision_loss, reason = "microseconds and kilobytes of minutes")]
    let thousand = |number: u64, unit: f64| number as f64 / unit;
    let ms = |micros| thousand(micros, 1000.0);
    let mib = |kib| thousand(kib, 1024.0);
    writeln!(text, "## postproof alone\n")?;
    writeln!(text, "| what | measured | asked for |\n|---|---|---|")?;
    writeln!(
        text,
        "| dispatch lag at 20,000/s on one core | p50 {:.3} ms, p99 {:.3} ms, longest {:.1} ms | p99 ≤ 1 ms |",
        ms(lag.p50),
        ms(lag.p99),
        ms(lag.max)
    )?;
    let apart = (ms(stall.corrected) / ms(stall.computed).max(1.0) - 1.0) * 100.0;
    writeln!(
        text,
        "| p99 of 20,000 postbacks at 1,000/s, with a stall of 1.4 s | {:.0} ms from the schedule, {:.0} ms computed from \
         the stall ({apart:+.1} %); from sending, the naive way: {:.1} ms | within 2 % |",
        ms(stall.corrected),
        ms(stall.computed),
        ms(stall.naive)
    )?;
    writeln!(text, "| most memory, {} requests | {:.1} MiB | ≤ 100 MB at 10⁷ |", memory.requests, mib(memory.peak))?;
    let ((early, first), (late, last)) = (memory.early, memory.late);
    writeln!(
        text,
        "| memory in a soak at 5,000/s | {:.1} MiB after {early} s, {:.1} MiB after {late} s | no growth from minute 1 to 10 |",
        mib(first),
        mib(last)
    )
}

/// The middle one, or the lower of the two in the middle.
fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

fn machine() -> String {
    let line = |path: &str, name: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        value.trim_start_matches([' ', '\t', ':']).trim().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!(
        "Made by `make bench` on {date}, on {model}, {cores} cores, Linux {kernel}. The machine is virtual and shared with \
         others: read the ratios, not the absolute figures.\n\n",
        date = jiff::Timestamp::now().strftime("%F"),
        model = line("/proc/cpuinfo", "model name"),
        kernel = line("/proc/sys/kernel/osrelease", ""),
    )
}
