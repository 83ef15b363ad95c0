//! One stack for each database: a lock beside the file. The system lets go of it when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;

use super::{Database, DatabaseError};

/// The right to a database, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Database {
    /// Takes the right to this database. It is a file of its own, because closing the database's file anywhere in the
    /// process would end the locks that `SQLite` holds on it.
    ///
    /// # Errors
    /// When another stack has it, or the file beside the database cannot be made.
    pub(crate) fn lock(&self) -> Result<Lock, DatabaseError> {
        let Self::File(path) = self else { return Ok(Lock { _file: None }) };
        let mut beside = path.clone().into_os_string();
        beside.push(".lock");
        let file = OpenOptions::new().create(true).append(true).open(beside).map_err(|error| self.unusable(error))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(DatabaseError::InUse { path: path.clone() }),
            // A file system that knows no locks: whoever uses it looks after this himself.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(Lock { _file: None }),
            Err(TryLockError::Error(error)) => Err(self.unusable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_one_stacks_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::File(folder.path().join("stack.db"));
        let held = database.lock().expect("nobody has it");
        let refused = database.lock().expect_err("somebody has it");
        assert!(refused.to_string().contains("stack.db") && refused.to_string().contains("in use"), "{refused}");
        drop(held);
        database.lock().expect("it is free again");
        Database::Memory.lock().expect("memory is its own");
    }
}
