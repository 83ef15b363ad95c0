//! Reading back which first deposits either method has seen: page by page, each time from where the last reading ended.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::attribution::{Counts, Method};
use crate::model::{Amount, Currency};
use crate::run::Standing;
use crate::scenario::ParallelPlan;
use crate::send::Client;
use crate::stats::ALPHA;

/// Longest page.
const MAX_PAGE: usize = 16 * 1024 * 1024;

/// Most conversions that are kept of one method.
const MOST: usize = 3_000_000;

/// Where conversions are shown, and how far they were read.
#[derive(Debug)]
pub(super) struct Conversions {
    url: Url,
    pub(super) cookie: Vec<Seen>,
    pub(super) s2s: Vec<Seen>,
    next: [Option<String>; 2],
}

/// A first deposit as a method saw it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) click_id: Option<String>,
    pub(super) transaction_id: Option<String>,
    pub(super) event_id: Option<String>,
    pub(super) account: Option<String>,
    pub(super) money: Option<(Amount, Currency)>,
    pub(super) at: Option<Timestamp>,
    pub(super) received: Option<Timestamp>,
    pub(super) attributed: bool,
}

#[derive(Deserialize)]
struct Listing<'a> {
    #[serde(borrow)]
    conversions: Vec<Row<'a>>,
    next: Option<String>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
struct Row<'a> {
    click_id: Option<String>,
    transaction_id: Option<String>,
    event_id: Option<String>,
    account: Option<String>,
    #[serde(borrow)]
    amount: Option<&'a RawValue>,
    currency: Option<String>,
    ts_event: Option<Timestamp>,
    received_at: Option<Timestamp>,
    #[serde(default = "yes")]
    attributed: bool,
}

fn yes() -> bool {
    true
}

impl Conversions {
    /// Nothing is read yet.
    pub(super) fn new(url: Url) -> Self {
        Self { url, cookie: Vec::new(), s2s: Vec::new(), next: [None, None] }
    }

    /// Where they are shown.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Reads what has come since the last reading; tells how much that was.
    ///
    /// # Errors
    /// When a page cannot be had or is none; in words.
    pub(super) async fn read(&mut self, client: &Client) -> Result<usize, String> {
        let before = self.cookie.len() + self.s2s.len();
        for method in [Method::Cookie, Method::S2s] {
            while self.page(client, method).await? {}
        }
        Ok(self.cookie.len() + self.s2s.len() - before)
    }

    /// Where the run stands when so much of the players' time has passed, by what was read so far. Conversions are taken for the same by
    /// account, or by transaction where no account is told: good enough to look at, while the verdict matches them with care.
    pub(super) fn standing(&self, passed: Duration, plan: &ParallelPlan) -> Standing {
        fn ids(seen: &[Seen]) -> HashSet<&str> {
            let attributed = seen.iter().filter(|seen| seen.attributed);
            attributed.filter_map(|seen| seen.account.as_deref().or(seen.transaction_id.as_deref())).collect()
        }
        let (cookie, s2s) = (ids(&self.cookie), ids(&self.s2s));
        let both = cookie.intersection(&s2s).count() as u64;
        let (cookie, s2s) = (cookie.len() as u64, s2s.len() as u64);
        let counts = Counts { both, cookie_only: cookie - both, s2s_only: s2s - both };
        let share = passed.as_secs_f64() / plan.window.as_secs_f64();
        let gap = (counts.seen() > 0).then(|| {
            let interval = counts.paired().interval(ALPHA);
            [counts.gap(), interval.low, interval.high]
        });
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a display"
        )]
        let projected = if share > 0.0 { (counts.seen() as f64 / share) as u64 } else { 0 };
        Standing { passed, lasts: plan.window, speed: plan.speed, cookie, s2s, gap, projected }
    }

    /// Reads one page; whether another follows already.
    async fn page(&mut self, client: &Client, method: Method) -> Result<bool, String> {
        let mut url = self.url.clone();
        let next = &mut self.next[method as usize];
        url.query_pairs_mut()
            .append_pair("method", method.name())
            .extend_pairs(next.as_ref().map(|next| ("after", next)));
        let answer = client.get(url, None, MAX_PAGE).await?;
        if answer.status != 200 {
            return Err(format!("{} answers {}", self.url.path(), answer.status));
        }
        let listing: Listing<'_> = serde_json::from_slice(&answer.body)
            .map_err(|error| format!("{} shows no conversions: {error}", self.url.path()))?;
        let rows = match method {
            Method::Cookie => &mut self.cookie,
            Method::S2s => &mut self.s2s,
        };
        if rows.len() + listing.conversions.len() > MOST {
            return Err(format!("{} shows more than {MOST} conversions", self.url.path()));
        }
        // A page that leads nowhere is the last: it must not be read for ever.
        let more = listing.more && listing.next.is_some() && listing.next != *next && !listing.conversions.is_empty();
        rows.extend(listing.conversions.into_iter().map(Seen::from));
        if listing.next.is_some() {
            *next = listing.next;
        }
        Ok(more)
    }
}

impl From<Row<'_>> for Seen {
    fn from(row: Row<'_>) -> Self {
        // An amount is read from its own digits, be it a number or a text.
        let amount = row.amount.and_then(|amount| amount.get().trim_matches('"').parse().ok());
        let currency = row.currency.and_then(|currency| currency.parse().ok());
        Self {
            click_id: row.click_id,
            transaction_id: row.transaction_id,
            event_id: row.event_id,
            account: row.account,
            money: amount.zip(currency),
            at: row.ts_event,
            received: row.received_at,
            attributed: row.attributed,
        }
    }
}
