//! Which gates work on this state, and which of them does what only one may do. One, unless the database is shared.

use boundary::UnixMillis;

use crate::sql::values;
use crate::{State, StoreError};

/// Gates on one state.
pub trait Gates {
    /// Notes that this gate lives, and forgets those that have not been seen since `forgotten`.
    fn seen(&self, now: UnixMillis, forgotten: UnixMillis) -> Result<(), StoreError>;

    /// How many other gates have been seen since `alive`.
    fn others(&self, alive: UnixMillis) -> Result<u64, StoreError>;

    /// Notes that this gate has stopped, and gives up its leases.
    fn gone(&self) -> Result<(), StoreError>;

    /// Takes what this name stands for until `until`, or goes on having it: compare and swap. `false` while another gate
    /// has it whose time is not over at `now`.
    fn lease(&self, name: &str, now: UnixMillis, until: UnixMillis) -> Result<bool, StoreError>;

    /// Gives up a lease of this gate's.
    fn give_up(&self, name: &str) -> Result<(), StoreError>;

    /// Notes how many entries this gate's copy of the ledger holds.
    fn copied(&self, size: u64) -> Result<(), StoreError>;

    /// How many entries the copies of all gates hold that have been seen since `alive`; `None` without gates.
    fn copied_by_all(&self, alive: UnixMillis) -> Result<Option<u64>, StoreError>;
}

impl Gates for State {
    fn seen(&self, now: UnixMillis, forgotten: UnixMillis) -> Result<(), StoreError> {
        self.sql.change("DELETE FROM gates WHERE seen < ?1", values![forgotten])?;
        self.sql.change(
            "INSERT INTO gates (id, seen) VALUES (?1, ?2)
             ON CONFLICT (id) DO UPDATE SET seen = excluded.seen",
            values![&self.gate, now],
        )?;
        Ok(())
    }

    fn others(&self, alive: UnixMillis) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM gates WHERE id <> ?1 AND seen >= ?2";
        let others = self.sql.first(sql, values![&self.gate, alive], |row| row.count(0))?;
        Ok(others.unwrap_or(0))
    }

    fn gone(&self) -> Result<(), StoreError> {
        self.sql.change("DELETE FROM leases WHERE gate = ?1", values![&self.gate])?;
        self.sql.change("DELETE FROM gates WHERE id = ?1", values![&self.gate])?;
        Ok(())
    }

    fn lease(&self, name: &str, now: UnixMillis, until: UnixMillis) -> Result<bool, StoreError> {
        // INVARIANT: of two gates that try, the second waits for the row and then finds the first in it.
        let taken = self.sql.change(
            "INSERT INTO leases (name, gate, until) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET gate = excluded.gate, until = excluded.until
                WHERE leases.gate = excluded.gate OR leases.until <= ?4",
            values![name, &self.gate, until, now],
        )?;
        Ok(taken > 0)
    }

    fn give_up(&self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM leases WHERE name = ?1 AND gate = ?2";
        self.sql.change(sql, values![name, &self.gate])?;
        Ok(())
    }

    fn copied(&self, size: u64) -> Result<(), StoreError> {
        let sql = "UPDATE gates SET copied = ?2 WHERE id = ?1";
        self.sql.change(sql, values![&self.gate, size])?;
        Ok(())
    }

    fn copied_by_all(&self, alive: UnixMillis) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT copied FROM gates WHERE seen >= ?1 ORDER BY copied LIMIT 1";
        self.sql.first(sql, values![alive], |row| row.count(0))
    }
}
