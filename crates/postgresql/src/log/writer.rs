//! Appending to the shared log.
//!
//! INVARIANT: an index is given by the row of `head` and by nothing else. Whoever holds its lock is the only one
//! who appends; entries and the new size become durable in one commit, so there is never a gap and never a second entry
//! at an index, whoever dies when.

use std::cell::RefCell;
use std::sync::Arc;

use ledger::{Leaf, LedgerError, LogReader, LogStorage, Row, SealedPart, StoredCheckpoint};
use store::{Statements, StoreError, Value, keep_parts};

use super::{checkpoints, last_checkpoint, leaves, minimum, rows, size};
use crate::link::{Database, Link, Trouble};
use crate::wait::aside;

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const CLAIM: &str = "SELECT size FROM head WHERE log = 'log' FOR UPDATE";

/// Writes all, or nothing where the head is elsewhere: the commit is under way before anybody has seen what this did.
const APPEND: &str = "WITH moved AS (
        UPDATE head SET size = $6 WHERE log = 'log' AND size = $7 RETURNING size
    ), kept AS (
        INSERT INTO entries (idx, time, actor, body)
        SELECT made.* FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[]) made, moved
    )
    INSERT INTO leaves (idx, hash)
    SELECT made.* FROM unnest($1::bigint[], $5::bytea[]) made, moved";

/// Compares with what is stored last and adds what comes next, in one step.
const SWAP: &str = "WITH swapped AS (
        UPDATE head SET checkpoints = checkpoints + 1, note = $1
        WHERE log = 'log' AND note IS NOT DISTINCT FROM $2 AND size >= $3
        RETURNING checkpoints
    )
    INSERT INTO checkpoints (id, size, at, note)
    SELECT checkpoints, $3, $4, $1 FROM swapped";

/// Writes the log, on a connection of its own.
pub(crate) struct SharedLogWriter {
    database: Arc<Database>,
    link: RefCell<Option<Link>>,
    /// The size at which the log was claimed.
    claimed: Option<u64>,
}

impl SharedLogWriter {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        Self { database, link: RefCell::new(None), claimed: None }
    }

    /// Runs something on the connection, made anew where it was lost. A lost one is not kept.
    fn on_link<T>(&self, run: impl FnOnce(&mut Link) -> Result<T, Trouble>) -> Result<T, Trouble> {
        aside(|| {
            let mut held = self.link.borrow_mut();
            let mut link = match held.take() {
                Some(link) => link,
                None => self.database.connect()?,
            };
            let outcome = run(&mut link);
            if !outcome.as_ref().is_err_and(Trouble::is_loss) {
                *held = Some(link);
            }
            outcome
        })
    }

    fn begin(&self) -> Result<Option<u64>, Trouble> {
        let claimed = self.on_link(|link| link.begin_with(BEGIN, CLAIM))?;
        Ok(claimed.first().and_then(|row| row.count(0).ok()))
    }

    /// Appends and commits, in one trip to the server. Gives the number of entries appended: all of them, or none.
    fn insert_and_commit(&self, rows: &[Row], held: u64) -> Result<usize, Trouble> {
        let index = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let indices: Vec<i64> = rows.iter().map(|row| index(row.index)).collect();
        let times: Vec<i64> = rows.iter().map(|row| index(row.time.0)).collect();
        let actors: Vec<&str> = rows.iter().map(|row| row.actor.as_str()).collect();
        let bodies: Vec<&[u8]> = rows.iter().map(|row| row.body.as_slice()).collect();
        let hashes: Vec<&[u8]> = rows.iter().map(|row| row.leaf.as_slice()).collect();
        let (size, held) = (index(held.saturating_add(rows.len() as u64)), index(held));
        self.on_link(|link| {
            link.end_with(
                APPEND,
                &[&indices, &times, &actors, &bodies, &hashes, &size, &held],
                "COMMIT",
            )
        })
    }
}

impl LogStorage for SharedLogWriter {
    fn is_shared(&self) -> bool {
        true
    }

    fn claim(&mut self) -> Result<u64, LedgerError> {
        self.release();
        let begun = match self.begin() {
            // Nothing was written yet. The connection may have died while nobody looked.
            Err(trouble) if trouble.is_loss() => self.begin(),
            begun => begun,
        };
        if begun.is_err() {
            *self.link.borrow_mut() = None;
        }
        let head = begun?;
        if head.is_none() {
            self.release();
        }
        self.claimed = head;
        head.ok_or_else(|| LedgerError::Storage("the head of the log is gone".to_owned()))
    }

    fn release(&mut self) {
        if self.claimed.take().is_some() {
            // Dropped, the connection ends, and the server rolls back.
            let rolled_back = self.on_link(|link| link.batch("ROLLBACK"));
            if rolled_back.is_err() {
                *self.link.borrow_mut() = None;
            }
        }
    }

    /// In a claim, they become durable with the rows.
    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        keep_parts(&*self, parts).map_err(|error| LedgerError::Storage(error.to_string()))
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        let held = match self.claimed {
            Some(held) => held,
            None => self.claim()?,
        };
        if (held..).zip(rows).any(|(index, row)| row.index != index) {
            self.release();
            return Err(LedgerError::Storage(format!("the log has grown to {held} meanwhile")));
        }
        self.claimed = None;
        match self.insert_and_commit(rows, held) {
            Ok(appended) if appended == rows.len() => Ok(()),
            Ok(_) => Err(LedgerError::Storage("the head of the log moved in a claim".to_owned())),
            Err(trouble) => {
                // Whether it was done, the next claim tells: it waits until this step has ended.
                *self.link.borrow_mut() = None;
                Err(trouble.into())
            }
        }
    }

    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        self.release();
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (size, at) = (number(next.size), number(next.at.0));
        let last = last.map(|last| last.note.as_str());
        let stored =
            self.on_link(|link| link.change_given(SWAP, &[&next.note, &last, &size, &at]))?;
        Ok(stored == 1)
    }

    /// The lock of `pruned` lets one do it, and `head` is not touched: others append meanwhile. The bytes of what is
    /// gone stay in the server's files until new rows take their place; nobody is locked out for that.
    fn prune(&mut self, minimum: u64) -> Result<(), LedgerError> {
        self.release();
        if minimum >= size(self)? {
            return Err(LedgerError::Storage("nothing would be left".to_owned()));
        }
        if minimum == super::minimum(self)? {
            return Ok(());
        }
        let steps = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0;
             UPDATE pruned SET minimum = {minimum}; DELETE FROM entries WHERE idx < {minimum};
             COMMIT; SET statement_timeout = 0"
        );
        let pruned = self.on_link(|link| link.patiently(&steps));
        if pruned.is_ok() {
            // Where it fails, the server cleans up by itself, later.
            let _ = self.on_link(|link| link.patiently("VACUUM entries"));
        }
        // In the middle of a step, or without the manners of the others.
        *self.link.borrow_mut() = None;
        Ok(pruned?)
    }
}

impl Statements for SharedLogWriter {
    fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<store::Row>, StoreError> {
        let read = || self.on_link(|link| link.rows(sql, values));
        match read() {
            Err(trouble) if trouble.is_loss() && self.claimed.is_none() => Ok(read()?),
            rows => Ok(rows?),
        }
    }

    fn change(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, StoreError> {
        Ok(self.on_link(|link| link.change(sql, values))?)
    }
}

impl LogReader for SharedLogWriter {
    fn size(&self) -> Result<u64, LedgerError> {
        size(self)
    }

    fn minimum(&self) -> Result<u64, LedgerError> {
        minimum(self)
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        rows(self, first, count)
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        leaves(self, first, count)
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        last_checkpoint(self)
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        checkpoints(self, skip, count)
    }
}
