//! Logs in all forms, and in no form at all.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::attribution::Dimension;

fn settings() -> LogSettings {
    LogSettings { columns: ColumnMap::default(), zone: TimeZone::UTC, decimal: DecimalMark::Point, event: None }
}

type Aside = Vec<(u64, String)>;

fn read(bytes: &[u8]) -> (Result<Intake, LogError>, Aside) {
    let mut aside = Vec::new();
    let read = read_log(Cursor::new(bytes.to_vec()), bytes.len() as u64, &settings(), &mut |row| {
        aside.push((row.line, row.reason.to_string()));
    });
    (read, aside)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

const CSV: &str = "click_id,player_id,amount,currency,ts_event,browser\n\
    clk_1,a1,50.00,EUR,2026-11-01T12:00:00Z,Safari\n\
    clk_2,a2,20,EUR,2026-11-01T13:00:00+01:00,Chrome\n";

const NDJSON: &str = "{\"click_id\":\"clk_1\",\"account\":\"a1\",\"amount\":50.00,\"currency\":\"EUR\",\"ts_event\":\"2026-11-01T12:00:00Z\",\"browser\":\"Safari\"}\n\
    {\"ts_event\":\"2026-11-01T12:00:00Z\",\"click_id\":\"clk_2\",\"account\":\"a2\",\"amount\":\"20.0\",\"currency\":\"EUR\",\"browser\":\"chrome\"}\n";

/// What counts of an intake, the texts spelled out.
fn spelled(intake: &Intake) -> Vec<(String, String, String, String, i64)> {
    let text = |id: Option<_>| id.map_or_else(String::new, |id| intake.side.texts.get(id).to_owned());
    let row = |sighting: &crate::attribution::Sighting| {
        let money = sighting.money.map_or_else(String::new, |(amount, currency)| format!("{amount} {currency}"));
        let browser = sighting.traits.get(Dimension::Browser).map_or("", |name| intake.names.get(name)).to_owned();
        (text(sighting.click), text(sighting.account), money, browser, sighting.at.as_second())
    };
    intake.side.sightings.iter().map(row).collect()
}

#[test]
fn all_forms_say_the_same() {
    let (plain, aside) = read(CSV.as_bytes());
    let expected = spelled(&plain.expect("a log"));
    assert_eq!((expected.len(), aside.len()), (2, 0));
    assert_eq!(expected[1], ("clk_2".into(), "a2".into(), "20 EUR".into(), "chrome".into(), 1_793_534_400));
    let semicolons = CSV.replace(',', ";");
    let returns = CSV.replace('\n', "\r\n");
    let marked = format!("\u{feff}{CSV}");
    let quoted = CSV.replace("clk_1", "\"clk_1\"");
    let marked_json = format!("\u{feff}\n{NDJSON}\n\n");
    for text in [&semicolons, &returns, &marked, &quoted, NDJSON, &marked_json] {
        for bytes in [text.as_bytes().to_vec(), gzip(text)] {
            assert_eq!(spelled(&read(&bytes).0.expect("a log")), expected, "{text}");
        }
    }
}

#[test]
fn gzip_of_several_members_is_read_to_the_end() {
    let bytes = [gzip(CSV), gzip("clk_3,a3,1,EUR,2026-11-01T14:00:00Z,safari\n")].concat();
    assert_eq!(read(&bytes).0.expect("a log").rows, 3);
}

#[test]
fn broken_gzip_says_how_far_it_got() {
    let many = "clk_3,a3,1.25,EUR,2026-11-01T14:00:00Z,safari\n".repeat(200_000);
    let whole = gzip(&format!("{CSV}{many}"));
    let error = read(&whole[..whole.len() / 2]).0.expect_err("cut off");
    let LogError::Broken { lines, bytes, .. } = &error else { panic!("{error}") };
    assert!(*lines > 1_000 && *bytes > 100_000, "{error}");
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].fill(0x55);
    assert!(matches!(read(&damaged).0, Err(LogError::Broken { .. })));
}

#[test]
fn garbage_rows_are_put_aside_with_their_lines() {
    let mut bytes = CSV.as_bytes().to_vec();
    bytes.extend_from_slice(b"clk_4,a4,\xff,EUR,2026-11-01T12:00:00Z,x\n");
    bytes.extend_from_slice(b"only,two\n");
    bytes.extend_from_slice(b"clk_5,a5,\"12,50\",EUR,2026-11-01T12:00:00Z,x\n");
    bytes.extend_from_slice(b"clk_6,a6,1,EUR,yesterday,x\n");
    bytes.extend_from_slice(b"clk_7,a7,1,EUR,2026-11-01T11:00:00Z,x\n");
    let (intake, aside) = read(&bytes);
    let intake = intake.expect("a log");
    assert_eq!((intake.rows, intake.rejected, intake.side.sightings.len()), (7, 4, 3));
    assert_eq!(aside.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5, 6, 7]);
    for ((_, reason), part) in aside.iter().zip(["not UTF-8", "2 cells", "--decimal ,", "`yesterday`"]) {
        assert!(reason.contains(part), "{reason}");
    }
    assert_eq!(intake.reasons.values().sum::<u64>(), 4);
}

#[test]
fn what_is_no_log_is_refused() {
    for (text, said) in [
        ("", "empty"),
        ("a,b\n1,2\n", "no column for the time of the deposit"),
        ("{\"a\":1}\n", "there are: a"),
        ("[{\"a\":1}]", "JSON array"),
        ("event,ts_event,click_id\nreg,2026-11-01,c\n", "their events are: reg"),
    ] {
        let error = read(text.as_bytes()).0.expect_err(text).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_header_alone_is_an_empty_log() {
    let intake = read(b"click_id,ts_event\n").0.expect("a log");
    assert_eq!((intake.rows, intake.side.sightings.len()), (0, 0));
}

#[test]
fn stamps_without_offset_are_of_the_log_s_zone() {
    let settings = LogSettings { zone: TimeZone::get("Europe/Madrid").expect("a zone"), ..settings() };
    let text = b"click_id,ts_event\nc,2026-11-01 13:00:00\n".as_slice();
    let intake = read_log(Cursor::new(text), 1 << 60, &settings, &mut |_| {}).expect("a log");
    assert_eq!((intake.side.sightings[0].at.as_second(), intake.without_offset), (1_793_534_400, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(head in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let head = ["", "click_id,ts_event,amount\n", "\"click_id\";ts_event\n", "{\"click_id\":\"c\",\"ts_event\":1793534400}\n"][head];
        let text = [head.as_bytes(), &bytes].concat();
        let (plain, aside) = read(&text);
        if let Ok(intake) = plain {
            prop_assert_eq!(intake.rejected, aside.len() as u64);
            prop_assert_eq!(intake.rows, intake.rejected + intake.passed_over + intake.side.sightings.len() as u64);
        }
        let mut packed = gzip(CSV);
        let at = packed.len() / 2;
        packed.splice(at..at, bytes);
        let _ = read(&packed);
    }

    #[test]
    fn text_of_the_trade_does_not_make_it_panic(text in "(click_id|ts_event|[,;\"\\\\{}:\n\r]|2026-11-01T12:00:00Z|[0-9.]{1,3}|é){0,80}") {
        let _ = read(text.as_bytes());
        let _ = read(format!("ts_event,click_id,amount\n{text}").as_bytes());
        let _ = read(format!("{{\"ts_event\":1793534400,\"click_id\":\"c\"}}\n{text}").as_bytes());
    }
}

#[test]
fn a_log_that_cannot_be_read_is_not_blamed_on_its_events() {
    let log = |sound: usize| {
        let (registration, spoilt) = ("clk,2026-11-01T12:00:00Z,registration\n", "clk,soon,ftd\n");
        format!("click_id,ts_event,event\n{}{spoilt}{spoilt}", registration.repeat(sound))
    };
    let (intake, aside) = read(log(2).as_bytes());
    let intake = intake.expect("what is wrong is in the rows");
    assert_eq!((intake.rejected, intake.passed_over, aside.len()), (2, 2, 2));
    assert!(
        matches!(read(log(3).as_bytes()).0, Err(LogError::Events { rows: 5, .. })),
        "there is no first deposit in it"
    );
}
