//! Days that agree, days that do not, and how differences are told.

use super::*;

const FRIDAY: Date = jiff::civil::date(2026, 11, 20);

fn key(event: &str, currency: Option<&str>) -> CountKey {
    let currency = currency.map(str::to_owned);
    CountKey { day: FRIDAY, brand: Some("b1".to_owned()), event: event.to_owned(), currency }
}

fn count(count: u64, amount: &str) -> Count {
    Count { count, amount: amount.parse().ok() }
}

/// The columns from `operator_count` to `reconcile_by` of each row, with bars between.
fn rows(discrepancy: &Discrepancy) -> Vec<String> {
    let line = |row: &Row| row.cells[4..].iter().map(Cell::plain).collect::<Vec<_>>().join("|");
    discrepancy.sheet(Vec::new()).rows.iter().map(line).collect()
}

#[test]
fn the_seeds_three_of_120_are_within_the_rule() {
    let mut discrepancy = Discrepancy::default();
    discrepancy.add(Side::Operator, key("deposit_success", Some("USD")), count(120, "12000.00"));
    discrepancy.add(Side::Tracker, key("deposit_success", Some("USD")), count(117, "11700.00"));
    let row = "120|117|-3|0.0250|12000.00|11700.00|-300.00|0.0250|false|";
    assert_eq!(rows(&discrepancy), ["120|117|3|0.0250||||0.0250|false|", row]);
}

#[test]
fn more_than_three_percent_is_due_within_five_working_days() {
    let mut discrepancy = Discrepancy::default();
    discrepancy.add(Side::Operator, key("registration", None), count(100, ""));
    discrepancy.add(Side::Tracker, key("registration", None), count(96, ""));
    let row = "100|96|-4|0.0400|||||true|2026-11-27";
    assert_eq!(rows(&discrepancy), ["100|96|4|0.0400|||||true|2026-11-27", row]);
    let mut even = Discrepancy::default();
    even.add(Side::Operator, key("registration", None), count(100, ""));
    even.add(Side::Tracker, key("registration", None), count(97, ""));
    assert!(rows(&even).iter().all(|row| row.ends_with("|false|")), "three percent sharp is not more");
}

#[test]
fn an_amount_alone_can_be_beyond() {
    let mut discrepancy = Discrepancy::default();
    discrepancy.add(Side::Operator, key("refund", Some("BRL")), count(2, "-100.00"));
    discrepancy.add(Side::Tracker, key("refund", Some("BRL")), count(2, "100.00"));
    assert_eq!(rows(&discrepancy)[1], "2|2|0|0.0000|-100.00|100.00|200.00|2.0000|true|2026-11-27");
}

#[test]
fn what_only_one_side_has_is_beyond() {
    let mut discrepancy = Discrepancy::default();
    discrepancy.add(Side::Tracker, key("kyc_approved", None), count(1, ""));
    assert_eq!(rows(&discrepancy)[1], "0|1|1|1.0000|||||true|2026-11-27");
}

#[test]
fn one_difference_does_not_hide_another() {
    let mut discrepancy = Discrepancy::default();
    for (event, operator, tracker) in [("registration", 100, 98), ("kyc_approved", 100, 102)] {
        discrepancy.add(Side::Operator, key(event, None), count(operator, ""));
        discrepancy.add(Side::Tracker, key(event, None), count(tracker, ""));
    }
    assert_eq!(rows(&discrepancy)[0], "200|200|4|0.0200|||||false|");
}

#[test]
fn counts_have_a_bound() {
    let mut discrepancy = Discrepancy::default();
    for index in 0..=MAX_COUNTS {
        discrepancy.add(Side::Operator, key(&index.to_string(), None), count(1, ""));
    }
    assert!(!discrepancy.is_complete());
    let sheet = discrepancy.sheet(Vec::new());
    assert_eq!(sheet.rows.len(), 1 + MAX_COUNTS + 1);
    assert_eq!(sheet.rows.last().map(|row| row.part), Some(Part::Others));
}
