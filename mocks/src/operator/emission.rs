//! An event is entered together with the postbacks that are owed for it, in one transaction.

use std::sync::Arc;

use rusqlite::Transaction;

use super::event::Event;
use super::rules::{Departure, Firing, Reach, Rules};
use super::settings::{Network, Settings};
use super::store::accounts::{self, Account};
use super::store::{events, outbox};

/// Knows who is told of what.
#[derive(Debug, Clone)]
pub(super) struct Emission {
    settings: Arc<Settings>,
    rules: Rules,
}

/// An event to be entered.
pub(super) struct Entry<'a> {
    pub(super) account: &'a Account,
    pub(super) event: &'a Event,
    /// The row of the deposit that it takes back.
    pub(super) reverses: Option<i64>,
    /// An event id that nothing has yet, for operators who fire twice.
    pub(super) spare_id: &'a str,
}

impl Emission {
    /// Knows the networks of the settings.
    pub(super) fn new(settings: Arc<Settings>, rules: Rules) -> Self {
        Self { settings, rules }
    }

    /// Enters an event, and says which network is owed a postback for it.
    pub(super) fn enter(&self, transaction: &Transaction<'_>, entry: &Entry<'_>) -> rusqlite::Result<Option<String>> {
        let Entry { account, event, reverses, spare_id } = *entry;
        let addressee = self.addressee(account, event);
        let owed = addressee.map(|network| network.name.as_str()).unwrap_or_default();
        let row = events::insert(transaction, account, event, reverses, owed)?;
        let Some(network) = addressee else { return Ok(None) };
        if self.rules.reach == Reach::OneBrand
            && account.brand_id.is_some()
            && accounts::first_brand(transaction)? != account.brand_id
        {
            return Ok(None);
        }
        let due = self.due(event);
        let owe = |event_id| outbox::insert(transaction, &network.name, row, event_id, due);
        owe(&event.event_id)?;
        match self.rules.firing {
            Firing::Once => {}
            Firing::TwiceSameId => owe(&event.event_id)?,
            Firing::TwiceNewId => owe(spare_id)?,
        }
        Ok(Some(network.name.clone()))
    }

    /// From which instant on an event is told: milliseconds since 1970, or 0 for at once.
    fn due(&self, event: &Event) -> i64 {
        match self.rules.departure {
            Departure::AtOnce => 0,
            Departure::PastTheWindow => {
                let late = i64::try_from(self.settings.late_by.as_millis()).unwrap_or(i64::MAX);
                event.at.as_millisecond().saturating_add(late)
            }
        }
    }

    /// The network that the account's click came from, when it wants such an event and can be told all that matters
    /// about it. One that cannot hear of probable matches or bonuses would pay for them.
    fn addressee(&self, account: &Account, event: &Event) -> Option<&Network> {
        let origin = account.origin.as_ref()?;
        let network = self.settings.networks.iter().find(|network| network.name == origin.network)?;
        let payment = event.payment.as_ref();
        let special = account.probabilistic || payment.is_some_and(|payment| payment.bonus);
        let first = payment.is_some_and(|payment| payment.is_ftd);
        let told = network.goal(event.kind, first).is_some() && (!special || network.hears_of_probability());
        told.then_some(network)
    }
}
