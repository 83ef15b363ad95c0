//! The command `check`: the contract suite against a target. It wires the cases to the site, has them performed, reads the
//! books once for all of them, and leaves every judgement to the contract and the oracle.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::folder::{RunFolder, try_report_path};
use super::judgement::{Docket, Found, judge};
use super::patience::Patience;
use super::prove::{conclude, first_reading, reachable, unwritable};
use super::repro::{Repro, script};
use super::settle::{Settled, Settling};
use super::site::{OperatorSite, Site};
use super::suite::Suite;
use super::summary::Setting;
use super::visiting::Pages;
use super::{Fixed, Inputs, Outcome, Phase, RunError, RunEvent, Watch, clock};
use crate::contract::probe::PROBES;
use crate::contract::{Case, Claims, Clicks, DISTRUST, OperatorTerms, Selection, Shown, Terms, Tokens};
use crate::model::{Ids, Road};
use crate::oracle::Books;
use crate::profile::Sample;
use crate::report::RunReport;
use crate::scenario::Scenario;
use crate::sign::Bearer;

/// Events lie so long in the past that those of one player, a second apart, never reach the target's future.
const BEFORE: SignedDuration = SignedDuration::from_mins(5);

/// Longest wait for a whole answer of the stack inside this process.
const ANSWER: Duration = Duration::from_secs(10);

/// What `check` is asked to do.
pub struct CheckOptions {
    /// The scenario, flags included.
    pub scenario: Scenario,
    /// Inputs that were given.
    pub fixed: Fixed,
    /// Which cases.
    pub selection: Selection,
    /// How many mutated postbacks are sent besides.
    pub probes: u64,
    /// Where the run's files go.
    pub out: Option<PathBuf>,
    /// Where JUnit XML goes, besides.
    pub junit: Option<PathBuf>,
    /// The command line that repeats it, but for its inputs.
    pub again: String,
    /// The flags that name the target, ready to be pasted behind another command.
    pub flags: String,
    /// Turns true when it shall be cut short.
    pub stop: watch::Receiver<bool>,
    /// Who watches.
    pub watch: Watch,
}

/// Performs the suite and judges it.
///
/// # Errors
/// When it could not be done at all; a target that breaks rules is a report.
pub async fn check(options: CheckOptions) -> Result<Outcome, RunError> {
    let cases = options.selection.cases().map_err(|unknown| {
        RunError::usage(unknown.to_string(), "`postproof list cases` names them; * stands for any text: signature.*")
    })?;
    known_waivers(&options.scenario)?;
    let now = clock::now();
    let inputs = Inputs::starting_by(&options.fixed, latest_start(now))?;
    let run_id = inputs.run_id(now);
    let folder = RunFolder::prepare(options.out.as_deref(), &run_id, 8 << 20)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let mut site = Site::open(&options.scenario).await?;
    let operator = site.pages(&options.scenario)?;
    let site = Arc::new(site);
    let report = Box::pin(on_site(&options, &cases, &inputs, &folder, (&site, operator))).await;
    let outcome = conclude(site, report, &folder, options.junit.as_deref()).await?;
    let path = folder.file("repro.sh");
    std::fs::write(&path, script(&outcome.report)).map_err(|error| unwritable(&path, &error))?;
    Ok(outcome)
}

async fn on_site(
    options: &CheckOptions,
    cases: &[(u64, &'static dyn Case)],
    inputs: &Inputs,
    folder: &RunFolder,
    (site, operator): (&Arc<Site>, Option<OperatorSite>),
) -> Result<RunReport, RunError> {
    let scenario = &options.scenario;
    let distrusted = distrusted(cases, site).await;
    if distrusted.is_none() {
        reachable(site).await?;
    }
    let cases = if let Some(only) = &distrusted { std::slice::from_ref(only) } else { cases };
    let setting = Setting { command: "check", scenario, inputs, run_id: folder.run_id(), site, again: &options.again };
    let before = match first_reading(site).await {
        Ok(Ok(before)) => before,
        Ok(Err(_)) | Err(_) if distrusted.is_some() => None,
        Ok(Err(error)) => return Ok(setting.unreadable(&error)),
        Err(error) => return Err(error),
    };
    let ids = Ids::new(inputs.tag.clone());
    let visits = cases.iter().any(|(_, case)| case.card().id.starts_with("operator."));
    let operator = operator.filter(|_| visits);
    let pages = operator.map(|operator| Pages::open(options, inputs, folder, site, operator)).transpose()?;
    let prepared = Arc::new(suite(options, inputs, &ids, folder, (site, pages))?);
    let performed = prepared.perform(cases).await;
    let probed = prepared.probes(inputs.seed, options.probes).await;
    let mut docket = Docket::new(performed, probed);
    (options.watch)(&RunEvent::Began(Phase::Settling, None));
    let settling = Settling {
        site,
        ids: &ids,
        booked: &scenario.booked,
        road: Road::Own,
        stop: options.stop.clone(),
        watch: &options.watch,
    };
    let read = prepared.last_reading(inputs.seed, &mut docket, &settling, before.as_deref()).await;
    let (after, read_error) = match read {
        Ok(after) => (after, None),
        Err(error) => (None, Some(error.to_string())),
    };
    if let (Some(before), Some(after)) = (&before, &after) {
        docket.name(&ids, before, &after.credits);
    }
    let settled_after = after.as_ref().map(|settled| settled.after);
    let books = before.zip(after).map(|(before, Settled { credits, quiet, .. })| Books {
        before,
        after: credits,
        unsettled: !quiet,
    });
    let reading = super::summary::read_back(read_error.as_deref(), books.as_ref());
    let repro = Repro { site, scenario, flags: &options.flags, inputs, now: clock::now() };
    let found = Found { books: books.as_ref(), reading };
    let mut report = judge(&setting, &prepared.terms, &docket, found, &repro);
    report.interrupted = *options.stop.borrow();
    report
        .notes
        .extend(distrusted.map(|_| "no other case was tried: the target's certificate is not trusted".to_owned()));
    report.notes.extend(prepared.patience.note());
    report.notes.extend(super::summary::settled_note(settled_after));
    if let Err(error) = prepared.log.finish() {
        report.notes.push(format!("exchanges.ndjson is not complete: {error}"));
    }
    Ok(report)
}

/// The one case that is left where the target's certificate is not trusted, if it is among those to perform: any other
/// would only tell that there is no connection.
async fn distrusted(cases: &[(u64, &'static dyn Case)], site: &Site) -> Option<(u64, &'static dyn Case)> {
    if site.url.scheme() != "https" {
        return None;
    }
    let asked = cases.iter().find(|(_, case)| case.card().id == "tls.certificate")?;
    let told = site.client.probe(site.url.clone()).await.err()?;
    told.contains(DISTRUST).then_some(*asked)
}

fn suite(
    options: &CheckOptions,
    inputs: &Inputs,
    ids: &Ids,
    folder: &RunFolder,
    (site, pages): (&Arc<Site>, Option<Pages>),
) -> Result<Suite, RunError> {
    let log = folder.journal("exchanges.ndjson")?;
    Ok(Suite {
        site: Arc::clone(site),
        terms: terms(&options.scenario, site, pages.is_some()),
        sample: Sample::new(ids.clone()),
        start: inputs.start.as_second(),
        click: options.scenario.click.clone(),
        patience: Patience::new(options.scenario.target.as_ref().map_or(ANSWER, |target| target.timeout)),
        pages: pages.map(Arc::new),
        log,
        stop: options.stop.clone(),
        watch: Arc::clone(&options.watch),
    })
}

fn terms(scenario: &Scenario, site: &Site, pages: bool) -> Terms {
    let claims = match &site.dialect.bearer {
        Some(Bearer::Minted(maker)) => Claims { issuer: maker.issuer.is_some(), audience: maker.audience.is_some() },
        _ => Claims::default(),
    };
    Terms {
        contract: scenario.contract.clone(),
        ftd_minimum: scenario.ftd_minimum,
        clicks: site.click_url.clone().map(|url| Clicks { url, parameters: scenario.click.parameters.clone() }),
        tokens: match site.dialect.bearer {
            None => Tokens::None,
            Some(Bearer::Opaque(_)) => Tokens::Opaque,
            Some(Bearer::Minted(_)) => Tokens::Minted,
        },
        claims,
        canonical: site.dialect.scheme.canonical(),
        window: site.dialect.scheme.window(),
        place: site.dialect.scheme.place(),
        tls: site.url.scheme() == "https",
        read_back: site.read_back.plan.source.is_some(),
        shown: Shown::by(&scenario.read_back.map),
        operator: pages.then(|| OperatorTerms {
            names_events: scenario.operator.event_id.is_some(),
            letters: scenario.operator.paths.dead_letters.is_some(),
            redelivers: scenario.operator.paths.redeliver.is_some(),
        }),
    }
}

/// A waiver that no case can ever need is a mistake, told before anything is fired.
fn known_waivers(scenario: &Scenario) -> Result<(), RunError> {
    let known = |waived: &str| waived == PROBES || Selection { only: vec![waived.to_owned()] }.cases().is_ok();
    match scenario.contract.waivers.iter().find(|waiver| !known(&waiver.case)) {
        None => Ok(()),
        Some(waiver) => Err(RunError::usage(
            format!("`{}` is waived, and no case is called so", waiver.case),
            "`postproof list cases` names them; * stands for any text: signature.*",
        )),
    }
}

fn latest_start(now: Timestamp) -> Timestamp {
    let start = now.saturating_sub(BEFORE).unwrap_or(Timestamp::MIN);
    Timestamp::from_second(start.as_second()).unwrap_or(start)
}
