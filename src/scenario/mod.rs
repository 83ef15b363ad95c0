//! Scenarios: what a run is asked to do. A file is read into [`raw::RawScenario`], flags are laid over it,
//! and [`check`] turns it into types that cannot hold a wrong state, or says which key is wrong and where.
//! Reading files and resolving secrets is left to the shell.

mod contract;
mod faults;
mod given;
mod journeys;
mod load;
mod operator;
mod parallel;
mod problem;
mod quantity;
pub mod raw;
mod readback;
mod reports;
mod sending;
mod signing;
mod sla;
mod target;

pub use contract::{ContractPlan, Policies, Policy, Waiver};
pub use faults::{FaultPlan, Rate};
pub use given::Given;
pub use journeys::{Amounts, DEPOSITS_APART, Delay, Delays, Funnel, JourneyPlan, Mix, Speed};
pub use load::{Arrivals, HttpVersion, LoadModel, LoadPlan, Stage, Traffic};
pub use operator::{Encoding, OperatorFields, OperatorPaths, OperatorPlan};
pub use parallel::{
    AudiencePlan, Baseline, Blockers, Browser, Caps, ComparePlan, Consent, DecimalMark, Deletion, Device, Field, InApp,
    LogPlan, LogZone, ParallelPlan, Picked, PixelPlan, SetBy, Setup, Told,
};
pub use problem::{Problem, ScenarioError};
pub use quantity::Weighted;
pub use readback::{FieldMap, ReadBackPlan, ReadBackSource};
pub use reports::ReportsPlan;
pub use sending::{Backoff, SendPlan};
pub use signing::{SignaturePlan, TokenPlan};
pub use sla::{AbortRule, BurnRule, Objective, Promise, Scope, SlaPlan};
pub use target::{ClickPlan, SecretSource, TargetPlan};

use std::str::FromStr;

use crate::model::{Amount, EventKind, Road};
use raw::RawScenario;

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What reports call it.
    pub name: String,
    /// Seed of all that is drawn, where the scenario fixes it.
    pub seed: Option<u64>,
    /// By whom the postbacks are fired.
    pub road: Road,
    /// Where postbacks go, or where the operator is whose sender fires them; `None` asks for the reference stack inside the
    /// process.
    pub target: Option<TargetPlan>,
    /// The dialect's name.
    pub profile: &'static str,
    /// How bodies are signed.
    pub signature: SignaturePlan,
    /// The bearer token.
    pub token: TokenPlan,
    /// How players click.
    pub click: ClickPlan,
    /// Where players register and pay, on the operator's road.
    pub operator: OperatorPlan,
    /// The players.
    pub journeys: JourneyPlan,
    /// What is done to deliveries.
    pub faults: FaultPlan,
    /// How postbacks are sent.
    pub send: SendPlan,
    /// How credits are read back.
    pub read_back: ReadBackPlan,
    /// What was agreed on about the contract.
    pub contract: ContractPlan,
    /// How the target is put under load.
    pub load: LoadPlan,
    /// What it is to keep under that load.
    pub sla: SlaPlan,
    /// How cookie and S2S tracking are run side by side. Boxed, because every command carries its scenario along.
    pub parallel: Box<ParallelPlan>,
    /// The smallest first deposit that counts as an FTD, in its own currency.
    pub ftd_minimum: Amount,
    /// The kinds of events that the books hold.
    pub booked: Vec<EventKind>,
    /// Every key that was given, with its value: what a run that is gone on with is compared by.
    pub given: Given,
}

/// Reads the text of a scenario file.
///
/// # Errors
/// Names an unknown key, a wrong type or broken TOML with its place in the file.
pub fn read(file: &str, text: &str) -> Result<RawScenario, ScenarioError> {
    toml::from_str(text).map_err(|error| ScenarioError::syntax(&error, file, text))
}

/// Checks a raw scenario; `file` and `text` are what errors point into.
///
/// # Errors
/// Names the first key that is wrong, with its place in the file.
pub fn check(raw: &RawScenario, file: &str, text: &str) -> Result<Scenario, ScenarioError> {
    checked(raw, file).map_err(|problem| ScenarioError::key(problem, file, text))
}

fn checked(raw: &RawScenario, file: &str) -> Result<Scenario, Problem> {
    let road = word("through", raw.through.as_deref(), Road::Own, "self, operator")?;
    let operator = operator::operator(&raw.operator)?;
    let target = match road {
        Road::Own => target::target(&raw.target)?,
        Road::Operator => target::behind_operator(&raw.target, raw.operator.url.as_ref())?,
    };
    let profile = target::profile(&raw.target)?;
    let timeout = quantity::duration("target.timeout", raw.target.timeout.as_deref(), target::TIMEOUT)?;
    let load = load::load(&raw.load)?;
    let click = target::click(&raw.click, &raw.target)?;
    // The reference stack inside the process always has a click URL.
    let clicks = target.is_none() || click.url.is_some();
    let journeys = journeys::journeys(&raw.journeys)?;
    Ok(Scenario {
        name: raw.name.clone().unwrap_or_else(|| file.to_owned()),
        seed: raw.seed,
        road,
        target,
        profile: profile.name(),
        signature: signing::signature(&raw.signature, profile)?,
        token: signing::token(&raw.token)?,
        faults: faults::faults(&raw.faults, clicks)?,
        click,
        operator,
        parallel: Box::new(parallel::parallel(&raw.parallel, &journeys)?),
        journeys,
        send: sending::send(&raw.send)?,
        read_back: readback::read_back(&raw.read_back, road)?,
        contract: contract::contract(&raw.contract)?,
        sla: sla::sla(&raw.sla, &load, timeout)?,
        load,
        ftd_minimum: quantity::amount("contract.ftd.minimum", raw.contract.ftd.minimum.as_deref(), "10")?,
        booked: booked(raw.books.events.as_deref())?,
        given: Given::of(raw),
    })
}

fn booked(names: Option<&[String]>) -> Result<Vec<EventKind>, Problem> {
    let Some(names) = names else { return Ok(EventKind::ALL.to_vec()) };
    let known = EventKind::ALL.map(EventKind::name).join(", ");
    let kind = |name: &String| {
        EventKind::from_name(name).ok_or_else(|| {
            Problem::new("books.events", format!("names `{name}`, which is no event"), format!("write some of {known}"))
        })
    };
    names.iter().map(kind).collect()
}

/// Reads a word that names one of a few things, with the mistake told in the scenario's way.
fn word<T: FromStr>(path: &str, text: Option<&str>, default: T, known: &str) -> Result<T, Problem> {
    match text {
        None => Ok(default),
        Some(text) => {
            text.parse().map_err(|_| Problem::new(path, format!("is `{text}`"), format!("write one of {known}")))
        }
    }
}

#[cfg(test)]
mod tests;
