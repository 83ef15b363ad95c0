//! The database itself: where it lives, how it is opened, and what its tables are.

use std::fmt;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// Where a stack keeps what it has to remember.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// In memory, for this stack alone, until it stops.
    Memory,
    /// In a file, which outlives the process.
    File(PathBuf),
}

/// A database that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file cannot be made, opened or written.
    #[error("cannot use the database {}: {source}; check that the folder exists and that the file can be written", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What `SQLite` or the system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file is something else, or was made by another version.
    #[error("{} is not a database of this version of the stack; move it away or name another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
}

/// A database that is open, ours, and has its tables.
pub(crate) struct Opened {
    pub(super) connection: Connection,
    database: Database,
}

/// Marks the file as ours ("pbks"), so that nobody's other database is ever written into.
const APPLICATION_ID: i32 = 0x7062_6b73;

/// Raised whenever the tables change.
const VERSION: i32 = 1;

/// How long a statement waits for another process that reads or writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More than there are different statements.
const STATEMENTS: usize = 32;

const TABLES: &str = "
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE clicks (click_id TEXT PRIMARY KEY, at TEXT NOT NULL, parameters TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE seen (event_id TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE first_deposits (account TEXT PRIMARY KEY, event_id TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE credits (
        id INTEGER PRIMARY KEY,
        event_id TEXT NOT NULL,
        click_id TEXT NOT NULL,
        event TEXT NOT NULL,
        amount TEXT,
        currency TEXT,
        brand_id TEXT,
        ts_event TEXT NOT NULL,
        is_ftd INTEGER
    );
    CREATE INDEX credits_by_event ON credits (event_id);
";

impl Database {
    /// Opens the database and makes its tables where there are none.
    pub(crate) fn open(self) -> Result<Opened, DatabaseError> {
        let connection = match &self {
            Self::Memory => Connection::open_in_memory(),
            Self::File(path) => {
                create_private(path).map_err(|error| self.unusable(error))?;
                Connection::open(path)
            }
        };
        let mut connection = connection.map_err(|error| self.unusable(error))?;
        match shape(&mut connection) {
            Ok(true) => Ok(Opened { connection, database: self }),
            Ok(false) => Err(DatabaseError::NotOurs { path: self.path() }),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                Err(DatabaseError::NotOurs { path: self.path() })
            }
            Err(error) => Err(self.unusable(error)),
        }
    }

    pub(super) fn unusable(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DatabaseError {
        DatabaseError::Unusable { path: self.path(), source: source.into() }
    }

    /// The file, or the engine's own name for memory.
    fn path(&self) -> PathBuf {
        match self {
            Self::Memory => PathBuf::from(":memory:"),
            Self::File(path) => path.clone(),
        }
    }
}

impl Opened {
    /// Where it was opened.
    pub(super) fn database(&self) -> &Database {
        &self.database
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Opened").field(&self.database).finish()
    }
}

/// Makes the file before `SQLite` does, because the secrets in it are for its owner's eyes only.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Sets the connection up and says whether the database is one of ours; an empty one becomes so.
fn shape(connection: &mut Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    let number = |connection: &Connection, query: &str| connection.query_row(query, [], |row| row.get::<_, i32>(0));
    let tables = number(connection, "SELECT count(*) FROM sqlite_master")?;
    let application = number(connection, "SELECT application_id FROM pragma_application_id")?;
    let version = number(connection, "SELECT user_version FROM pragma_user_version")?;
    let fresh = tables == 0 && application == 0;
    if !fresh && (application, version) != (APPLICATION_ID, VERSION) {
        return Ok(false);
    }
    // An acknowledged booking has to survive a power cut, so every commit waits for the disk.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // Writing even where nothing changes shows a read-only file now and not at the first postback.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if fresh {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "these are notes and no database, long enough to be looked at twice".repeat(20))
            .expect("written");
        let refused = Database::File(text.clone()).open().expect_err("no database");
        assert!(matches!(refused, DatabaseError::NotOurs { .. }), "{refused}");
        assert!(refused.to_string().contains("notes.txt"));

        let other = folder.path().join("other.db");
        let connection = Connection::open(&other).expect("a database");
        connection.execute_batch("CREATE TABLE t (a)").expect("a table");
        drop(connection);
        assert!(matches!(Database::File(other).open(), Err(DatabaseError::NotOurs { .. })));

        let nowhere = folder.path().join("no/such/folder.db");
        assert!(matches!(Database::File(nowhere).open(), Err(DatabaseError::Unusable { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stack.db");
        let opened = Database::File(path.clone()).open().expect("a fresh database");
        drop(opened);
        assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        Database::File(path).open().expect("the same database again");
    }
}
