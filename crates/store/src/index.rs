//! `index.db`: finds entries. Rebuilt from the log whenever it is lost or does not fit; never the record.
//!
//! Holds words of entries, and of sealed parts their keyed marks alone: the file tells nobody what
//! was said.

mod query;
mod terms;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use boundary::{Mark, UnixMillis};
use ledger::{Envelope, Leaf, LogReader};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::StoreError;
use crate::database::{Schema, bystander, signed, unsigned};
use crate::folder::Folder;
use crate::sql::scrub;

pub use query::{Found, Query};
use terms::terms_of;

/// `detail=none`: a word is found, its place is not. `tokenchars` keep `rule:clearance` one word.
/// `peak` is the latest time so far, which a clock that was set back does not lower.
const SCHEMA: Schema = Schema {
    name: "index.db",
    steps: &["
        CREATE VIRTUAL TABLE lookup USING fts5 (
            words, content = '', contentless_delete = 1, detail = none,
            tokenize = \"unicode61 tokenchars '_-.:'\"
        );
        CREATE TABLE times (
            idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, peak INTEGER NOT NULL, leaf BLOB NOT NULL
        ) STRICT;
        CREATE INDEX times_by_peak ON times (peak, idx);
    "],
};

/// Pages of 4 KiB in its write-ahead log before it is carried: few, so that the disk is busy with them briefly.
const WAL_PAGES: i64 = 1_000;

/// An entry on its way into the index.
#[derive(Debug)]
pub struct Indexed {
    /// The entry.
    pub envelope: Envelope,
    /// Its leaf hash, which ties the index to its log.
    pub leaf: Leaf,
    /// Marks of the words that it commits to.
    pub marks: Vec<Mark>,
}

/// The index of one log.
#[derive(Debug)]
pub struct SearchIndex(Mutex<Connection>);

impl SearchIndex {
    pub(crate) fn open(folder: &Folder) -> Result<Self, StoreError> {
        let path = folder.file(SCHEMA.name);
        let open = || {
            let connection = SCHEMA.open(&path)?;
            // What a power failure takes is filled in again; no entry waits for these commits, nor for a disk busy with them.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)?;
            Ok(connection)
        };
        let opened = open().and_then(|connection: Connection| {
            // Reads a page of it, so that a damaged file is found here.
            connection.query_row(
                "SELECT count(*) FROM (SELECT 1 FROM times LIMIT 1)",
                [],
                |_| Ok(()),
            )?;
            Ok(connection)
        });
        let connection = match opened {
            Ok(connection) => connection,
            // Nothing is lost with it.
            Err(StoreError::Database(_)) => {
                for suffix in ["", "-wal", "-shm"] {
                    let file = folder.file(&format!("{}{suffix}", SCHEMA.name));
                    if file.exists() {
                        std::fs::remove_file(&file).map_err(|error| StoreError::Folder {
                            path: file,
                            reason: error.to_string(),
                        })?;
                    }
                }
                open()?
            }
            Err(error) => return Err(error),
        };
        Ok(Self(Mutex::new(connection)))
    }

    /// Opens the index of a folder to read it, also while a gate has the folder open. `None` where
    /// there is none.
    pub fn read_only(dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = dir.join(SCHEMA.name);
        if path.exists() { Ok(Some(Self(Mutex::new(bystander(&path)?)))) } else { Ok(None) }
    }

    /// The first entry that is not in it.
    pub fn next(&self) -> Result<u64, StoreError> {
        next(&self.connection())
    }

    /// Empties the index when it is not this log's, such as after the log was exchanged, and drops what was pruned.
    pub fn fit(&self, log: &dyn LogReader) -> Result<(), StoreError> {
        self.fit_history(log)?;
        self.fit_minimum(log)?;
        Ok(())
    }

    /// Drops what another gate has pruned from the log. Whether there was any.
    pub fn fit_minimum(&self, log: &dyn LogReader) -> Result<bool, StoreError> {
        let minimum = log.minimum().map_err(|_| StoreError::Damaged("pruned"))?;
        let first: Option<i64> = self
            .connection()
            .query_row("SELECT idx FROM times ORDER BY idx LIMIT 1", [], |row| row.get(0))
            .optional()?;
        let behind = first.is_some_and(|first| unsigned(first) < minimum);
        if behind {
            self.prune(minimum)?;
        }
        Ok(behind)
    }

    fn fit_history(&self, log: &dyn LogReader) -> Result<(), StoreError> {
        let connection = self.connection();
        let last: Option<(i64, Leaf)> = connection
            .query_row("SELECT idx, leaf FROM times ORDER BY idx DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((last, leaf)) = last else { return Ok(()) };
        let held = log.leaves(unsigned(last), 1).map_err(|_| StoreError::Damaged("leaves"))?;
        if held != [leaf] {
            connection.execute_batch(
                "INSERT INTO lookup (lookup) VALUES ('delete-all'); DELETE FROM times;",
            )?;
        }
        Ok(())
    }

    /// Adds entries that follow the last, all or none.
    pub fn add(&self, entries: &[Indexed]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut peak: i64 =
            transaction
                .query_row("SELECT coalesce(max(peak), 0) FROM times", [], |row| row.get(0))?;
        for Indexed { envelope, leaf, marks } in entries {
            let time = signed(envelope.time.0);
            peak = peak.max(time);
            let index = signed(envelope.seq);
            transaction
                .prepare_cached("INSERT INTO lookup (rowid, words) VALUES (?1, ?2)")?
                .execute(params![index, terms_of(envelope, marks)])?;
            transaction
                .prepare_cached(
                    "INSERT INTO times (idx, time, peak, leaf) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![index, time, peak, leaf])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Indexes entries anew, such as when parts they commit to were destroyed. What was found of
    /// them before is in no page of the file afterwards.
    pub fn replace(&self, entries: &[Indexed]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next = next(&transaction)?;
        for Indexed { envelope, marks, .. } in entries.iter().filter(|it| it.envelope.seq < next) {
            let index = signed(envelope.seq);
            transaction.execute("DELETE FROM lookup WHERE rowid = ?1", [index])?;
            transaction.execute(
                "INSERT INTO lookup (rowid, words) VALUES (?1, ?2)",
                params![index, terms_of(envelope, marks)],
            )?;
        }
        // Deleted rows leave only a tombstone until their segment is merged.
        transaction.execute("INSERT INTO lookup (lookup) VALUES ('optimize')", [])?;
        transaction.commit()?;
        scrub(&connection, SCHEMA.name)
    }

    /// Drops what is known of entries below an index. Nothing of it is in any page of the file afterwards.
    pub fn prune(&self, minimum: u64) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let minimum = signed(minimum);
        transaction.execute(
            "DELETE FROM lookup WHERE rowid IN (SELECT idx FROM times WHERE idx < ?1)",
            [minimum],
        )?;
        transaction.execute("DELETE FROM times WHERE idx < ?1", [minimum])?;
        transaction.execute("INSERT INTO lookup (lookup) VALUES ('optimize')", [])?;
        transaction.commit()?;
        scrub(&connection, SCHEMA.name)
    }

    /// Finds entries, newest first.
    pub fn search(&self, log: &dyn LogReader, query: &Query) -> Result<Found, StoreError> {
        query::search(self, log, query)
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        let connection = self.connection();
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(unsigned(pragma("page_count")?).saturating_mul(unsigned(pragma("page_size")?)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn next(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(idx) + 1, 0) FROM times";
    Ok(connection.prepare_cached(sql)?.query_one([], |row| row.get(0)).map(unsigned)?)
}

/// The span of indices outside of which no entry has a time in `from..until`, but for a clock that
/// was set back by more than an hour.
fn span(
    connection: &Connection,
    from: Option<UnixMillis>,
    until: Option<UnixMillis>,
) -> Result<(i64, i64), StoreError> {
    let first = |time: i64| -> Result<Option<i64>, rusqlite::Error> {
        connection
            .prepare_cached("SELECT idx FROM times WHERE peak >= ?1 ORDER BY peak, idx LIMIT 1")?
            .query_row([time], |row| row.get(0))
            .optional()
    };
    let low = match from {
        None => 0,
        Some(from) => first(signed(from.0))?.unwrap_or(i64::MAX),
    };
    let high = match until {
        None => i64::MAX,
        Some(until) => first(signed(until.plus(3_600_000).0))?.unwrap_or(i64::MAX),
    };
    Ok((low, high))
}
