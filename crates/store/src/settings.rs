//! Single values by name.

use crate::sql::values;
use crate::{State, StoreError};

/// Single values: the version of the policy in force, the id of this gate.
pub trait Settings {
    /// The value of this name.
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// Sets a value.
    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError>;

    /// Sets a value if it still is `old`: compare and swap. Whether it was.
    fn swap_setting(&self, name: &str, old: Option<&str>, new: &str) -> Result<bool, StoreError>;
}

impl Settings for State {
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM settings WHERE name = ?1";
        self.sql.first(sql, values![name], |row| row.text(0))
    }

    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.sql.change(
            "INSERT INTO settings (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            values![name, value],
        )?;
        Ok(())
    }

    fn swap_setting(&self, name: &str, old: Option<&str>, new: &str) -> Result<bool, StoreError> {
        let swapped = match old {
            Some(old) => self.sql.change(
                "UPDATE settings SET value = ?3 WHERE name = ?1 AND value = ?2",
                values![name, old, new],
            )?,
            None => self.sql.change(
                "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING",
                values![name, new],
            )?,
        };
        Ok(swapped > 0)
    }
}
