//! The page, read by a small parser of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::monitoring::{Accepted, Asked, Attempted, BookTotals, Levels, Monitor, Oldest, Waited};

/// The samples of a page by name and labels, as text. Fails on a line that is none.
fn parse(page: &str) -> BTreeMap<String, String> {
    let mut typed = Vec::new();
    let mut samples = BTreeMap::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a type");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(!typed.contains(&name), "{name} is typed twice");
            typed.push(name);
            continue;
        }
        if line.starts_with('#') {
            assert!(line.starts_with("# HELP "), "{line}");
            continue;
        }
        let (series, value) = line.rsplit_once(' ').expect("a series and a value");
        assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
        let name = series.split('{').next().unwrap_or_default();
        let family = |suffix: &str| name.strip_suffix(suffix).is_some_and(|name| typed.contains(&name));
        assert!(typed.contains(&name) || ["_bucket", "_sum", "_count"].into_iter().any(family), "{name} has no type");
        assert!(samples.insert(series.to_owned(), value.to_owned()).is_none(), "{series} comes twice");
    }
    samples
}

fn number(page: &BTreeMap<String, String>, series: &str) -> f64 {
    page.get(series).unwrap_or_else(|| panic!("{series} is missing")).parse().expect("a number")
}

fn near(found: f64, value: f64) -> bool {
    (found - value).abs() < 1e-9
}

#[test]
fn a_new_stack_shows_every_family_at_nought() {
    let page = parse(&Monitor::silent().metrics());
    for (name, _) in ABOUT {
        let mut series = page.iter().filter(|(series, _)| series.split('{').next() == Some(*name)).peekable();
        assert!(series.peek().is_some(), "{name} is missing");
        assert!(series.all(|(_, value)| value == "0"), "{name}");
    }
    assert!(near(number(&page, "postproof_answer_seconds_bucket{le=\"0.5\"}"), 0.0));
    assert!(near(number(&page, "postproof_ingestion_lag_seconds_bucket{le=\"60\"}"), 0.0));
}

#[test]
fn what_the_rooms_tell_is_what_is_shown() {
    let monitor = Monitor::silent();
    for number in 0..100 {
        monitor.received();
        let took = Duration::from_millis(if number < 90 { 10 } else { 700 });
        monitor.accepted(Accepted { repeated: number < 25, took });
    }
    for cause in ["signature_invalid", "signature_invalid", "something new"] {
        monitor.received();
        monitor.refused(cause, Duration::from_millis(1));
    }
    monitor.booked(Duration::from_secs(10), Duration::from_secs(20));
    monitor.booked(Duration::from_secs(70), Duration::from_secs(400));
    monitor.dead_letters(1);
    monitor.bookings_again(4);
    monitor.bookings_given_up(3);
    monitor.dead_letters_left(1);
    monitor.discrepancy(0.025);
    monitor.sender_attempt(Attempted::Done, 1);
    monitor.sender_attempt(Attempted::Again, 2);
    monitor.sender_attempt(Attempted::GivenUp, 3);
    let page = parse(&monitor.metrics());
    for (series, value) in [
        ("postproof_postbacks_received_total", 103.0),
        ("postproof_postbacks_accepted_total", 100.0),
        ("postproof_postbacks_refused_total{cause=\"signature_invalid\"}", 2.0),
        ("postproof_postbacks_refused_total{cause=\"other\"}", 1.0),
        ("postproof_postbacks_repeated_total", 25.0),
        ("postproof_repeated_ratio", 0.25),
        ("postproof_retried_ratio", 2.0 / 3.0),
        ("postproof_success_ratio", 100.0 / 103.0),
        ("postproof_answer_seconds_bucket{le=\"0.5\"}", 93.0),
        ("postproof_answer_seconds_bucket{le=\"+Inf\"}", 103.0),
        ("postproof_answer_seconds_count", 103.0),
        ("postproof_answer_seconds_sum", 0.9 + 7.0 + 0.003),
        ("postproof_ingestion_lag_mean_seconds", 40.0),
        ("postproof_ingestion_lag_max_seconds", 70.0),
        ("postproof_ingestion_lag_seconds_bucket{le=\"60\"}", 1.0),
        ("postproof_delivery_delay_seconds_bucket{le=\"60\"}", 1.0),
        ("postproof_booking_attempts_total{outcome=\"done\"}", 2.0),
        ("postproof_booking_attempts_total{outcome=\"again\"}", 4.0),
        ("postproof_booking_attempts_total{outcome=\"given_up\"}", 3.0),
        ("postproof_dead_letters", 3.0),
        ("postproof_discrepancy_ratio", 0.025),
        ("postproof_sender_attempts_total{outcome=\"again\"}", 1.0),
        ("postproof_sender_retries_total", 2.0),
    ] {
        assert!(near(number(&page, series), value), "{series}: {}", page[series]);
    }
    let quantile = |q: &str| number(&page, &format!("postproof_answer_quantile_seconds{{quantile=\"{q}\"}}"));
    assert!((0.01..0.012).contains(&quantile("0.5")) && (0.7..0.79).contains(&quantile("0.95")));
    let failures: f64 =
        HOURS.iter().map(|hour| number(&page, &format!("postproof_failures_by_hour{{hour=\"{hour}\"}}"))).sum();
    assert!(near(failures, 5.0), "three refusals and two failed attempts");
}

/// Books that say so much, or nothing.
struct Books(Mutex<Option<BookTotals>>);

impl Levels for Books {
    fn queue_depth(&self) -> u64 {
        12
    }

    fn oldest_waiting(&self) -> Waited<'_> {
        Box::pin(async { Some(Oldest::Since(crate::clock::wall().as_millisecond() - 90_000)) })
    }

    fn books(&self) -> Asked<'_> {
        Box::pin(async { self.0.lock().expect("not poisoned").take() })
    }
}

#[tokio::test]
async fn booked_sums_are_written_to_the_cent_and_called_old_when_they_are() {
    let monitor = Monitor::silent();
    let mut totals = BookTotals::default();
    totals.add_events("deposit_success", 3);
    for (currency, amount) in [("USD", "90071992547409.93"), ("USD", "0.06"), ("EUR", "-0.10"), ("JPY", "500")] {
        totals.add_amount(currency, amount.parse().expect("a decimal"));
    }
    monitor.ask(Arc::new(Books(Mutex::new(Some(totals)))));
    monitor.look().await;
    monitor.look_at_queue().await;
    let page = parse(&monitor.metrics());
    assert!(number(&page, "postproof_oldest_waiting_seconds") >= 90.0);
    assert_eq!((&*page["postproof_books_current"], &*page["postproof_queue_depth"]), ("1", "12"));
    assert_eq!(page["postproof_booked_amount{currency=\"USD\"}"], "90071992547409.99");
    assert_eq!(page["postproof_booked_amount{currency=\"EUR\"}"], "-0.10");
    assert_eq!(page["postproof_booked_amount{currency=\"JPY\"}"], "500");
    assert_eq!(page["postproof_booked_events_total{event=\"deposit_success\"}"], "3");
    monitor.look().await;
    let page = parse(&monitor.metrics());
    assert_eq!(page["postproof_books_current"], "0", "these books said nothing the second time");
    assert_eq!(page["postproof_booked_amount{currency=\"USD\"}"], "90071992547409.99");
}

#[test]
fn two_stacks_count_apart_and_clones_together() {
    let (one, other) = (Monitor::silent(), Monitor::silent());
    one.clone().received();
    one.received();
    let received = |monitor: &Monitor| number(&parse(&monitor.metrics()), "postproof_postbacks_received_total");
    assert!(near(received(&one), 2.0) && near(received(&other), 0.0));
    one.received();
    assert!(near(received(&one), 3.0), "a second look sees what came since");
}
