//! Ledgers: what is written is read; full disks, torn ends and foreign files are told.

use proptest::prelude::*;

use super::*;
use crate::model::{EventKey, EventKind, Outcome, Stance};

fn record(journey: u64) -> Record {
    Record {
        key: EventKey { journey, slot: 3, kind: EventKind::Deposit },
        stance: Stance::Genuine,
        outcome: Outcome::Ok { repeat: Some(false) },
        stage: 0,
        owed: 7,
        scheduled_ms: 1_000,
        response_us: 900,
    }
}

fn written(folder: &Path, number: u32, journeys: std::ops::Range<u64>) -> Written {
    let mut ledger = LedgerWriter::create(folder, number).unwrap();
    for journey in journeys {
        ledger.add(&record(journey));
    }
    ledger.finish().unwrap()
}

/// The journeys that are read, and the errors.
fn read(folder: &Path) -> (Vec<u64>, Vec<LedgerError>) {
    let (mut journeys, mut errors) = (Vec::new(), Vec::new());
    for item in Ledgers::of(folder).unwrap().records() {
        match item {
            Ok(record) => journeys.push(record.key.journey),
            Err(error) => errors.push(error),
        }
    }
    (journeys, errors)
}

#[test]
fn all_files_of_a_folder_are_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(written(folder.path(), 10, 20_000..20_001).records, 1);
    assert_eq!(written(folder.path(), 2, 0..10_000).records, 10_000);
    for name in ["ledger-02.bin", "ledger-x.bin", "ledger-3.bin.old", "report.json"] {
        std::fs::write(folder.path().join(name), "x").unwrap();
    }
    let (journeys, errors) = read(folder.path());
    assert!(errors.is_empty(), "{errors:?}");
    assert!(journeys.into_iter().eq((0..10_000).chain([20_000])));
    let size = std::fs::metadata(folder.path().join("ledger-2.bin")).unwrap().len();
    assert_eq!(size, 10_001 * 24, "24 bytes an attempt, and as many before them");
}

#[test]
fn records_that_are_bytes_already_are_taken_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = LedgerWriter::create(folder.path(), 0).unwrap();
    let bytes: Vec<u8> = (0..6_000).flat_map(|journey| record(journey).bytes()).collect();
    ledger.extend(&bytes);
    ledger.extend(&bytes[..23]);
    assert_eq!(ledger.finish().unwrap().records, 6_000);
    assert!(read(folder.path()).0.into_iter().eq(0..6_000));
}

#[test]
fn an_empty_ledger_is_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(written(folder.path(), 0, 0..0), Written::default());
    assert!(matches!(read(folder.path()), (journeys, errors) if journeys.is_empty() && errors.is_empty()));
    assert!(Ledgers::of(&folder.path().join("nowhere")).is_err());
}

#[test]
fn a_full_disk_makes_the_evidence_incomplete() {
    let mut ledger = LedgerWriter::at(PathBuf::from("/dev/full")).unwrap_err();
    assert!(ledger.to_string().contains("/dev/full"), "{ledger}");
    // The header fits here, and nothing else does.
    let folder = tempfile::tempdir().unwrap();
    let mut writer = LedgerWriter::create(folder.path(), 0).unwrap();
    writer.add(&record(1));
    writer.buffers.end(Err(io::Error::from(io::ErrorKind::StorageFull)));
    writer.flush();
    writer.add(&record(2));
    assert!(!writer.is_whole());
    ledger = writer.finish().unwrap_err();
    let LedgerError::Unwritten { missing, source, .. } = &ledger else { panic!("{ledger}") };
    assert_eq!((*missing, source.kind()), (2, io::ErrorKind::StorageFull));
}

#[test]
fn a_torn_record_is_told_and_the_next_file_read() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), 0, 0..5);
    written(folder.path(), 1, 5..7);
    let first = folder.path().join("ledger-0.bin");
    let whole = std::fs::read(&first).unwrap();
    std::fs::write(&first, &whole[..whole.len() - 1]).unwrap();
    let (journeys, errors) = read(folder.path());
    assert_eq!(journeys, [0, 1, 2, 3, 5, 6]);
    let [LedgerError::Torn { bytes: 23, .. }] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(errors[0].to_string().contains("23 of 24 bytes"), "{}", errors[0]);
}

#[test]
fn foreign_and_damaged_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger-0.bin");
    for foreign in [&b""[..], b"postproof.ledger/1\n", b"postproof.ledger/2\n\0\0\0\0\0", b"{}"] {
        std::fs::write(&path, foreign).unwrap();
        let (journeys, errors) = read(folder.path());
        assert!(journeys.is_empty() && matches!(errors.as_slice(), [LedgerError::Foreign { .. }]), "{errors:?}");
    }
    let damaged = [&HEADER[..], &record(4).bytes(), &[0xff; 24], &record(5).bytes()].concat();
    std::fs::write(&path, damaged).unwrap();
    let (journeys, errors) = read(folder.path());
    assert!(matches!(errors.as_slice(), [LedgerError::Damaged { number: 1, .. }]), "{errors:?}");
    assert_eq!(journeys, [4]);
}

proptest! {
    #[test]
    fn any_bytes_end_in_records_and_one_error_at_most(bytes: Vec<u8>, headed: bool) {
        let folder = tempfile::tempdir().unwrap();
        let bytes = if headed { [&HEADER[..], &bytes].concat() } else { bytes };
        std::fs::write(folder.path().join("ledger-0.bin"), &bytes).unwrap();
        let (journeys, errors) = read(folder.path());
        prop_assert!(errors.len() <= 1 && journeys.len() * 24 <= bytes.len());
    }
}
