//! The keys of `[load]`, checked; its stages are left to [`super::stages`].

use std::str::FromStr;
use std::time::Duration;

use super::stages::stages;
use super::{Arrivals, HttpVersion, LoadModel, LoadPlan, Traffic};
use crate::model::EventKind;
use crate::scenario::quantity::{count, duration};
use crate::scenario::raw::RawLoad;
use crate::scenario::{Problem, word};

/// Requests that a connection of HTTP/2 carries at once, where nothing else is said; servers allow about a hundred.
const STREAMS: u64 = 32;

/// Longest median of a player's pauses.
const LONGEST_THOUGHT: Duration = Duration::from_hours(1);

/// Canaries from which on the mean delay of ingestion can be told.
const FEWEST_CANARIES: u64 = 100;

pub(in crate::scenario) fn load(raw: &RawLoad) -> Result<LoadPlan, Problem> {
    let default = LoadPlan::default();
    let model = word("load.model", raw.model.as_deref(), default.model, "open, closed")?;
    if model == LoadModel::Closed {
        only_open(raw)?;
    }
    let keep_alive = raw.keep_alive.unwrap_or(default.keep_alive);
    let http = word("load.http", raw.http.as_deref(), default.http, "\"1.1\", \"2\"")?;
    let threads = count("load.threads", raw.threads, 1, 1..=256)?;
    let connections = count("load.connections", raw.connections, threads.max(50), 1..=65_000)?;
    if connections < threads {
        let told = format!("is {connections}, and there are {threads} threads, each with its own");
        return Err(Problem::new("load.connections", told, format!("write {threads} or more")));
    }
    Ok(LoadPlan {
        model,
        threads: whole(threads),
        connections: whole(connections),
        in_flight: whole(in_flight(raw.in_flight, connections, http == HttpVersion::Two && keep_alive)?),
        stages: stages(raw.stages.as_deref(), model)?,
        arrivals: word("load.arrivals", raw.arrivals.as_deref(), default.arrivals, "uniform, poisson")?,
        traffic: traffic(raw.traffic.as_deref())?,
        faults: faults(raw.faults.as_deref())?,
        http,
        keep_alive,
        unix_socket: unix_socket(raw.unix_socket.as_deref())?.map(Into::into),
        lag_bound: lag_bound(raw.lag_bound.as_deref(), default.lag_bound)?,
        canaries: canaries(raw.canaries, default.canaries)?,
        think: think(raw.think.as_deref(), model, default.think)?,
        clicks: count("load.clicks", raw.clicks, default.clicks, 1..=1_000_000)?,
    })
}

/// Keys that say nothing to virtual players.
fn only_open(raw: &RawLoad) -> Result<(), Problem> {
    let given = [
        ("arrivals", raw.arrivals.is_some()),
        ("traffic", raw.traffic.is_some()),
        ("in_flight", raw.in_flight.is_some()),
        ("http", raw.http.as_deref().is_some_and(|http| http != "1.1")),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((key, _)) => Err(Problem::new(
            format!("load.{key}"),
            "belongs to the open model, and the model is closed: players decide what arrives when, over HTTP/1.1",
            "take it out, or write model = \"open\"",
        )),
    }
}

fn in_flight(given: Option<u64>, connections: u64, carries_many: bool) -> Result<u64, Problem> {
    let wrong = |told: &str, help: &str| Err(Problem::new("load.in_flight", told, help));
    let most = if carries_many { connections.saturating_mul(STREAMS) } else { connections };
    match given {
        None => Ok(most),
        Some(given) if given < connections => {
            wrong("is less than there are connections, so that some would never be used", "lower `connections` instead")
        }
        Some(given) if given > connections && !carries_many => {
            let told = "is more than there are connections, and over HTTP/1.1, or without keep_alive, each carries one request";
            wrong(told, "raise `connections`")
        }
        Some(given) => count("load.in_flight", Some(given), most, 1..=6_500_000),
    }
}

fn traffic(text: Option<&str>) -> Result<Traffic, Problem> {
    match text {
        None | Some("journeys") => Ok(Traffic::Journeys),
        Some(name) => EventKind::from_name(name).map(Traffic::Only).ok_or_else(|| {
            let known = EventKind::ALL.map(EventKind::name).join(", ");
            Problem::new("load.traffic", format!("is `{name}`"), format!("write journeys, or one of {known}"))
        }),
    }
}

fn faults(text: Option<&str>) -> Result<bool, Problem> {
    match text {
        None | Some("run") => Ok(true),
        Some("none") => Ok(false),
        Some(other) => Err(Problem::new("load.faults", format!("is `{other}`"), "write \"run\" or \"none\"")),
    }
}

fn unix_socket(path: Option<&str>) -> Result<Option<&str>, Problem> {
    match path {
        Some("") => Err(Problem::new("load.unix_socket", "is empty", "write the path of the socket, or take it out")),
        path => Ok(path),
    }
}

fn lag_bound(text: Option<&str>, default: Duration) -> Result<Duration, Problem> {
    let bound = duration("load.lag_bound", text, default)?;
    if bound.is_zero() {
        let told = "is zero, and no machine is that punctual: every latency would be inconclusive";
        return Err(Problem::new("load.lag_bound", told, "write it such as \"10ms\""));
    }
    Ok(bound)
}

/// How long players think; up to an hour in the median.
fn think(text: Option<&str>, model: LoadModel, default: Duration) -> Result<Duration, Problem> {
    if text.is_some() && model == LoadModel::Open {
        let told = "belongs to the closed model, and the model is open: nobody thinks";
        return Err(Problem::new("load.think", told, "take it out, or write model = \"closed\""));
    }
    let think = duration("load.think", text, default)?;
    if think > LONGEST_THOUGHT {
        return Err(Problem::new("load.think", "is longer than an hour", "write it such as \"1s\""));
    }
    Ok(think)
}

fn canaries(given: Option<u64>, default: u64) -> Result<u64, Problem> {
    let canaries = count("load.canaries", given, default, 0..=100_000)?;
    if (1..FEWEST_CANARIES).contains(&canaries) {
        let told = format!("is {canaries}, too few to tell a mean by");
        return Err(Problem::new("load.canaries", told, format!("write {FEWEST_CANARIES} or more, or 0 for none")));
    }
    Ok(canaries)
}

/// A bounded number as a size.
fn whole(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl FromStr for LoadModel {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        by_name(text, [("open", Self::Open), ("closed", Self::Closed)])
    }
}

impl FromStr for Arrivals {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        by_name(text, [("uniform", Self::Uniform), ("poisson", Self::Poisson)])
    }
}

impl FromStr for HttpVersion {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        by_name(text, [("1.1", Self::One), ("2", Self::Two)])
    }
}

fn by_name<T>(text: &str, all: [(&str, T); 2]) -> Result<T, ()> {
    all.into_iter().find_map(|(name, value)| (name == text).then_some(value)).ok_or(())
}
