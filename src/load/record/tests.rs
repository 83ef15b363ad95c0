//! Records of loads: they add up in any order and grouping, and refuse what is of another load.

use proptest::prelude::*;

use super::*;
use crate::load::identity::tests::identity;

/// The record of a shard in which every number follows from `salt`.
pub(crate) fn record(index: u32, count: u32, salt: u64) -> LoadRecord {
    let began: Timestamp = "2026-11-20T09:30:00Z".parse().unwrap();
    let began = began + Duration::from_millis(salt % 97);
    let mut record = LoadRecord::new(identity("", 7), Shard::new(index, count).unwrap(), began);
    record.slots = SlotSums {
        planned: salt + 9,
        sent: salt + 7,
        late: salt % 3,
        waited: 1,
        unsent: 2,
        after: 0,
        own_waits: salt % 2,
    };
    record.effort =
        EffortSums { seconds: salt % 4, wall_ms: salt, busy_ms: salt % 9, held_ms: 1, starved_waits: salt % 3 };
    record.journeys = salt;
    record.given_up = salt % 5;
    record.in_plan = salt + 1;
    record.ledger_records = salt * 2;
    record.ends = [("ok".to_owned(), salt), (format!("status {}", 500 + salt % 4), 1)].into();
    for second in 0..salt % 7 {
        let of = |bad| Count { bad, total: salt + 3 };
        record.count(second, of(salt % 2), &[of(1), of(salt % 3)]);
    }
    record.canaries =
        Canaries { delays_ms: vec![salt % 11, salt % 11 + 5], missing_ms: vec![salt % 2], poll_ms: salt % 13 };
    record.clicks = [(index, format!("clicks-{index}.txt"))].into();
    record.gaps.extend(salt.is_multiple_of(4).then(|| "a disk was full".to_owned()));
    record.notes.insert(format!("note {}", salt % 3));
    record
}

fn merged(records: impl IntoIterator<Item = LoadRecord>) -> LoadRecord {
    records.into_iter().map(Ok).reduce(|sum, next| sum.and_then(|sum| sum.merge(next?))).unwrap().unwrap()
}

proptest! {
    #[test]
    fn order_and_grouping_make_no_difference(salts in prop::collection::vec(0_u64..1000, 2..7), cut in 1_usize..6, turn in 0_usize..6) {
        let count = u32::try_from(salts.len()).unwrap();
        let records: Vec<LoadRecord> = salts.iter().zip(1..).map(|(salt, index)| record(index, count, *salt)).collect();
        let all = merged(records.clone());
        let mut turned = records.clone();
        turned.rotate_left(turn % records.len());
        turned.reverse();
        prop_assert_eq!(&merged(turned), &all);
        let (left, right) = records.split_at(cut.min(records.len() - 1));
        prop_assert_eq!(&merged([merged(left.to_vec()), merged(right.to_vec())]), &all);
        prop_assert_eq!(&merged([merged(right.to_vec()), merged(left.to_vec())]), &all);
        prop_assert_eq!(all.journeys, salts.iter().sum::<u64>());
        prop_assert!(all.shards.missing().is_empty() && all.check().is_ok());
        let read: LoadRecord = serde_json::from_str(&serde_json::to_string(&all).unwrap()).unwrap();
        prop_assert_eq!(read, all);
    }
}

#[test]
fn other_loads_and_the_same_shard_are_refused() {
    let first = record(1, 3, 5);
    assert_eq!(first.clone().merge(record(1, 3, 6)), Err(RecordError::Twice(1)));
    let mut other = record(2, 3, 5);
    other.identity.tag = "other".to_owned();
    let told = first.clone().merge(other).unwrap_err().to_string();
    assert_eq!(told, "tag differs: fleet in the one, other in the other");
    let told = first.clone().merge(record(2, 4, 5)).unwrap_err().to_string();
    assert_eq!(told, "the number of shards differs: 3 in the one, 4 in the other");
    assert_eq!(merged([first, record(3, 3, 5)]).shards.missing(), [2]);
}

#[test]
fn unsound_records_are_told() {
    let told = |spoil: fn(&mut LoadRecord)| {
        let mut record = record(1, 3, 5);
        spoil(&mut record);
        record.check().unwrap_err().to_string()
    };
    assert!(told(|r| r.schema = "postproof.load/2".to_owned()).contains("reads postproof.load/1"));
    assert!(told(|r| r.shards.present = [4].into()).contains("no shard 4 of 3"));
    assert!(told(|r| r.shards.count = 0).contains("of 0"));
    assert!(told(|r| drop(r.clicks.insert(2, "../secret".to_owned()))).contains("../secret"));
    assert!(told(|r| drop(r.objectives.insert("sla.p42".to_owned(), Vec::new()))).contains("sla.p42"));
    assert!(told(|r| r.slots.late = u64::MAX).contains("more than any load"));
    assert!(told(|r| r.availability[0].bad = 99).contains("than were made"));
    assert!(record(1, 3, 5).check().is_ok());
}
