//! From what a live run read back to its report: both methods' sightings with what is known of the players, matched, judged, diagnosed.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::appraisal::Appraisal;
use super::conversions::{Conversions, Seen};
use super::diary::Progress;
use super::live::{LiveOptions, grace};
use super::owners::Owners;
use super::player::Stage;
use super::unmatched::write_unmatched;
use crate::attribution::{
    Baseline, Crowd, Forecast, Logs, Matching, Method, Names, Rules, Side, Sighting, Traits, Visitor,
};
use crate::model::{Check, Verdict};
use crate::report::RunReport;
use crate::run::RunError;
use crate::run::folder::RunFolder;
use crate::run::summary::Setting;
use crate::scenario::{Baseline as Held, Scenario};

/// What was played, and what came of it.
pub(super) struct Played<'a> {
    pub(super) players: &'a HashMap<u64, Progress>,
    pub(super) conversions: &'a Conversions,
    pub(super) interrupted: bool,
    /// When the last reading began, in players' time: what is not there then was given its grace, or is pending.
    pub(super) ended: Timestamp,
    /// Why the last reading failed, if it did.
    pub(super) read_error: Option<String>,
}

/// Judges a live run.
///
/// # Errors
/// When what did not match cannot be written down.
pub(super) fn judge(
    options: &LiveOptions,
    folder: &RunFolder,
    stage: &Stage,
    played: &Played<'_>,
) -> Result<RunReport, RunError> {
    let scenario = &options.scenario;
    let crowd = stage.crowd();
    let (logs, foreign) = logs(&crowd, played);
    let grace = SignedDuration::try_from(grace(scenario)).unwrap_or(SignedDuration::MAX);
    let rules = rules(scenario);
    let appraisal = Appraisal::of(&logs, Matching { grace, end: Some(played.ended) }, &rules);
    let path = folder.file("unmatched.csv");
    write_unmatched(&path, &logs, &appraisal.pairing, &appraisal.diagnosis)
        .map_err(|error| crate::run::prove::unwritable(&path, &error))?;
    let mut checks = appraisal.ruled.checks.clone();
    checks.extend(run_checks(played));
    let (field, site) = (&stage.field, &stage.field.courier.site);
    let mut notes = notes(options, played, grace);
    notes.extend((foreign > 0).then(|| format!("{foreign} conversions of others were left alone")));
    let setting = Setting {
        command: "parallel",
        scenario,
        inputs: &field.inputs,
        run_id: folder.run_id(),
        site,
        again: &options.again,
    };
    Ok(RunReport {
        evidence: format!("first deposits by method, read from {}", played.conversions.url()),
        interrupted: played.interrupted,
        notes,
        gap: Some(appraisal.gap_block()),
        diagnosis: Some(appraisal.diagnosis_block()),
        ..setting.assemble(checks)
    })
}

/// What either method saw of the run's players, and how many conversions were somebody else's.
fn logs(crowd: &Crowd<'_>, played: &Played<'_>) -> (Logs, u64) {
    let owners = Owners::of(played.players);
    let mut logs = Logs::default();
    let mut foreign = 0;
    for (method, seen) in [(Method::Cookie, &played.conversions.cookie), (Method::S2s, &played.conversions.s2s)] {
        for (row, seen) in (1..).zip(seen) {
            let Some(owner) = owners.of_seen(seen) else {
                foreign += 1;
                continue;
            };
            let visitor = crowd.visitor(owner);
            let known = played.players.get(&owner);
            let traits = traits(&visitor, &mut logs.names);
            let side = match method {
                Method::Cookie => &mut logs.cookie,
                Method::S2s => &mut logs.s2s,
            };
            let sighting = sighting(side, seen, (&visitor, known), (traits, row));
            side.sightings.push(sighting);
        }
    }
    (logs, foreign)
}

/// A sighting; of the player it has the account that the operator answered, under whatever id the message came.
fn sighting(
    side: &mut Side,
    seen: &Seen,
    (visitor, known): (&Visitor<'_>, Option<&Progress>),
    (traits, row): (Traits, u32),
) -> Sighting {
    let mut text = |text: Option<&String>| text.and_then(|text| side.texts.add(text));
    let account = known.and_then(|player| player.account.as_ref()).or(seen.account.as_ref());
    // What postproof itself was late by is no lateness of the operator's.
    let behind = SignedDuration::from_secs(known.map_or(0, |player| player.behind_s));
    let deposited = visitor.conversion.map_or(visitor.clicked, |conversion| conversion.deposited);
    Sighting {
        at: seen.at.unwrap_or(deposited),
        received: seen.received.and_then(|received| received.checked_sub(behind).ok()),
        click: text(seen.click_id.as_ref()),
        transaction: text(seen.transaction_id.as_ref()),
        account: text(account),
        money: seen.money,
        attributed: seen.attributed,
        traits,
        row,
    }
}

fn traits(visitor: &Visitor<'_>, names: &mut Names) -> Traits {
    let Visitor { brand, affiliate, country, path, .. } = visitor;
    let (browser, device) = visitor
        .conversion
        .map_or((visitor.browser, visitor.device), |conversion| (conversion.browser, conversion.device));
    let [brand, affiliate, country] = [brand, affiliate, country].map(|label| label.as_str());
    Traits::told(names, [brand, affiliate, country, browser.name(), device.name(), path.as_str()])
}

/// The rules of the scenario, with what its audience loses anyway.
fn rules(scenario: &Scenario) -> Rules {
    let plan = &scenario.parallel;
    let baseline = match plan.baseline {
        Held::Modelled => Baseline::Modelled((&Forecast::modelled(plan, &scenario.journeys)).into()),
        Held::None => Baseline::None,
    };
    Rules { attention: plan.attention, error: plan.error, baseline }
}

/// What only the run itself can tell: whether players got through, and whether the last reading succeeded.
fn run_checks(played: &Played<'_>) -> Vec<Check> {
    let stuck: Vec<&Progress> = played.players.values().filter(|player| player.stuck.is_some()).collect();
    let example =
        stuck.iter().min_by_key(|player| player.player).and_then(|player| player.stuck.clone()).unwrap_or_default();
    let verdict = if stuck.is_empty() { Verdict::Pass } else { Verdict::Inconclusive };
    let observed = match stuck.len() {
        0 => format!("all of {} did", played.players.len()),
        count => format!("{count} of {} did not; the first: {example}", played.players.len()),
    };
    let mut checks =
        vec![Check::new("parallel.players", verdict, "every player gets through the operator's pages", observed)];
    if let Some(error) = &played.read_error {
        let expected = "first deposits by method can be read to the end";
        checks.push(Check::new("parallel.read-back", Verdict::Inconclusive, expected, error.clone()));
    }
    if played.interrupted {
        let expected = "the run is played to its end";
        checks.push(Check::new(
            "parallel.complete",
            Verdict::Inconclusive,
            expected,
            "a signal cut it short; --resume goes on with it",
        ));
    }
    checks
}

fn notes(options: &LiveOptions, played: &Played<'_>, grace: SignedDuration) -> Vec<String> {
    let plan = &options.scenario.parallel;
    let asked = SignedDuration::try_from(plan.grace).unwrap_or_default();
    let mut notes = Vec::new();
    if grace > asked {
        notes.push(format!(
            "at speed {} a postback's way takes hours of the players' time, so S2S was given {:.0} hours instead of the grace of {:#}",
            plan.speed,
            grace.as_secs_f64() / 3600.0,
            asked
        ));
    }
    let depositors = played.players.values().filter(|player| player.event_id.is_some()).count();
    notes.push(format!("{} players, of whom {depositors} made a first deposit", played.players.len()));
    notes
}
