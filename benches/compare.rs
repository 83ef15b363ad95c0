//! How long `parallel compare` takes for three million rows a side, and how much memory, and what of it is the diagnosis; beside it the
//! `csv` crate alone, which only counts the records of both logs, without decoding, reading or comparing anything. Read the ratio.
//!
//! It writes two pairs of logs from a seed into a folder that is removed afterwards: CSV for the cookie, compressed NDJSON for S2S. In the
//! one nothing is wrong; in the other the postbacks of a brand came with a macro for a click id and were credited to nobody, so that a
//! million conversions are searched for what explains them. Each measurement is made by a process of its own, so that its memory is its own.
//! Another number of rows can be given: `cargo bench --bench compare -- 100000`.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use mimalloc::MiMalloc;
use postproof::attribution::diagnosis::{Diagnosis, Terms};
use postproof::attribution::{Logs, Matching, Rules};
use postproof::reconcile::{Intake, LogSettings, read_log};
use postproof::run::{CompareLogs, LogFile, compare_logs};
use postproof::scenario::LogPlan;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The same allocator as the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The logs are as large as the larger of the two, which is that of S2S.
const ROWS: u64 = 3_000_000;

/// One of so many is lost to the cookie.
const LOST: u64 = 7;

/// First second of both logs: 2026-11-01T00:00:00Z.
const START: i64 = 1_793_491_200;

/// Seconds that the logs span.
const SPAN: i64 = 172_800;

/// How they are matched.
const MATCHING: Matching = Matching { grace: SignedDuration::from_hours(1), end: None };

/// A brand of three, whose postbacks are spoiled in the second pair.
const SPOILED: &str = "poker";

/// What this program does in a process of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The whole command.
    Compare,
    /// Reading, matching and the diagnosis, each by itself.
    Diagnose,
    /// What it is compared with.
    Count,
}

/// A pair of logs.
struct Pair {
    cookie: PathBuf,
    s2s: PathBuf,
}

type Outcomes<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcomes<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [part, folder] => Part::by_name(part).ok_or("there is no such part")?.measure(Path::new(folder)),
        [rows] => all(rows.parse()?),
        _ => all(ROWS),
    }
}

/// Writes both pairs of logs, and has each measured.
fn all(rows: u64) -> Outcomes<()> {
    let folder = tempfile::tempdir()?;
    for (name, spoils) in [("sound", false), ("spoiled", true)] {
        let pair = Pair::of(&folder.path().join(name));
        std::fs::create_dir(folder.path().join(name))?;
        let lost = write_logs(&pair, rows, spoils)?;
        println(&format!("{name} logs: {rows} rows of S2S, {} of the cookie, which lost {lost}", rows - lost))?;
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Count || !spoils) {
            let mut again = Command::new(std::env::current_exe()?);
            if !again.arg(part.name()).arg(folder.path().join(name)).status()?.success() {
                return Err(format!("{} of the {name} logs failed", part.name()).into());
            }
        }
    }
    Ok(())
}

impl Part {
    const ALL: [Self; 3] = [Self::Compare, Self::Diagnose, Self::Count];

    fn name(self) -> &'static str {
        match self {
            Self::Compare => "compare",
            Self::Diagnose => "diagnose",
            Self::Count => "count",
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }

    fn measure(self, folder: &Path) -> Outcomes<()> {
        let pair = Pair::of(folder);
        match self {
            Self::Compare => compare(&pair, &folder.join("out")),
            Self::Diagnose => diagnose(&pair),
            Self::Count => count_both(&pair),
        }
    }
}

impl Pair {
    fn of(folder: &Path) -> Self {
        Self { cookie: folder.join("cookie.csv"), s2s: folder.join("s2s.ndjson.gz") }
    }
}

/// The whole command, as it is called.
fn compare(pair: &Pair, out: &Path) -> Outcomes<()> {
    let began = Instant::now();
    let outcome = compare_logs(&CompareLogs {
        cookie: log(&pair.cookie),
        s2s: log(&pair.s2s),
        matching: MATCHING,
        rules: Rules::default(),
        held_against: "nothing".to_owned(),
        max_rejected: 0.0,
        out: Some(out.to_owned()),
        junit: None,
    })?;
    row("all of it, the diagnosis included", began.elapsed(), "(at most 10 for 3,000,000 a side)")?;
    memory("(at most 2000)")?;
    let total = outcome.report.gap.ok_or("there is no gap in the report")?.total;
    println(&format!("    {} by both, {} S2S only, {} cookie only", total.both, total.s2s_only, total.cookie_only))
}

/// The same without what is written, step by step.
fn diagnose(pair: &Pair) -> Outcomes<()> {
    let logs = logs(read(&pair.cookie)?, read(&pair.s2s)?);
    let began = Instant::now();
    let pairing = MATCHING.of(&logs);
    row("matched", began.elapsed(), "")?;
    let began = Instant::now();
    let diagnosis = Diagnosis::of(&logs, &pairing, Terms { grace: MATCHING.grace, losses: &[] });
    row("diagnosed", began.elapsed(), "")?;
    memory("")?;
    let named = diagnosis.explanations.iter().map(|found| format!("{} ({})", found.cause, found.subjects.len()));
    let named = named.collect::<Vec<_>>().join(", ");
    println(&format!("    causes: {}", if named.is_empty() { "none" } else { &named }))
}

/// The peer.
fn count_both(pair: &Pair) -> Outcomes<()> {
    let began = Instant::now();
    let s2s = MultiGzDecoder::new(BufReader::new(File::open(&pair.s2s)?));
    let counted = count(File::open(&pair.cookie)?)? + count(s2s)?;
    row(
        "peer: the csv crate alone, counting",
        began.elapsed(),
        &format!("({counted} records, one log after the other)"),
    )
}

fn read(path: &Path) -> Outcomes<Intake> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok(read_log(BufReader::new(file), length, &log(path).settings, &mut |_| {})?)
}

/// Both logs with one set of names.
fn logs(cookie: Intake, mut s2s: Intake) -> Logs {
    let mut names = cookie.names;
    let numbers = names.absorb(&s2s.names);
    for sighting in &mut s2s.side.sightings {
        sighting.traits = sighting.traits.renumbered(&numbers);
    }
    Logs { cookie: cookie.side, s2s: s2s.side, names }
}

fn log(path: &Path) -> LogFile {
    LogFile { path: path.to_owned(), settings: LogSettings::from(&LogPlan::default()), zone: None }
}

/// Writes both logs, and tells how many conversions the cookie lost.
fn write_logs(pair: &Pair, rows: u64, spoils: bool) -> Outcomes<u64> {
    let mut draw = ChaCha8Rng::seed_from_u64(7);
    let mut cookie = BufWriter::with_capacity(1 << 20, File::create(&pair.cookie)?);
    let mut s2s = GzEncoder::new(BufWriter::with_capacity(1 << 20, File::create(&pair.s2s)?), Compression::fast());
    writeln!(
        cookie,
        "click_id,transaction_id,account,amount,currency,ts_event,brand_id,affiliate_id,country,browser,device"
    )?;
    let mut lost = 0;
    for number in 0..rows {
        let bits = draw.next_u64();
        let at = Timestamp::from_second(START + i64::try_from(bits % SPAN.unsigned_abs())?)?;
        let (click, deposit) = (format!("clk_bench_{number}_x7q"), format!("dep_bench_{number}_3_k2m"));
        let amount = format!("{}.{:02}", 20 + bits % 480, bits % 100);
        let brand = ["casino", "poker", "bingo"][usize::try_from(bits % 3)?];
        let affiliate = bits % 200;
        let country = ["ES", "DE", "BR", "FI"][usize::try_from(bits % 4)?];
        let browser = ["chrome", "safari", "firefox", "edge"][usize::try_from(bits / 4 % 4)?];
        let device = ["mobile", "desktop"][usize::try_from(bits / 16 % 2)?];
        let is_spoiled = spoils && brand == SPOILED;
        let (sent, attributed) = if is_spoiled { ("{clickid}", false) } else { (click.as_str(), true) };
        writeln!(
            s2s,
            r#"{{"click_id":"{sent}","attributed":{attributed},"transaction_id":"{deposit}","account":"u_{number}","amount":{amount},"currency":"EUR","ts_event":"{at}","brand_id":"{brand}","affiliate_id":"a{affiliate}","country":"{country}","browser":"{browser}","device":"{device}"}}"#
        )?;
        if bits.is_multiple_of(LOST) {
            lost += 1;
        } else {
            writeln!(
                cookie,
                "{click},{deposit},u_{number},{amount},EUR,{at},{brand},a{affiliate},{country},{browser},{device}"
            )?;
        }
    }
    cookie.flush()?;
    s2s.finish()?.flush()?;
    Ok(lost)
}

/// The records of a text, by the `csv` crate and nothing else.
fn count(text: impl std::io::Read) -> Outcomes<u64> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let (mut record, mut count) = (csv::ByteRecord::new(), 0);
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    Ok(count)
}

fn row(what: &str, took: Duration, promise: &str) -> Outcomes<()> {
    println(&format!("  {what:<42} {:>7.2} s   {promise}", took.as_secs_f64()))
}

/// The most memory that this process ever had, by Linux.
fn memory(promise: &str) -> Outcomes<()> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let megabytes = kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| (kilobytes / 1024).to_string());
    println(&format!("  {:<42} {megabytes:>7} MB  {promise}", "largest resident set"))
}

fn println(line: &str) -> Outcomes<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}
