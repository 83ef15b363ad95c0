//! How long the oracle of a load takes for ten million events, and how much memory, with the credits read from a file; beside
//! it the usual way of counting: each row parsed into a JSON value, ids counted in a map. Read the ratio.
//!
//! It makes its ledger and its credits itself, some two and a half gigabytes in a folder that is removed afterwards, and
//! takes no measurement twice. Another number of journeys can be given: `cargo bench --bench oracle -- 100000`.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use mimalloc::MiMalloc;
use postproof::journey::{Journey, Journeys};
use postproof::model::{Amount, Event, EventKind, Ids, Outcome, Record, Sent, Stance};
use postproof::oracle::{Bulk, BulkProof, Terms, fingerprint};
use postproof::readback::ReadBack;
use postproof::scenario::{self, ReadBackPlan, ReadBackSource, Scenario, Traffic};
use postproof::send::{Client, Redactor, TlsFiles};

/// The same allocator as the program has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Journeys of the plan; some 4.1 events each.
const JOURNEYS: u64 = 2_440_000;

/// Journeys that are under way at once: so far credits stand from the order of journeys.
const WINDOW: u64 = 1_000;

/// One credit in so many is missing, one is there twice, and one has another amount.
const WRONG: u64 = 1_000;

/// The peer gets one row in so many.
const PEER_SHARE: usize = 10;

type Outcomes<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcomes<()> {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let mut scenario = scenario()?;
    scenario.journeys.players = asked.unwrap_or(JOURNEYS);
    let folder = tempfile::tempdir()?;
    let (ledger, credits) = (folder.path().join("ledger.bin"), folder.path().join("credits.ndjson"));
    let ids = Ids::new("benchtag".parse()?);
    let journeys = Journeys::new(&scenario.journeys, &ids, 7, 1_760_000_000);
    let mut out = std::io::stdout().lock();
    let events = write_files(&journeys, &ids, &ledger, &credits)?;
    let before = resident("VmRSS");

    let began = Instant::now();
    let (proof, steps) = judge(&scenario, &journeys, &ids, &ledger, &credits)?;
    let took = began.elapsed();
    let peak = resident("VmHWM");
    writeln!(out, "{events} events, {} MB of credits", megabytes_of(&credits)?)?;
    for (step, took) in &steps {
        writeln!(out, "  {step:<34} {:>7.2} s", took.as_secs_f64())?;
    }
    writeln!(out, "  {:<34} {:>7.2} s   (at most 10 for 10^7)", "all of it", took.as_secs_f64())?;
    writeln!(
        out,
        "  {:<34} {:>7} MB  (at most 300; {} MB before)",
        "largest resident set",
        megabytes(peak),
        megabytes(before)
    )?;
    let ledger = proof.ledger;
    let expected = events / WRONG;
    writeln!(
        out,
        "  {} ok, {} lost, {} double, {} corrupt ({expected} of each were planted)",
        ledger.ok, ledger.lost, ledger.double, ledger.corrupt
    )?;

    let (rows, took_by_peer) = peer(&credits)?;
    let ours = each(took, events);
    let theirs = each(took_by_peer, rows);
    writeln!(
        out,
        "peer, rows into values and ids into a map: {:.0} ns a row, here {:.0} ns an event: {:.1} times as fast",
        theirs,
        ours,
        theirs / ours
    )?;
    Ok(())
}

fn scenario() -> Outcomes<Scenario> {
    let raw = scenario::read("bench", "").map_err(|_| "no TOML")?;
    Ok(scenario::check(&raw, "bench", "").map_err(|_| "no scenario")?)
}

/// Every event accepted once, and booked as it was sent, but for those that are wrong on purpose.
fn write_files(journeys: &Journeys<'_>, ids: &Ids, ledger: &Path, credits: &Path) -> Outcomes<u64> {
    let mut ledger = BufWriter::with_capacity(1 << 20, File::create(ledger)?);
    let mut credits = BufWriter::with_capacity(1 << 20, File::create(credits)?);
    let (mut events, mut line) = (0, String::new());
    for start in (0..journeys.count()).step_by(usize::try_from(WINDOW)?) {
        let window: Vec<Journey<'_>> =
            (start..journeys.count().min(start + WINDOW)).map(|index| journeys.journey(index)).collect();
        let most = window.iter().map(|journey| journey.events.len()).max().unwrap_or(0);
        for place in 0..most {
            for (journey, event) in window.iter().filter_map(|journey| Some((journey, journey.events.get(place)?))) {
                ledger.write_all(&record(journey, event).bytes())?;
                events += 1;
                line.clear();
                write_credit(ids, journey, event, events % WRONG == 3, &mut line)?;
                let times = match events % WRONG {
                    1 => 0,
                    2 => 2,
                    _ => 1,
                };
                for _ in 0..times {
                    credits.write_all(line.as_bytes())?;
                }
            }
        }
    }
    ledger.flush()?;
    credits.flush()?;
    Ok(events)
}

fn record(journey: &Journey<'_>, event: &Event<'_>) -> Record {
    Record {
        key: event.key,
        stance: Stance::Genuine,
        outcome: Outcome::Ok { repeat: Some(false) },
        stage: 0,
        owed: fingerprint(&journey.player, event, Amount::ZERO),
        scheduled_ms: 0,
        response_us: 0,
    }
}

/// A line as the reference stack writes them.
fn write_credit(ids: &Ids, journey: &Journey<'_>, event: &Event<'_>, wrong: bool, line: &mut String) -> Outcomes<()> {
    let sent = Sent::of(ids, &journey.player, event);
    let at = jiff::Timestamp::from_second(event.at)?;
    let Sent { event_id, click_id, brand, .. } = &sent;
    write!(line, r#"{{"event_id":"{event_id}","click_id":"{click_id}","event":"{}","#, event.key.kind.name())?;
    if let Some(money) = sent.money {
        let money = if wrong { money.other() } else { money };
        let sign = if event.key.kind.is_reversal() { "-" } else { "" };
        write!(line, r#""amount":"{sign}{}","currency":"{}","#, money.amount(), money.currency())?;
    }
    let brand = if wrong && sent.money.is_none() { "another-brand" } else { brand };
    writeln!(line, r#""brand_id":"{brand}","ts_event":"{at}","is_ftd":{}}}"#, sent.says_ftd)?;
    Ok(())
}

type Steps = Vec<(&'static str, Duration)>;

fn judge(
    scenario: &Scenario,
    journeys: &Journeys<'_>,
    ids: &Ids,
    ledger: &Path,
    credits: &Path,
) -> Outcomes<(BulkProof, Steps)> {
    let mut steps = Steps::new();
    let mut began = Instant::now();
    let mut step = |name| {
        steps.push((name, began.elapsed()));
        began = Instant::now();
    };
    let terms = Terms { journeys, ids, clicks: ids, traffic: Traffic::Journeys, booked: &EventKind::ALL };
    let mut bulk = Bulk::new(terms)?;
    step("room for every event");
    let mut file = BufReader::with_capacity(1 << 20, File::open(ledger)?);
    let mut bytes = [0; Record::SIZE];
    while file.read_exact(&mut bytes).is_ok() {
        bulk.attempt(&Record::read(&bytes)?);
    }
    step("attempts from the ledger");
    let mut reading = bulk.read();
    step("journeys made again");
    let read_back = read_back(scenario, credits)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(read_back.stream(&mut |row| reading.credit(row)))?;
    reading.end();
    step("credits read and judged");
    let proof = reading.prove(false);
    step("proof");
    Ok((proof, steps))
}

/// The file as `load` reads it.
fn read_back(scenario: &Scenario, credits: &Path) -> Outcomes<ReadBack> {
    let source = Some(ReadBackSource::File(credits.to_owned()));
    let plan = ReadBackPlan { source, ..scenario.read_back.clone() };
    let client = Client::new(Duration::from_secs(1), Duration::from_secs(1), &TlsFiles::default())?;
    Ok(ReadBack { plan, client, bearer: None, redactor: Redactor::default() })
}

/// The same rows as JSON values, their ids counted in a map.
fn peer(credits: &Path) -> Outcomes<(u64, Duration)> {
    let rows = BufReader::new(File::open(credits)?).lines().count() / PEER_SHARE;
    let began = Instant::now();
    let mut counts: HashMap<String, u32> = HashMap::new();
    for line in BufReader::with_capacity(1 << 20, File::open(credits)?).lines().take(rows) {
        let row: serde_json::Value = serde_json::from_str(&line?)?;
        if let Some(id) = row.get("event_id").and_then(serde_json::Value::as_str) {
            *counts.entry(id.to_owned()).or_default() += 1;
        }
    }
    let took = began.elapsed();
    if counts.is_empty() { Err("the file is empty".into()) } else { Ok((u64::try_from(rows)?, took)) }
}

/// Nanoseconds for each of so many.
fn each(took: Duration, count: u64) -> f64 {
    let nanoseconds = took.as_nanos() / u128::from(count.max(1));
    u32::try_from(nanoseconds).map_or(f64::INFINITY, f64::from)
}

fn megabytes_of(path: &Path) -> Outcomes<u64> {
    Ok(std::fs::metadata(path)?.len() / 1_000_000)
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
