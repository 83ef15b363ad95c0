//! The stages of a load, checked: what is planned is neither nothing nor more than ids and ledgers can hold.

use std::time::Duration;

use super::{LoadModel, LoadPlan, Stage};
use crate::scenario::Problem;
use crate::scenario::quantity::duration;
use crate::scenario::raw::RawStage;

/// Most stages; the ledger gives them one byte.
const MOST_STAGES: usize = 256;

/// Most postbacks of a plan; the ledger numbers journeys with 32 bits.
const MOST_POSTBACKS: f64 = 4_294_967_296.0;

/// Longest plan; the ledger counts milliseconds with 32 bits, and a month of load is beyond all use.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// Most players at once; each is a task with its own client.
const MOST_USERS: u64 = 50_000;

/// Longest name of a stage.
const LONGEST_NAME: usize = 32;

/// Players of the closed model where nothing is said.
const USERS: f64 = 20.0;

/// The stages as they were typed, each beginning where it says or where the one before ended.
pub(super) fn stages(raw: Option<&[RawStage]>, model: LoadModel) -> Result<Vec<Stage>, Problem> {
    let Some(raw) = raw else { return Ok(default_stages(model)) };
    if raw.is_empty() {
        let help = "write at least one, such as [{ for = \"30s\", rate = 500 }]";
        return Err(Problem::new("load.stages", "is empty", help));
    }
    if raw.len() > MOST_STAGES {
        let told = format!("has {} stages", raw.len());
        return Err(Problem::new("load.stages", told, format!("write at most {MOST_STAGES}")));
    }
    let mut stages: Vec<Stage> = Vec::new();
    for (at, raw) in raw.iter().enumerate() {
        let before = stages.last().map_or(0.0, |stage| stage.to);
        let stage = stage(&format!("load.stages.{}", at + 1), raw, at, (model, before))?;
        if stages.iter().any(|other| other.name == stage.name) {
            let told = format!("is called `{}`, as another stage is", stage.name);
            return Err(Problem::new(format!("load.stages.{}.name", at + 1), told, "give each a name of its own"));
        }
        stages.push(stage);
    }
    within_reach(&stages, model)?;
    Ok(stages)
}

fn default_stages(model: LoadModel) -> Vec<Stage> {
    let stages = LoadPlan::default().stages;
    match model {
        LoadModel::Open => stages,
        LoadModel::Closed => stages.into_iter().map(|stage| Stage { from: USERS, to: USERS, ..stage }).collect(),
    }
}

fn stage(path: &str, raw: &RawStage, at: usize, (model, before): (LoadModel, f64)) -> Result<Stage, Problem> {
    let name = raw.name.clone().unwrap_or_else(|| (at + 1).to_string());
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
        let help = format!("write up to {LONGEST_NAME} letters, digits, `-` and `_`; it becomes part of a check's id");
        return Err(Problem::new(format!("{path}.name"), format!("is {name:?}"), help));
    }
    let lasts = duration(&format!("{path}.for"), Some(&raw.lasts), Duration::ZERO)?;
    if lasts.is_zero() {
        return Err(Problem::new(format!("{path}.for"), "is zero", "write how long the stage lasts, such as \"30s\""));
    }
    let (from, to) = match model {
        LoadModel::Open => rates(path, raw, before)?,
        LoadModel::Closed => users(path, raw, before)?,
    };
    if from <= 0.0 && to <= 0.0 {
        return Err(Problem::new(path, "goes from 0 to 0, so that nothing happens", "ramp up first, or take it out"));
    }
    Ok(Stage { name, lasts, from, to })
}

/// The rates at which an open stage begins and ends.
fn rates(path: &str, raw: &RawStage, before: f64) -> Result<(f64, f64), Problem> {
    foreign(path, [("users", raw.users.is_some()), ("to_users", raw.to_users.is_some())], "open", "`rate` or `to`")?;
    match (raw.rate, raw.to) {
        (Some(rate), None) if rate.is_finite() && rate > 0.0 => Ok((rate, rate)),
        (Some(rate), None) => Err(Problem::new(
            format!("{path}.rate"),
            format!("is {rate}, and a rate is above 0"),
            "write postbacks a second, such as rate = 500; to = 0 ramps down",
        )),
        (None, Some(to)) if to.is_finite() && to >= 0.0 => Ok((before, to)),
        (None, Some(to)) => Err(Problem::new(
            format!("{path}.to"),
            format!("is {to}, and a ramp ends at 0 or above"),
            "write postbacks a second, such as to = 2000",
        )),
        (given, _) => Err(one_of(path, given.is_some(), "rate", "to")),
    }
}

/// The players with whom a closed stage begins and ends.
fn users(path: &str, raw: &RawStage, before: f64) -> Result<(f64, f64), Problem> {
    foreign(path, [("rate", raw.rate.is_some()), ("to", raw.to.is_some())], "closed", "`users` or `to_users`")?;
    let bounded = |key: &str, users: u64, least: u64| match u32::try_from(users) {
        Ok(users) if (least..=MOST_USERS).contains(&u64::from(users)) => Ok(f64::from(users)),
        _ => Err(Problem::new(
            format!("{path}.{key}"),
            format!("is {users}"),
            format!("write a number from {least} to {MOST_USERS}"),
        )),
    };
    match (raw.users, raw.to_users) {
        (Some(users), None) => bounded("users", users, 1).map(|users| (users, users)),
        (None, Some(to)) => Ok((before, bounded("to_users", to, 0)?)),
        (given, _) => Err(one_of(path, given.is_some(), "users", "to_users")),
    }
}

/// A key of the other model.
fn foreign(path: &str, keys: [(&str, bool); 2], model: &str, help: &str) -> Result<(), Problem> {
    match keys.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((key, _)) => Err(Problem::new(
            format!("{path}.{key}"),
            format!("says nothing in the {model} model"),
            format!("write {help}, or change `model`"),
        )),
    }
}

fn one_of(path: &str, both: bool, steady: &str, ramp: &str) -> Problem {
    if both {
        let help = format!("keep `{steady}` for a steady stage or `{ramp}` for a ramp");
        return Problem::new(format!("{path}.{ramp}"), format!("stands beside `{steady}`"), help);
    }
    Problem::new(path, format!("has neither `{steady}` nor `{ramp}`"), format!("write {steady} = 100, or {ramp} = 100"))
}

fn within_reach(stages: &[Stage], model: LoadModel) -> Result<(), Problem> {
    let wrong = |told: String, help: &str| Err(Problem::new("load.stages", told, help));
    let lasts = stages.iter().try_fold(Duration::ZERO, |sum, stage| sum.checked_add(stage.lasts));
    if lasts.is_none_or(|lasts| lasts > LONGEST) {
        return wrong("lasts longer than 30 days".to_owned(), "shorten it; a soak takes hours");
    }
    if model == LoadModel::Closed {
        return Ok(());
    }
    let planned: f64 = stages.iter().map(|stage| stage.from.midpoint(stage.to) * stage.lasts.as_secs_f64()).sum();
    if planned < 1.0 {
        return wrong(format!("plans {planned:.3} postbacks"), "raise the rate, or let a stage last longer");
    }
    if planned > MOST_POSTBACKS {
        let help = "lower the rate, shorten it, or spread it over shards";
        return wrong(format!("plans {planned:.0} postbacks, and a run holds 4294967296 at most"), help);
    }
    Ok(())
}
