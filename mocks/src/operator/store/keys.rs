//! Idempotency keys: which request came under each, and what it was answered.

use rusqlite::{OptionalExtension, Transaction, params};

use super::pruning::Passing;

/// What is remembered of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::operator) struct Remembered {
    /// SHA-256 over what it asked for.
    pub(in crate::operator) request: Vec<u8>,
    /// The body of its answer.
    pub(in crate::operator) answer: String,
}

/// How long a key is remembered, in seconds: two days, longer than any sender goes on trying.
const LIFE_S: i64 = 2 * 86_400;

const KEYS: Passing = Passing { table: "keys", most: 1_000_000 };

/// What came under the key.
pub(in crate::operator) fn find(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<Option<Remembered>> {
    transaction
        .prepare_cached("SELECT request, answer FROM keys WHERE key = ?1")?
        .query_row([key], |row| Ok(Remembered { request: row.get(0)?, answer: row.get(1)? }))
        .optional()
}

/// Remembers a request and its answer.
pub(in crate::operator) fn insert(
    transaction: &Transaction<'_>,
    key: &str,
    remembered: &Remembered,
    at: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO keys (key, request, answer, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![key, remembered.request, remembered.answer, at])?;
    KEYS.prune(transaction, at - LIFE_S)
}
