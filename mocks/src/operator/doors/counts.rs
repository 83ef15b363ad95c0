//! `GET /operator/counts`: what happened at the operator by day, and how far its postbacks have come.
//!
//! These are the operator's own figures, taken when things happened and not when they were told, so they can be held
//! against the tracker's (seed 003 §11).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rusqlite::Transaction;
use rust_decimal::Decimal;
use serde::Serialize;

use super::super::office::Office;
use super::super::store::outbox;
use super::super::store::tallies::{self, Tally};
use super::answer::shown;
use crate::answer::Refusal;

/// Longest span of one answer, in days.
const MOST_DAYS: i64 = 400;

/// Most tallies of one day. There are 96 quarters of an hour, and a few events in a few currencies for each brand.
const MOST_TALLIES: usize = 50_000;

/// Most lines of one answer.
const MOST_LINES: usize = 10_000;

/// Most networks of one question.
const MOST_NETWORKS: usize = 16;

/// What is asked for.
pub(super) struct Range {
    pub(super) from: Date,
    /// The last day, itself included.
    pub(super) to: Date,
    pub(super) zone: TimeZone,
    pub(super) brand: Option<String>,
    /// Only what these networks are owed, all of them together: what their books are to be held against. Everything
    /// when none is named.
    pub(super) networks: Vec<String>,
}

/// Counts and delivery state.
#[derive(Serialize)]
pub(super) struct Counts {
    pub(super) counts: Vec<Line>,
    pub(super) delivery: BTreeMap<String, Delivery>,
}

/// One day, brand, event and currency.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) day: String,
    pub(super) brand_id: Option<String>,
    pub(super) event: String,
    pub(super) currency: Option<String>,
    pub(super) count: i64,
    /// Negative for refunds and chargebacks.
    pub(super) amount: Option<String>,
}

/// How far the postbacks of a network have come.
#[derive(Serialize, Default)]
pub(super) struct Delivery {
    pub(super) pending: i64,
    pub(super) delivered: i64,
    pub(super) dead: i64,
}

/// What makes a line.
type Group = (String, String, String);

/// Shows the counts of the days that are asked for; today in UTC when none are.
pub(super) async fn counts(State(office): State<Arc<Office>>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let range = Range::read(query.as_deref().unwrap_or_default(), office.clock.now())?;
    Ok(shown(&collect(&office, &range).await?))
}

/// Collects counts day by day, so that memory is bounded by one day's tallies and the answer's lines.
pub(super) async fn collect(office: &Office, range: &Range) -> Result<Counts, Refusal> {
    let mut lines = Vec::new();
    let mut day = range.from;
    while day <= range.to {
        let next = day.tomorrow().map_err(|_| invalid("to: lies too far away"))?;
        let span = (range.begin(day)?, range.begin(next)?);
        let between = move |transaction: &Transaction<'_>| tallies::between(transaction, span, MOST_TALLIES);
        let found = office.writer.run(between).await?;
        if found.len() == MOST_TALLIES {
            return Err(too_many());
        }
        for ((brand_id, event, currency), (count, amount)) in grouped(found, range) {
            let named = |text: String| (!text.is_empty()).then_some(text);
            lines.push(Line {
                day: day.to_string(),
                brand_id: named(brand_id),
                event,
                currency: named(currency),
                count,
                amount: amount.map(|amount| amount.to_string()),
            });
        }
        if lines.len() > MOST_LINES {
            return Err(too_many());
        }
        day = next;
    }
    Ok(Counts { counts: lines, delivery: delivery(office).await? })
}

async fn delivery(office: &Office) -> Result<BTreeMap<String, Delivery>, Refusal> {
    let names = office.settings.networks.iter().map(|network| (network.name.clone(), Delivery::default()));
    let mut by_network: BTreeMap<_, _> = names.collect();
    for (network, state, count) in office.writer.run(outbox::states).await? {
        let delivery = by_network.entry(network).or_default();
        match state.as_str() {
            "pending" => delivery.pending = count,
            "delivered" => delivery.delivered = count,
            _ => delivery.dead = count,
        }
    }
    Ok(by_network)
}

fn grouped(tallies: Vec<Tally>, range: &Range) -> BTreeMap<Group, (i64, Option<Decimal>)> {
    let mut groups: BTreeMap<Group, (i64, Option<Decimal>)> = BTreeMap::new();
    for tally in tallies {
        let other_brand = range.brand.as_ref().is_some_and(|brand| *brand != tally.brand_id);
        if other_brand || (!range.networks.is_empty() && !range.networks.contains(&tally.network)) {
            continue;
        }
        let (count, sum) = groups.entry((tally.brand_id, tally.event, tally.currency)).or_default();
        *count += tally.count;
        *sum = match (*sum, tally.amount) {
            (Some(sum), Some(amount)) => Some(sum.saturating_add(amount)),
            (sum, amount) => sum.or(amount),
        };
    }
    groups
}

impl Range {
    /// Reads `from`, `to` (dates, both included), `tz` (an IANA name), `brand_id`, and `network` as often as there are
    /// networks to be counted together.
    pub(super) fn read(query: &str, now: Timestamp) -> Result<Self, Refusal> {
        let (mut from, mut to, mut zone, mut brand, mut networks) = (None, None, TimeZone::UTC, None, Vec::new());
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let date = || value.parse::<Date>().map_err(|_| invalid("from, to: send dates like 2025-10-21"));
            match name.as_ref() {
                "from" => from = Some(date()?),
                "to" => to = Some(date()?),
                "tz" => {
                    zone = TimeZone::get(&value).map_err(|_| invalid("tz: send an IANA name like Europe/Malta"))?;
                }
                "brand_id" => brand = Some(value.into_owned()),
                "network" if networks.len() < MOST_NETWORKS => networks.push(value.into_owned()),
                "network" => return Err(invalid("network: name at most 16 of them")),
                _ => return Err(invalid("send from, to, tz, brand_id and network, or none of them")),
            }
        }
        let today = now.to_zoned(zone.clone()).date();
        let to = to.or(from).unwrap_or(today);
        let from = from.unwrap_or(to);
        let last = from.checked_add(MOST_DAYS.days()).map_err(|_| invalid("from: lies too far away"))?;
        if to < from || to >= last {
            return Err(invalid("to: send a day from `from` on, at most 400 days in all"));
        }
        Ok(Self { from, to, zone, brand, networks })
    }

    /// The second that a day begins with.
    fn begin(&self, day: Date) -> Result<i64, Refusal> {
        let zoned = day.to_zoned(self.zone.clone()).map_err(|_| invalid("from, to: lie too far away"))?;
        Ok(zoned.timestamp().as_second())
    }
}

fn invalid(hint: &'static str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "query_invalid", hint)
}

fn too_many() -> Refusal {
    Refusal::schema("too_many_groups", "ask for fewer days, or for one brand")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(query: &str) -> Option<(String, String, i64)> {
        let now = "2025-10-21T23:30:00Z".parse().expect("an instant");
        let range = Range::read(query, now).ok()?;
        let begin = range.begin(range.from).expect("a near day");
        Some((range.from.to_string(), range.to.to_string(), begin))
    }

    #[test]
    fn days_begin_in_their_zone() {
        let midnight = 1_761_004_800;
        assert_eq!(range(""), Some(("2025-10-21".to_owned(), "2025-10-21".to_owned(), midnight)));
        let malta = range("tz=Europe/Malta").expect("a zone");
        assert_eq!(malta, ("2025-10-22".to_owned(), "2025-10-22".to_owned(), midnight + 86_400 - 7200));
        let nepal = range("tz=Asia%2FKathmandu&from=2025-10-21&to=2025-10-22").expect("a zone");
        assert_eq!(nepal.2, midnight - 20_700);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for query in [
            "from=yesterday",
            "tz=Mars/Olympus",
            "from=2025-10-22&to=2025-10-21",
            "from=2020-01-01&to=2025-01-01",
            "day=1",
        ] {
            assert_eq!(range(query), None, "{query}");
        }
    }
}
