//! From what the suite heard to its checks: each case's judge with the oracle's word on its deliveries, the oracle's own
//! checks over everything that was sent, and the waivers.

use std::ops::Range;

use jiff::tz::TimeZone;

use super::probe_check;
use super::probing::{Fired, Probed};
use super::repro::Repro;
use super::suite::{End, Performed};
use super::summary::Setting;
use crate::contract::probe::PROBES;
use crate::contract::{Finding, Heard, Plan, Shot, Terms, Trial, Visited, Waived, waive};
use crate::model::{Attempt, Check, Credit, Delivery, Ids, Purpose, Road, Verdict};
use crate::oracle::{self, Books, Evidence, Proof, Standing};
use crate::report::{LedgerBlock, RunReport};

/// Everything that the suite sent, case by case.
pub(super) struct Docket {
    pub(super) performed: Vec<Performed>,
    /// The deliveries of all cases.
    pub(super) deliveries: Vec<Delivery>,
    /// Where in them those of each case stand.
    places: Vec<Range<usize>>,
    probed: Probed,
    /// Where in them those of each probe stand.
    probe_places: Vec<Range<usize>>,
}

impl Docket {
    /// Gathers the deliveries of cases and probes with the attempts that were made for each.
    pub(super) fn new(performed: Vec<Performed>, probed: Probed) -> Self {
        let mut deliveries = Vec::new();
        let places = performed.iter().map(|performed| match &performed.end {
            End::Sent(plan, heard, visited) => gather(&mut deliveries, plan, heard, visited),
            End::Unfit(_) | End::Unprepared(_) => deliveries.len()..deliveries.len(),
        });
        let places = places.collect();
        let probe_places =
            probed.fired.iter().map(|fired| gather(&mut deliveries, &fired.aimed.plan, &fired.heard, &[])).collect();
        Self { performed, deliveries, places, probed, probe_places }
    }

    /// Finds the credits of visits whose events the operator did not name: by click, event and amount, in order. What has
    /// found none stays untold.
    pub(super) fn name(&mut self, ids: &Ids, before: &[Credit], after: &[Credit]) {
        for (performed, places) in self.performed.iter_mut().zip(&self.places) {
            let End::Sent(plan, _, visited) = &mut performed.end else { continue };
            let mut place = places.start + plan.deliveries.len();
            for visited in visited {
                let own = place..place + visited.deliveries.len();
                place = own.end;
                name_visited(visited, ids, before, after);
                self.deliveries[own].clone_from_slice(&visited.deliveries);
            }
        }
    }

    /// The probes and what was sent to shrink them.
    pub(super) fn probed(&self) -> &Probed {
        &self.probed
    }

    /// What became of each recipe that was sent; the last delivery of each is the probe itself.
    pub(super) fn probe_standings<'p>(&self, proof: &'p Proof<'_>) -> Vec<&'p Standing> {
        let last = |places: &Range<usize>| Some(&proof.rows.get(places.end.checked_sub(1)?)?.standing);
        self.probe_places.iter().filter_map(last).collect()
    }

    /// Adds what was sent to shrink a probe by the books, and which of it is the least that fails alike.
    pub(super) fn add_shrunk(&mut self, place: usize, tried: Vec<Fired>, best: Option<usize>) {
        let from = self.probed.fired.len();
        self.probed.booked.push((place, best.map_or(place, |best| from + best)));
        for fired in tried {
            self.probe_places.push(gather(&mut self.deliveries, &fired.aimed.plan, &fired.heard, &[]));
            self.probed.fired.push(fired);
        }
    }
}

/// Adds the deliveries of a plan with what was heard of them, then those of its visits; tells where they stand.
pub(super) fn gather(
    deliveries: &mut Vec<Delivery>,
    plan: &Plan,
    heard: &[Heard],
    visited: &[Visited],
) -> Range<usize> {
    let from = deliveries.len();
    deliveries.extend(plan.deliveries.iter().map(|planned| Delivery {
        sent: planned.sent.clone(),
        purpose: planned.purpose,
        faults: Vec::new(),
        attempts: Vec::new(),
        dead_lettered: false,
    }));
    for (shot, heard) in plan.shots().zip(heard) {
        if let Some(delivery) = shot.delivery.and_then(|place| deliveries.get_mut(from + place)) {
            let attempts = heard.0.iter().map(|tried| Attempt { outcome: tried.outcome, took: tried.took });
            delivery.attempts.extend(attempts);
        }
    }
    deliveries.extend(visited.iter().flat_map(|visited| visited.deliveries.iter().cloned()));
    from..deliveries.len()
}

/// Names the events of one visit that the operator took and did not name.
fn name_visited(visited: &mut Visited, ids: &Ids, before: &[Credit], after: &[Credit]) {
    let taken = visited.deliveries.iter().filter(|delivery| delivery.any_ok());
    let genuine = taken.map(|delivery| Delivery { purpose: Purpose::Genuine, ..delivery.clone() });
    let unnamed: Vec<Delivery> = genuine.filter(|delivery| oracle::is_unnamed(delivery, ids)).collect();
    let names = oracle::names(&unnamed, ids, before, after);
    for delivery in &mut visited.deliveries {
        if let Some(name) = names.get(&delivery.sent.key) {
            delivery.sent.event_id.clone_from(name);
        }
    }
}

/// Visits with what became of their deliveries, which stand one behind the other.
fn with_standings(visited: &[Visited], mut standings: &[Standing]) -> Vec<Visited> {
    let mut take = |visited: &Visited| {
        let (own, rest) = standings.split_at(visited.deliveries.len().min(standings.len()));
        standings = rest;
        Visited { standings: own.to_vec(), ..visited.clone() }
    };
    visited.iter().map(&mut take).collect()
}

/// What was found in the books.
pub(super) struct Found<'a> {
    /// Both readings, where both succeeded.
    pub(super) books: Option<&'a Books>,
    /// The check of the readings themselves, where there was anything to read.
    pub(super) reading: Option<Check>,
}

/// The report of the suite.
pub(super) fn judge(
    setting: &Setting<'_>,
    terms: &Terms,
    docket: &Docket,
    found: Found<'_>,
    repro: &Repro<'_>,
) -> RunReport {
    let ids = Ids::new(setting.inputs.tag.clone());
    let evidence = Evidence {
        deliveries: &docket.deliveries,
        books: found.books,
        ids: &ids,
        ftd_minimum: setting.scenario.ftd_minimum,
        booked: &setting.scenario.booked,
        road: Road::Own,
    };
    let proof = oracle::prove(&evidence);
    let credits = found.books.map_or(&[][..], |books| books.after.as_slice());
    let mut checks = cases(docket, terms, &proof, credits, repro);
    checks.extend(probe_check::check(&docket.probed, &docket.probe_standings(&proof), setting, repro));
    checks.extend(found.reading);
    if terms.contract.strict {
        for check in checks.iter_mut().filter(|check| check.verdict == Verdict::Warn) {
            check.verdict = Verdict::Fail;
        }
    }
    let today = repro.now.to_zoned(TimeZone::UTC).date();
    let Waived { ids: waived, checks: trouble } = waive(&mut checks, &terms.contract.waivers, today);
    checks.extend(trouble);
    // A case of the same name has told it already.
    let told: Vec<String> = checks.iter().map(|check| check.id.clone()).collect();
    let overall = overall(docket, &evidence, &proof, &waived);
    checks.extend(overall.into_iter().filter(|check| !told.contains(&check.id)));
    let mut report = setting.assemble(checks);
    report.ledger = Some(LedgerBlock::of(&proof));
    report
}

fn cases(docket: &Docket, terms: &Terms, proof: &Proof<'_>, credits: &[Credit], repro: &Repro<'_>) -> Vec<Check> {
    let suite: Vec<(&Shot, &Heard)> = docket
        .performed
        .iter()
        .filter_map(|performed| match &performed.end {
            End::Sent(plan, heard, _) => Some(plan.shots().zip(heard)),
            _ => None,
        })
        .flatten()
        .collect();
    let check = |(performed, places): (&Performed, &Range<usize>)| {
        let card = performed.case.card();
        let (finding, lines) = match &performed.end {
            End::Unfit(why) => (Finding::skipped(why.clone()), Vec::new()),
            End::Unprepared(why) => (Finding::inconclusive(why.clone()), Vec::new()),
            End::Sent(plan, heard, visited) => {
                let rows = &proof.rows[places.clone()];
                let standings: Vec<Standing> = rows.iter().map(|row| row.standing.clone()).collect();
                let (standings, rest) = standings.split_at(plan.deliveries.len().min(standings.len()));
                let visited = &with_standings(visited, rest);
                let tells_ftd = proof.tells_ftd;
                let trial =
                    Trial { case: card.id, terms, plan, heard, standings, visited, credits, tells_ftd, suite: &suite };
                let finding = performed.case.judge(&trial);
                let lines = repro.lines(card.id, plan, visited, &finding);
                (finding, lines)
            }
        };
        let expected = format!("{} [{}]", card.expected, card.rule);
        Check { repro: lines, ..Check::new(card.id, finding.verdict, expected, finding.observed) }
    };
    docket.performed.iter().zip(&docket.places).map(check).collect()
}

/// The oracle's checks over every event that the suite sent, but for those of waived cases.
fn overall(docket: &Docket, evidence: &Evidence<'_>, proof: &Proof<'_>, waived: &[String]) -> Vec<Check> {
    let mut counted = vec![true; docket.deliveries.len()];
    for (performed, places) in docket.performed.iter().zip(&docket.places) {
        let is_waived = waived.iter().any(|id| id == performed.case.card().id);
        counted[places.clone()].fill(!is_waived);
    }
    if waived.iter().any(|id| id == PROBES) {
        docket.probe_places.iter().for_each(|places| counted[places.clone()].fill(false));
    }
    // What was cut short before it was sent is nobody's fault.
    let sent = docket.deliveries.iter().map(|delivery| !delivery.attempts.is_empty());
    let counted: Vec<bool> = counted.iter().zip(sent).map(|(&counted, sent)| counted && sent).collect();
    let mut proof = proof.clone();
    let mut place = 0;
    proof.rows.retain(|_| {
        place += 1;
        counted[place - 1]
    });
    let mut checks = oracle::checks(evidence, &proof, &[], &[]);
    // Clicks, handshakes and forgeries alone owe no acceptance: without a genuine event there is none to miss.
    if !docket.deliveries.iter().any(|delivery| delivery.purpose == Purpose::Genuine) {
        checks.retain(|check| !matches!(check.id.as_str(), "ledger.accepted" | "evidence.answers-only"));
    }
    checks
}
