//! The tables of the operator's database.
//!
//! Instants are whole seconds since 1970 for what happened, milliseconds for what is to be done. `at` of accounts and
//! events is the caller's word, who may tell of something earlier; `written` and `given_up` are the operator's own clock,
//! by which things grow old. Amounts are decimal
//! text.

use crate::database::Shape;

/// The operator's database.
pub(in crate::operator) const SHAPE: Shape = Shape {
    // "pbop"
    application_id: 0x7062_6f70,
    version: 2,
    tables: "
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL UNIQUE, network TEXT, click_id TEXT,
            brand_id TEXT, address TEXT NOT NULL, agent TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX sessions_by_visitor ON sessions (address, agent, id);
        CREATE TABLE installs (
            id INTEGER PRIMARY KEY AUTOINCREMENT, install_id TEXT NOT NULL UNIQUE, network TEXT, click_id TEXT,
            probabilistic INTEGER NOT NULL, brand_id TEXT, at INTEGER NOT NULL
        );
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY, account_id TEXT NOT NULL UNIQUE, network TEXT, click_id TEXT,
            probabilistic INTEGER NOT NULL, brand_id TEXT, geo TEXT, device TEXT, consent_version TEXT, ip TEXT,
            ua TEXT, at INTEGER NOT NULL, first_deposit TEXT, written INTEGER NOT NULL
        );
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL, event TEXT NOT NULL,
            at INTEGER NOT NULL, kyc_level TEXT, amount TEXT, currency TEXT, transaction_id TEXT,
            payment_method TEXT, is_ftd INTEGER NOT NULL, bonus INTEGER NOT NULL, reverses INTEGER, reversed TEXT
        );
        CREATE INDEX events_by_account ON events (account);
        CREATE TABLE balances (
            account INTEGER NOT NULL, currency TEXT NOT NULL, left TEXT NOT NULL, PRIMARY KEY (account, currency)
        ) WITHOUT ROWID;
        CREATE TABLE tallies (
            slot INTEGER NOT NULL, network TEXT NOT NULL, brand_id TEXT NOT NULL, event TEXT NOT NULL, currency TEXT NOT NULL,
            count INTEGER NOT NULL, amount TEXT, PRIMARY KEY (slot, network, brand_id, event, currency)
        ) WITHOUT ROWID;
        CREATE TABLE keys (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, request BLOB NOT NULL,
            answer TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY, network TEXT NOT NULL, event INTEGER NOT NULL, event_id TEXT NOT NULL,
            state TEXT NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL, doubtful INTEGER NOT NULL,
            reason TEXT, history TEXT, given_up INTEGER
        );
        CREATE INDEX outbox_due ON outbox (network, due) WHERE state = 'pending';
        CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
        CREATE INDEX outbox_by_event ON outbox (event);
        CREATE TABLE deliveries (
            network TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (network, state)
        ) WITHOUT ROWID;
    ",
};
