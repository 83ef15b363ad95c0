//! The tracker's store: clicks, claimed events, the queue, the books and the stack's own settings, in one database.
//!
//! `handle` is what the other rooms ask; each of the further files holds the statements about one table. Whatever has
//! to be true together happens in one closure of `handle`, and so in one transaction.

mod claims;
mod clicks;
mod conversions;
mod credits;
mod dead_letters;
mod entries;
mod handle;
mod newest;
mod players;
mod queue;
mod retention;
mod reversals;
mod settings;
mod totals;

pub(crate) use clicks::Click;
pub(super) use clicks::ClickRow;
pub(super) use conversions::{Pixel, Sighting};
pub(super) use credits::{Credit, Page};
pub(super) use dead_letters::DeadLetter;
pub(super) use entries::EntryRow;
pub(crate) use handle::Store;
pub(super) use handle::{Acceptance, Accepted, Booking, Claim, Loss};
pub(crate) use newest::newest;
pub(super) use queue::Waiting;
pub(super) use totals::{Sums, Total};

use crate::database::Shape;

/// The tracker's tables. Instants of the stack itself are milliseconds since 1970, in UTC; those of senders are kept
/// as they were written.
const SHAPE: Shape = Shape {
    application_id: 0x7062_6b73,
    version: 5,
    tables: "
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE clicks (
        id INTEGER PRIMARY KEY, click_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, parameters TEXT NOT NULL
    );
    CREATE TABLE seen (key TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE windows (
        click_id TEXT NOT NULL, event TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (click_id, event, at)
    ) WITHOUT ROWID;
    CREATE TABLE queue (seq INTEGER PRIMARY KEY, received INTEGER NOT NULL, postback TEXT NOT NULL);
    CREATE TABLE dead_letters (
        seq INTEGER PRIMARY KEY, received INTEGER NOT NULL, postback TEXT NOT NULL,
        reason TEXT NOT NULL, history TEXT NOT NULL, buried INTEGER NOT NULL
    );
    CREATE TABLE players (
        player TEXT PRIMARY KEY, registered INTEGER, first_credit INTEGER, first_event TEXT, first_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE totals (
        event TEXT NOT NULL, currency TEXT NOT NULL, count INTEGER NOT NULL, amount TEXT NOT NULL,
        report_amount TEXT NOT NULL, unconverted INTEGER NOT NULL,
        PRIMARY KEY (event, currency)
    ) WITHOUT ROWID;
    CREATE TABLE credits (
        id INTEGER PRIMARY KEY,
        event_id TEXT,
        transaction_id TEXT,
        click_id TEXT NOT NULL,
        player TEXT NOT NULL,
        event TEXT NOT NULL,
        amount TEXT,
        currency TEXT,
        commission TEXT,
        report_amount TEXT,
        report_commission TEXT,
        brand_id TEXT,
        ts_event TEXT NOT NULL,
        is_ftd INTEGER,
        billable INTEGER NOT NULL,
        surplus TEXT,
        received INTEGER NOT NULL,
        booked INTEGER NOT NULL
    );
    CREATE TABLE pixels (
        id INTEGER PRIMARY KEY, transaction_id TEXT UNIQUE, click_id TEXT NOT NULL, account TEXT, amount TEXT,
        currency TEXT, brand_id TEXT, ts_event TEXT, received INTEGER NOT NULL
    );
    CREATE INDEX pixels_by_click ON pixels (click_id);
    CREATE TABLE strays (
        id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, name TEXT, event_id TEXT, transaction_id TEXT,
        click_id TEXT, account TEXT, amount TEXT, currency TEXT, brand_id TEXT, ts_event TEXT,
        received INTEGER NOT NULL, UNIQUE (method, name)
    );
    CREATE INDEX reversals ON credits (player) WHERE event IN ('refund', 'chargeback');
",
};
