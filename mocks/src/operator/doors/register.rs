//! `POST /operator/register`: a player registers, and the operator learns which click brought the account.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde::Serialize;

use super::super::emission::Entry;
use super::super::event::{Event, EventKind, Visitor};
use super::super::office::{Office, fresh};
use super::super::page::Page;
use super::super::sessions::before;
use super::super::store::accounts::{self, Account};
use super::super::store::installs;
use super::super::store::sessions::{self, Click};
use super::answer::Done;
use super::intake::Intake;
use crate::answer::Refusal;

const FIELDS: [&str; 7] = ["session_id", "install_id", "brand_id", "consent_version", "geo", "device", "occurred_at"];

#[derive(Serialize)]
struct Registered<'a> {
    account_id: &'a str,
    event: &'a str,
    event_id: &'a str,
    attribution: &'a str,
}

/// How a registration says where it comes from.
enum From {
    /// By the id of a visit, which has to exist.
    Session(String),
    /// By the id of an installation, which has to exist.
    Install(String),
    /// By a cookie, which may be an old one.
    Cookie(String),
    Nowhere,
}

/// What a registration turned out to come from.
struct Origin {
    click: Option<Click>,
    probabilistic: bool,
    brand_id: Option<String>,
}

/// Registers a player.
pub(super) async fn register(State(office): State<Arc<Office>>, request: Request) -> Response {
    let intake = match Intake::read(request, &FIELDS, office.clock).await {
        Ok(intake) => intake,
        Err(refusal) => return refusal.into_response(),
    };
    let given = enter(&office, &intake).await;
    match given {
        Ok(_) if intake.reads_html => (StatusCode::CREATED, Page::new("Welcome", WELCOME)).into_response(),
        given => given.into_response(),
    }
}

const WELCOME: &str = "<p>Your account is open.</p>\n<p><a href=\"/landing/games\">To the games</a></p>\n";

async fn enter(office: &Office, intake: &Intake) -> Result<super::super::office::Given, Refusal> {
    let fields = &intake.fields;
    let from = From::read(intake)?;
    let at = intake.occurred_at()?;
    let visitor = Visitor {
        geo: fields.label("geo")?,
        device: fields.label("device")?,
        consent_version: fields.label("consent_version")?,
        ip: intake.ip.clone(),
        ua: intake.ua.clone(),
    };
    let brand_id = fields.label("brand_id")?;
    let (account_id, event_id) = (fresh("u_")?, fresh(EventKind::Registration.prefix())?);
    let spare_id = fresh(EventKind::Registration.prefix())?;
    let now = intake.now.as_second();
    let expired = before(intake.now, office.settings.session_life);
    let emission = office.emission.clone();
    let job = move |transaction: &Transaction<'_>| {
        let origin = match from.find(transaction, expired)? {
            Ok(origin) => origin,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut account = Account {
            row: 0,
            account_id,
            origin: origin.click,
            probabilistic: origin.probabilistic,
            brand_id: brand_id.or(origin.brand_id),
            visitor,
            at: at.as_second(),
            first_deposit: None,
        };
        accounts::insert(transaction, &mut account, now)?;
        let event = event_of(&account, EventKind::Registration, event_id, at);
        let entry = Entry { account: &account, event: &event, reverses: None, spare_id: &spare_id };
        let network = emission.enter(transaction, &entry)?;
        let registered = Registered {
            account_id: &account.account_id,
            event: event.kind.name(),
            event_id: &event.event_id,
            attribution: attribution(&account),
        };
        Ok(Ok(Done::event(&registered, network)))
    };
    office.once(intake, job).await
}

/// An event of an account, as yet without what is special to its kind.
pub(super) fn event_of(account: &Account, kind: EventKind, event_id: String, at: Timestamp) -> Event {
    Event {
        kind,
        event_id,
        click_id: account.origin.as_ref().map(|click| click.click_id.clone()).unwrap_or_default(),
        probabilistic: account.probabilistic,
        account_id: account.account_id.clone(),
        brand_id: account.brand_id.clone(),
        at,
        kyc_level: None,
        payment: None,
        visitor: Visitor::default(),
    }
}

/// How sure the operator is of an account's click.
pub(super) fn attribution(account: &Account) -> &'static str {
    match (&account.origin, account.probabilistic) {
        (None, _) => "organic",
        (Some(_), true) => "probabilistic",
        (Some(_), false) => "deterministic",
    }
}

impl From {
    /// What is named in the request itself goes before the cookie, which the browser sends unasked.
    fn read(intake: &Intake) -> Result<Self, Refusal> {
        let (session, install) = (intake.fields.id("session_id")?, intake.fields.id("install_id")?);
        Ok(match (session, install, &intake.session_id) {
            (Some(_), Some(_), _) => {
                return Err(Refusal::schema("fields_invalid", "send session_id or install_id, not both"));
            }
            (Some(session), None, _) => Self::Session(session),
            (None, Some(install), _) => Self::Install(install),
            (None, None, Some(cookie)) => Self::Cookie(cookie.clone()),
            (None, None, None) => Self::Nowhere,
        })
    }

    fn find(self, transaction: &Transaction<'_>, expired: i64) -> rusqlite::Result<Result<Origin, Refusal>> {
        let unknown = |hint| Ok(Err(Refusal::schema("origin_unknown", hint)));
        Ok(Ok(match self {
            Self::Nowhere => Origin::organic(),
            Self::Session(id) => match sessions::find(transaction, &id, expired)? {
                Some(session) => Origin::of(session),
                None => return unknown("session_id: there is no such visit; take the one the landing page gave"),
            },
            Self::Cookie(id) => sessions::find(transaction, &id, expired)?.map_or_else(Origin::organic, Origin::of),
            Self::Install(id) => match installs::find(transaction, &id)? {
                Some(install) => {
                    Origin { click: install.origin, probabilistic: install.probabilistic, brand_id: install.brand_id }
                }
                None => return unknown("install_id: report the installation at /operator/installs first"),
            },
        }))
    }
}

impl Origin {
    fn organic() -> Self {
        Self { click: None, probabilistic: false, brand_id: None }
    }

    fn of(session: sessions::Session) -> Self {
        Self { click: session.origin, probabilistic: false, brand_id: session.brand_id }
    }
}
