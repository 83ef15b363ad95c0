//! How long `parallel compare` takes for three million rows a side, and how much memory; beside it the `csv` crate alone, which only
//! counts the records of both logs, without decoding, reading or comparing anything. Read the ratio.
//!
//! It writes its logs from a seed into a folder that is removed afterwards: CSV for the cookie, compressed NDJSON for S2S. Another
//! number of rows can be given: `cargo bench --bench compare -- 100000`.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use postproof::attribution::{Matching, Rules};
use postproof::reconcile::LogSettings;
use postproof::run::{CompareLogs, LogFile, compare_logs};
use postproof::scenario::LogPlan;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The logs are as large as the larger of the two, which is that of S2S.
const ROWS: u64 = 3_000_000;

/// One of so many is lost to the cookie.
const LOST: u64 = 7;

/// First second of both logs: 2026-11-01T00:00:00Z.
const START: i64 = 1_793_491_200;

/// Seconds that the logs span.
const SPAN: i64 = 172_800;

type Outcomes<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcomes<()> {
    let rows = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ROWS);
    let folder = tempfile::tempdir()?;
    let (cookie, s2s) = (folder.path().join("cookie.csv"), folder.path().join("s2s.ndjson.gz"));
    let lost = write_logs(&cookie, &s2s, rows)?;
    let before = resident("VmHWM");
    let began = Instant::now();
    let outcome = compare_logs(&CompareLogs {
        cookie: log(&cookie),
        s2s: log(&s2s),
        matching: Matching { grace: SignedDuration::from_hours(1), end: None },
        rules: Rules::default(),
        held_against: "nothing".to_owned(),
        max_rejected: 0.0,
        out: Some(folder.path().join("out")),
        junit: None,
    })?;
    let took = began.elapsed();
    let mut out = std::io::stdout().lock();
    let total = outcome.report.gap.ok_or("there is no gap in the report")?.total;
    writeln!(out, "{rows} rows of S2S, {} of the cookie", rows - lost)?;
    writeln!(out, "  all of it              {:>7.2} s   (at most 10 for 3,000,000 a side)", took.as_secs_f64())?;
    writeln!(out, "  rows read and compared {:>7.0} k/s", per_s(2 * rows - lost, took) / 1000.0)?;
    writeln!(
        out,
        "  largest resident set   {:>7} MB  (at most 2000; {} MB before)",
        megabytes(resident("VmHWM")),
        megabytes(before)
    )?;
    writeln!(
        out,
        "  {} by both, {} S2S only ({lost} were planted), {} cookie only",
        total.both, total.s2s_only, total.cookie_only
    )?;
    let began = Instant::now();
    let counted = count(File::open(&cookie)?)? + count(MultiGzDecoder::new(BufReader::new(File::open(&s2s)?)))?;
    let alone = began.elapsed();
    writeln!(
        out,
        "peer, the csv crate alone, counting the {counted} records one log after the other: {:.2} s, {:.1} times as fast",
        alone.as_secs_f64(),
        took.as_secs_f64() / alone.as_secs_f64()
    )?;
    Ok(())
}

fn log(path: &Path) -> LogFile {
    LogFile { path: path.to_owned(), settings: LogSettings::from(&LogPlan::default()), zone: None }
}

/// Writes both logs, and tells how many conversions the cookie lost.
fn write_logs(cookie: &Path, s2s: &Path, rows: u64) -> Outcomes<u64> {
    let mut draw = ChaCha8Rng::seed_from_u64(7);
    let mut cookie = BufWriter::with_capacity(1 << 20, File::create(cookie)?);
    let mut s2s = GzEncoder::new(BufWriter::with_capacity(1 << 20, File::create(s2s)?), Compression::fast());
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
        writeln!(
            s2s,
            r#"{{"click_id":"{click}","transaction_id":"{deposit}","account":"u_{number}","amount":{amount},"currency":"EUR","ts_event":"{at}","brand_id":"{brand}","affiliate_id":"a{affiliate}","country":"{country}","browser":"{browser}","device":"{device}"}}"#
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

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^53")]
fn per_s(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
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
