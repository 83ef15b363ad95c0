//! Visits to the landing pages, and the click each came from.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::pruning::Passing;

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Session {
    pub(in crate::operator) origin: Option<Click>,
    pub(in crate::operator) brand_id: Option<String>,
    /// When it began, in seconds since 1970.
    pub(in crate::operator) at: i64,
}

/// A click of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Click {
    pub(in crate::operator) network: String,
    pub(in crate::operator) click_id: String,
}

/// Whose visit it probably was: where the address lies, and which family of browsers it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Likeness {
    pub(in crate::operator) address: String,
    pub(in crate::operator) agent: String,
}

/// Visits come from anybody, so this bounds what anybody can make the operator keep: some 200 MB.
const SESSIONS: Passing = Passing { table: "sessions", most: 1_000_000 };

/// Keeps a visit, and lets go of those that began before `expired`.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    session_id: &str,
    session: &Session,
    likeness: &Likeness,
    expired: i64,
) -> rusqlite::Result<()> {
    let Session { origin, brand_id, at } = session;
    transaction
        .prepare_cached(
            "INSERT INTO sessions (session_id, network, click_id, brand_id, address, agent, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            session_id,
            origin.as_ref().map(|click| &click.network),
            origin.as_ref().map(|click| &click.click_id),
            brand_id,
            likeness.address,
            likeness.agent,
            at
        ])?;
    SESSIONS.prune(transaction, expired)
}

/// The visit of that id, if it began at `expired` or later.
pub(in crate::operator) fn find(
    transaction: &Transaction<'_>,
    session_id: &str,
    expired: i64,
) -> rusqlite::Result<Option<Session>> {
    transaction
        .prepare_cached("SELECT network, click_id, brand_id, at FROM sessions WHERE session_id = ?1 AND at >= ?2")?
        .query_row(params![session_id, expired], session)
        .optional()
}

/// The last visit of such a visitor that came from a click, since `from`.
pub(in crate::operator) fn alike(
    transaction: &Transaction<'_>,
    likeness: &Likeness,
    from: i64,
) -> rusqlite::Result<Option<Session>> {
    transaction
        .prepare_cached(
            "SELECT network, click_id, brand_id, at FROM sessions
             WHERE address = ?1 AND agent = ?2 AND at >= ?3 AND click_id IS NOT NULL ORDER BY id DESC LIMIT 1",
        )?
        .query_row(params![likeness.address, likeness.agent, from], session)
        .optional()
}

/// Changes the brand of a visit.
pub(in crate::operator) fn set_brand(
    transaction: &Transaction<'_>,
    session_id: &str,
    brand_id: &str,
) -> rusqlite::Result<()> {
    let set = "UPDATE sessions SET brand_id = ?2 WHERE session_id = ?1";
    transaction.prepare_cached(set)?.execute([session_id, brand_id]).map(drop)
}

/// The brand of the oldest visit that is kept and has one.
pub(in crate::operator) fn first_brand(transaction: &Transaction<'_>) -> rusqlite::Result<Option<String>> {
    transaction
        .prepare_cached("SELECT brand_id FROM sessions WHERE brand_id IS NOT NULL ORDER BY id LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()
}

/// Takes the click from a visit.
pub(in crate::operator) fn forget_click(transaction: &Transaction<'_>, session_id: &str) -> rusqlite::Result<()> {
    let forget = "UPDATE sessions SET network = NULL, click_id = NULL WHERE session_id = ?1";
    transaction.prepare_cached(forget)?.execute([session_id]).map(drop)
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session { origin: click(row, 0, 1)?, brand_id: row.get(2)?, at: row.get(3)? })
}

/// The click in two columns, which are both there or both empty.
pub(super) fn click(row: &Row<'_>, network: usize, click_id: usize) -> rusqlite::Result<Option<Click>> {
    let (network, click_id): (Option<String>, Option<String>) = (row.get(network)?, row.get(click_id)?);
    Ok(network.zip(click_id).map(|(network, click_id)| Click { network, click_id }))
}
