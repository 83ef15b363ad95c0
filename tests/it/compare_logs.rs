//! `parallel compare`: two exported logs with planted differences, in different forms and zones, and logs that are not fit to be compared.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::command::{code, text};
use crate::process::postproof;

/// First deposits that were made.
const MADE: u64 = 4_000;

/// Every so-manieth of them is lost to the cookie, seen by the cookie alone, or twice in a log; none is two of these.
const LOST: u64 = 20;
const COOKIE_ONLY: u64 = 401;
const TWICE: u64 = 503;

/// A first deposit by its number, with the UTC hour and minute in which it was made.
struct Deposit(u64);

impl Deposit {
    fn all() -> impl Iterator<Item = Self> {
        (1..=MADE).map(Self)
    }

    fn is_lost(&self) -> bool {
        self.0.is_multiple_of(LOST) && !self.is_cookie_only() && !self.is_twice()
    }

    fn is_cookie_only(&self) -> bool {
        self.0.is_multiple_of(COOKIE_ONLY)
    }

    fn is_twice(&self) -> bool {
        self.0.is_multiple_of(TWICE)
    }

    /// Its time on a clock that many hours ahead of UTC.
    fn civil(&self, ahead: u64) -> String {
        let minutes = self.0 * 2880 / (MADE + 200) + ahead * 60;
        format!("2026-11-{:02}T{:02}:{:02}:{:02}", 1 + minutes / 1440, minutes / 60 % 24, minutes % 60, self.0 % 60)
    }

    fn amount(&self) -> String {
        format!("{}.{:02}", 20 + self.0 % 180, self.0 % 100)
    }
}

/// The cookie's log: CSV with semicolons and decimal commas, times on Madrid's clocks without offset, no transactions.
fn cookie_log(folder: &Path) {
    let mut log = String::from("\u{feff}Click;Player ID;Deposit Amount;Currency;Brand;Time\r\n");
    for deposit in Deposit::all().filter(|deposit| !deposit.is_lost()) {
        let number = deposit.0;
        let (amount, civil) = (deposit.amount().replace('.', ","), deposit.civil(1).replace('T', " "));
        for _ in 0..=u8::from(deposit.is_twice()) {
            // The player clicked again before the deposit, so that the last click is another one.
            write!(log, "clk_x{number};p{number};{amount};EUR;\"casino {}\";{civil}\r\n", number % 2).expect("memory");
        }
    }
    fs::write(folder.join("cookie.csv"), log).expect("a file");
}

/// The log of S2S: compressed NDJSON, UTC.
fn s2s_log(folder: &Path, broken: bool) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for deposit in Deposit::all().filter(|deposit| !deposit.is_cookie_only()) {
        let number = deposit.0;
        let row = json!({
            "event": "deposit_success", "event_id": format!("dep_{number}"), "click_id": format!("clk_{number}"),
            "account": format!("p{number}"), "amount": deposit.amount(), "currency": "EUR",
            "brand_id": format!("casino {}", number % 2), "ts_event": format!("{}Z", deposit.civil(0)),
        });
        writeln!(encoder, "{row}").expect("memory");
    }
    writeln!(encoder, "{}", json!({"event": "registration", "click_id": "clk_1", "ts_event": "2026-11-01T00:00:00Z"}))
        .expect("memory");
    let mut bytes = encoder.finish().expect("memory");
    if broken {
        bytes.truncate(bytes.len() / 2);
    }
    fs::write(folder.join("s2s.json.gz"), bytes).expect("a file");
}

fn compare(folder: &Path, args: &[&str]) -> Output {
    let logs = ["parallel", "compare", "--cookie", "cookie.csv", "--s2s", "s2s.json.gz", "--out", "out"];
    postproof(folder).args(logs).args(args).output().expect("it runs")
}

const AS_WRITTEN: [&str; 5] = ["--cookie-zone", "Europe/Madrid", "--decimal", ",", "--format=json"];

fn count(wanted: fn(&Deposit) -> bool) -> u64 {
    Deposit::all().filter(wanted).count() as u64
}

#[test]
fn planted_differences_come_out() {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), false);
    // The log of S2S has points and that of the cookie commas: amounts of the one are not read.
    let args = [&AS_WRITTEN[..], &["--map", "s2s.amount=", "--junit", "junit.xml"]].concat();
    let output = compare(folder.path(), &args);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let total = &report["gap"]["total"];
    let (lost, cookie_only) = (count(Deposit::is_lost), count(Deposit::is_cookie_only));
    assert_eq!(total["s2s_only"], lost);
    assert_eq!(total["cookie_only"], cookie_only);
    assert_eq!(total["both"], MADE - lost - cookie_only);
    assert_eq!(report["gap"]["aside"]["doubled_cookie"], count(Deposit::is_twice));
    assert_eq!(report["gap"]["logs"][1]["passed_over"], 1);
    assert_eq!(report["gap"]["matched"][1], json!({"by": "account", "count": MADE - lost - cookie_only}));
    let verdict = |id: &str| {
        let checks = report["checks"].as_array().expect("checks");
        checks.iter().find(|check| check["id"] == id).expect(id)["verdict"].clone()
    };
    assert_eq!((verdict("parallel.direction"), verdict("parallel.doubled")), (json!("fail"), json!("warn")));
    // In the same hours: the zone was heeded.
    let parts = report["gap"]["parts"].as_array().expect("parts");
    assert!(parts.iter().filter(|part| part["by"] == "hour").count() <= 48, "{parts:?}");

    let unmatched = fs::read_to_string(folder.path().join("out/unmatched.csv")).expect("a file");
    let rows = |standing: &str| unmatched.lines().filter(|line| line.starts_with(standing)).count() as u64;
    assert_eq!((rows("s2s-only"), rows("cookie-only"), rows("doubled")), (lost, cookie_only, count(Deposit::is_twice)));
    let junit = fs::read_to_string(folder.path().join("junit.xml")).expect("JUnit");
    assert!(junit.contains("parallel.direction"), "{junit}");
}

#[test]
fn a_sound_pair_passes_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |number: u64| format!("clk_{number},2026-11-01T{:02}:00:00Z\n", number % 24);
    let log = |from: u64| format!("click_id,ts_event\n{}", (from..3_000).map(row).collect::<String>());
    fs::write(folder.path().join("s2s.json.gz"), log(0)).expect("a file");
    fs::write(folder.path().join("cookie.csv"), log(60)).expect("a file");
    let output = compare(folder.path(), &[]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("PASS  both methods saw the same of 3000"), "{}", text(&output.stdout));
    // With what it was modelled to lose, it is odd that it lost so little.
    assert_eq!(code(&compare(folder.path(), &["--expected-gap", "40%"])), 1);
    assert_eq!(code(&compare(folder.path(), &["--attention", "1%", "--error", "2%"])), 4, "the gap lies on the limit");
}

/// Changes the cookie's log, and says what postproof makes of it.
fn spoiled(args: &[&str], spoil: impl Fn(&mut Vec<u8>)) -> (i32, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), false);
    let path = folder.path().join("cookie.csv");
    let mut log = fs::read(&path).expect("a file");
    spoil(&mut log);
    fs::write(&path, log).expect("a file");
    let output = compare(folder.path(), args);
    let rejected = fs::read(folder.path().join("out/rejected-cookie.csv")).unwrap_or_default();
    // Messages are wrapped to the terminal.
    let said = text(&output.stderr).replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    (code(&output), said, text(&rejected))
}

/// Puts garbage between the rows, one after every so many.
fn with_garbage(log: &mut Vec<u8>, every: usize) {
    let lines: Vec<Vec<u8>> = log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let garbage = |place: usize| if place.is_multiple_of(every) { b"\xff\xfe garbage\r\n".as_slice() } else { b"" };
    *log = lines.iter().zip(1..).flat_map(|(line, place)| [line.as_slice(), garbage(place)].concat()).collect();
}

const LENIENT: [&str; 8] =
    ["--cookie-zone", "Europe/Madrid", "--decimal", ",", "--map", "s2s.amount=", "--max-rejected", "20%"];

#[test]
fn garbage_is_put_aside_up_to_the_stated_share() {
    let (_, said, rejected) = spoiled(&LENIENT, |log| with_garbage(log, 10));
    assert!(!said.contains("cannot be read"), "{said}");
    assert!(rejected.lines().count() > 300, "{}", rejected.lines().count());
    let first = rejected.lines().nth(1).expect("a row");
    assert!(first.starts_with("11,") && first.contains("has 1 cells"), "{first}");

    let strict = &LENIENT[..6];
    let (exit, said, rejected) = spoiled(strict, |log| with_garbage(log, 10));
    assert_eq!(exit, 2, "{said}");
    assert!(said.contains("5.00 % may be") && said.contains("rejected-cookie.csv"), "{said}");
    assert!(rejected.lines().count() > 300, "they are kept all the same");
}

#[test]
fn logs_that_are_not_fit_are_refused_with_what_to_do() {
    let rename = |from: &'static str, to: &'static str| {
        move |log: &mut Vec<u8>| *log = String::from_utf8_lossy(log).replacen(from, to, 1).into_bytes()
    };
    let said = |args: &[&str], spoil: &dyn Fn(&mut Vec<u8>)| {
        let (exit, said, _) = spoiled(args, spoil);
        assert_eq!(exit, 2, "{said}");
        said
    };
    let missing = said(&LENIENT, &rename("Time\r\n", "Wann\r\n"));
    assert!(missing.contains("no column for the time") && missing.contains("Player ID, Deposit Amount"), "{missing}");
    let commas = said(&LENIENT[..2], &|_| {});
    assert!(commas.contains("comma in the amount"), "{commas}");
    let zone = said(&["--cookie-zone", "Europe/Atlantis"], &|_| {});
    assert!(zone.contains("Europe/Atlantis is no time zone"), "{zone}");
    let field = said(&["--map", "cookie.colour=x"], &|_| {});
    assert!(field.contains("no field `colour`"), "{field}");
    let utf_16 = said(&LENIENT, &|log| *log = [b"\xff\xfe".as_slice(), log].concat());
    assert!(utf_16.contains("UTF-16"), "{utf_16}");
    let empty = said(&LENIENT, &Vec::clear);
    assert!(empty.contains("it is empty"), "{empty}");
}

#[test]
fn broken_gzip_says_how_far_it_got() {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), true);
    let output = compare(folder.path(), &LENIENT);
    let said = text(&output.stderr);
    assert_eq!(code(&output), 2, "{said}");
    assert!(said.contains("cannot be read beyond line") && !said.contains("beyond line 0"), "{said}");
}

#[test]
fn rows_out_of_order_make_no_difference() {
    let counts = |args: &[&str], spoil: &dyn Fn(&mut Vec<u8>)| {
        let folder = tempfile::tempdir().expect("a folder");
        cookie_log(folder.path());
        s2s_log(folder.path(), false);
        let path = folder.path().join("cookie.csv");
        let mut log = fs::read(&path).expect("a file");
        spoil(&mut log);
        fs::write(&path, log).expect("a file");
        let output = compare(folder.path(), args);
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        report["gap"]["total"].clone()
    };
    let args = [&LENIENT[..], &["--format", "json"]].concat();
    let turned = counts(&args, &|log| {
        let mut lines: Vec<Vec<u8>> = log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines[1..].reverse();
        *log = lines.concat();
    });
    assert_eq!(turned, counts(&args, &|_| {}));
}
