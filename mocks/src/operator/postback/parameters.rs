//! What each macro of a template stands for, given an event.

use rust_decimal::Decimal;

use super::super::event::{Event, Payment};
use super::super::rules::Rules;
use super::super::settings::Templated;
use super::super::template::Macro;
use super::told;

/// The value of a macro; empty where the event has none. `base` is the stack's address, `goal` the network's name for
/// the event, and `key` what `{key}` stands for.
pub(super) struct Values<'a> {
    pub(super) base: &'a str,
    pub(super) goal: &'a str,
    pub(super) key: &'a str,
    pub(super) event: &'a Event,
    pub(super) rules: Rules,
}

impl Values<'_> {
    /// What `which` stands for in a signed postback's address.
    pub(super) fn plain(&self, which: Macro) -> String {
        self.value(which, |payment| told::amount(payment.amount, self.rules.amounts))
    }

    /// What `which` stands for towards such a network.
    pub(super) fn towards(&self, network: &Templated, which: Macro) -> String {
        self.value(which, |payment| {
            let owed = match network.cpa {
                None if self.event.kind.reverses() => -payment.amount,
                None => payment.amount,
                Some(sum) if payment.is_ftd => sum,
                Some(_) => Decimal::ZERO,
            };
            told::amount(owed, self.rules.amounts)
        })
    }

    fn value(&self, which: Macro, payout: impl Fn(&Payment) -> String) -> String {
        let event = self.event;
        let payment = event.payment.as_ref();
        // An address knows no types: what would be text in JSON has no quotation marks here.
        let bare = |text: String| text.trim_matches('"').to_owned();
        match which {
            Macro::Base => self.base.to_owned(),
            Macro::Key => self.key.to_owned(),
            Macro::ClickId => event.click_id.clone(),
            Macro::Event => self.goal.to_owned(),
            Macro::EventId => event.event_id.clone(),
            Macro::TransactionId => payment.map(|payment| payment.transaction_id.clone()).unwrap_or_default(),
            Macro::SaleId => payment.map(sale).unwrap_or_default(),
            Macro::Amount => {
                bare(payment.map(|paid| told::amount(paid.amount, self.rules.amounts)).unwrap_or_default())
            }
            // A probable match is nothing to be paid for.
            Macro::Payout if event.probabilistic => "0".to_owned(),
            Macro::Payout => bare(payment.map_or_else(|| "0".to_owned(), payout)),
            Macro::Currency => payment.map(|payment| payment.currency.clone()).unwrap_or_default(),
            Macro::BrandId => event.brand_id.clone().unwrap_or_default(),
            Macro::TsEvent => told::instant(event.at, self.rules.times),
            Macro::Attribution => if event.probabilistic { "probabilistic" } else { "" }.to_owned(),
        }
    }
}

fn sale(payment: &Payment) -> String {
    let deposit = payment.reverses.as_ref().map(|deposit| &deposit.transaction_id);
    deposit.unwrap_or(&payment.transaction_id).clone()
}
