//! Installations of the app, and the click each was matched to (seed 003 §10).

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::pruning::Passing;
use super::sessions::{self, Click};

/// An installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Install {
    pub(in crate::operator) origin: Option<Click>,
    /// Whether the match is only probable.
    pub(in crate::operator) probabilistic: bool,
    pub(in crate::operator) brand_id: Option<String>,
}

const INSTALLS: Passing = Passing { table: "installs", most: 1_000_000 };

/// Keeps an installation, and lets go of those from before `expired`.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    install_id: &str,
    install: &Install,
    at: i64,
    expired: i64,
) -> rusqlite::Result<()> {
    let Install { origin, probabilistic, brand_id } = install;
    transaction
        .prepare_cached(
            "INSERT INTO installs (install_id, network, click_id, probabilistic, brand_id, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            install_id,
            origin.as_ref().map(|click| &click.network),
            origin.as_ref().map(|click| &click.click_id),
            probabilistic,
            brand_id,
            at
        ])?;
    INSTALLS.prune(transaction, expired)
}

/// The installation of that id.
pub(in crate::operator) fn find(transaction: &Transaction<'_>, install_id: &str) -> rusqlite::Result<Option<Install>> {
    let install = |row: &Row<'_>| {
        Ok(Install { origin: sessions::click(row, 0, 1)?, probabilistic: row.get(2)?, brand_id: row.get(3)? })
    };
    transaction
        .prepare_cached("SELECT network, click_id, probabilistic, brand_id FROM installs WHERE install_id = ?1")?
        .query_row([install_id], install)
        .optional()
}
