//! Keeps a table of passing things within a bound in number and in age.

use rusqlite::{Transaction, params};

/// A table whose ids only grow, so that the lowest are the oldest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passing {
    pub(super) table: &'static str,
    /// Most rows that are kept.
    pub(super) most: i64,
}

/// Rows looked at for their age per new row: more than come, so that the old ones go faster than new ones arrive.
const SLICE: i64 = 4;

impl Passing {
    /// Removes what lies beyond the bound, and some of what is older than `before` (seconds since 1970). Called with
    /// each new row, so the work is spread evenly.
    pub(super) fn prune(self, transaction: &Transaction<'_>, before: i64) -> rusqlite::Result<()> {
        let Self { table, most } = self;
        let newest = transaction.last_insert_rowid();
        let beyond = format!("DELETE FROM {table} WHERE id <= ?1");
        transaction.prepare_cached(&beyond)?.execute([newest.saturating_sub(most)])?;
        let old = format!("DELETE FROM {table} WHERE at < ?1 AND id IN (SELECT id FROM {table} ORDER BY id LIMIT ?2)");
        transaction.prepare_cached(&old)?.execute(params![before, SLICE])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_table_stays_within_number_and_age() {
        let mut connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER)").expect("a table");
        let passing = Passing { table: "t", most: 10 };
        let kept = |connection: &Connection| {
            let range = "SELECT min(at), max(at), count(*) FROM t";
            connection
                .query_row(range, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
                .expect("rows")
        };
        for at in 0..30 {
            let transaction = connection.transaction().expect("a transaction");
            transaction.execute("INSERT INTO t (at) VALUES (?1)", [at]).expect("a row");
            passing.prune(&transaction, at - 100).expect("pruned");
            transaction.commit().expect("committed");
        }
        assert_eq!(kept(&connection), (20, 29, 10));
        for at in 30..34 {
            let transaction = connection.transaction().expect("a transaction");
            transaction.execute("INSERT INTO t (at) VALUES (?1)", [at]).expect("a row");
            passing.prune(&transaction, 30).expect("pruned");
            transaction.commit().expect("committed");
        }
        assert_eq!(kept(&connection), (30, 33, 4));
    }
}
