//! From the proof to checks: one rule each, with the events that broke it by name.

use super::answers::carries_flag;
use super::{Evidence, Exercise, Ledger, MoneyRow, Proof, Row, Standing};
use crate::model::{Check, FaultKind, InfoReason, Outcome, Purpose, Road, Verdict, printable};
use crate::scenario::Rate;

/// How many events a check names before it only counts.
const NAMED: usize = 3;

/// Every check on events, answers and faults. `exercises` goes with `rates`, place by place.
pub fn checks(evidence: &Evidence<'_>, proof: &Proof<'_>, rates: &[Rate], exercises: &[Exercise]) -> Vec<Check> {
    let mut checks = vec![accepted_at_all(proof)];
    checks.extend(standings(evidence, proof));
    checks.extend(evidence_checks(evidence));
    // Behind an operator nobody sees what its sender is answered; a form may well lead on to a page.
    if evidence.road == Road::Own {
        checks.push(no_redirect(evidence));
    }
    checks.extend(rates.iter().zip(exercises).map(|(rate, exercise)| fault_check(proof, *rate, exercise)));
    checks
}

fn accepted_at_all(proof: &Proof<'_>) -> Check {
    let Ledger { events, refused, contradicted, unresolved, dead_lettered, recovered, .. } = proof.ledger;
    let accepted = events.saturating_sub(refused + contradicted + unresolved + dead_lettered + recovered);
    let verdict = if accepted == 0 { Verdict::Inconclusive } else { Verdict::Pass };
    Check::new(
        "ledger.accepted",
        verdict,
        "some genuine event is accepted, or nothing was tested",
        format!("{accepted} of {} were", proof.ledger.events),
    )
}

/// One check for each cell of the table that a run can stumble over.
fn standings(evidence: &Evidence<'_>, proof: &Proof<'_>) -> Vec<Check> {
    let rule = |id: &str, expected: &str, wanted: fn(&Standing) -> bool| {
        let hits: Vec<&Row<'_>> = proof.rows.iter().filter(|row| wanted(&row.standing)).collect();
        let verdict = hits.iter().map(|row| row.standing.verdict()).max().unwrap_or(Verdict::Pass);
        Check::new(id, verdict, expected, named(hits.into_iter().map(described)))
    };
    let mut checks = vec![
        rule("ledger.double", "no event is credited more than once", |s| matches!(s, Standing::Double)),
        rule("ledger.refused", "no genuine event is refused", |s| matches!(s, Standing::Refused)),
        rule("ledger.unresolved", "every event's fate is known", |s| {
            matches!(s, Standing::Unresolved | Standing::DeadLettered)
        }),
        rule("forgery.accepted", "no forgery is answered as accepted", |s| matches!(s, Standing::Accepted)),
    ];
    if evidence.books.is_some() {
        checks.extend([
            rule("ledger.lost", "every acknowledged event is credited", |s| matches!(s, Standing::Lost)),
            rule("ledger.corrupt", "credits say what was sent", |s| matches!(s, Standing::Corrupt(_))),
            rule("ledger.contradicted", "what was refused is not credited", |s| matches!(s, Standing::Contradicted)),
            rule("forgery.credited", "no forgery is credited", |s| matches!(s, Standing::Forged)),
            unexpected(proof),
        ]);
    }
    checks
}

fn unexpected(proof: &Proof<'_>) -> Check {
    let verdict = if proof.unexpected.is_empty() { Verdict::Pass } else { Verdict::Fail };
    let strangers = proof.unexpected.iter().map(|credit| {
        let click = printable(credit.click_id.as_deref().unwrap_or("none"));
        format!("event_id \"{}\" on click {click}", printable(&credit.event_id))
    });
    Check::new("ledger.unexpected", verdict, "no credit of this run that no delivery explains", named(strangers))
}

/// What the evidence itself can and cannot show.
fn evidence_checks(evidence: &Evidence<'_>) -> Vec<Check> {
    if let Some(books) = evidence.books {
        let told = books.tells_ftd();
        let expected = "credits tell whether they count as an FTD";
        return if told {
            Vec::new()
        } else {
            vec![Check::new("ftd.flag", Verdict::Skipped, expected, "no credit has `is_ftd`")]
        };
    }
    if evidence.road == Road::Operator {
        let observed =
            "what the operator answered to its players says nothing of the tracker's books: give --read-back";
        let expected = "something tells what became of the operator's postbacks";
        return vec![Check::new("evidence.answers-only", Verdict::Inconclusive, expected, observed)];
    }
    let flagged = evidence.deliveries.iter().any(carries_flag);
    let (verdict, observed) = if flagged {
        (Verdict::Pass, "the answers' `idempotent` flag; credits were not read back")
    } else {
        (Verdict::Inconclusive, "credits were not read back, and no answer has an `idempotent` flag: give --read-back")
    };
    vec![Check::new("evidence.answers-only", verdict, "something tells a first delivery from a repeat", observed)]
}

fn no_redirect(evidence: &Evidence<'_>) -> Check {
    let redirects = evidence.deliveries.iter().filter_map(|delivery| {
        let redirected =
            delivery.attempts.iter().find(|attempt| matches!(attempt.outcome, Outcome::Info(InfoReason::Redirect(_))));
        redirected.map(|attempt| format!("{} was {}", delivery.sent.event_id, attempt.outcome))
    });
    let redirects: Vec<String> = redirects.collect();
    let verdict = if redirects.is_empty() { Verdict::Pass } else { Verdict::Fail };
    Check::new("http.no-redirect", verdict, "the postback endpoint never redirects (seed 003 §5)", named(redirects))
}

fn fault_check(proof: &Proof<'_>, rate: Rate, exercise: &Exercise) -> Check {
    let kind = exercise.kind;
    let expected = if !kind.is_forgery() {
        format!("{}: still credited exactly once", kind.about())
    } else if proof.rows.iter().any(|row| row.purpose == Purpose::Conflicting(kind.name())) {
        format!("{}: the first value stands", kind.about())
    } else {
        format!("{}: refused with a 4xx, and no credit", kind.about())
    };
    if exercise.reached == 0 {
        return vacuous(rate, exercise, expected);
    }
    let broken = broken_by(proof, exercise);
    let (verdict, what) = match (broken.is_empty() && exercise.odd.is_empty(), exercise.tolerated.is_empty()) {
        (false, _) => (Verdict::Fail, named(broken.into_iter().chain(exercise.odd.iter().cloned()))),
        (true, false) => (Verdict::Warn, named(exercise.tolerated.iter().cloned())),
        (true, true) => (Verdict::Pass, "all as they should be".to_owned()),
    };
    Check::new(
        fault_id(kind),
        verdict,
        expected,
        format!("{} sent, {} reached the target: {what}", exercise.sent, exercise.reached),
    )
}

/// The id of the check on a kind of fault.
pub(super) fn fault_id(kind: FaultKind) -> String {
    let family = if kind.is_forgery() { "forgery" } else { "fault" };
    format!("{family}.{}", kind.name())
}

/// The check on a fault of which nothing took effect: what was asked for, or placed in vain, proves nothing.
pub(super) fn vacuous(rate: Rate, exercise: &Exercise, expected: String) -> Check {
    let verdict = if rate.declared || exercise.sent > 0 { Verdict::Inconclusive } else { Verdict::Skipped };
    let observed = format!("{} placed, none took effect at the target", exercise.sent);
    Check::new(fault_id(exercise.kind), verdict, expected, observed)
}

/// The deliveries of this fault that came to a bad end. A fault on a genuine event is only blamed for what it can cause.
fn broken_by(proof: &Proof<'_>, exercise: &Exercise) -> Vec<String> {
    let of_kind = |row: &&Row<'_>| match row.purpose {
        Purpose::Forged(cause) | Purpose::Conflicting(cause) | Purpose::Open(cause) | Purpose::Untold(cause) => {
            cause == exercise.kind.name()
        }
        Purpose::Genuine => exercise.touched.contains(&row.sent.key),
    };
    let bad = proof.rows.iter().filter(of_kind).filter(|row| may_cause(exercise.kind, &row.standing));
    bad.map(described).collect()
}

/// Whether a fault can be what brought an event to this end. A repeat makes doubles, and losses where its first arrival
/// was noted and not booked; an unusual place in time makes refusals, losses and wrong FTD flags.
fn may_cause(kind: FaultKind, standing: &Standing) -> bool {
    match kind {
        FaultKind::Duplicate | FaultKind::Concurrent | FaultKind::TimeoutRetry | FaultKind::AckLost => {
            matches!(standing, Standing::Double | Standing::Lost)
        }
        FaultKind::Reordered | FaultKind::Late => {
            matches!(standing, Standing::Refused | Standing::Contradicted | Standing::Lost)
                || matches!(standing, Standing::Corrupt(wrong) if wrong.iter().any(|wrong| wrong.field == "is_ftd"))
        }
        _ => standing.verdict() == Verdict::Fail,
    }
}

/// The money bound as a check; while credits are still coming it says neither yes nor no.
pub fn money_check(rows: &[MoneyRow], unsettled: bool) -> Check {
    let broken: Vec<String> = rows.iter().filter(|row| !row.holds()).map(unbalanced).collect();
    let verdict = match (broken.is_empty(), unsettled) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Inconclusive,
        (false, false) => Verdict::Fail,
    };
    let expected = "per affiliate, brand, currency and day, what is acknowledged is booked and no more";
    let observed = if broken.is_empty() { format!("every account balances: {}", rows.len()) } else { named(broken) };
    Check::new("money.bound", verdict, expected, observed)
}

fn unbalanced(row: &MoneyRow) -> String {
    let MoneyRow { affiliate, brand, currency, .. } = row;
    let day = jiff::Timestamp::from_second(row.day * 86_400)
        .map_or_else(|_| String::new(), |day| day.strftime("%F").to_string());
    let [booked, least, most] = [row.booked, row.least, row.most].map(|amount| amount.normalize());
    let owed = if least == most { least.to_string() } else { format!("{least} to {most}") };
    format!("{affiliate}, {brand}, {day}: {booked} {currency} booked, must be {owed}")
}

fn described(row: &Row<'_>) -> String {
    describe(&row.sent.event_id, &row.standing, row.purpose)
}

/// A delivery by its id, and what became of it.
pub(super) fn describe(id: &str, standing: &Standing, purpose: Purpose) -> String {
    match (standing, purpose) {
        (Standing::Corrupt(mismatches), _) => {
            let all: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
            format!("{id}: {}", all.join(", "))
        }
        (Standing::Accepted | Standing::Forged, Purpose::Forged(cause) | Purpose::Conflicting(cause)) => {
            format!("{id} ({cause}) {}", standing.word())
        }
        _ => format!("{id} {}", standing.word()),
    }
}

/// "none", or how many and the first few of them.
fn named(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.len() {
        0 => "none".to_owned(),
        1..=NAMED => items.join("; "),
        many => format!("{many}: {}; …", items[..NAMED].join("; ")),
    }
}

#[cfg(test)]
mod tests;
