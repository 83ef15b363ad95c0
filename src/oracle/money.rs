//! The money bound: what was acknowledged must be booked, and no more than could have been taken.
//! Per affiliate, brand, currency and UTC day of our own ledger, over genuine events:
//! Σ acknowledged + Σ negative unknown ≤ booked ≤ Σ acknowledged + Σ positive unknown.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use super::Books;
use super::compare::owed_amount;
use crate::model::{BookedAmount, Credit, Currency, Delivery, EventKind, Purpose, Sent};

/// One account of the ledger: who, for which brand, in what currency, on which day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Account<'a> {
    affiliate: &'a str,
    brand: &'a str,
    currency: Currency,
    day: i64,
}

/// What one account of the ledger adds up to, and what the books say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyRow {
    /// Who is to be paid.
    pub affiliate: String,
    /// For which brand.
    pub brand: String,
    /// In what currency.
    pub currency: Currency,
    /// On which UTC day, as days since 1970.
    pub day: i64,
    /// The sum of acknowledged events.
    pub acknowledged: Decimal,
    /// The least that may be booked.
    pub least: Decimal,
    /// The most that may be booked.
    pub most: Decimal,
    /// What is booked.
    pub booked: Decimal,
}

impl MoneyRow {
    /// Whether the books keep the bound.
    pub fn holds(&self) -> bool {
        self.least <= self.booked && self.booked <= self.most
    }
}

/// What an account adds up to while events and credits go by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    acknowledged: Decimal,
    unknown_down: Decimal,
    unknown_up: Decimal,
    booked: Decimal,
    /// Whether any event belongs to the account, and not credits alone.
    owed: bool,
}

impl Sums {
    /// Adds what an event owes, by whether it was accepted, or may have been.
    pub(super) fn owe(&mut self, amount: Decimal, ok: bool, info: bool) {
        self.owed = true;
        if ok {
            self.acknowledged += amount;
        } else if info && amount.is_sign_negative() {
            self.unknown_down += amount;
        } else if info {
            self.unknown_up += amount;
        }
    }

    /// Forgets what was booked; `false` when nothing is left to know.
    pub(super) fn forget_booked(&mut self) -> bool {
        self.booked = Decimal::ZERO;
        self.owed
    }

    /// The row of the account that adds up to this.
    pub(super) fn row(&self, affiliate: &str, brand: &str, currency: Currency, day: i64) -> MoneyRow {
        MoneyRow {
            affiliate: affiliate.to_owned(),
            brand: brand.to_owned(),
            currency,
            day,
            acknowledged: self.acknowledged,
            least: self.acknowledged + self.unknown_down,
            most: self.acknowledged + self.unknown_up,
            booked: self.booked,
        }
    }

    /// Adds what a credit books. One so large that the sum overflows is left out here; it is corrupt in its own row.
    pub(super) fn book(&mut self, amount: Decimal) {
        self.booked = self.booked.checked_add(amount).unwrap_or(self.booked);
    }
}

/// The money bound of every account that money was sent or booked for, `booked_kinds` being what the books hold.
pub fn money_rows(deliveries: &[Delivery], books: &Books, booked_kinds: &[EventKind]) -> Vec<MoneyRow> {
    let mut sums: BTreeMap<Account<'_>, Sums> = BTreeMap::new();
    for delivery in deliveries.iter().filter(|d| d.purpose == Purpose::Genuine && booked_kinds.contains(&d.sent.kind()))
    {
        let (Some(account), Some(amount)) = (account(&delivery.sent), owed_amount(&delivery.sent)) else { continue };
        let sum = sums.entry(account).or_default();
        sum.owe(amount.decimal(), delivery.any_ok(), delivery.any_info());
    }
    let by_event: HashMap<&str, &Sent> = deliveries.iter().rev().map(|d| (d.sent.event_id.as_str(), &d.sent)).collect();
    let by_click: HashMap<&str, &Sent> = deliveries
        .iter()
        .filter(|d| d.purpose == Purpose::Genuine)
        .map(|d| (d.sent.click_id.as_str(), &d.sent))
        .collect();
    for credit in books.new_by_event().into_values().flatten() {
        let known = by_event.get(credit.event_id.as_str());
        // Books that need not hold a kind may hold it all the same; it counts on neither side.
        if known.is_some_and(|sent| !booked_kinds.contains(&sent.kind())) {
            continue;
        }
        let sent = known.or_else(|| by_click.get(credit.click_id.as_deref()?));
        let Some((account, amount)) = sent.and_then(|sent| booked(sent, credit)) else { continue };
        sums.entry(account).or_default().book(amount);
    }
    sums.into_iter()
        .map(|(account, sum)| sum.row(account.affiliate, account.brand, account.currency, account.day))
        .collect()
}

fn account(sent: &Sent) -> Option<Account<'_>> {
    let currency = sent.money?.currency();
    Some(Account { affiliate: &sent.affiliate, brand: &sent.brand, currency, day: sent.at.div_euclid(86_400) })
}

/// Where a credit is booked in terms of our own ledger. A credit without a currency or an exact amount adds to nothing.
fn booked<'a>(sent: &'a Sent, credit: &Credit) -> Option<(Account<'a>, Decimal)> {
    let Some(BookedAmount::Exact(amount)) = &credit.amount else { return None };
    let currency = credit.currency.as_deref()?.parse().ok()?;
    let day = sent.at.div_euclid(86_400);
    Some((Account { affiliate: &sent.affiliate, brand: &sent.brand, currency, day }, amount.decimal()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::model::{FaultKind, Outcome};
    use crate::oracle::history::{History, OK, REFUSED, UNKNOWN, amount, credit, delivery, forged, histories, sent};

    fn decimal(text: &str) -> Decimal {
        amount(text).decimal()
    }

    /// A deposit of 100 and a refund of 30 on one account, with these answers and so many credits of each.
    fn rows(deposit: (Outcome, usize), refund: (Outcome, usize)) -> Vec<MoneyRow> {
        let events = [(sent(EventKind::Deposit, 3, "100"), deposit), (sent(EventKind::Refund, 4, "30"), refund)];
        let (mut deliveries, mut after) = (Vec::new(), Vec::new());
        for (sent, (answer, credits)) in events {
            after.extend(vec![credit(&sent); credits]);
            deliveries.push(delivery(sent, Purpose::Genuine, &[answer]));
        }
        money_rows(&deliveries, &Books { before: Vec::new(), after, unsettled: false }, &EventKind::ALL)
    }

    /// Least, booked and most of the one account there is.
    fn bound(rows: &[MoneyRow]) -> [Decimal; 3] {
        let [row] = rows else { panic!("{rows:?}") };
        assert_eq!(row.holds(), row.least <= row.booked && row.booked <= row.most);
        [row.least, row.booked, row.most]
    }

    #[test]
    fn what_is_acknowledged_must_be_booked_to_the_cent() {
        assert_eq!(bound(&rows((OK, 1), (OK, 1))), [decimal("70"); 3]);
        assert!(rows((OK, 1), (OK, 1))[0].holds());
        for (deposits, refunds) in [(0, 1), (1, 0), (2, 1), (1, 2)] {
            assert!(!rows((OK, deposits), (OK, refunds))[0].holds(), "{deposits} deposits, {refunds} refunds");
        }
    }

    #[test]
    fn a_deposit_of_unknown_fate_raises_the_upper_bound_only() {
        for credits in [0, 1] {
            let rows = rows((UNKNOWN, credits), (OK, 1));
            let [least, _, most] = bound(&rows);
            assert_eq!([least, most], [decimal("-30"), decimal("70")]);
            assert!(rows[0].holds(), "{credits} credits");
        }
        assert!(!rows((UNKNOWN, 2), (OK, 1))[0].holds());
    }

    #[test]
    fn a_refund_of_unknown_fate_lowers_the_lower_bound_only() {
        for credits in [0, 1] {
            let rows = rows((OK, 1), (UNKNOWN, credits));
            let [least, _, most] = bound(&rows);
            assert_eq!([least, most], [decimal("70"), decimal("100")]);
            assert!(rows[0].holds(), "{credits} credits");
        }
        assert!(!rows((OK, 1), (UNKNOWN, 2))[0].holds());
    }

    #[test]
    fn what_was_refused_must_not_be_booked() {
        assert!(rows((REFUSED, 0), (REFUSED, 0))[0].holds());
        assert!(!rows((REFUSED, 1), (REFUSED, 0))[0].holds());
        assert!(!rows((REFUSED, 0), (REFUSED, 1))[0].holds());
    }

    /// The accounts that do not balance when an accepted deposit of 100 and this delivery are booked like that.
    fn broken(other: Option<Delivery>, after: Vec<Credit>) -> Vec<(String, Decimal)> {
        let genuine = delivery(sent(EventKind::Deposit, 3, "100"), Purpose::Genuine, &[OK]);
        let deliveries: Vec<Delivery> = std::iter::once(genuine).chain(other).collect();
        let rows = money_rows(&deliveries, &Books { before: Vec::new(), after, unsettled: false }, &EventKind::ALL);
        let broken = rows.into_iter().filter(|row| !row.holds());
        broken.map(|row| (row.currency.to_string(), row.booked)).collect()
    }

    #[test]
    fn money_booked_for_forgeries_and_strangers_is_too_much() {
        let deposit = sent(EventKind::Deposit, 3, "100");
        let right = credit(&deposit);
        assert_eq!(broken(None, vec![right.clone()]), []);
        let forgery = forged(&deposit, FaultKind::WrongSecret, &[REFUSED]);
        let own = credit(&forgery.sent);
        assert_eq!(broken(Some(forgery), vec![right.clone(), own]), [("EUR".to_owned(), decimal("200"))]);
        let stranger = Credit { event_id: "theirs".to_owned(), ..right.clone() };
        assert_eq!(broken(None, vec![right.clone(), stranger]), [("EUR".to_owned(), decimal("200"))]);
        let foreign =
            Credit { event_id: "theirs".to_owned(), click_id: Some("their-click".to_owned()), ..right.clone() };
        assert_eq!(broken(None, vec![right, foreign]), []);
    }

    #[test]
    fn another_amount_or_currency_does_not_balance() {
        let deposit = sent(EventKind::Deposit, 3, "100");
        let conflicting = forged(&deposit, FaultKind::OtherAmount, &[OK]);
        let overwritten = credit(&conflicting.sent);
        assert_eq!(broken(Some(conflicting), vec![overwritten]), [("EUR".to_owned(), decimal("101"))]);
        let dollars = Credit { currency: Some("USD".to_owned()), ..credit(&deposit) };
        let both = [("EUR".to_owned(), decimal("0")), ("USD".to_owned(), decimal("100"))];
        assert_eq!(broken(None, vec![dollars]), both);
        for unusable in [
            Credit { currency: None, ..credit(&deposit) },
            Credit { currency: Some("euro".to_owned()), ..credit(&deposit) },
            Credit { amount: Some(BookedAmount::Other("a lot".to_owned())), ..credit(&deposit) },
        ] {
            assert_eq!(broken(None, vec![unusable.clone()]), [("EUR".to_owned(), decimal("0"))], "{unusable:?}");
        }
    }

    #[test]
    fn accounts_are_kept_apart_by_affiliate_brand_and_day() {
        let first = sent(EventKind::Deposit, 3, "100");
        let next = || sent(EventKind::Deposit, 4, "100");
        let others = [
            Sent { affiliate: "aff-202".to_owned(), ..next() },
            Sent { brand: "royal-spin".to_owned(), ..next() },
            Sent { at: first.at + 86_400, ..next() },
        ];
        for other in others {
            let after = vec![credit(&first), credit(&first)];
            let deliveries = [first.clone(), other].map(|sent| delivery(sent, Purpose::Genuine, &[OK]));
            let rows = money_rows(&deliveries, &Books { before: Vec::new(), after, unsettled: false }, &EventKind::ALL);
            // What is missing in one account does not make up for what is too much in another.
            assert_eq!(rows.iter().map(MoneyRow::holds).collect::<Vec<_>>(), [false, false]);
        }
    }

    #[test]
    fn kinds_that_the_books_need_not_hold_count_on_neither_side() {
        let events = [sent(EventKind::Deposit, 3, "100"), sent(EventKind::Refund, 4, "30")];
        for refunds in [0, 1] {
            let after = [vec![credit(&events[0])], vec![credit(&events[1]); refunds]].concat();
            let deliveries = events.clone().map(|sent| delivery(sent, Purpose::Genuine, &[OK]));
            let rows =
                money_rows(&deliveries, &Books { before: Vec::new(), after, unsettled: false }, &[EventKind::Deposit]);
            assert_eq!(bound(&rows), [decimal("100"); 3], "{refunds} refunds");
        }
    }

    #[test]
    fn an_absurd_credit_does_not_overflow() {
        let huge =
            |sent: &Sent| Credit { amount: Some(BookedAmount::Exact(crate::model::Amount::MAX)), ..credit(sent) };
        let deposit = sent(EventKind::Deposit, 3, "100");
        assert_eq!(broken(None, vec![huge(&deposit); 3]).len(), 1);
    }

    fn history_rows(history: &History, order: u64) -> Vec<MoneyRow> {
        money_rows(&history.deliveries(order), &history.books(order), &history.held)
    }

    proptest! {
        #[test]
        fn in_a_sound_history_every_account_balances_whatever_the_order(history in histories(), order: u64) {
            let rows = history_rows(&history, order);
            prop_assert!(rows.iter().all(MoneyRow::holds), "{:?}", rows);
            prop_assert_eq!(rows, history_rows(&history, 0));
        }

        #[test]
        fn a_lost_deposit_or_reversal_breaks_its_own_account_by_its_amount(sound in histories(), at: Index, order: u64) {
            let mut history = sound;
            // Where fates are unknown, the bound is wide enough to hide a loss; so here every event is accepted.
            let genuine = history.genuine();
            for &place in &genuine {
                history.accept(place);
            }
            let money: Vec<usize> =
                genuine.into_iter().filter(|&place| history.entries[place].delivery.sent.money.is_some()).collect();
            let lost = &mut history.entries[*at.get(&money)];
            lost.credits.clear();
            let sent = &lost.delivery.sent;
            let account = (sent.affiliate.clone(), sent.brand.clone(), sent.money.unwrap().currency(), sent.at / 86_400);
            let owed = match credit(sent).amount {
                Some(BookedAmount::Exact(amount)) => amount.decimal(),
                other => panic!("{other:?}"),
            };
            let rows = history_rows(&history, order);
            let broken: Vec<_> = rows
                .into_iter()
                .filter(|row| !row.holds())
                .map(|row| ((row.affiliate, row.brand, row.currency, row.day), row.acknowledged - row.booked))
                .collect();
            prop_assert_eq!(broken, [(account, owed)]);
        }
    }
}
