//! A database as a file: where it lives, how it is opened, and whether it is one that this room may write into.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// Where a stack keeps what it has to remember.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Database {
    /// In memory, for this stack alone, until it stops.
    #[default]
    Memory,
    /// In files, which outlive the process: this one, and others beside it whose names begin like its own.
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
    /// Another stack uses the file.
    #[error("{} is in use by another stack; stop that one, or name another file", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a database of the stack; move it away or name another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file is ours, with tables of another version.
    #[error(
        "{} has tables of version {found}, and this stack writes version {ours}; use the stack that made it, or name another file",
        path.display()
    )]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that the file bears.
        found: i32,
        /// The version that this stack knows.
        ours: i32,
    },
}

/// What a room's database looks like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Four bytes that mark the file as this room's, so that nobody's other database is ever written into.
    pub(crate) application_id: i32,
    /// Raised whenever the tables change.
    pub(crate) version: i32,
    /// The statements that make the tables.
    pub(crate) tables: &'static str,
}

/// How long a statement waits for another process that reads or writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes of a page in memory. A commit there looks through the list of all pages, so a few large ones cost less than
/// many small ones; a file has the engine's own 4096, because a commit writes whole pages.
const MEMORY_PAGE: u32 = 16384;

/// More than any room has different statements.
const STATEMENTS: usize = 96;

impl Database {
    /// The database of another room of the same stack: `stack.db` has `stack.operator.db` beside it.
    #[must_use]
    pub(crate) fn beside(&self, room: &str) -> Self {
        match self {
            Self::Memory => Self::Memory,
            Self::File(path) => {
                let mut name = path.file_stem().map_or_else(OsString::new, OsString::from);
                name.push(format!(".{room}"));
                if let Some(extension) = path.extension() {
                    name.push(".");
                    name.push(extension);
                }
                Self::File(path.with_file_name(name))
            }
        }
    }

    /// Opens the database and makes its tables where there are none.
    pub(crate) fn open(&self, shape: &Shape) -> Result<Connection, DatabaseError> {
        let connection = match self {
            Self::Memory => Connection::open_in_memory()
                .and_then(|connection| connection.pragma_update(None, "page_size", MEMORY_PAGE).map(|()| connection)),
            Self::File(path) => {
                create_private(path).map_err(|error| self.unusable(error))?;
                Connection::open(path)
            }
        };
        let mut connection = connection.map_err(|error| self.unusable(error))?;
        match shape.apply(&mut connection) {
            Ok(Found::Ours) => Ok(connection),
            Ok(Found::Stranger) => Err(DatabaseError::NotOurs { path: self.path() }),
            Ok(Found::Version(found)) => {
                Err(DatabaseError::OtherVersion { path: self.path(), found, ours: shape.version })
            }
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
                Err(DatabaseError::NotOurs { path: self.path() })
            }
            Err(error) => Err(self.unusable(error)),
        }
    }

    /// The error of a database that was opened and then failed.
    pub(crate) fn unusable(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> DatabaseError {
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

/// What a file turned out to be.
enum Found {
    Ours,
    Stranger,
    Version(i32),
}

impl Shape {
    /// Sets the connection up and says what was found; an empty database becomes ours.
    fn apply(&self, connection: &mut Connection) -> rusqlite::Result<Found> {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let number = |connection: &Connection, query: &str| connection.query_row(query, [], |row| row.get::<_, i32>(0));
        let tables = number(connection, "SELECT count(*) FROM sqlite_master")?;
        let application = number(connection, "SELECT application_id FROM pragma_application_id")?;
        let version = number(connection, "SELECT user_version FROM pragma_user_version")?;
        let fresh = tables == 0 && application == 0;
        if !fresh && application != self.application_id {
            return Ok(Found::Stranger);
        }
        if !fresh && version != self.version {
            return Ok(Found::Version(version));
        }
        // What was acknowledged has to survive a power cut, so every commit waits for the disk.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        // Writing even where nothing changes shows a read-only file now and not at the first request.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if fresh {
            transaction.execute_batch(self.tables)?;
            transaction.pragma_update(None, "application_id", self.application_id)?;
        }
        transaction.pragma_update(None, "user_version", self.version)?;
        transaction.commit()?;
        Ok(Found::Ours)
    }
}

/// Makes the file before `SQLite` does, because what is in it is for its owner's eyes only.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { application_id: 7, version: 3, tables: "CREATE TABLE t (a)" };

    #[test]
    fn strangers_are_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = folder.path().join("notes.txt");
        std::fs::write(&text, "these are notes and no database, long enough to be looked at twice".repeat(20))
            .expect("written");
        let refused = Database::File(text).open(&SHAPE).expect_err("no database");
        assert!(matches!(refused, DatabaseError::NotOurs { .. }), "{refused}");
        assert!(refused.to_string().contains("notes.txt"));

        let other = folder.path().join("other.db");
        let connection = Connection::open(&other).expect("a database");
        connection.execute_batch("CREATE TABLE t (a)").expect("a table");
        drop(connection);
        assert!(matches!(Database::File(other).open(&SHAPE), Err(DatabaseError::NotOurs { .. })));

        let nowhere = folder.path().join("no/such/folder.db");
        assert!(matches!(Database::File(nowhere).open(&SHAPE), Err(DatabaseError::Unusable { .. })));
    }

    #[test]
    fn another_version_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::File(folder.path().join("stack.db"));
        drop(database.open(&Shape { version: 4, ..SHAPE }).expect("a fresh database"));
        let refused = database.open(&SHAPE).expect_err("a newer version").to_string();
        assert!(refused.contains("version 4") && refused.contains("version 3"), "{refused}");
        database.open(&Shape { version: 4, ..SHAPE }).expect("the version that made it");
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stack.db");
        drop(Database::File(path.clone()).open(&SHAPE).expect("a fresh database"));
        assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        Database::File(path).open(&SHAPE).expect("the same database again");
    }

    #[test]
    fn rooms_have_files_side_by_side() {
        let beside = |path: &str| Database::File(path.into()).beside("operator");
        assert_eq!(beside("/a/stack.db"), Database::File("/a/stack.operator.db".into()));
        assert_eq!(beside("stack"), Database::File("stack.operator".into()));
        assert_eq!(Database::Memory.beside("operator"), Database::Memory);
    }
}
