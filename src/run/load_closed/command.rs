//! The command `load` with players who wait for their answers: from the site to the report.

use std::sync::Arc;

use super::seconds::Seconds;
use super::verdict::Verdicts;
use super::{ClosedOutcome, as_closed, closed};
use crate::load::Shard;
use crate::model::{Ids, Road};
use crate::report::RunReport;
use crate::run::folder::{RunFolder, try_report_path};
use crate::run::journey::Ground;
use crate::run::journey::Played;
use crate::run::load::board::Board;
use crate::run::load::canaries::{self, Sightings};
use crate::run::load::course::write_clicks;
use crate::run::load::{forget_earlier, left};
use crate::run::prove::{conclude, first_reading, fitting, gather, reachable};
use crate::run::site::Site;
use crate::run::summary::{Judged, Setting};
use crate::run::{Inputs, LoadOptions, Outcome, RunError, clock};
use crate::scenario::Scenario;

/// Bytes that a run's files take besides those of its journeys.
const ROOM: u64 = 8 << 20;

/// Bytes that a journey takes in logs, on average.
const ROOM_EACH: u64 = 512;

/// Puts a target under the load of players, and judges what became of it.
///
/// # Errors
/// When it could not be done at all; a target that breaks its promises is a report.
pub(in crate::run) async fn load_closed(options: LoadOptions) -> Result<Outcome, RunError> {
    playable(&options)?;
    let scenario = as_closed(&options.scenario);
    let inputs = Inputs::complete(&options.fixed, &scenario.journeys, clock::now())?;
    let room = ROOM + scenario.journeys.players * ROOM_EACH;
    let folder = RunFolder::prepare(options.out.as_deref(), &inputs.run_id(clock::now()), room)?;
    forget_earlier(&folder)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let board = Board::open(&options, &scenario).await?;
    let site = Arc::new(Site::open(&scenario).await?);
    let (stop, watch) = (&options.stop, &options.watch);
    let ground = Ground { scenario: &scenario, inputs: &inputs, folder: &folder, site: &site, stop, watch };
    let report = Box::pin(on_site(&options, &ground, board.as_ref())).await;
    conclude(site, report, &folder, options.junit.as_deref()).await
}

/// Refuses what players cannot do.
fn playable(options: &LoadOptions) -> Result<(), RunError> {
    if options.shard != Shard::WHOLE {
        return Err(RunError::usage(
            "a closed load is not divided into shards: its players are those of one process",
            "leave --shard out, or write model = \"open\" in [load]",
        ));
    }
    if !options.scenario.sla.abort_if.is_empty() {
        return Err(RunError::usage(
            "abort_if belongs to the open model: players who wait for their answers slow down by themselves",
            "take it out of [sla], or write model = \"open\" in [load]",
        ));
    }
    Ok(())
}

async fn on_site(options: &LoadOptions, ground: &Ground<'_>, board: Option<&Board>) -> Result<RunReport, RunError> {
    let Ground { scenario, inputs, folder, site, .. } = *ground;
    reachable(site).await?;
    let setting = Setting { command: "load", scenario, inputs, run_id: folder.run_id(), site, again: &options.again };
    let before = match first_reading(site).await? {
        Ok(before) => before,
        Err(error) => return Ok(setting.unreadable(&error)),
    };
    let (faults, unfit) = fitting(&scenario.faults, site);
    let ids = Ids::new(inputs.tag.clone());
    // An operator's sender is acknowledged without us, and gives events ids of its own.
    let watched = before.is_some() && scenario.load.canaries > 0 && scenario.road == Road::Own;
    let (canaries, found) = canaries::watch(site, &ids, watched, &options.stop);
    let seconds = Seconds::begin(ground, watched.then_some(canaries), board)?;
    let outcome = Box::pin(closed(ground, &faults, seconds)).await?;
    let sightings = found.await;
    let ClosedOutcome { field, played, planned, mut record, turnout, took, early } = outcome;
    record.canaries = sightings.as_ref().map(Sightings::told).unwrap_or_default();
    record.interrupted = *options.stop.borrow();
    record.gaps.extend(early.clone());
    write_clicks(&clicks(&played, scenario), Shard::WHOLE, &mut record, folder)?;
    let left = left(&record, folder)?;
    let findings = gather(&field, played, before, planned).await;
    let judged = Judged::of(&findings, &field.ids, scenario);
    let mut report = setting.report(&judged, &faults, &unfit);
    let verdicts = Verdicts { scenario, left: &left, turnout, took, sightings: sightings.as_ref() };
    verdicts.add_to(&mut report, &findings, &setting.repeated());
    report.notes.extend(early);
    if let Err(error) = judged.write_ledger(&folder.file("ledger.ndjson")) {
        report.notes.push(format!("ledger.ndjson is not complete: {error}"));
    }
    Ok(report)
}

/// The click id of every journey, in their order; one without is empty. None where an operator's cookies carry them.
fn clicks(played: &[Played], scenario: &Scenario) -> Vec<String> {
    let clicked = |played: &&Played| played.click.as_ref().is_some_and(|click| click.click_id.is_ok());
    let Some(last) = played.iter().filter(clicked).map(|played| played.index).max() else { return Vec::new() };
    if scenario.road == Road::Operator {
        return Vec::new();
    }
    let mut clicks = vec![String::new(); usize::try_from(last).map_or(0, |last| last + 1)];
    for played in played.iter().filter(clicked) {
        let id = played.click.as_ref().and_then(|click| click.click_id.as_ref().ok());
        let place = usize::try_from(played.index).ok().and_then(|place| clicks.get_mut(place));
        if let (Some(place), Some(id)) = (place, id) {
            place.clone_from(id);
        }
    }
    clicks
}
