//! From the proof of a load to checks, under the ids that those of a run have.

use super::BulkProof;
use crate::model::{Check, Verdict, printable};
use crate::oracle::checks::{fault_id, vacuous};
use crate::oracle::{Exercise, money_check};
use crate::scenario::Rate;

/// How many events a check names before it only counts.
const NAMED: usize = 3;

/// Every check on events and forgeries. `books` says whether credits were read back, `unsettled` whether they were still
/// coming then.
pub fn bulk_checks(proof: &BulkProof, books: bool, unsettled: bool) -> Vec<Check> {
    let ledger = &proof.ledger;
    let fail = |id: &str, expected: &str, word: &str, count: u64| {
        let verdict = if count == 0 { Verdict::Pass } else { Verdict::Fail };
        Check::new(id, verdict, expected, named(count, proof.offenders.of(word)))
    };
    let mut checks = vec![
        accepted_at_all(proof),
        fail("ledger.double", "no event is credited more than once", "double", ledger.double),
        fail("ledger.refused", "no genuine event is refused", "refused", ledger.refused),
        unknown_fates(proof),
        fail("forgery.accepted", "no forgery is answered as accepted", "accepted", ledger.forgeries_accepted),
    ];
    if books {
        checks.extend([
            fail("ledger.lost", "every acknowledged event is credited", "lost", ledger.lost),
            fail("ledger.corrupt", "credits say what was sent", "corrupt", ledger.corrupt),
            fail("ledger.contradicted", "what was refused is not credited", "contradicted", ledger.contradicted),
            fail("forgery.credited", "no forgery is credited", "forged", ledger.forgeries_credited),
            unexpected(proof),
            money_check(&proof.money, unsettled),
        ]);
        if !proof.tells_ftd {
            let expected = "credits tell whether they count as an FTD";
            checks.push(Check::new("ftd.flag", Verdict::Skipped, expected, "no credit has `is_ftd`"));
        }
    } else {
        checks.push(answers_only(proof));
    }
    checks.extend((proof.unjudged > 0).then(|| left_out(proof)));
    checks
}

/// One check for each kind of fault: whether it was among the postbacks. What became of the events is told by the checks on
/// all of them, but for answers to forgeries that are wrong whatever the books say. `exercises` goes with `rates`.
pub fn bulk_fault_checks(rates: &[Rate], exercises: &[Exercise]) -> Vec<Check> {
    let check = |(rate, exercise): (&Rate, &Exercise)| {
        let Exercise { kind, sent, reached, odd, .. } = exercise;
        let expected = format!("{}: it takes effect, and is judged with all others", kind.about());
        if *reached == 0 {
            return vacuous(*rate, exercise, expected);
        }
        let verdict = if odd.is_empty() { Verdict::Pass } else { Verdict::Fail };
        let odd = if odd.is_empty() { String::new() } else { format!(": {}", odd.join("; ")) };
        Check::new(fault_id(*kind), verdict, expected, format!("{sent} sent, {reached} reached the target{odd}"))
    };
    rates.iter().zip(exercises).map(check).collect()
}

fn accepted_at_all(proof: &BulkProof) -> Check {
    let ledger = &proof.ledger;
    let not = ledger.refused + ledger.contradicted + ledger.unresolved + ledger.dead_lettered + ledger.recovered;
    let accepted = ledger.events.saturating_sub(not);
    let verdict = if accepted == 0 { Verdict::Inconclusive } else { Verdict::Pass };
    let expected = "some genuine event is accepted, or nothing was tested";
    Check::new("ledger.accepted", verdict, expected, format!("{accepted} of {} were", ledger.events))
}

fn unknown_fates(proof: &BulkProof) -> Check {
    let words = ["unresolved", "dead-lettered"];
    let named_ones: Vec<String> = words.iter().flat_map(|word| proof.offenders.of(word)).cloned().collect();
    let count = proof.ledger.unresolved + proof.ledger.dead_lettered;
    let verdict = if count == 0 { Verdict::Pass } else { Verdict::Inconclusive };
    Check::new("ledger.unresolved", verdict, "every event's fate is known", named(count, &named_ones))
}

fn unexpected(proof: &BulkProof) -> Check {
    let verdict = if proof.unexpected == 0 { Verdict::Pass } else { Verdict::Fail };
    let strangers = proof.first_unexpected.iter().map(|credit| {
        let click = printable(credit.click_id.as_deref().unwrap_or("none"));
        format!("event_id \"{}\" on click {click}", printable(&credit.event_id))
    });
    let strangers: Vec<String> = strangers.collect();
    let expected = "no credit of this run that no delivery explains";
    Check::new("ledger.unexpected", verdict, expected, named(proof.unexpected, &strangers))
}

fn answers_only(proof: &BulkProof) -> Check {
    let (verdict, observed) = if proof.answers_flagged {
        (Verdict::Pass, "the answers' `idempotent` flag; credits were not read back")
    } else {
        (Verdict::Inconclusive, "credits were not read back, and no answer has an `idempotent` flag: give --read-back")
    };
    Check::new("evidence.answers-only", verdict, "something tells a first delivery from a repeat", observed)
}

fn left_out(proof: &BulkProof) -> Check {
    let observed =
        format!("{} attempts or credits are of another plan, or beyond what is held at once", proof.unjudged);
    Check::new("ledger.whole", Verdict::Inconclusive, "everything that was sent and booked is judged", observed)
}

/// "none", or how many and the first few of them.
fn named(count: u64, first: &[String]) -> String {
    let shown = first[..first.len().min(NAMED)].join("; ");
    match usize::try_from(count) {
        Ok(0) => "none".to_owned(),
        Ok(few) if few <= NAMED && few == first.len() => shown,
        _ => format!("{count}: {shown}; …"),
    }
}
