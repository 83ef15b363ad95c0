//! What the rooms ask of the store. Each question is one closure, and so one piece of a transaction.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rusqlite::{CachedStatement, Transaction};
use rust_decimal::Decimal;

use super::claims::Claimed;
use super::players::Candidate;
use super::queue::Numbers;
use super::retention::Pruner;
use super::totals::{Sums, Total};
use super::{Click, ClickRow, Credit, DeadLetter, EntryRow, Page, SHAPE, Waiting};
use super::{claims, clicks, conversions, credits, dead_letters, entries, players, queue, settings, totals};
use crate::answer::Refusal;
use crate::database::{Database, Writer};
use crate::monitoring::Monitor;
use crate::secrets::Secrets;
use crate::start_error::StartError;
use crate::tracker::identity::Dialect;
use crate::tracker::rules::{Conflict, Keys};

/// A way to the tracker's database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(super) writer: Writer,
    /// Those of the queue.
    numbers: Arc<Numbers>,
}

/// A checked postback that asks to be taken.
#[derive(Debug)]
pub(in crate::tracker) struct Acceptance {
    pub(in crate::tracker) claim: Claim,
    /// SHA-256 of the canonical payload: tells a repetition from another body under the same id.
    pub(in crate::tracker) digest: [u8; 32],
    pub(in crate::tracker) click_id: String,
    pub(in crate::tracker) conflict: Conflict,
    /// Whether a click that nobody made is refused.
    pub(in crate::tracker) click_has_to_be_known: bool,
    /// When it was received: milliseconds since 1970, UTC.
    pub(in crate::tracker) received: i64,
    /// The postback as JSON, as it will wait.
    pub(in crate::tracker) postback: String,
}

/// How a postback claims to be an event of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tracker) enum Claim {
    /// By an id that the first one gets for good.
    Id(String),
    /// By an id that whoever comes gets.
    Anybody(String),
    /// By its kind and instant (seconds since 1970) after its click.
    Window { event: &'static str, at: i64 },
}

/// What became of a postback that asked, with the number under which it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tracker) enum Accepted {
    /// It is new and waits to be booked.
    Queued(i64),
    /// It was there, and its new values wait to take the place of the old ones.
    Replaces(i64),
    /// The event was there already.
    Known,
    /// The id was there already, with another payload that stands.
    Conflict,
    /// The redirector never made that click id.
    UnknownClick,
}

/// A credit that is ready for the books.
#[derive(Debug, Clone)]
pub(in crate::tracker) struct Booking {
    /// Number of the postback in the queue.
    pub(in crate::tracker) seq: i64,
    pub(in crate::tracker) credit: Credit,
    /// The event's own instant: milliseconds since 1970, UTC.
    pub(in crate::tracker) at: i64,
    /// Its amount, and what that is worth in the report currency: for the running totals.
    pub(in crate::tracker) amount: Option<Decimal>,
    pub(in crate::tracker) worth: Option<Decimal>,
    /// Whether it opens the player's account.
    pub(in crate::tracker) registers: bool,
    /// Whether it may be the player's first deposit.
    pub(in crate::tracker) qualifies: bool,
    /// Whether it takes the place of what its event id has in the books.
    pub(in crate::tracker) replaces: bool,
    /// Whether it is to be lost.
    pub(in crate::tracker) loss: Loss,
}

/// Whether a booking reaches the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tracker) enum Loss {
    Kept,
    Lost,
}

impl Store {
    /// Opens the database and hands it to a thread of its own. The secrets are those given, or else those that the
    /// database keeps. Books that were kept in another report currency are left alone.
    pub(crate) fn open(
        database: &Database,
        given: Option<Secrets>,
        report_currency: &str,
    ) -> Result<(Self, Secrets), StartError> {
        let connection = database.open(&SHAPE)?;
        let secrets = match given {
            Some(given) => given,
            None => settings::secrets(&connection, Secrets::draw()?).map_err(|error| database.unusable(error))?,
        };
        let kept = settings::report_currency(&connection, report_currency).map_err(|error| database.unusable(error))?;
        if kept != report_currency {
            return Err(StartError::ReportCurrency { kept, asked: report_currency.to_owned() });
        }
        let numbers = Arc::new(Numbers::after(&connection).map_err(|error| database.unusable(error))?);
        let writer = Writer::start(connection, "tracker").map_err(StartError::Thread)?;
        Ok((Self { writer, numbers }, secrets))
    }

    /// Writes a click to the log.
    pub(crate) async fn log_click(&self, click: Click) -> Result<(), Refusal> {
        self.writer.run(move |transaction| clicks::insert(transaction, &click)).await
    }

    /// Claims the event and puts it into the queue. Once that is durable, `queued` is told, whoever still waits, and
    /// gets the postback's JSON back.
    pub(in crate::tracker) async fn accept(
        &self,
        acceptance: Acceptance,
        queued: impl FnOnce(&Accepted, String) + Send + 'static,
    ) -> Result<Accepted, Refusal> {
        let numbers = Arc::clone(&self.numbers);
        let accept =
            move |transaction: &Transaction<'_>| Ok((accept(transaction, &numbers, &acceptance)?, acceptance.postback));
        self.writer.run_leaving(accept, queued).await
    }

    /// Whether an id is claimed.
    pub(in crate::tracker) async fn knows(&self, key: String) -> Result<bool, Refusal> {
        self.writer.run(move |transaction| Ok(claims::seen(transaction, &key)?.is_some())).await
    }

    /// Claims an id for nobody.
    pub(in crate::tracker) async fn claim(&self, key: String, digest: [u8; 32]) -> Result<(), Refusal> {
        self.writer.run(move |transaction| claims::id(transaction, &key, digest).map(drop)).await
    }

    /// What waits in the queue behind number `after`, oldest first.
    pub(in crate::tracker) async fn waiting(&self, after: i64, limit: u16) -> Result<Vec<Waiting>, Refusal> {
        self.writer.run(move |transaction| queue::page(transaction, after, limit)).await
    }

    /// When the oldest that waits was accepted: milliseconds since 1970, UTC.
    pub(in crate::tracker) async fn oldest_waiting(&self) -> Result<Option<i64>, Refusal> {
        self.writer.run(|transaction| queue::oldest(transaction)).await
    }

    /// Books what waited. A postback that is not in the queue any more is booked already and passed over.
    pub(in crate::tracker) async fn book(&self, bookings: Vec<Booking>) -> Result<(), Refusal> {
        self.writer.run(move |transaction| book_all(transaction, &bookings)).await
    }

    /// Books a refused postback beside the books' own order: it claims nothing.
    pub(in crate::tracker) async fn book_refused(&self, credit: Credit) -> Result<(), Refusal> {
        self.writer.run(move |transaction| book_refused(transaction, &credit)).await
    }

    /// Moves what could not be booked to the DLQ, and says how many went there.
    pub(in crate::tracker) async fn bury(&self, letters: Vec<DeadLetter>) -> Result<u64, Refusal> {
        let bury = move |transaction: &Transaction<'_>| {
            let buried = |sum, letter| Ok(sum + u64::from(dead_letters::bury(transaction, letter)?));
            letters.iter().try_fold(0, buried)
        };
        self.writer.run(bury).await
    }

    /// Reads a stretch of the DLQ, and how long it is in all.
    pub(in crate::tracker) async fn dead(&self, after: i64, limit: u16) -> Result<(Vec<DeadLetter>, i64), Refusal> {
        let read = move |transaction: &Transaction<'_>| {
            Ok((dead_letters::page(transaction, after, limit)?, dead_letters::count(transaction)?))
        };
        self.writer.run(read).await
    }

    /// Puts the oldest dead letters back into the queue. Once that is durable, `revived` is told.
    pub(in crate::tracker) async fn revive(
        &self,
        limit: u16,
        revived: impl FnOnce(&Vec<Waiting>) + Send + 'static,
    ) -> Result<Vec<Waiting>, Refusal> {
        let numbers = Arc::clone(&self.numbers);
        self.writer.run_then(move |transaction| dead_letters::revive(transaction, &numbers, limit), revived).await
    }

    /// Whether the books know when the player's account was opened.
    pub(in crate::tracker) async fn is_registered(&self, player: String) -> Result<bool, Refusal> {
        self.writer.run(move |transaction| players::is_registered(transaction, &player)).await
    }

    /// Reads a stretch of the books.
    pub(in crate::tracker) async fn page(&self, after: i64, upto: Option<i64>) -> Result<Page, Refusal> {
        self.writer.run(move |transaction| credits::page(transaction, after, upto)).await
    }

    /// Reads a stretch of the books as reports see them, and the number of the last row.
    pub(in crate::tracker) async fn entry_rows(&self, after: i64, limit: u16) -> Result<(Vec<EntryRow>, i64), Refusal> {
        self.writer.run(move |transaction| entries::page(transaction, after, limit)).await
    }

    /// Reads one click of the log.
    pub(in crate::tracker) async fn click(&self, click_id: String) -> Result<Option<ClickRow>, Refusal> {
        self.writer.run(move |transaction| clicks::find(transaction, &click_id)).await
    }

    /// Reads a stretch of the click log, and the number of the last row.
    pub(in crate::tracker) async fn click_rows(&self, after: i64, limit: u16) -> Result<(Vec<ClickRow>, i64), Refusal> {
        self.writer.run(move |transaction| clicks::page(transaction, after, limit)).await
    }

    /// The running totals of the books.
    pub(in crate::tracker) async fn totals(&self) -> Result<Vec<Total>, Refusal> {
        self.writer.run(|transaction| totals::all(transaction)).await
    }

    /// Who lets go of what is kept here, after its time. Dialect and keys say what a postback claimed.
    pub(crate) fn pruner(&self, monitor: Monitor, dialect: Dialect, keys: Keys) -> Pruner {
        Pruner::new(self.writer.clone(), monitor, (dialect, keys))
    }

    /// Writes what waits and closes the database.
    pub(in crate::tracker) async fn close(&self) -> io::Result<()> {
        self.writer.close().await
    }
}

fn accept(transaction: &Transaction<'_>, numbers: &Numbers, acceptance: &Acceptance) -> rusqlite::Result<Accepted> {
    let Acceptance { claim, digest, click_id, conflict, click_has_to_be_known, received, postback } = acceptance;
    if *click_has_to_be_known && !clicks::is_known(transaction, click_id)? {
        conversions::stray_postback(transaction, postback, *received)?;
        return Ok(Accepted::UnknownClick);
    }
    let claimed = match claim {
        Claim::Id(id) => claims::id(transaction, id, *digest)?,
        Claim::Anybody(id) => claims::take(transaction, id, *digest).map(|()| Claimed::First)?,
        Claim::Window { event, at } => claims::window(transaction, click_id, event, *at)?,
    };
    match (claimed, conflict) {
        (Claimed::First, _) => queue::push(transaction, numbers, *received, postback).map(Accepted::Queued),
        (Claimed::Repeated, _) | (Claimed::OtherPayload, Conflict::Swallow) => Ok(Accepted::Known),
        (Claimed::OtherPayload, Conflict::Refuse) => Ok(Accepted::Conflict),
        (Claimed::OtherPayload, Conflict::Overwrite) => {
            if let Claim::Id(id) = claim {
                claims::take(transaction, id, *digest)?;
            }
            queue::push(transaction, numbers, *received, postback).map(Accepted::Replaces)
        }
    }
}

/// Books each of them; the running totals are written once for all.
fn book_all(transaction: &Transaction<'_>, bookings: &[Booking]) -> rusqlite::Result<()> {
    let mut sums: BTreeMap<(&str, &str), Sums> = BTreeMap::new();
    let waited = queue::remove_all(transaction, bookings.iter().map(|booking| booking.seq).collect())?;
    let mut pens = Pens { credits: credits::inserting(transaction)?, firsts: players::noting(transaction)? };
    for booking in bookings {
        if waited.binary_search(&booking.seq).is_ok() && booking.loss == Loss::Kept {
            pens.book(transaction, booking)?;
            let currency = booking.credit.currency.as_deref().unwrap_or_default();
            let sum = sums.entry((&booking.credit.event, currency)).or_default();
            sum.add(&Sums::of(booking.amount, booking.worth));
        }
    }
    for ((event, currency), sums) in sums {
        totals::add(transaction, event, currency, &sums)?;
    }
    Ok(())
}

/// What nearly every booking is written with.
struct Pens<'c> {
    credits: CachedStatement<'c>,
    firsts: CachedStatement<'c>,
}

impl Pens<'_> {
    fn book(&mut self, transaction: &Transaction<'_>, booking: &Booking) -> rusqlite::Result<()> {
        let Booking { credit, at, registers, qualifies, replaces, .. } = booking;
        if *replaces && let Some(event_id) = &credit.event_id {
            credits::remove(transaction, event_id)?;
        }
        // Whoever names a deposit the first is nearly always right: it is entered as one, and loses the mark otherwise.
        let id = credits::insert(&mut self.credits, credit, *qualifies)?;
        if *registers {
            players::registered(transaction, &credit.player, *at)?;
        }
        if *qualifies {
            let deposit = Candidate { credit: id, event_id: credit.event_id.as_deref(), at: *at };
            if !players::first_deposit(transaction, &mut self.firsts, &credit.player, &deposit)? {
                credits::mark_first(transaction, id, false)?;
            }
        }
        Ok(())
    }
}

/// A refused postback claims nothing, so the genuine event with its id finds everything as if it had not come;
/// nor does it touch an event that is there.
fn book_refused(transaction: &Transaction<'_>, credit: &Credit) -> rusqlite::Result<()> {
    let Some(event_id) = &credit.event_id else { return Ok(()) };
    let known = claims::seen(transaction, event_id)?.is_some() || credits::has(transaction, event_id)?;
    if known { Ok(()) } else { credits::insert(&mut credits::inserting(transaction)?, credit, false).map(drop) }
}
