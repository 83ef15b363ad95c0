//! The proof: every delivery put into its row of the table, every new credit explained or named a stranger.

use std::collections::{HashMap, HashSet};

use super::answers::standing_by_answers;
use super::compare::{mismatches, owed_amount, same_amount};
use super::{Books, Row, Standing};
use crate::model::{Amount, Credit, Delivery, EventKey, EventKind, Ids, Purpose, Road};

/// All that is known after a run.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// What was sent and how each attempt ended.
    pub deliveries: &'a [Delivery],
    /// The books; `None`: the answers are the only evidence.
    pub books: Option<&'a Books>,
    /// The ids of this run.
    pub ids: &'a Ids,
    /// The smallest first deposit that counts as an FTD, in its own currency.
    pub ftd_minimum: Amount,
    /// The kinds of events that the books hold.
    pub booked: &'a [EventKind],
    /// By whom the postbacks were fired.
    pub road: Road,
}

/// What became of everything.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// One row for every delivery, in the order given.
    pub rows: Vec<Row<'a>>,
    /// New credits of this run that no delivery explains.
    pub unexpected: Vec<Credit>,
    /// New credits that have nothing to do with this run.
    pub foreign: u64,
    /// Whether the books tell of FTDs at all.
    pub tells_ftd: bool,
    /// The figures.
    pub ledger: Ledger,
}

/// How many events stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field counts the deliveries of the standing of that name")]
pub struct Ledger {
    /// Attempts of all deliveries.
    pub attempts: u64,
    /// Genuine events.
    pub events: u64,
    pub ok: u64,
    pub lost: u64,
    pub double: u64,
    pub corrupt: u64,
    pub refused: u64,
    pub contradicted: u64,
    pub recovered: u64,
    pub unresolved: u64,
    pub dead_lettered: u64,
    /// Forged and conflicting deliveries; open ones are neither events nor forgeries, and show only where they end badly.
    pub forgeries: u64,
    /// Of those, the ones that were refused (a 4xx, 409 included).
    pub forgeries_refused: u64,
    /// Of those, the ones answered as accepted although they must be refused.
    pub forgeries_accepted: u64,
    /// Of those, the ones that were booked.
    pub forgeries_credited: u64,
}

impl Ledger {
    /// Counts one delivery's standing.
    pub(super) fn add(&mut self, standing: &Standing) {
        *match standing {
            Standing::Ok => &mut self.ok,
            Standing::Lost => &mut self.lost,
            Standing::Double => &mut self.double,
            Standing::Corrupt(_) => &mut self.corrupt,
            Standing::Recovered => &mut self.recovered,
            Standing::Unresolved => &mut self.unresolved,
            Standing::DeadLettered => &mut self.dead_lettered,
            Standing::Refused => &mut self.refused,
            Standing::Contradicted => &mut self.contradicted,
            Standing::Accepted => &mut self.forgeries_accepted,
            Standing::Forged => &mut self.forgeries_credited,
            Standing::Harmless => return,
        } += 1;
    }
}

/// Puts every delivery into its row.
pub fn prove<'a>(evidence: &Evidence<'a>) -> Proof<'a> {
    let new = evidence.books.map(Books::new_by_event);
    let first = first_deposits(evidence);
    let owed_ftds = owed_ftds(evidence, &first);
    let conflicting = conflicting_amounts(evidence.deliveries);
    let tells_ftd = evidence.books.is_some_and(Books::tells_ftd);
    let judge = Judge {
        evidence,
        new: new.as_ref(),
        owed_ftds,
        first_deposits: first.into_iter().map(|(account, d)| (account, (d.sent.at, d.sent.key))).collect(),
        tells_ftd,
        conflicting,
    };
    let rows: Vec<Row<'a>> = evidence.deliveries.iter().map(|delivery| judge.row(delivery)).collect();
    let (unexpected, foreign) = strangers(evidence, new.as_ref());
    let ledger = tally(evidence.deliveries, &rows);
    Proof { rows, unexpected, foreign, tells_ftd, ledger }
}

struct Judge<'e, 'a> {
    evidence: &'e Evidence<'a>,
    new: Option<&'e HashMap<&'a str, Vec<&'a Credit>>>,
    owed_ftds: HashSet<&'a str>,
    /// When each account's first genuine deposit happened, and which it is.
    first_deposits: HashMap<&'a str, (i64, EventKey)>,
    tells_ftd: bool,
    conflicting: HashMap<&'a str, Vec<Amount>>,
}

impl<'a> Judge<'_, 'a> {
    fn row(&self, delivery: &'a Delivery) -> Row<'a> {
        let standing = match (delivery.purpose, self.new) {
            (Purpose::Genuine, Some(_)) => self.genuine(delivery),
            (Purpose::Open(_), Some(_)) => self.open(delivery),
            (Purpose::Untold(_), Some(_)) if self.credits(delivery).len() > 1 => Standing::Double,
            (Purpose::Untold(_), Some(_)) => Standing::Harmless,
            (Purpose::Forged(_) | Purpose::Conflicting(_), Some(_)) => self.other(delivery),
            (_, None) => standing_by_answers(delivery),
        };
        Row { sent: &delivery.sent, purpose: delivery.purpose, standing }
    }

    fn credits(&self, delivery: &Delivery) -> &[&'a Credit] {
        self.new.and_then(|new| new.get(delivery.sent.event_id.as_str())).map_or(&[], Vec::as_slice)
    }

    /// A credit that carries a conflicting delivery's amount, and not the genuine one's, is the conflicting one's own.
    fn is_conflicting(&self, delivery: &Delivery, credit: &Credit) -> bool {
        let amounts = self.conflicting.get(delivery.sent.event_id.as_str()).map_or(&[][..], Vec::as_slice);
        amounts.iter().any(|&amount| same_amount(Some(amount), credit.amount.as_ref()))
    }

    fn genuine(&self, delivery: &Delivery) -> Standing {
        let credits: Vec<&Credit> =
            self.credits(delivery).iter().copied().filter(|credit| !self.is_conflicting(delivery, credit)).collect();
        let held = self.evidence.booked.contains(&delivery.sent.kind());
        match (credits.as_slice(), delivery.any_ok(), delivery.any_info()) {
            ([_, _, ..], _, _) => Standing::Double,
            ([], true, _) if held => self.missing(),
            ([], true, _) => Standing::Ok,
            ([], false, true) if delivery.dead_lettered => Standing::DeadLettered,
            ([], false, true) => Standing::Unresolved,
            ([], false, false) => Standing::Refused,
            ([_], false, false) => Standing::Contradicted,
            ([credit], ok, _) => self.once(delivery, credit, ok),
        }
    }

    /// An event that was accepted and is not in the books: lost, unless they were still filling when they were read.
    fn missing(&self) -> Standing {
        let unsettled = self.evidence.books.is_some_and(|books| books.unsettled);
        if unsettled { Standing::Unresolved } else { Standing::Lost }
    }

    /// An event that was booked exactly once, and was accepted or may have been.
    fn once(&self, delivery: &Delivery, credit: &Credit, ok: bool) -> Standing {
        let ftd = self.tells_ftd.then(|| self.owed_ftds.contains(delivery.sent.event_id.as_str()));
        match mismatches(&delivery.sent, credit, ftd) {
            found if !found.is_empty() => Standing::Corrupt(found),
            _ if ok => Standing::Ok,
            _ => Standing::Recovered,
        }
    }

    /// What the target may take or refuse: once it has answered, it is held to its answer.
    fn open(&self, delivery: &Delivery) -> Standing {
        let held = self.evidence.booked.contains(&delivery.sent.kind());
        match (self.credits(delivery), delivery.any_ok(), delivery.any_info()) {
            ([_, _, ..], _, _) => Standing::Double,
            ([], true, _) if held => self.missing(),
            ([_], false, false) => Standing::Contradicted,
            ([], _, _) | ([_], false, true) => Standing::Harmless,
            ([credit], true, _) => match mismatches(&delivery.sent, credit, self.open_flag(delivery)) {
                found if found.is_empty() => Standing::Harmless,
                found => Standing::Corrupt(found),
            },
        }
    }

    /// The FTD flag that an open deposit owes once it is taken: none, unless it could be the account's first. Then the
    /// target may see it either way, since it might as well have refused the deposit.
    fn open_flag(&self, delivery: &Delivery) -> Option<bool> {
        let sent = &delivery.sent;
        let earlier = |(at, key): &(i64, EventKey)| (*at, *key) < (sent.at, sent.key);
        let could_be_first = sent.kind() == EventKind::Deposit
            && sent.money.is_some_and(|money| money.amount() >= self.evidence.ftd_minimum)
            && !self.first_deposits.get(sent.account.as_str()).is_some_and(earlier);
        (self.tells_ftd && !could_be_first).then_some(false)
    }

    fn other(&self, delivery: &Delivery) -> Standing {
        let conflicting = matches!(delivery.purpose, Purpose::Conflicting(_));
        let own = self
            .credits(delivery)
            .iter()
            .any(|credit| !conflicting || same_amount(owed_amount(&delivery.sent), credit.amount.as_ref()));
        match (own, conflicting) {
            (true, _) => Standing::Forged,
            (false, false) if delivery.any_ok() => Standing::Accepted,
            (false, _) => Standing::Harmless,
        }
    }
}

/// Each account's first genuine deposit.
fn first_deposits<'a>(evidence: &Evidence<'a>) -> HashMap<&'a str, &'a Delivery> {
    let mut first: HashMap<&str, &Delivery> = HashMap::new();
    for delivery in
        evidence.deliveries.iter().filter(|d| d.purpose == Purpose::Genuine && d.sent.kind() == EventKind::Deposit)
    {
        let earliest = first.entry(&delivery.sent.account).or_insert(delivery);
        if (delivery.sent.at, delivery.sent.key) < (earliest.sent.at, earliest.sent.key) {
            *earliest = delivery;
        }
    }
    first
}

/// Each account's first deposit, where it was sent as an FTD and is large enough to be one.
fn owed_ftds<'a>(evidence: &Evidence<'a>, first: &HashMap<&'a str, &'a Delivery>) -> HashSet<&'a str> {
    let owed = |delivery: &&&'a Delivery| {
        delivery.sent.says_ftd && delivery.sent.money.is_some_and(|money| money.amount() >= evidence.ftd_minimum)
    };
    first.values().filter(owed).map(|delivery| delivery.sent.event_id.as_str()).collect()
}

/// The amounts of conflicting deliveries by event id, those apart that equal the genuine one's.
fn conflicting_amounts(deliveries: &[Delivery]) -> HashMap<&str, Vec<Amount>> {
    let conflicting = deliveries.iter().filter(|d| matches!(d.purpose, Purpose::Conflicting(_)));
    let mut amounts: HashMap<&str, Vec<Amount>> = HashMap::new();
    for delivery in conflicting {
        amounts.entry(&delivery.sent.event_id).or_default().extend(owed_amount(&delivery.sent));
    }
    for delivery in deliveries.iter().filter(|d| d.purpose == Purpose::Genuine) {
        if let Some(amounts) = amounts.get_mut(delivery.sent.event_id.as_str()) {
            amounts.retain(|&amount| Some(amount) != owed_amount(&delivery.sent));
        }
    }
    amounts
}

/// New credits that no delivery explains: those of this run, and the number of those that are none of its business.
fn strangers(evidence: &Evidence<'_>, new: Option<&HashMap<&str, Vec<&Credit>>>) -> (Vec<Credit>, u64) {
    let Some(new) = new else { return (Vec::new(), 0) };
    let known: HashSet<&str> = evidence.deliveries.iter().map(|d| d.sent.event_id.as_str()).collect();
    let clicks: HashSet<&str> = evidence.deliveries.iter().map(|d| d.sent.click_id.as_str()).collect();
    let ours = |credit: &Credit| {
        evidence.ids.bears_tag(&credit.event_id)
            || credit.click_id.as_deref().is_some_and(|click| clicks.contains(click))
    };
    let unexplained = new.iter().filter(|(id, _)| !known.contains(*id)).flat_map(|(_, credits)| credits);
    let (mut unexpected, foreign): (Vec<&Credit>, Vec<&Credit>) = unexplained.partition(|credit| ours(credit));
    unexpected.sort_by(|a, b| a.event_id.cmp(&b.event_id));
    (unexpected.into_iter().cloned().collect(), foreign.len() as u64)
}

fn tally(deliveries: &[Delivery], rows: &[Row<'_>]) -> Ledger {
    let mut ledger = Ledger::default();
    for (delivery, row) in deliveries.iter().zip(rows) {
        ledger.attempts += delivery.attempts.len() as u64;
        match delivery.purpose {
            Purpose::Genuine => ledger.events += 1,
            Purpose::Open(_) | Purpose::Untold(_) => {}
            Purpose::Forged(_) | Purpose::Conflicting(_) => {
                ledger.forgeries += 1;
                ledger.forgeries_refused += u64::from(delivery.refused_at_all());
            }
        }
        ledger.add(&row.standing);
    }
    ledger
}

#[cfg(test)]
mod tests;
