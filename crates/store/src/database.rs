//! Opening SQLite so that a commit that returned is on the disk.

use std::path::Path;

use boundary::UnixMillis;
use rusqlite::types::Value;
use rusqlite::{Connection, Params, Row};

use crate::StoreError;

/// A database file: its name, and the steps that lead from nothing to its present form. A step
/// that was released is never changed; a new form is a new step.
pub(crate) struct Schema {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [&'static str],
}

impl Schema {
    pub(crate) fn open(&self, path: &Path) -> Result<Connection, StoreError> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        self.require(&connection, "journal_mode", "wal")?;
        self.require(&connection, "synchronous", "2")?;
        self.require(&connection, "secure_delete", "1")?;
        self.require(&connection, "foreign_keys", "1")?;
        self.require(&connection, "trusted_schema", "0")?;
        self.migrate(&mut connection)?;
        Ok(connection)
    }

    /// Sets a pragma and reads it back: SQLite answers a setting it cannot take with silence.
    fn require(
        &self,
        connection: &Connection,
        setting: &'static str,
        value: &str,
    ) -> Result<(), StoreError> {
        connection.execute_batch(&format!("PRAGMA {setting} = {value}"))?;
        let held = connection.pragma_query_value(None, setting, |row| match row.get(0)? {
            Value::Integer(number) => Ok(number.to_string()),
            Value::Text(text) => Ok(text),
            _ => Ok(String::new()),
        })?;
        if held == value {
            Ok(())
        } else {
            Err(StoreError::Unsafe { database: self.name, setting })
        }
    }

    fn migrate(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let (found, known) = (usize::try_from(version).unwrap_or(usize::MAX), self.steps.len());
        if found > known {
            return Err(StoreError::Newer { database: self.name, found, known });
        }
        for (step, version) in self.steps.iter().zip(1_i64..).skip(found) {
            let transaction = connection.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
        Ok(())
    }
}

/// Runs a change that returns at most one row, to its end: the commit comes after the last row, and
/// stopping at the first would not hear of its failure.
pub(crate) fn change_returning<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let found = rows.next()?.map(read).transpose()?;
    while rows.next()?.is_some() {}
    Ok(found)
}

/// SQLite's integers have a sign. Nothing here comes near the limit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn millis(number: i64) -> UnixMillis {
    UnixMillis(unsigned(number))
}
