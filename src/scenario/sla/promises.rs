//! The promises of `[sla]`, checked: on the whole run, on its stages, on kinds of events, and on the books.

use std::time::Duration;

use super::rules::{abort_rules, burn_rules};
use super::{Objective, Promise, Scope, SlaPlan};
use crate::model::EventKind;
use crate::scenario::quantity::{duration, share};
use crate::scenario::raw::{RawPromises, RawSla};
use crate::scenario::{LoadModel, LoadPlan, Problem, Traffic};

/// Longest time that an answer is promised within; latencies beyond it are clamped.
const LONGEST: Duration = Duration::from_mins(1);

/// What a promise may not be longer than.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How long an answer is waited for.
    pub(super) timeout: Duration,
    /// How long the load lasts.
    pub(super) lasts: Duration,
}

/// Checks `[sla]` against the load that it judges; `timeout` is how long an answer is waited for.
pub(in crate::scenario) fn sla(raw: &RawSla, load: &LoadPlan, timeout: Duration) -> Result<SlaPlan, Problem> {
    let default = SlaPlan::default();
    let limits = Limits { timeout, lasts: load.lasts() };
    let given = given(raw);
    in_order("sla", &given)?;
    let mut objectives = promises("sla", &Scope::Whole, &with_defaults(&given, timeout), limits)?;
    objectives.extend(on_stages(raw, load, limits)?);
    objectives.extend(on_events(raw, load, limits)?);
    let plan = SlaPlan {
        objectives,
        window: seconds("sla.window", raw.window.as_deref(), default.window)?,
        burn: Vec::new(),
        ingestion_lag_mean: lag(raw, load)?,
        desync: desync(raw.desync.as_deref())?,
        ingestion_declared: raw.ingestion_lag_mean.is_some(),
        desync_declared: raw.desync.is_some(),
        abort_if: abort_rules(raw.abort_if.as_deref().unwrap_or_default(), limits)?,
    };
    let burn = burn_rules(raw.burn.as_deref().unwrap_or_default(), plan.budget())?;
    Ok(SlaPlan { burn, ..plan })
}

/// The promises on the whole run that the scenario names.
fn given(raw: &RawSla) -> RawPromises {
    RawPromises {
        p50: raw.p50.clone(),
        p90: raw.p90.clone(),
        p95: raw.p95.clone(),
        p99: raw.p99.clone(),
        p999: raw.p999.clone(),
        availability: raw.availability.clone(),
    }
}

/// The seeds' promises where nothing is said (003 §11). They are never a mistake: where answers are not waited for that long,
/// the wait is what is promised.
fn with_defaults(given: &RawPromises, timeout: Duration) -> RawPromises {
    let within = Duration::from_millis(500).min(timeout).max(Duration::from_millis(1));
    RawPromises {
        p95: given.p95.clone().or_else(|| Some(format!("{}ms", within.as_millis()))),
        availability: given.availability.clone().or_else(|| Some("99.5%".to_owned())),
        ..given.clone()
    }
}

fn on_stages(raw: &RawSla, load: &LoadPlan, limits: Limits) -> Result<Vec<Objective>, Problem> {
    if let Some(unknown) = raw.stages.keys().find(|name| load.stages.iter().all(|stage| stage.name != **name)) {
        let known: Vec<&str> = load.stages.iter().map(|stage| stage.name.as_str()).collect();
        let help = format!("write one of {}; a stage without a name is called by its number", known.join(", "));
        return Err(Problem::new(format!("sla.stages.{unknown}"), "is no stage of the load", help));
    }
    let mut objectives = Vec::new();
    for (at, stage) in load.stages.iter().enumerate() {
        if let Some(raw) = raw.stages.get(&stage.name) {
            let all = part(&format!("sla.stages.{}", stage.name), &Scope::Stage(at), raw, limits)?;
            let id = |objective: &Objective| format!("sla.stage.{}.{}", stage.name, objective.promise.key());
            objectives.extend(all.into_iter().map(|objective| Objective { id: id(&objective), ..objective }));
        }
    }
    Ok(objectives)
}

fn on_events(raw: &RawSla, load: &LoadPlan, limits: Limits) -> Result<Vec<Objective>, Problem> {
    if let Some(unknown) = raw.events.keys().find(|name| EventKind::from_name(name).is_none()) {
        let known = EventKind::ALL.map(EventKind::name).join(", ");
        return Err(Problem::new(format!("sla.events.{unknown}"), "is no event", format!("write one of {known}")));
    }
    let mut objectives = Vec::new();
    for kind in EventKind::ALL {
        let Some(raw) = raw.events.get(kind.name()) else { continue };
        let path = format!("sla.events.{}", kind.name());
        if let (LoadModel::Open, Traffic::Only(only)) = (load.model, load.traffic)
            && only != kind
        {
            let told = format!("can have no samples: the traffic is {} alone", only.name());
            return Err(Problem::new(path, told, "take it out, or change `load.traffic`"));
        }
        let all = part(&path, &Scope::Event(kind), raw, limits)?;
        let id = |objective: &Objective| format!("sla.event.{}.{}", kind.name(), objective.promise.key());
        objectives.extend(all.into_iter().map(|objective| Objective { id: id(&objective), ..objective }));
    }
    Ok(objectives)
}

/// The promises on a part of the load, of which there is at least one.
fn part(path: &str, scope: &Scope, raw: &RawPromises, limits: Limits) -> Result<Vec<Objective>, Problem> {
    in_order(path, raw)?;
    let objectives = promises(path, scope, raw, limits)?;
    if objectives.is_empty() {
        return Err(Problem::new(path, "promises nothing", "write such as p95 = \"500ms\", or take it out"));
    }
    Ok(objectives)
}

/// The promises of one table, quantiles in their order before availability.
fn promises(path: &str, scope: &Scope, raw: &RawPromises, limits: Limits) -> Result<Vec<Objective>, Problem> {
    let mut objectives: Vec<Objective> = Vec::new();
    for (key, text) in quantiles(raw) {
        let promise = quantile(&format!("{path}.{key}"), key, text, limits)?;
        objectives.push(Objective { id: format!("sla.{key}"), scope: scope.clone(), promise });
    }
    if let Some(text) = raw.availability.as_deref().filter(|text| *text != "none") {
        let promise = availability(&format!("{path}.availability"), text)?;
        objectives.push(Objective { id: "sla.availability".to_owned(), scope: scope.clone(), promise });
    }
    Ok(objectives)
}

/// The quantiles of a table that are promised, by their keys, in their order.
fn quantiles(raw: &RawPromises) -> impl Iterator<Item = (&'static str, &str)> {
    let all = [("p50", &raw.p50), ("p90", &raw.p90), ("p95", &raw.p95), ("p99", &raw.p99), ("p999", &raw.p999)];
    all.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?))).filter(|(_, text)| *text != "none")
}

/// A higher quantile that is promised within a shorter time makes the lower one no promise: one of the two is a mistake.
fn in_order(path: &str, raw: &RawPromises) -> Result<(), Problem> {
    let mut longest: Option<(&str, Duration)> = None;
    for (key, text) in quantiles(raw) {
        let path = format!("{path}.{key}");
        let within = duration(&path, Some(text), Duration::ZERO)?;
        if let Some((other, longer)) = longest.filter(|(_, longer)| *longer > within) {
            let told = format!("is {within:?}, shorter than `{other}` with {longer:?}, which then promises nothing");
            return Err(Problem::new(path, told, format!("make it at least as long as `{other}`, or take one out")));
        }
        longest = Some((key, within));
    }
    Ok(())
}

/// A promise on a quantile by its key, such as `p95`.
pub(super) fn quantile(path: &str, key: &str, text: &str, limits: Limits) -> Result<Promise, Problem> {
    let within = duration(path, Some(text), Duration::ZERO)?;
    if within.is_zero() {
        return Err(Problem::new(path, "is zero, and no answer is that fast", "write it such as \"500ms\""));
    }
    if within > LONGEST {
        let told = format!("is `{text}`, and latencies are told apart up to 60 s");
        return Err(Problem::new(path, told, "write at most \"60s\""));
    }
    if within > limits.timeout {
        let told = format!("is `{text}`, and an answer is waited for {:?} only", limits.timeout);
        return Err(Problem::new(path, told, "shorten it, or raise `target.timeout`"));
    }
    Ok(Promise::Quantile { q: fraction(key), within })
}

/// A promise on the share of attempts that are answered as they should be.
pub(super) fn availability(path: &str, text: &str) -> Result<Promise, Problem> {
    let share = share(path, Some(text), 0.0)?;
    if share >= 1.0 {
        let told = "is 100%, which no number of samples can prove";
        return Err(Problem::new(path, told, "write what is promised, such as \"99.99%\""));
    }
    if share <= 0.0 {
        return Err(Problem::new(path, "is 0%, which promises nothing", "write it such as \"99.5%\", or \"none\""));
    }
    Ok(Promise::Availability(share))
}

/// The share that a quantile's key stands for: `p95` is 0.95, `p999` 0.999.
fn fraction(key: &str) -> f64 {
    let digits = key.trim_start_matches('p');
    format!("0.{digits}").parse().unwrap_or(0.5)
}

fn lag(raw: &RawSla, load: &LoadPlan) -> Result<Option<Duration>, Problem> {
    let (path, text) = ("sla.ingestion_lag_mean", raw.ingestion_lag_mean.as_deref());
    if text == Some("none") {
        return Ok(None);
    }
    let default = SlaPlan::default().ingestion_lag_mean.unwrap_or(LONGEST);
    let lag = duration(path, text, default)?;
    if lag.is_zero() {
        return Err(Problem::new(path, "is zero, and nothing is booked that fast", "write it such as \"60s\""));
    }
    if load.canaries == 0 {
        let told = "can have no samples: `load.canaries` is 0";
        return text.map_or(Ok(None), |_| Err(Problem::new(path, told, "take it out, or watch 100 canaries or more")));
    }
    Ok(Some(lag))
}

fn desync(text: Option<&str>) -> Result<Option<f64>, Problem> {
    let path = "sla.desync";
    if text == Some("none") {
        return Ok(None);
    }
    let share = share(path, text, SlaPlan::default().desync.unwrap_or(0.03))?;
    if share <= 0.0 {
        let told = "is 0%, which no number of samples can prove";
        return Err(Problem::new(path, told, "write such as \"0.1%\"; what is lost is judged event by event anyway"));
    }
    if share >= 1.0 {
        return Err(Problem::new(path, "is 100%, which promises nothing", "write it such as \"3%\", or \"none\""));
    }
    Ok(Some(share))
}

/// A length of time in whole seconds, as everything that slides over a run is counted by the second.
pub(super) fn seconds(path: &str, text: Option<&str>, default: Duration) -> Result<Duration, Problem> {
    let span = duration(path, text, default)?;
    if span.is_zero() || span.subsec_nanos() > 0 {
        let told = format!("is `{}`, and a run is counted by the second", text.unwrap_or_default());
        return Err(Problem::new(path, told, "write whole seconds, such as \"60s\""));
    }
    Ok(span)
}
