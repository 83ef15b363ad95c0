//! Names for deliveries whose answers named none: where an operator's own sender fires and its answers tell no event id,
//! a credit belongs to the delivery of the same click, event and amount, in order.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::compare::{instant, owed_amount, same_amount};
use crate::model::{Credit, Delivery, EventKey, EventKind, Ids, Purpose};

/// Whether nobody told which id the delivery's postback carries, so that it still has the one that this run derived.
pub fn is_unnamed(delivery: &Delivery, ids: &Ids) -> bool {
    delivery.purpose == Purpose::Genuine && ids.parse(&delivery.sent.event_id) == Some(delivery.sent.key)
}

/// The event ids of the credits that unnamed deliveries owe. A credit that stood there before is nobody's, and one that
/// fits several goes to the first that was accepted, then to the first that may have been. Credits are taken by their
/// `ts_event` where it can be read, then as they stand.
pub fn names(deliveries: &[Delivery], ids: &Ids, before: &[Credit], after: &[Credit]) -> HashMap<EventKey, String> {
    let mut unnamed: Vec<&Delivery> = deliveries.iter().filter(|delivery| is_unnamed(delivery, ids)).collect();
    if unnamed.is_empty() {
        return HashMap::new();
    }
    let mut free = free(deliveries, before, after);
    unnamed.sort_by_key(|delivery| {
        (Reverse((delivery.any_ok(), delivery.any_info())), delivery.sent.at, delivery.sent.key)
    });
    let mut names = HashMap::new();
    for delivery in unnamed {
        let Some(credits) = free.get_mut(delivery.sent.click_id.as_str()) else { continue };
        if let Some(place) = credits.iter().position(|credit| fits(delivery, credit)) {
            names.insert(delivery.sent.key, credits.remove(place).event_id.clone());
        }
    }
    names
}

/// New credits by click, one of each event id, but for those that a delivery has by name.
fn free<'a>(deliveries: &[Delivery], before: &[Credit], after: &'a [Credit]) -> HashMap<&'a str, Vec<&'a Credit>> {
    let taken = deliveries.iter().map(|delivery| delivery.sent.event_id.as_str());
    let mut seen: HashSet<&str> = taken.chain(before.iter().map(|credit| credit.event_id.as_str())).collect();
    let mut free: HashMap<&str, Vec<&Credit>> = HashMap::new();
    for credit in after {
        let Some(click) = credit.click_id.as_deref() else { continue };
        if !credit.event_id.is_empty() && seen.insert(&credit.event_id) {
            free.entry(click).or_default().push(credit);
        }
    }
    for credits in free.values_mut() {
        credits.sort_by_key(|credit| credit.ts_event.as_ref().and_then(|told| instant(told.as_deref()?)));
    }
    free
}

/// Whether a credit is of the delivery's event and amount. A word of the target's own may mean any event.
fn fits(delivery: &Delivery, credit: &Credit) -> bool {
    let kind = credit.event.as_deref().and_then(EventKind::from_name);
    kind.is_none_or(|kind| kind == delivery.sent.kind())
        && same_amount(owed_amount(&delivery.sent), credit.amount.as_ref())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Outcome;
    use crate::oracle::history::{OK, REFUSED, UNKNOWN, credit, delivery, histories, ids, sent};

    fn deposit(slot: u16, outcome: Outcome) -> Delivery {
        delivery(sent(EventKind::Deposit, slot, "100"), Purpose::Genuine, &[outcome])
    }

    /// The credit of a delivery under an id that its operator gave it.
    fn booked(delivery: &Delivery, id: &str) -> Credit {
        Credit { event_id: id.to_owned(), ..credit(&delivery.sent) }
    }

    fn named(deliveries: &[Delivery], before: &[Credit], after: &[Credit]) -> Vec<(u16, String)> {
        let mut names: Vec<_> =
            names(deliveries, &ids(), before, after).into_iter().map(|(key, name)| (key.slot, name)).collect();
        names.sort();
        names
    }

    fn pairs(pairs: &[(u16, &str)]) -> Vec<(u16, String)> {
        pairs.iter().map(|&(slot, name)| (slot, name.to_owned())).collect()
    }

    #[test]
    fn equal_events_take_credits_in_order_and_each_but_one() {
        let all = [deposit(3, OK), deposit(4, OK)];
        let after = [booked(&all[0], "b"), booked(&all[0], "b"), booked(&all[1], "a"), booked(&all[1], "c")];
        assert_eq!(named(&all, &[], &after), pairs(&[(3, "b"), (4, "a")]));
        assert_eq!(
            named(&all, &after[..2], &after),
            pairs(&[(3, "a"), (4, "c")]),
            "what stood there before is nobody's"
        );
        let mut timed = after.clone();
        timed[0].ts_event = Some(Some("2026-01-02T00:00:00Z".to_owned()));
        timed[1].ts_event = timed[0].ts_event.clone();
        timed[2].ts_event = Some(Some("2026-01-01T00:00:00Z".to_owned()));
        assert_eq!(named(&all, &[], &timed[..3]), pairs(&[(3, "a"), (4, "b")]), "by the time that is told");
    }

    #[test]
    fn the_accepted_come_first() {
        let all = [deposit(3, REFUSED), deposit(4, UNKNOWN), deposit(5, OK)];
        let after = [booked(&all[0], "a"), booked(&all[0], "b")];
        assert_eq!(named(&all, &[], &after), pairs(&[(4, "b"), (5, "a")]));
    }

    #[test]
    fn another_click_event_or_amount_fits_nothing() {
        let all = [deposit(3, OK)];
        let right = booked(&all[0], "a");
        assert_eq!(named(&all, &[], std::slice::from_ref(&right)), pairs(&[(3, "a")]));
        assert_eq!(named(&all, &[], &[Credit { event: Some("ftd".into()), ..right.clone() }]), pairs(&[(3, "a")]));
        for wrong in [
            Credit { click_id: Some("clk-1".into()), ..right.clone() },
            Credit { event: Some("refund".into()), ..right.clone() },
            Credit { amount: None, ..right.clone() },
            Credit { event_id: String::new(), ..right.clone() },
        ] {
            assert_eq!(named(&all, &[], &[wrong]), []);
        }
    }

    #[test]
    fn who_has_a_name_keeps_it_and_its_credit() {
        let mut all = [deposit(3, OK), deposit(4, OK)];
        "dep_of_the_operator".clone_into(&mut all[0].sent.event_id);
        let after = [booked(&all[0], "dep_of_the_operator")];
        assert_eq!(named(&all, &[], &after), []);
        let refund = delivery(sent(EventKind::Refund, 5, "100"), Purpose::Genuine, &[OK]);
        assert_eq!(
            named(std::slice::from_ref(&refund), &[], &[booked(&refund, "r")]),
            pairs(&[(5, "r")]),
            "negative in the books"
        );
    }

    proptest! {
        #[test]
        fn every_accepted_event_finds_a_credit_of_its_own(history in histories(), order: u64) {
            let all = history.deliveries(order);
            let genuine: Vec<Delivery> = all.into_iter().filter(|d| d.purpose == Purpose::Genuine).collect();
            let owed = || genuine.iter().filter(|delivery| delivery.any_ok());
            let after: Vec<Credit> =
                owed().enumerate().map(|(number, delivery)| booked(delivery, &format!("theirs-{number}"))).collect();
            let names = names(&genuine, &ids(), &[], &after);
            let distinct: HashSet<&String> = names.values().collect();
            prop_assert_eq!((names.len(), distinct.len()), (after.len(), after.len()));
            for delivery in owed() {
                let credit = after.iter().find(|credit| credit.event_id == names[&delivery.sent.key]);
                let click = Some(delivery.sent.click_id.as_str());
                let found = credit.is_some_and(|credit| fits(delivery, credit) && credit.click_id.as_deref() == click);
                prop_assert!(found, "{:?}", delivery);
            }
        }
    }
}
