//! `POST /operator/installs`: an app was installed, and perhaps a click led to it (seed 003 §10).
//!
//! With a click id the link is certain. Without one the last visit that looks alike is taken for it, which is a
//! guess, is marked as one, and is never paid for. Without either the installation is organic.

use std::sync::Arc;

use axum::extract::{Request, State};
use rusqlite::Transaction;
use serde::Serialize;

use super::super::office::{Given, Office};
use super::super::sessions::before;
use super::super::store::installs::{self, Install};
use super::super::store::sessions::{self, Click, Likeness};
use super::super::visitor;
use super::answer::Done;
use super::intake::Intake;
use crate::answer::Refusal;

const FIELDS: [&str; 6] = ["install_id", "click_id", "network", "brand_id", "ip", "ua"];

#[derive(Serialize)]
struct Installed<'a> {
    install_id: &'a str,
    attribution: &'a str,
}

/// Takes note of an installation. The app may report it itself, or a measurement partner may, who then says what the
/// device's `ip` and `ua` are.
pub(super) async fn install(State(office): State<Arc<Office>>, request: Request) -> Result<Given, Refusal> {
    let intake = Intake::read(request, &FIELDS, office.clock).await?;
    let fields = &intake.fields;
    let install_id =
        fields.id("install_id")?.ok_or_else(|| Refusal::schema("field_missing", "install_id: required"))?;
    let click = click(&office, &intake)?;
    let brand_id = fields.label("brand_id")?;
    let ip = fields.text("ip").or(intake.ip.as_deref());
    let likeness = visitor::likeness(ip, fields.text("ua").or(intake.ua.as_deref()));
    let (now, since) = (intake.now.as_second(), before(intake.now, office.settings.match_window));
    let expired = before(intake.now, office.settings.session_life);
    let job = move |transaction: &Transaction<'_>| {
        if let Some(known) = installs::find(transaction, &install_id)? {
            // The first word about an installation stands: an app that starts again is not installed again.
            return Ok(Ok(done(&install_id, &known)));
        }
        let install = match click {
            Some(click) => Install { origin: Some(click), probabilistic: false, brand_id },
            None => guess(transaction, &likeness, since)?.with_brand(brand_id),
        };
        installs::insert(transaction, &install_id, &install, now, expired)?;
        Ok(Ok(done(&install_id, &install)))
    };
    office.once(&intake, job).await
}

/// The click that is named, and the network it belongs to: the first of the settings when none is named.
fn click(office: &Office, intake: &Intake) -> Result<Option<Click>, Refusal> {
    let (click_id, named) = (intake.fields.id("click_id")?, intake.fields.text("network"));
    let Some(click_id) = click_id else { return Ok(None) };
    let mut networks = office.settings.networks.iter().map(|network| network.name.as_str());
    let network = networks.find(|name| named.is_none_or(|named| named == *name)).ok_or_else(|| {
        Refusal::schema("network_unknown", "network: name one that the operator has, or leave it out")
    })?;
    Ok(Some(Click { network: network.to_owned(), click_id }))
}

fn guess(transaction: &Transaction<'_>, likeness: &Likeness, since: i64) -> rusqlite::Result<Install> {
    let alike = if likeness.address.is_empty() { None } else { sessions::alike(transaction, likeness, since)? };
    Ok(match alike {
        Some(session) => Install { origin: session.origin, probabilistic: true, brand_id: session.brand_id },
        None => Install { origin: None, probabilistic: false, brand_id: None },
    })
}

fn done(install_id: &str, install: &Install) -> Done {
    let attribution = match (&install.origin, install.probabilistic) {
        (None, _) => "organic",
        (Some(_), true) => "probabilistic",
        (Some(_), false) => "deterministic",
    };
    Done::event(&Installed { install_id, attribution }, None)
}

impl Install {
    fn with_brand(mut self, brand_id: Option<String>) -> Self {
        self.brand_id = brand_id.or(self.brand_id);
        self
    }
}
