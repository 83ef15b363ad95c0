//! `GET /metrics`: the counts in the text format of Prometheus.
//!
//! Counters and gauges are written by the exporter of the `metrics` crates, from a recorder of this stack's own: several
//! stacks live in one process. The rooms count in `counts`, and the recorder is brought up to date when somebody asks.
//! Histograms are written here, from buckets of fixed size, and so are booked sums, whose decimals a float would lose.

use std::fmt::{self, Write};
use std::sync::OnceLock;

use jiff::Timestamp;
use metrics::{Key, KeyName, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use super::cause::Cause;
use super::counts::Counts;
use super::distribution::Distribution;
use super::log::Log;
use super::monitor::Seen;
use super::retention::KINDS;

const METADATA: Metadata<'_> = Metadata::new("postproof", Level::INFO, None);

/// What each family is about.
const ABOUT: &[(&str, &str)] = &[
    ("postproof_postbacks_received_total", "Postbacks that arrived"),
    ("postproof_postbacks_accepted_total", "Postbacks that were answered with success, repeated ones included"),
    ("postproof_postbacks_refused_total", "Postbacks that were refused, by cause"),
    ("postproof_postbacks_repeated_total", "Accepted postbacks whose event was known already"),
    ("postproof_success_ratio", "Accepted share of all answers"),
    ("postproof_repeated_ratio", "Repeated share of accepted postbacks"),
    ("postproof_retried_ratio", "Share of the sender's attempts that were not an event's first"),
    ("postproof_answer_quantile_seconds", "Quantiles of answer times since the start, at most an eighth too high"),
    ("postproof_ingestion_lag_mean_seconds", "Mean time from reception to the books"),
    ("postproof_ingestion_lag_max_seconds", "Longest time from reception to the books"),
    ("postproof_booking_attempts_total", "Bookings, by outcome"),
    ("postproof_books_current", "Whether the booked figures are the present ones (1) or the last that were seen (0)"),
    ("postproof_queue_depth", "Postbacks that wait to be processed"),
    ("postproof_oldest_waiting_seconds", "How long the oldest of them has waited; nought when none waits"),
    ("postproof_dead_letters", "Postbacks in the dead-letter queue"),
    ("postproof_discrepancy_ratio", "Share of events that operator and tracker do not agree on"),
    ("postproof_failures_by_hour", "Refusals and failed sender attempts of the last day, by hour of UTC"),
    ("postproof_booked_events_total", "Events in the books"),
    ("postproof_sender_attempts_total", "Attempts of the operator's sender, by outcome"),
    ("postproof_sender_retries_total", "Attempts of the operator's sender that were not an event's first"),
    ("postproof_alert_webhooks_total", "Messages about alerts, by what became of them"),
    ("postproof_retention_removed_total", "Things removed after their time, by kind"),
    ("postproof_log_lines_dropped_total", "Log lines for which there was no room"),
    ("postproof_log_write_errors_total", "Log lines that could not be written"),
];

/// What is to be shown.
pub(super) struct Page<'a> {
    pub(super) counts: &'a Counts,
    pub(super) books: &'a Seen,
    pub(super) queue_depth: u64,
    pub(super) log: &'a Log,
}

/// Writes metrics of one stack.
pub(super) struct Exposition {
    /// Made when it is first needed: its clock takes a moment to start.
    recorder: OnceLock<PrometheusRecorder>,
}

/// The recorder while it is being brought up to date.
struct Update<'a>(&'a PrometheusRecorder);

impl Exposition {
    /// Nothing has been asked for yet.
    pub(super) fn new() -> Self {
        Self { recorder: OnceLock::new() }
    }

    /// Everything, as it is at `now`.
    pub(super) fn render(&self, page: &Page<'_>, now: Timestamp) -> String {
        let recorder = self.recorder.get_or_init(described);
        let (update, counts) = (Update(recorder), page.counts);
        update.postbacks(counts);
        update.processing(page, now);
        update.sender(counts);
        update.surroundings(counts, page.log);
        let mut out = recorder.handle().render();
        let answers = ("postproof_answer_seconds", "Time from a postback's arrival to its answer", &counts.answers);
        let lag = ("postproof_ingestion_lag_seconds", "Time from a postback's reception to the books", &counts.lag);
        let delay = ("postproof_delivery_delay_seconds", "Time from an event itself to the books", &counts.delay);
        for (name, about, distribution) in [answers, lag, delay] {
            histogram(&mut out, name, about, distribution).expect("text takes every character");
        }
        amounts(&mut out, page.books).expect("text takes every character");
        out
    }
}

impl Update<'_> {
    fn postbacks(&self, counts: &Counts) {
        let (received, accepted) = (counts.received.get(), counts.accepted.get());
        let repeated = counts.repeated.get();
        let mut refused = 0;
        for cause in Cause::all() {
            let number = counts.refused_for(cause);
            refused += number;
            self.counter("postproof_postbacks_refused_total", Some(("cause", cause.name())), number);
        }
        self.counter("postproof_postbacks_received_total", None, received);
        self.counter("postproof_postbacks_accepted_total", None, accepted);
        self.counter("postproof_postbacks_repeated_total", None, repeated);
        self.gauge("postproof_success_ratio", None, ratio(accepted, accepted + refused));
        self.gauge("postproof_repeated_ratio", None, ratio(repeated, accepted));
        let answers = counts.answers.spread();
        for (name, q) in [("0.5", 0.5), ("0.95", 0.95), ("0.99", 0.99)] {
            let seconds = answers.quantile(q).unwrap_or_default();
            self.gauge("postproof_answer_quantile_seconds", Some(("quantile", name)), seconds);
        }
    }

    fn processing(&self, page: &Page<'_>, now: Timestamp) {
        let counts = page.counts;
        let lag = counts.lag.spread().mean().unwrap_or_default();
        self.gauge("postproof_ingestion_lag_mean_seconds", None, lag);
        self.gauge("postproof_ingestion_lag_max_seconds", None, counts.lag.longest());
        self.gauge("postproof_queue_depth", None, level(page.queue_depth));
        self.gauge("postproof_oldest_waiting_seconds", None, counts.oldest_waiting(now).unwrap_or_default());
        self.gauge("postproof_dead_letters", None, level(counts.dead_letters.get()));
        self.gauge("postproof_discrepancy_ratio", None, f64::from_bits(counts.discrepancy.get()));
        for (hour, failures) in counts.failures.of_the_last_day(now).into_iter().enumerate() {
            self.gauge("postproof_failures_by_hour", Some(("hour", HOURS[hour])), level(failures));
        }
        let outcomes = [
            ("done", counts.lag.count()),
            ("again", counts.bookings_again.get()),
            ("given_up", counts.bookings_given_up.get()),
        ];
        for (outcome, number) in outcomes {
            self.counter("postproof_booking_attempts_total", Some(("outcome", outcome)), number);
        }
        self.gauge("postproof_books_current", None, level(page.books.current.into()));
        for (event, number) in page.books.totals.events() {
            self.counter("postproof_booked_events_total", Some(("event", event)), number);
        }
    }

    fn sender(&self, counts: &Counts) {
        let outcomes =
            [("done", &counts.sender_done), ("again", &counts.sender_again), ("given_up", &counts.sender_given_up)];
        for (outcome, count) in outcomes {
            self.counter("postproof_sender_attempts_total", Some(("outcome", outcome)), count.get());
        }
        let retries = counts.sender_retries.get();
        let attempts = counts.sender_done.get() + counts.sender_again.get() + counts.sender_given_up.get();
        self.counter("postproof_sender_retries_total", None, retries);
        self.gauge("postproof_retried_ratio", None, ratio(retries, attempts));
    }

    fn surroundings(&self, counts: &Counts, log: &Log) {
        let told = [
            ("sent", &counts.webhooks_sent),
            ("failed", &counts.webhooks_failed),
            ("dropped", &counts.webhooks_dropped),
        ];
        for (outcome, count) in told {
            self.counter("postproof_alert_webhooks_total", Some(("outcome", outcome)), count.get());
        }
        for kind in KINDS {
            let removed = counts.removed[kind.index()].get();
            self.counter("postproof_retention_removed_total", Some(("kind", kind.name())), removed);
        }
        self.counter("postproof_log_lines_dropped_total", None, log.dropped());
        self.counter("postproof_log_write_errors_total", None, log.failed());
    }

    fn counter(&self, name: &'static str, label: Option<(&'static str, &'static str)>, value: u64) {
        self.0.register_counter(&key(name, label), &METADATA).absolute(value);
    }

    fn gauge(&self, name: &'static str, label: Option<(&'static str, &'static str)>, value: f64) {
        self.0.register_gauge(&key(name, label), &METADATA).set(value);
    }
}

/// The names of the hours of a day.
const HOURS: [&str; 24] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18",
    "19", "20", "21", "22", "23",
];

/// A recorder that knows what each family is about.
fn described() -> PrometheusRecorder {
    let recorder = PrometheusBuilder::new().build_recorder();
    for (name, about) in ABOUT {
        // The exporter keeps one description for a name, whatever the kind.
        recorder.describe_counter(KeyName::from_const_str(name), None, (*about).into());
    }
    recorder
}

fn key(name: &'static str, label: Option<(&'static str, &'static str)>) -> Key {
    let labels: Vec<_> = label.into_iter().map(|(name, value)| Label::from_static_parts(name, value)).collect();
    Key::from_parts(name, labels)
}

/// The share of `part` in `whole`; nought of nothing.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { level(part) / level(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "the samples of Prometheus are floats")]
fn level(number: u64) -> f64 {
    number as f64
}

fn histogram(out: &mut String, name: &str, about: &str, distribution: &Distribution) -> fmt::Result {
    let (buckets, count) = distribution.cumulative();
    writeln!(out, "# HELP {name} {about}\n# TYPE {name} histogram")?;
    for (bound, up_to) in buckets {
        writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {up_to}")?;
    }
    writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}")?;
    writeln!(out, "{name}_sum {}\n{name}_count {count}\n", distribution.seconds())
}

/// Booked sums as the decimals they are. A scraper turns them into floats; whoever reads the page sees every cent.
fn amounts(out: &mut String, books: &Seen) -> fmt::Result {
    let name = "postproof_booked_amount";
    writeln!(out, "# HELP {name} Booked sums by currency, reversals negative\n# TYPE {name} gauge")?;
    for (currency, amount) in books.totals.amounts() {
        writeln!(out, "{name}{{currency=\"{currency}\"}} {amount}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
