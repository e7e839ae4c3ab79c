//! What may be used up: rows of a day, and things that are good once.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;
use rusqlite::{OptionalExtension, params};

use crate::database::{signed, unsigned};
use crate::{SqliteState, StoreError};

/// Row budgets and single use.
pub trait Allowances {
    /// Sets aside at most `wanted` rows of what `client` may still read for `person` on `day` (days since
    /// 1970, UTC) under `limit`; gives how many. Of two that contend, both never get the same row.
    fn reserve_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        wanted: u64,
        limit: u64,
    ) -> Result<u64, StoreError>;

    /// Gives rows back that were set aside and not read.
    fn return_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        rows: u64,
    ) -> Result<(), StoreError>;

    /// Uses something that is good once. Whether this was the first time. It is remembered until `expires`.
    fn use_once(
        &self,
        thing: &KeyHash,
        expires: UnixMillis,
        now: UnixMillis,
    ) -> Result<bool, StoreError>;
}

impl Allowances for SqliteState {
    fn reserve_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        wanted: u64,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let mut connection = self.connection();
        let step = connection.transaction()?;
        // Days before yesterday are of no use to anybody.
        step.execute("DELETE FROM row_use WHERE day < ?1", [signed(day.saturating_sub(1))])?;
        let sql = "SELECT rows FROM row_use WHERE client = ?1 AND person = ?2 AND day = ?3";
        let key = params![client, person.as_str(), signed(day)];
        let used: Option<i64> = step.query_row(sql, key, |row| row.get(0)).optional()?;
        let granted = wanted.min(limit.saturating_sub(unsigned(used.unwrap_or(0))));
        if granted > 0 {
            step.execute(
                "INSERT INTO row_use (client, person, day, rows) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (client, person, day) DO UPDATE SET rows = rows + excluded.rows",
                params![client, person.as_str(), signed(day), signed(granted)],
            )?;
        }
        step.commit()?;
        Ok(granted)
    }

    fn return_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        rows: u64,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE row_use SET rows = max(0, rows - ?4) WHERE client = ?1 AND person = ?2 AND day = ?3",
            params![client, person.as_str(), signed(day), signed(rows)],
        )?;
        Ok(())
    }

    fn use_once(
        &self,
        thing: &KeyHash,
        expires: UnixMillis,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        let connection = self.connection();
        connection.execute("DELETE FROM used_once WHERE expires <= ?1", [signed(now.0)])?;
        let sql = "INSERT INTO used_once (hash, expires) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let added = connection.execute(sql, params![thing.as_bytes(), signed(expires.0)])?;
        Ok(added > 0)
    }
}
