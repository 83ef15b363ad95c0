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

/// How the logs are written: the cookie's with commas, that of S2S with points.
const AS_WRITTEN: [&str; 4] = ["--cookie-zone", "Europe/Madrid", "--cookie-decimal", ","];

fn count(wanted: fn(&Deposit) -> bool) -> u64 {
    Deposit::all().filter(wanted).count() as u64
}

#[test]
fn planted_differences_come_out() {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), false);
    let args = [&AS_WRITTEN[..], &["--format=json", "--junit", "junit.xml"]].concat();
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
    let modelled = compare(folder.path(), &["--baseline", "modelled", "--format=json"]);
    assert_eq!(code(&modelled), 1, "browsers lose more than 2 %");
    let report: Value = serde_json::from_slice(&modelled.stdout).expect("one JSON document");
    assert!(report["gap"]["total"]["expected"].as_f64() > Some(0.1), "{}", report["gap"]["total"]);
    assert!(report["notes"].to_string().contains("by a simulation of 200000 players"), "{}", report["notes"]);
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

const LENIENT: [&str; 6] = ["--cookie-zone", "Europe/Madrid", "--cookie-decimal", ",", "--max-rejected", "20%"];

#[test]
fn garbage_is_put_aside_up_to_the_stated_share() {
    let (exit, said, rejected) = spoiled(&LENIENT, |log| with_garbage(log, 10));
    assert_eq!((exit, said.as_str()), (1, ""), "it is compared");
    assert!(rejected.lines().count() > 300, "{}", rejected.lines().count());
    let first = rejected.lines().nth(1).expect("a row");
    assert!(first.starts_with("11,") && first.contains("has 1 cells"), "{first}");

    let (exit, said, rejected) = spoiled(&AS_WRITTEN, |log| with_garbage(log, 10));
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
    let points = said(&[&AS_WRITTEN[..], &["--s2s-decimal", ","]].concat(), &|_| {});
    assert!(points.contains("of the s2s log") && points.contains("no amount"), "{points}");
    let zone = said(&["--cookie-zone", "Europe/Atlantis"], &|_| {});
    assert!(zone.contains("is `Europe/Atlantis`, which is no time zone"), "{zone}");
    let field = said(&["--map", "cookie.colour=x"], &|_| {});
    assert!(field.contains("`colour`, which is no field of a log"), "{field}");
    let utf_16 = said(&LENIENT, &|log| *log = [b"\xff\xfe".as_slice(), log].concat());
    assert!(utf_16.contains("UTF-16"), "{utf_16}");
    let empty = said(&LENIENT, &Vec::clear);
    assert!(empty.contains("it is empty"), "{empty}");
}

#[test]
fn broken_gzip_says_how_far_it_got() {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), false);
    assert_eq!(code(&compare(folder.path(), &AS_WRITTEN)), 1, "whole it is compared");
    s2s_log(folder.path(), true);
    let output = compare(folder.path(), &AS_WRITTEN);
    let said = text(&output.stderr);
    assert_eq!(code(&output), 2, "{said}");
    assert!(said.contains("cannot be read beyond line") && !said.contains("beyond line 0"), "{said}");
}

/// Writes some of the rows in Latin-1, one of every so many, by a brand that UTF-8 spells with two bytes.
fn in_latin_1(log: &mut Vec<u8>, every: usize) {
    let rows = log.split_inclusive(|byte| *byte == b'\n').zip(0_usize..);
    let brand = |row: &[u8], brand: &[u8]| {
        let at = row.windows(6).position(|word| word == b"casino").expect("each row has a brand");
        [&row[..at], brand, &row[at + 6..]].concat()
    };
    let spelled = |(row, place): (&[u8], usize)| match place {
        0 => row.to_vec(),
        place if place.is_multiple_of(every) => brand(row, b"caf\xe9"),
        _ => brand(row, "café".as_bytes()),
    };
    *log = rows.flat_map(spelled).collect();
}

#[test]
fn rows_in_another_encoding_are_put_aside_up_to_the_stated_share() {
    let (exit, said, rejected) = spoiled(&AS_WRITTEN, |log| in_latin_1(log, 50));
    assert_eq!((exit, said.as_str()), (1, ""), "it is compared");
    assert_eq!(rejected.lines().count(), 1 + 76, "a head, and one of fifty of 3,800 rows");
    let first = rejected.lines().nth(1).expect("a row");
    assert!(first.starts_with("51,") && first.contains("is not UTF-8 from byte"), "{first}");
    let (exit, said, _) = spoiled(&AS_WRITTEN, |log| in_latin_1(log, 10));
    assert!(exit == 2 && said.contains("not UTF-8 380"), "{exit} {said}");
    let (exit, _, rejected) = spoiled(&AS_WRITTEN, |log| in_latin_1(log, usize::MAX));
    assert_eq!((exit, rejected.as_str()), (1, ""), "all of it in UTF-8");
}

#[test]
fn a_mark_of_utf_8_makes_no_difference_and_is_none_elsewhere() {
    let unmarked = |log: &mut Vec<u8>| drop(log.drain(..3));
    let (exit, said, rejected) = spoiled(&AS_WRITTEN, unmarked);
    assert_eq!((exit, said.as_str(), rejected.as_str()), (1, "", ""));
    // Twice it is a part of the first column's name, which was named.
    let twice = |log: &mut Vec<u8>| *log = [b"\xef\xbb\xbf".as_slice(), log].concat();
    let args = [&AS_WRITTEN[..], &["--map", "cookie.click_id=Click"]].concat();
    assert_eq!(spoiled(&args, |_| {}).0, 1);
    let (exit, said, _) = spoiled(&args, twice);
    assert!(exit == 2 && said.contains("no column `Click`, which was named for click_id"), "{exit} {said}");
}

#[test]
fn a_column_that_is_missing_can_be_named() {
    let renamed =
        |log: &mut Vec<u8>| *log = String::from_utf8_lossy(log).replacen("Time\r\n", "Wann\r\n", 1).into_bytes();
    let (exit, said, _) = spoiled(&[&AS_WRITTEN[..], &["--map", "cookie.ts_event=Wann"]].concat(), renamed);
    assert_eq!((exit, said.as_str()), (1, ""));
}

#[test]
fn a_scenario_says_what_flags_say() {
    let folder = tempfile::tempdir().expect("a folder");
    cookie_log(folder.path());
    s2s_log(folder.path(), false);
    let scenario = "[parallel]\nbaseline = \"none\"\n[parallel.compare.cookie]\nfile = \"cookie.csv\"\nzone = \"Europe/Madrid\"\n\
                    decimal = \",\"\n[parallel.compare.s2s]\nfile = \"nowhere.csv\"\n";
    fs::write(folder.path().join("logs.toml"), scenario).expect("a file");
    let by_flags = compare(folder.path(), &[&AS_WRITTEN[..], &["--format=json"]].concat());
    let args = ["parallel", "compare", "logs.toml", "--s2s", "s2s.json.gz", "--format=json", "--out", "out"];
    let by_keys = postproof(folder.path()).args(args).output().expect("it runs");
    let gap = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        (report["gap"].clone(), report["notes"].clone())
    };
    assert_eq!(gap(&by_keys), gap(&by_flags));
    // Without the flag it is the file that the scenario names.
    let output = postproof(folder.path()).args(["parallel", "compare", "logs.toml"]).output().expect("it runs");
    assert!(code(&output) == 2 && text(&output.stderr).contains("nowhere.csv"), "{}", text(&output.stderr));
    let output = postproof(folder.path()).args(["parallel", "compare"]).output().expect("it runs");
    assert!(code(&output) == 2 && text(&output.stderr).contains("no cookie log is named"), "{}", text(&output.stderr));
    fs::write(folder.path().join("logs.toml"), scenario.replace("Europe/Madrid", "Europe/Atlantis")).expect("a file");
    let output = postproof(folder.path()).args(["parallel", "compare", "logs.toml"]).output().expect("it runs");
    let said = text(&output.stderr);
    assert!(code(&output) == 2 && said.contains("logs.toml:5:8") && said.contains("Europe/Atlantis"), "{said}");
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
    let fewer = counts(&args, &|log| {
        let end = log.iter().rposition(|byte| *byte == b'7').expect("rows");
        log.truncate(log[..end].iter().rposition(|byte| *byte == b'\n').expect("rows") + 1);
    });
    assert_ne!(turned, fewer, "a row that is missing does make one");
}
