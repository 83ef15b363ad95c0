//! `parallel compare`: two exported logs read, each on its own thread, matched and judged; what did not match goes into a file.

use std::thread;

use jiff::Timestamp;

use super::appraisal::Appraisal;
use super::unmatched::write_unmatched;
use crate::attribution::{Aspect, Baseline, Dimension, Gap, Logs, Method, Names, Rules, Side};
use crate::reconcile::Intake;
use crate::report::RunReport;
use crate::run::folder::{RunFolder, try_report_path};
use crate::run::prove::{Outcome, unwritable, write_reports};
use crate::run::{RunError, clock};

mod log;
mod options;

pub use options::{CompareLogs, LogFile};

use self::log::{Taken, bearable, read};

/// Room that the run's folder needs at least: the report, and what does not match of a log as it should be.
const ROOM: u64 = 16 << 20;

/// Compares two logs.
///
/// # Errors
/// When a log cannot be read, too much of it is garbage, or the folder cannot be written.
pub fn compare_logs(options: &CompareLogs) -> Result<Outcome, RunError> {
    let run_id = format!("{}-compare", clock::now().strftime("%Y%m%dT%H%M%SZ"));
    let folder = RunFolder::prepare(options.out.as_deref(), &run_id, ROOM)?;
    if let Some(path) = &options.junit {
        try_report_path(path)?;
    }
    let (cookie, s2s) = thread::scope(|scope| {
        let other = scope.spawn(|| read(&options.s2s, Method::S2s, &folder));
        let cookie = read(&options.cookie, Method::Cookie, &folder);
        (cookie, other.join().expect("reading a log does not panic"))
    });
    let (cookie, s2s) = (cookie?, s2s?);
    bearable(options, Method::Cookie, &cookie, &folder)?;
    bearable(options, Method::S2s, &s2s, &folder)?;
    let taken = [Taken::of(options, Method::Cookie, &cookie), Taken::of(options, Method::S2s, &s2s)];
    let logs = logs(cookie, s2s);
    let appraisal = Appraisal::of(&logs, options.matching, &options.rules);
    let path = folder.file("unmatched.csv");
    write_unmatched(&path, &logs, &appraisal.pairing, &appraisal.diagnosis)
        .map_err(|error| unwritable(&path, &error))?;
    let report = report(options, (folder.run_id(), &taken), &logs, &appraisal);
    write_reports(&report, &folder, options.junit.as_deref())?;
    Ok(Outcome { report, folder: folder.path().to_path_buf(), gone: false })
}

/// Both logs with one set of names.
fn logs(cookie: Intake, s2s: Intake) -> Logs {
    let mut names: Names = cookie.names;
    let numbers = names.absorb(&s2s.names);
    let mut side: Side = s2s.side;
    for sighting in &mut side.sightings {
        sighting.traits = sighting.traits.renumbered(&numbers);
    }
    Logs { cookie: cookie.side, s2s: side, names }
}

/// Names that a note lists.
const LISTED: usize = 5;

/// What else is worth knowing: what the gap is held against, and what nothing can be told by.
fn notes(options: &CompareLogs, taken: &[Taken], gap: &Gap) -> Vec<String> {
    let mut notes = vec![options.held_against.clone()];
    notes.extend(taken.iter().flat_map(|taken| taken.notes.clone()));
    if !gap.untold.is_empty() {
        let names: Vec<&str> = gap.untold.iter().map(|dimension| dimension.name()).collect();
        notes.push(format!("nothing is told by {}: only one of the logs says it", names.join(", ")));
    }
    notes.extend(strangers(&options.rules, gap));
    notes
}

/// Browsers, devices and countries that the modelled audience does not have, if it has any by name.
fn strangers(rules: &Rules, gap: &Gap) -> Option<String> {
    let Baseline::Modelled(expected) = &rules.baseline else { return None };
    let own = [Dimension::Browser, Dimension::Device, Dimension::Country];
    let strangers = gap.parts.iter().filter_map(|part| match part.aspect {
        Aspect::Of(dimension) if own.contains(&dimension) => {
            let is_known = expected.by.contains_key(&(dimension, part.name.clone()));
            (!is_known).then(|| format!("{} {}", dimension.name(), part.name))
        }
        _ => None,
    });
    let names: Vec<String> = strangers.collect();
    if names.is_empty() || expected.by.is_empty() {
        return None;
    }
    let more = names.len().saturating_sub(LISTED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let listed = names.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
    Some(format!("the modelled audience has no {listed}{more}: of these nothing is claimed"))
}

fn report(
    options: &CompareLogs,
    (run_id, taken): (&str, &[Taken]),
    logs: &Logs,
    appraisal: &Appraisal<'_>,
) -> RunReport {
    let mut checks = appraisal.ruled.checks.clone();
    checks.extend(taken.iter().map(|taken| taken.check.clone()));
    let mut block = appraisal.gap_block();
    block.logs = taken.iter().map(|taken| taken.block.clone()).collect();
    let names: Vec<&str> = block.logs.iter().map(|log| log.file.as_str()).collect();
    let sightings = logs.cookie.sightings.iter().chain(&logs.s2s.sightings);
    let start = sightings.map(|sighting| sighting.at).min().as_ref().map_or_else(String::new, Timestamp::to_string);
    RunReport {
        run_id: run_id.to_owned(),
        tag: "none".to_owned(),
        start,
        scenario: names.join(" beside "),
        target: "none: two logs are compared".to_owned(),
        signing: "none".to_owned(),
        evidence: "two exported logs".to_owned(),
        notes: notes(options, taken, &appraisal.gap),
        gap: Some(block),
        diagnosis: Some(appraisal.diagnosis_block()),
        ..RunReport::of("parallel compare", checks)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::attribution::{Counts, Expected, Part};
    use crate::stats::Reference;

    fn told(expected: &[(Dimension, &str)], parts: &[(Dimension, &str)]) -> Option<String> {
        let by = expected.iter().map(|(dimension, name)| ((*dimension, (*name).to_owned()), Reference::default()));
        let by: BTreeMap<_, _> = by.collect();
        let rules = Rules { baseline: Baseline::Modelled(Expected { by, ..Expected::default() }), ..Rules::default() };
        let part = |(dimension, name): &(Dimension, &str)| Part {
            aspect: Aspect::Of(*dimension),
            name: (*name).to_owned(),
            counts: Counts::default(),
        };
        strangers(&rules, &Gap { parts: parts.iter().map(part).collect(), ..Gap::default() })
    }

    #[test]
    fn names_that_the_audience_does_not_have_are_told() {
        let known = [(Dimension::Browser, "safari"), (Dimension::Country, "ES")];
        let brand = (Dimension::Brand, "casino");
        assert_eq!(told(&known, &[known[0], known[1], brand]), None, "brands need not be those of the model");
        let said = told(&known, &[known[0], (Dimension::Browser, "opera"), (Dimension::Country, "FR"), brand]);
        let expected = "the modelled audience has no browser opera, country FR: of these nothing is claimed";
        assert_eq!(said.as_deref(), Some(expected));
        let many = ["a", "b", "c", "d", "e", "f", "g"].map(|name| (Dimension::Country, name));
        let said = told(&known, &many).unwrap_or_default();
        assert!(said.contains("country e and 2 more:"), "{said}");
        assert_eq!(told(&[], &many), None, "a gap that was given has no names");
    }
}
