//! Merging: any order and grouping gives the same, percentiles are those of recording in one place, and what is broken,
//! missing or foreign is told.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::load::LedgerWriter;
use crate::load::record::tests::record;
use crate::model::{EventKey, EventKind, Outcome, Record, Stance};

/// Latencies in microseconds, by second.
type Seconds = Vec<Vec<u64>>;

fn latency(micros: &[u64]) -> Latency {
    let mut latency = Latency::new();
    for &micros in micros {
        latency.record(Duration::from_micros(micros));
    }
    latency
}

/// Leaves what a shard with these latencies leaves: two series, and a ledger of as many attempts.
pub(crate) fn leave(folder: &Path, shard: (u32, u32), seconds: &Seconds) {
    fs::create_dir_all(folder).unwrap();
    let (index, count) = shard;
    let mut ledger = LedgerWriter::create(folder, 0).unwrap();
    let mut record = record(index, count, 40 + u64::from(index));
    let mut log = IntervalLog::create(&folder.join(LATENCIES), record.began).unwrap();
    let mut journey = u64::from(index) - 1;
    for (second, micros) in seconds.iter().enumerate() {
        log.write(second as u64, "response", &latency(micros)).unwrap();
        log.write(second as u64, "response.stage.warm up", &latency(&micros[..micros.len() / 2])).unwrap();
        for &micros in micros {
            ledger.add(&attempt(journey, micros));
            journey += u64::from(count);
        }
    }
    log.finish().unwrap();
    record.ledger_records = ledger.finish().unwrap().records;
    for name in record.clicks.values() {
        fs::write(folder.join(name), format!("{index}\n")).unwrap();
    }
    write_record(&record, folder).unwrap();
}

fn attempt(journey: u64, micros: u64) -> Record {
    Record {
        key: EventKey { journey, slot: 1, kind: EventKind::Registration },
        stance: Stance::Genuine,
        outcome: Outcome::Ok { repeat: Some(false) },
        stage: 0,
        owed: 7,
        scheduled_ms: 0,
        response_us: u32::try_from(micros).unwrap_or(u32::MAX),
    }
}

/// The shards of some load in folders of their own.
fn shards(parent: &Path, all: &[Seconds]) -> Vec<PathBuf> {
    let count = u32::try_from(all.len()).unwrap();
    let shard = |(seconds, index): (&Seconds, u32)| {
        let folder = parent.join(format!("shard-{index}"));
        leave(&folder, (index, count), seconds);
        folder
    };
    all.iter().zip(1..).map(shard).collect()
}

fn merge_into(folders: &[PathBuf], out: &Path) -> Findings {
    fs::create_dir_all(out).unwrap();
    Findings::merge(folders, out).unwrap()
}

/// What has to be the same, whatever the way: the record, the log by line, the attempts as a set.
fn essence(found: &Findings) -> (LoadRecord, String, Vec<u64>) {
    let mut attempts: Vec<u64> = found.ledgers.records().map(|record| record.unwrap().key.journey).collect();
    attempts.sort_unstable();
    (found.record.clone(), fs::read_to_string(found.folder.join(LATENCIES)).unwrap(), attempts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_order_and_grouping_gives_what_one_process_would(
        all in prop::collection::vec(prop::collection::vec(prop::collection::vec(0_u64..90_000_000, 0..20), 0..4), 2..5),
        cut in 1_usize..4,
    ) {
        let parent = tempfile::tempdir().unwrap();
        let folders = shards(parent.path(), &all);
        let whole = merge_into(&folders, &parent.path().join("whole"));

        let turned: Vec<PathBuf> = folders.iter().rev().cloned().collect();
        prop_assert_eq!(essence(&merge_into(&turned, &parent.path().join("turned"))), essence(&whole));
        let (left, right) = folders.split_at(cut.min(folders.len() - 1));
        let groups = [right, left].into_iter().enumerate().map(|(n, group)| {
            merge_into(group, &parent.path().join(format!("group-{n}"))).folder
        });
        let groups: Vec<PathBuf> = groups.collect();
        prop_assert_eq!(essence(&merge_into(&groups, &parent.path().join("grouped"))), essence(&whole));

        let central = latency(&all.concat().concat());
        let merged = whole.latency("response");
        prop_assert_eq!(merged.histogram(), central.histogram());
        prop_assert_eq!(merged.clamped(), central.clamped());
        for q in [0.5, 0.95, 0.99, 1.0] {
            prop_assert_eq!(merged.quantile(q), central.quantile(q));
        }
        prop_assert_eq!(whole.record.ledger_records, all.concat().concat().len() as u64);
        let read = Findings::read(&whole.folder).unwrap();
        prop_assert_eq!(essence(&read), essence(&whole));
        let again = read.latency("response");
        prop_assert_eq!(again.histogram(), merged.histogram());
    }
}

#[test]
fn every_file_comes_along() {
    let parent = tempfile::tempdir().unwrap();
    let folders = shards(parent.path(), &[vec![vec![5, 6]], vec![vec![7]]]);
    let whole = merge_into(&folders, &parent.path().join("whole"));
    assert_eq!(whole.ledgers.files().len(), 2);
    assert_eq!(fs::read_to_string(whole.folder.join("clicks-2.txt")).unwrap(), "2\n");
    assert_eq!(whole.latency("response.stage.warm up").count(), 1);
    assert_eq!(whole.latency("nothing").count(), 0);
    clear(&whole.folder).unwrap();
    assert!(Findings::read(&whole.folder).is_err() && Ledgers::of(&whole.folder).unwrap().files().is_empty());
    assert!(Findings::read(&folders[0]).is_ok(), "the shards stay");
}

#[test]
fn what_cannot_be_merged_is_told() {
    let parent = tempfile::tempdir().unwrap();
    let folders = shards(parent.path(), &[vec![vec![5]], vec![vec![7]]]);
    let out = parent.path().join("out");
    fs::create_dir_all(&out).unwrap();
    let told = |folders: &[PathBuf]| Findings::merge(folders, &out).unwrap_err().to_string();
    assert!(told(&[]).contains("nothing to merge"));
    assert!(told(&[folders[0].clone(), folders[0].clone()]).contains("shard 1 is there twice"));
    assert!(told(&[parent.path().join("nowhere")]).contains("nowhere/load.json cannot be read"));

    let mut other = read_record(&folders[1]).unwrap();
    other.identity.seed = 8;
    write_record(&other, &folders[1]).unwrap();
    let error = told(&folders);
    assert!(error.contains("shard-2") && error.contains("seed differs: 7 in the one, 8 in the other"), "{error}");

    let text = fs::read_to_string(folders[0].join(RECORD)).unwrap();
    for (broken, what) in
        [("{}", "missing field"), (&text[..text.len() / 2], "EOF"), (&text.replace("load/1", "load/9"), "load/9")]
    {
        fs::write(folders[0].join(RECORD), broken).unwrap();
        let error = told(&folders[..1]);
        assert!(error.contains("is no record of a load") && error.contains(what), "{error}");
    }
}

#[test]
fn a_torn_log_of_latencies_is_told() {
    let parent = tempfile::tempdir().unwrap();
    let folders = shards(parent.path(), &[vec![vec![5], vec![6]], vec![vec![7]]]);
    let path = folders[1].join(LATENCIES);
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() - 9]).unwrap();
    let error = Findings::merge(&folders, parent.path()).unwrap_err().to_string();
    assert!(error.contains("shard-2") && error.contains("cut off"), "{error}");
    fs::remove_file(&path).unwrap();
    assert!(Findings::merge(&folders, parent.path()).is_err());
}
