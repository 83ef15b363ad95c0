//! The store as the reports' source: booked events and logged clicks, page by page, from text to values.
//!
//! What a page holds is read in one piece of work of the store's owner; it becomes values here, while bookings go on.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::books::commission::Reversal;
use super::books::kind::Kind;
use super::store::{EntryRow, Sighting, Store};
use crate::reports::entry::{ClickEntry, ClickFacts, Entry};
use crate::reports::methods::{FirstDeposit, Method, Place, Stretch};
use crate::reports::source::{Page, Source, SourceError};

/// Rows of a page: a few milliseconds, which bookings can wait.
const PAGE: u16 = 1000;

impl Source for Store {
    async fn entries(&self, after: i64) -> Result<Page<Entry>, SourceError> {
        let (rows, upto) = self.entry_rows(after, PAGE).await.map_err(|_| SourceError)?;
        // A click's events stand close together, so most of a page's clicks are read once.
        let mut clicks = HashMap::new();
        let rows = rows.into_iter().map(|row| entry(row, &mut clicks)).collect::<Result<_, _>>()?;
        Ok(Page { rows, upto })
    }

    async fn clicks(&self, after: i64) -> Result<Page<ClickEntry>, SourceError> {
        let (rows, upto) = self.click_rows(after, PAGE).await.map_err(|_| SourceError)?;
        let click = |row: super::store::ClickRow| {
            Ok(ClickEntry { id: row.id, at: instant(row.at)?, facts: Arc::new(facts(&row.parameters)) })
        };
        Ok(Page { rows: rows.into_iter().map(click).collect::<Result<_, _>>()?, upto })
    }

    async fn sightings(&self, method: Method, after: Place) -> Result<Stretch, SourceError> {
        let seen = self.seen(method, after).await.map_err(|_| SourceError)?;
        let rows = seen.rows.into_iter().map(first_deposit).collect::<Result<_, _>>()?;
        Ok(Stretch { rows, next: seen.more.then_some(seen.next) })
    }
}

fn first_deposit(sighting: Sighting) -> Result<FirstDeposit, SourceError> {
    let Sighting { brand_id, ts_event, received, attributed, .. } = sighting;
    // A page may leave the instant out; then it happened when it was told.
    let told = ts_event.and_then(|text| text.parse().ok());
    Ok(FirstDeposit { brand: brand_id, at: told.map_or_else(|| instant(received), Ok)?, attributed })
}

fn entry(row: EntryRow, clicks: &mut HashMap<String, Arc<ClickFacts>>) -> Result<Entry, SourceError> {
    let received_at = instant(row.received)?;
    let click = row.parameters.map(|parameters| {
        let known = clicks.entry(row.click_id.clone()).or_insert_with(|| Arc::new(facts(&parameters)));
        Arc::clone(known)
    });
    let ftd_commission = decimal(row.first_commission.as_ref());
    Ok(Entry {
        id: row.id,
        kind: Kind::by_name(&row.event).ok_or(SourceError)?,
        event_id: row.event_id,
        click_id: row.click_id,
        player: row.player,
        brand: row.brand_id,
        click,
        // Only what was refused and credited all the same has an instant that is none.
        at: row.ts_event.parse().unwrap_or(received_at),
        amount: decimal(row.amount.as_ref()),
        currency: row.currency,
        report_amount: decimal(row.report_amount.as_ref()),
        is_ftd: row.is_ftd,
        reversal: row.reverses.then_some(Reversal { ftd_commission }),
        billable: row.billable,
        sent_commission: decimal(row.commission.as_ref()),
        report_commission: decimal(row.report_commission.as_ref()),
        received_at,
        booked_at: instant(row.booked)?,
        registered_at: row.registered.map(instant).transpose()?,
        first_deposit_at: row.first_deposit.map(instant).transpose()?,
    })
}

fn instant(milliseconds: i64) -> Result<Timestamp, SourceError> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| SourceError)
}

fn decimal(text: Option<&String>) -> Option<Decimal> {
    text.and_then(|text| text.parse().ok())
}

/// What a click came with, under the names that links use; the first of two names for one thing counts, and an empty
/// value is none.
pub(super) fn facts(parameters: &str) -> ClickFacts {
    let mut given: HashMap<String, String> = serde_json::from_str(parameters).unwrap_or_default();
    let mut take = |names: &[&str]| names.iter().find_map(|name| given.remove(*name).filter(|value| !value.is_empty()));
    ClickFacts {
        affiliate: take(&["affiliate", "affiliate_id", "aff_id"]),
        sub_id: take(&["sub_id", "aff_sub"]),
        brand: take(&["brand_id", "brand"]),
        utm_source: take(&["utm_source"]),
        utm_medium: take(&["utm_medium"]),
        utm_campaign: take(&["utm_campaign"]),
        utm_content: take(&["utm_content"]),
        utm_term: take(&["utm_term"]),
        campaign: take(&["campaign"]),
        creative: take(&["creative", "creative_id"]),
        geo: take(&["geo"]),
        device: take(&["device"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_have_more_than_one_name_for_a_thing() {
        let facts = facts(r#"{"affiliate_id":"acme","aff_sub":"s","brand":"b","brand_id":"","geo":"","x":"y"}"#);
        let named = |text: &str| Some(text.to_owned());
        let expected =
            ClickFacts { affiliate: named("acme"), sub_id: named("s"), brand: named("b"), ..ClickFacts::default() };
        assert_eq!(facts, expected);
        assert_eq!(super::facts("no object"), ClickFacts::default());
    }
}
