//! Single values by name.

use rusqlite::{OptionalExtension, params};

use crate::{SqliteState, StoreError};

/// Single values: the version of the policy in force, the id of this gate.
pub trait Settings {
    /// The value of this name.
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Sets a value.
    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError>;
}

impl Settings for SqliteState {
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let value = self
            .connection()
            .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(value)
    }

    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(())
    }
}
