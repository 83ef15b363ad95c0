//! What a load shows to Prometheus while it goes on, in the text format 0.0.4: counts so far, levels of the last second, and
//! histograms of latency in seconds. It is brought up to date once a second, from what all lanes together have told; who
//! asks for it is [`super::scrape`]'s.
//!
//! Counters and gauges are written by the exporter of the `metrics` crates, from a recorder of the load's own. Its
//! histograms would take every latency one by one, so these are written here, from histograms that are there anyway.

use std::fmt::{self, Write as _};
use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder as _};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};

use super::fire::Tick;
use super::tally::{Ends, Figures};
use crate::scenario::{LoadModel, LoadPlan, SlaPlan};
use crate::stats::Latency;

const METADATA: Metadata<'_> = Metadata::new("postproof", Level::INFO, None);

/// Bounds of the buckets of answer times, in milliseconds; 500 is the bound that the seeds promise (003 §11).
const ANSWERS_MS: &[u64] = &[1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/// Bounds of the buckets of the engine's own lateness, in milliseconds; 10 is the usual bound on its 99th percentile.
const LAGS_MS: &[u64] = &[1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

/// What each family is about.
const ABOUT: &[(&str, &str)] = &[
    ("postproof_load_planned_rate", "Postbacks a second that are planned now (open model)"),
    ("postproof_load_planned_players", "Players at once that are planned now (closed model)"),
    ("postproof_load_achieved_rate", "Complete answers in the last second"),
    ("postproof_load_attempts_total", "Attempts that ended, by how"),
    ("postproof_load_errors_total", "Attempts that were not answered as they should be, by how they ended"),
    ("postproof_load_judged_total", "Attempts by which availability is judged"),
    ("postproof_load_slots_total", "Slots of the plan, by what became of them (late and waited are sent ones too)"),
    ("postproof_load_in_flight", "Requests under way; in the closed model, players at once"),
    ("postproof_load_connections_opened_total", "Connections that were opened"),
    ("postproof_load_stage", "Number of the stage, from 1"),
    ("postproof_load_seconds_left", "Seconds until the last stage ends"),
];

/// The figures of a load as they are shown.
pub(crate) struct Exposition {
    plan: LoadPlan,
    recorder: PrometheusRecorder,
    /// All seconds so far.
    figures: Figures,
    /// Of the attempts so far, those that were not answered as they should be.
    errors: Ends,
}

impl Exposition {
    /// That of a load in which nothing has happened yet.
    pub(crate) fn new(plan: &LoadPlan, sla: &SlaPlan) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        for (name, about) in ABOUT {
            // The exporter keeps one description for a name, whatever the kind.
            recorder.describe_counter(KeyName::from_const_str(name), None, (*about).into());
        }
        let shown = Self { plan: plan.clone(), recorder, figures: Figures::new(sla), errors: Ends::default() };
        shown.levels(Duration::ZERO, 0, 0);
        shown.counts();
        shown
    }

    /// Adds a second.
    pub(crate) fn add(&mut self, tick: &Tick) {
        self.figures.merge(&tick.figures);
        for record in tick.records.iter().filter(|record| record.is_available() == Some(false)) {
            self.errors.count(record);
        }
        self.levels(Duration::from_secs(tick.second + 1), tick.figures.ends.in_plan, tick.in_flight);
        self.counts();
    }

    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let mut page = self.recorder.handle().render();
        let Figures { service, lag, .. } = &self.figures;
        let response = self.figures.all_responses();
        for (name, about, latency, bounds) in [
            (
                "response",
                "Genuine postbacks from their scheduled instant to the end of the answer",
                &response,
                ANSWERS_MS,
            ),
            ("service", "Genuine postbacks from sending to the end of the answer", service, ANSWERS_MS),
            ("dispatch_lag", "The engine's own lateness, from the scheduled instant to sending", lag, LAGS_MS),
        ] {
            let name = format!("postproof_load_{name}_seconds");
            histogram(&mut page, (&name, about), latency, bounds).expect("text takes every character");
        }
        page
    }

    fn levels(&self, elapsed: Duration, answers: u64, in_flight: u64) {
        let Self { plan, .. } = self;
        let planned = match plan.model {
            LoadModel::Open => "postproof_load_planned_rate",
            LoadModel::Closed => "postproof_load_planned_players",
        };
        self.gauge(planned, plan.rate_at(elapsed));
        self.gauge("postproof_load_achieved_rate", level(answers));
        self.gauge("postproof_load_in_flight", level(in_flight));
        self.gauge("postproof_load_stage", level(plan.stage_at(elapsed) as u64 + 1));
        self.gauge("postproof_load_seconds_left", plan.lasts().saturating_sub(elapsed).as_secs_f64());
    }

    fn counts(&self) {
        let Figures { ends, slots, availability, connect, .. } = &self.figures;
        for (word, count) in ends.words() {
            self.counter("postproof_load_attempts_total", Some(("outcome", word)), count);
        }
        // What postproof did itself is nobody's error.
        for (word, count) in self.errors.words().into_iter().filter(|(word, _)| *word != Ends::OWN_DOING) {
            self.counter("postproof_load_errors_total", Some(("kind", word)), count);
        }
        self.counter("postproof_load_judged_total", None, availability.total);
        for (state, count) in [
            ("sent", slots.sent),
            ("late", slots.late),
            ("waited", slots.waited),
            ("unsent", slots.unsent),
            ("after", slots.after),
        ] {
            self.counter("postproof_load_slots_total", Some(("state", state)), count);
        }
        self.counter("postproof_load_connections_opened_total", None, connect.count());
    }

    fn counter(&self, name: &'static str, label: Option<(&'static str, &'static str)>, value: u64) {
        let labels: Vec<Label> = label.into_iter().map(|(name, value)| Label::from_static_parts(name, value)).collect();
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA).absolute(value);
    }

    fn gauge(&self, name: &'static str, value: f64) {
        self.recorder.register_gauge(&Key::from_name(name), &METADATA).set(value);
    }
}

#[expect(clippy::cast_precision_loss, reason = "the samples of Prometheus are floats")]
fn level(number: u64) -> f64 {
    number as f64
}

fn histogram(page: &mut String, (name, about): (&str, &str), latency: &Latency, bounds_ms: &[u64]) -> fmt::Result {
    writeln!(page, "# HELP {name} {about}\n# TYPE {name} histogram")?;
    let bounds: Vec<Duration> = bounds_ms.iter().map(|millis| Duration::from_millis(*millis)).collect();
    for (bound, count) in bounds.iter().zip(latency.up_to(&bounds)) {
        writeln!(page, "{name}_bucket{{le=\"{}\"}} {count}", bound.as_secs_f64())?;
    }
    let count = latency.count();
    writeln!(page, "{name}_bucket{{le=\"+Inf\"}} {count}")?;
    writeln!(page, "{name}_sum {}\n{name}_count {count}\n", latency.sum().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EventKey, EventKind, FailReason, InfoReason, Outcome, Record, Stance};
    use crate::scenario::Stage;

    fn plan() -> LoadPlan {
        let stage =
            |seconds, rate| Stage { name: String::new(), lasts: Duration::from_secs(seconds), from: rate, to: rate };
        LoadPlan { stages: vec![stage(2, 40.0), stage(3, 80.0)], ..LoadPlan::default() }
    }

    fn record(stance: Stance, outcome: Outcome) -> Record {
        let key = EventKey { journey: 1, slot: 1, kind: EventKind::Deposit };
        Record { key, stance, outcome, stage: 0, owed: 0, scheduled_ms: 0, response_us: 3_000 }
    }

    fn tick(second: u64, records: Vec<Record>) -> Tick {
        let mut figures = Figures::new(&SlaPlan::default());
        for record in &records {
            figures.attempt(record, Duration::from_millis(2), &SlaPlan::default());
        }
        figures.slots.sent = records.len() as u64;
        figures.ends.in_plan = 2;
        figures.connect.record(Duration::from_millis(1));
        Tick { second, figures, records, canaries: Vec::new(), in_flight: 7 }
    }

    /// The value of a sample.
    fn value<'a>(page: &'a str, sample: &str) -> Option<&'a str> {
        page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))
    }

    #[test]
    fn a_load_that_has_not_begun_shows_nothing_but_zeros() {
        let page = Exposition::new(&plan(), &SlaPlan::default()).page();
        for (sample, expected) in [
            ("postproof_load_planned_rate", "40"),
            ("postproof_load_stage", "1"),
            ("postproof_load_seconds_left", "5"),
            ("postproof_load_attempts_total{outcome=\"timed out\"}", "0"),
            ("postproof_load_response_seconds_count", "0"),
            ("postproof_load_response_seconds_bucket{le=\"0.5\"}", "0"),
        ] {
            assert_eq!(value(&page, sample), Some(expected), "{sample}: {page}");
        }
    }

    #[test]
    fn seconds_add_up_and_levels_are_those_of_the_last() {
        let mut shown = Exposition::new(&plan(), &SlaPlan::default());
        let (ok, refused) = (Outcome::Ok { repeat: None }, Outcome::Fail(FailReason::Refused(422)));
        let timeout = Outcome::Info(InfoReason::Timeout);
        shown.add(&tick(0, vec![record(Stance::Genuine, ok), record(Stance::Genuine, timeout)]));
        // A forgery that is refused is no error, and a genuine one that is, is one.
        shown.add(&tick(2, vec![record(Stance::Forged, refused), record(Stance::Genuine, refused)]));
        let page = shown.page();
        for (sample, expected) in [
            ("postproof_load_planned_rate", "80"),
            ("postproof_load_achieved_rate", "2"),
            ("postproof_load_in_flight", "7"),
            ("postproof_load_stage", "2"),
            ("postproof_load_seconds_left", "2"),
            ("postproof_load_attempts_total{outcome=\"ok\"}", "1"),
            ("postproof_load_attempts_total{outcome=\"refused\"}", "2"),
            ("postproof_load_errors_total{kind=\"refused\"}", "1"),
            ("postproof_load_errors_total{kind=\"timed out\"}", "1"),
            ("postproof_load_judged_total", "4"),
            ("postproof_load_slots_total{state=\"sent\"}", "4"),
            ("postproof_load_connections_opened_total", "2"),
            ("postproof_load_response_seconds_bucket{le=\"0.002\"}", "0"),
            ("postproof_load_response_seconds_bucket{le=\"0.005\"}", "3"),
            ("postproof_load_response_seconds_count", "3"),
            ("postproof_load_service_seconds_bucket{le=\"0.002\"}", "3"),
        ] {
            assert_eq!(value(&page, sample), Some(expected), "{sample}: {page}");
        }
        let sum: f64 =
            value(&page, "postproof_load_response_seconds_sum").and_then(|sum| sum.parse().ok()).expect("a sum");
        assert!((sum - 0.009).abs() < 0.000_1, "{sum}");
    }

    #[test]
    fn every_line_is_one_of_the_format() {
        let mut shown = Exposition::new(&plan(), &SlaPlan::default());
        shown.add(&tick(0, vec![record(Stance::Genuine, Outcome::Ok { repeat: None })]));
        let page = shown.page();
        for line in page.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(name.starts_with("postproof_load_") && value.parse::<f64>().is_ok(), "{line}");
        }
        for (name, _) in ABOUT.iter().filter(|(name, _)| *name != "postproof_load_planned_players") {
            assert!(page.contains(&format!("# HELP {name} ")) && page.contains(&format!("# TYPE {name} ")), "{name}");
        }
    }

    #[test]
    fn players_are_planned_as_such() {
        let page = Exposition::new(&LoadPlan { model: LoadModel::Closed, ..plan() }, &SlaPlan::default()).page();
        assert_eq!(value(&page, "postproof_load_planned_players"), Some("40"));
        assert_eq!(value(&page, "postproof_load_planned_rate"), None);
    }
}
