//! Visits as the landing pages see them: a click arrives, and stays with the visitor from page to page.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Transaction;

use super::doors::{is_id, is_label};
use super::rules::{ClickId, Domain, Navigation, Rules};
use super::settings::Settings;
use super::store::sessions::{self, Click, Likeness, Session};
use super::visitor;
use crate::answer::Refusal;
use crate::clock::Clock;
use crate::database::Writer;
use crate::secrets::random_hex;

/// A way to the operator's visits.
#[derive(Debug, Clone)]
pub(crate) struct Sessions {
    writer: Writer,
    settings: Arc<Settings>,
    rules: Rules,
    clock: Clock,
}

/// A page that is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrival {
    /// The query of its address.
    pub(crate) query: String,
    /// The `Cookie` header.
    pub(crate) cookie: Option<String>,
    pub(crate) ip: Option<String>,
    pub(crate) ua: Option<String>,
    /// Whether the page is one to look around on, between landing and registering.
    pub(crate) looks_around: bool,
}

/// What a page has to know of its visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Visit {
    /// The session id to set as a cookie; nothing where the visitor has it already, or needs none.
    pub(crate) fresh: Option<String>,
    pub(crate) click_id: Option<String>,
    pub(crate) brand_id: Option<String>,
    /// The brand whose domain the page sets its cookie for, where that is not the page's own.
    pub(crate) cookie_brand: Option<String>,
    /// For how long the cookie is good, in seconds.
    pub(crate) life_s: u64,
}

/// How much of a click id fits into the column of the defect.
const SHORT_COLUMN: usize = 20;

/// What a page view comes down to.
struct View {
    click: Option<Click>,
    brand_id: Option<String>,
    known: Option<String>,
    /// The id of the session that it may begin.
    fresh: String,
    likeness: Likeness,
    /// In seconds since 1970.
    at: i64,
    expired: i64,
    forgets: bool,
    first_brands_domain: bool,
}

impl Sessions {
    pub(super) fn new(writer: Writer, settings: Arc<Settings>, rules: Rules, clock: Clock) -> Self {
        Self { writer, settings, rules, clock }
    }

    /// Takes note of a page view. A click id in the address begins a new session: the last click wins, because it is
    /// the one that brought the visitor this time, and because a session id that somebody else may know is not to
    /// carry the next click as well. The same click again, a page loaded anew, changes nothing.
    pub(crate) async fn arrive(&self, arrival: Arrival) -> Result<Visit, Refusal> {
        let now = self.clock.now();
        let fresh = random_hex::<32>().map_err(|_| Refusal::unavailable("no_randomness", "come again in a moment"))?;
        let view = View {
            click: self.click(&arrival.query),
            brand_id: parameter(&arrival.query, "brand_id").filter(|brand| is_label(brand)),
            known: visitor::cookie(arrival.cookie.as_deref()),
            fresh,
            likeness: visitor::likeness(arrival.ip.as_deref(), arrival.ua.as_deref()),
            at: now.as_second(),
            expired: before(now, self.settings.session_life),
            forgets: arrival.looks_around && self.rules.navigation == Navigation::Forgotten,
            first_brands_domain: self.rules.tagging.domain == Domain::FirstBrands,
        };
        if view.click.is_none() && view.known.is_none() {
            // Whoever came without a click is nobody to remember; the brand stands in the form.
            return Ok(Visit { brand_id: view.brand_id, ..Visit::default() });
        }
        let visit = self.writer.run(move |transaction| view.note(transaction)).await?;
        Ok(Visit { life_s: self.settings.session_life.as_secs(), ..visit })
    }

    /// The click in an address, by the parameter of the first network that has one there.
    fn click(&self, query: &str) -> Option<Click> {
        self.settings.networks.iter().find_map(|network| {
            let mut click_id = parameter(query, &network.click_parameter).filter(|id| is_id(id))?;
            if self.rules.click_id == ClickId::Truncated {
                click_id.truncate(SHORT_COLUMN);
            }
            Some(Click { network: network.name.clone(), click_id })
        })
    }
}

impl View {
    fn note(self, transaction: &Transaction<'_>) -> rusqlite::Result<Visit> {
        let misled = self.first_brands_domain;
        let visit = self.met(transaction)?;
        let cookie_brand = if misled { sessions::first_brand(transaction)? } else { None };
        Ok(Visit { cookie_brand, ..visit })
    }

    fn met(self, transaction: &Transaction<'_>) -> rusqlite::Result<Visit> {
        let known = match &self.known {
            Some(id) => sessions::find(transaction, id, self.expired)?.map(|session| (id, session)),
            None => None,
        };
        match (self.click, known) {
            (click, Some((id, mut session))) if click.is_none() || click == session.origin => {
                if let Some(brand) = self.brand_id {
                    sessions::set_brand(transaction, id, &brand)?;
                    session.brand_id = Some(brand);
                }
                if self.forgets && click.is_none() {
                    sessions::forget_click(transaction, id)?;
                    session.origin = None;
                }
                Ok(Visit::of(session, None))
            }
            (Some(click), _) => {
                let session = Session { origin: Some(click), brand_id: self.brand_id, at: self.at };
                sessions::insert(transaction, &self.fresh, &session, &self.likeness, self.expired)?;
                Ok(Visit::of(session, Some(self.fresh)))
            }
            (None, _) => Ok(Visit { brand_id: self.brand_id, ..Visit::default() }),
        }
    }
}

impl Visit {
    fn of(session: Session, fresh: Option<String>) -> Self {
        let Session { origin, brand_id, .. } = session;
        Self { fresh, click_id: origin.map(|click| click.click_id), brand_id, ..Self::default() }
    }
}

/// The first value of a parameter.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// The second before which a visit is too old.
pub(super) fn before(now: Timestamp, life: Duration) -> i64 {
    now.as_second().saturating_sub(i64::try_from(life.as_secs()).unwrap_or(i64::MAX))
}
