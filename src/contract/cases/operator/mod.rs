//! `operator.*`: players on the operator's pages, and what the operator's own sender brings to the books of it. They need an
//! operator whose pages can be visited (`[operator] url`, or the stack inside this process) and books to read.

mod brands;
mod busy;
mod dead_letters;
mod deposit;
mod once;
mod redelivery;
mod refund;
mod registration;
mod repeat_deposit;

use crate::contract::{Case, Finding, Terms, Trial, Unfit, Visited};
use crate::model::{Currency, Delivery, Money, Purpose, Verdict};
use crate::oracle::Standing;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] = &[
    &registration::Registration,
    &deposit::Deposit,
    &repeat_deposit::RepeatDeposit,
    &refund::Refund,
    &once::Once,
    &brands::Brands,
    &busy::Busy,
    &dead_letters::DeadLetters,
    &redelivery::Redelivery,
];

/// The brand of most of these players.
const BRAND: &str = "alpha";

/// How many observations a finding tells before it only counts.
const TOLD: usize = 3;

/// So many minor units of a currency.
fn money(minor: i64, code: &str) -> Money {
    let currency: Currency = code.parse().expect("it is in the list");
    Money::from_minor(minor, currency)
}

/// Nothing against it where the operator's pages can be visited and the tracker's books be read.
fn need_operator(terms: &Terms) -> Result<(), Unfit> {
    terms.need_pages()?;
    terms.need_read_back()?;
    terms.need_clicks()
}

/// Why nothing can be told of the visits: one of them was not played to its end.
fn unplayed(trial: &Trial<'_>) -> Option<Finding> {
    if trial.visited.is_empty() {
        return Some(Finding::inconclusive("it was cut short before anybody came"));
    }
    let trouble = trial.visited.iter().find_map(|visited| visited.trouble.as_ref());
    trouble.map(|why| Finding::inconclusive(why.clone()))
}

/// The finding by what became of every event: each is owed one credit, with what the player did.
fn credited(trial: &Trial<'_>) -> Finding {
    if let Some(unplayed) = unplayed(trial) {
        return unplayed;
    }
    let all = || trial.visited.iter().flat_map(Visited::events);
    let worst = all().map(|(_, standing)| standing.verdict()).max().unwrap_or(Verdict::Pass);
    if worst == Verdict::Pass {
        return Finding::pass(format!("{} events, each credited once and as it happened", all().count()));
    }
    let bad: Vec<String> = all()
        .filter(|(_, standing)| standing.verdict() == worst)
        .map(|(delivery, standing)| told(delivery, standing))
        .collect();
    Finding { verdict: worst, observed: listed(&bad), shown_by: Vec::new() }
}

/// The first of some observations, and how many more there are.
fn listed(bad: &[String]) -> String {
    let more = bad.len().saturating_sub(TOLD);
    let first = bad.iter().take(TOLD).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 { format!("{first}; and {more} more") } else { first }
}

fn told(delivery: &Delivery, standing: &Standing) -> String {
    let what = match standing {
        Standing::Corrupt(wrong) => {
            let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
            format!("was booked with {}", wrong.join(", "))
        }
        Standing::Lost => "was taken by the operator and is not in the tracker's books".to_owned(),
        Standing::Double => "was credited more than once".to_owned(),
        standing => format!("is {}", standing.word()),
    };
    format!("{} ({}) {what}", delivery.sent.kind().name(), delivery.sent.event_id)
}

impl Visited {
    /// Each genuine event with what became of it.
    fn events(&self) -> impl Iterator<Item = (&Delivery, &Standing)> {
        self.deliveries.iter().zip(&self.standings).filter(|(delivery, _)| delivery.purpose == Purpose::Genuine)
    }
}

#[cfg(test)]
mod tests;
