//! What may be used up: rows of a day, and things that are good once.

use boundary::{PersonId, UnixMillis};
use keys::KeyHash;

use crate::sql::values;
use crate::{State, StoreError};

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

impl Allowances for State {
    fn reserve_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        wanted: u64,
        limit: u64,
    ) -> Result<u64, StoreError> {
        self.sql.in_one_step(|step| {
            // Days before yesterday are of no use to anybody.
            let old = "DELETE FROM row_use WHERE day < ?1";
            step.change(old, values![day.saturating_sub(1)])?;
            let sql = "SELECT rows FROM row_use WHERE client = ?1 AND person = ?2 AND day = ?3";
            let used = step.first(sql, values![client, person, day], |row| row.count(0))?;
            let granted = wanted.min(limit.saturating_sub(used.unwrap_or(0)));
            if granted > 0 {
                step.change(
                    "INSERT INTO row_use (client, person, day, rows) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (client, person, day)
                     DO UPDATE SET rows = row_use.rows + excluded.rows",
                    values![client, person, day, granted],
                )?;
            }
            Ok(granted)
        })
    }

    fn return_rows(
        &self,
        client: &str,
        person: &PersonId,
        day: u64,
        rows: u64,
    ) -> Result<(), StoreError> {
        self.sql.change(
            "UPDATE row_use SET rows = CASE WHEN rows > ?4 THEN rows - ?4 ELSE 0 END
             WHERE client = ?1 AND person = ?2 AND day = ?3",
            values![client, person, day, rows],
        )?;
        Ok(())
    }

    fn use_once(
        &self,
        thing: &KeyHash,
        expires: UnixMillis,
        now: UnixMillis,
    ) -> Result<bool, StoreError> {
        self.sql.change("DELETE FROM used_once WHERE expires <= ?1", values![now])?;
        let sql = "INSERT INTO used_once (hash, expires) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.sql.change(sql, values![thing, expires])? > 0)
    }
}
