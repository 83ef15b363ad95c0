//! The stack's own settings: the secrets it drew, which have to outlive the process that drew them.

use rusqlite::Connection;

use super::database::{DatabaseError, Opened};
use crate::secrets::Secrets;

impl Opened {
    /// The secrets of this database; `drawn` become so where there are none yet.
    pub(crate) fn kept_secrets(&self, drawn: Secrets) -> Result<Secrets, DatabaseError> {
        let kept = |name: &str, drawn: String| kept(&self.connection, name, drawn);
        let secrets = kept("hmac_secret", drawn.hmac)
            .and_then(|hmac| kept("jwt_secret", drawn.jwt).map(|jwt| Secrets { hmac, jwt }));
        secrets.map_err(|error| self.database().unusable(error))
    }
}

fn kept(connection: &Connection, name: &str, drawn: String) -> rusqlite::Result<String> {
    connection.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?1, ?2)", (name, drawn))?;
    connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
}
