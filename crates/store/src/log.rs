//! `log.db`: the entries of the ledger, their leaf hashes and the signed checkpoints.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ledger::{
    Envelope, Leaf, LedgerError, LogReader, LogStorage, Row, SealedPart, StoredCheckpoint,
};
use rusqlite::{Connection, TransactionBehavior, params};

use crate::database::{Schema, bystander, millis, signed, unsigned};
use crate::folder::Folder;
use crate::{SealedStore, StoreError};

/// Leaf hashes have a table of their own: at start all of them are read and no entry is.
const SCHEMA: Schema = Schema {
    name: "log.db",
    steps: &[
        "
        CREATE TABLE entries (
            idx INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX entries_by_actor ON entries (actor, idx);
        CREATE TABLE leaves (idx INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
        CREATE TABLE checkpoints (
            id INTEGER PRIMARY KEY, size INTEGER NOT NULL, at INTEGER NOT NULL, note TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER entries_stay BEFORE DELETE ON entries
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
        CREATE TRIGGER entries_keep BEFORE UPDATE ON entries
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
        CREATE TRIGGER leaves_stay BEFORE DELETE ON leaves
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
        CREATE TRIGGER leaves_keep BEFORE UPDATE ON leaves
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
        CREATE TRIGGER checkpoints_stay BEFORE DELETE ON checkpoints
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
        CREATE TRIGGER checkpoints_keep BEFORE UPDATE ON checkpoints
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
    ",
        "
        CREATE TABLE pruned (
            one INTEGER PRIMARY KEY CHECK (one = 1), minimum INTEGER NOT NULL
        ) STRICT;
        INSERT INTO pruned VALUES (1, 0);
        CREATE TRIGGER pruned_grows BEFORE UPDATE ON pruned WHEN NEW.minimum < OLD.minimum
            BEGIN SELECT RAISE(ABORT, 'the minimum index only grows'); END;
        DROP TRIGGER entries_stay;
        CREATE TRIGGER entries_stay BEFORE DELETE ON entries
            WHEN OLD.idx >= (SELECT minimum FROM pruned)
            BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
    ",
    ],
};

/// The file.
pub(crate) const NAME: &str = SCHEMA.name;

/// A log to read, with its newest entries first.
pub trait Log: LogReader + fmt::Debug + Send + Sync {
    /// Entries, newest first: those before index `before`, at most `count`, of one actor (a
    /// pseudonym) or of all.
    fn activity(
        &self,
        actor: Option<&str>,
        before: Option<u64>,
        count: usize,
    ) -> Result<Vec<Envelope>, StoreError>;
}

/// The log in SQLite, to read or to write.
#[derive(Debug)]
pub struct SqliteLog {
    connection: Mutex<Connection>,
    /// Where the writer keeps sealed parts; a reader has none.
    sealed: Option<SealedStore>,
    /// Held so that the folder stays locked; a bystander has none.
    _folder: Option<Arc<Folder>>,
}

impl SqliteLog {
    /// Opens the log of a folder to read it, also while a gate has the folder open.
    pub fn read_only(dir: &Path) -> Result<Self, StoreError> {
        let connection = Mutex::new(bystander(&dir.join(SCHEMA.name))?);
        Ok(Self { connection, sealed: None, _folder: None })
    }

    pub(crate) fn writer(
        folder: &Arc<Folder>,
        sealed: Option<SealedStore>,
    ) -> Result<Self, StoreError> {
        let connection = SCHEMA.open(&folder.file(SCHEMA.name))?;
        let connection = Mutex::new(connection);
        Ok(Self { connection, sealed, _folder: Some(Arc::clone(folder)) })
    }

    pub(crate) fn reader(folder: &Arc<Folder>) -> Result<Self, StoreError> {
        let log = Self::writer(folder, None)?;
        log.connection().pragma_update(None, "query_only", true)?;
        Ok(log)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log for SqliteLog {
    fn activity(
        &self,
        actor: Option<&str>,
        before: Option<u64>,
        count: usize,
    ) -> Result<Vec<Envelope>, StoreError> {
        let connection = self.connection();
        let (before, count) = (signed(before.unwrap_or(u64::MAX)), signed(count as u64));
        let rows: Vec<Row> = match actor {
            Some(actor) => connection
                .prepare_cached(&format!(
                    "{ENTRY} WHERE actor = ?1 AND entries.idx < ?2 ORDER BY entries.idx DESC LIMIT ?3"
                ))?
                .query_map(params![actor, before, count], entry)?
                .collect::<Result<_, _>>()?,
            None => connection
                .prepare_cached(&format!(
                    "{ENTRY} WHERE entries.idx < ?1 ORDER BY entries.idx DESC LIMIT ?2"
                ))?
                .query_map(params![before, count], entry)?
                .collect::<Result<_, _>>()?,
        };
        rows.iter().map(|row| Ok(row.entry()?)).collect()
    }
}

/// Entries with their leaf hashes.
const ENTRY: &str = "SELECT entries.idx, hash, body, time, actor FROM entries JOIN leaves ON leaves.idx = entries.idx";

fn entry(row: &rusqlite::Row<'_>) -> Result<Row, rusqlite::Error> {
    Ok(Row {
        index: unsigned(row.get(0)?),
        leaf: row.get(1)?,
        body: row.get(2)?,
        time: millis(row.get(3)?),
        actor: row.get(4)?,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn failed(error: rusqlite::Error) -> LedgerError {
    LedgerError::Storage(error.to_string())
}

fn size(connection: &Connection) -> Result<u64, rusqlite::Error> {
    let sql = "SELECT coalesce(max(idx) + 1, 0) FROM entries";
    connection.prepare_cached(sql)?.query_one([], |row| row.get(0)).map(unsigned)
}

fn checkpoint(row: &rusqlite::Row<'_>) -> Result<StoredCheckpoint, rusqlite::Error> {
    Ok(StoredCheckpoint { size: unsigned(row.get(0)?), at: millis(row.get(1)?), note: row.get(2)? })
}

fn last_checkpoint(connection: &Connection) -> Result<Option<StoredCheckpoint>, rusqlite::Error> {
    let sql = "SELECT size, at, note FROM checkpoints ORDER BY id DESC LIMIT 1";
    connection.prepare_cached(sql)?.query_map([], checkpoint)?.next().transpose()
}

impl LogReader for SqliteLog {
    fn size(&self) -> Result<u64, LedgerError> {
        size(&self.connection()).map_err(failed)
    }

    fn minimum(&self) -> Result<u64, LedgerError> {
        let minimum =
            self.connection().query_one("SELECT minimum FROM pruned", [], |row| row.get(0));
        minimum.map(unsigned).map_err(failed)
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached(&format!(
                "{ENTRY} WHERE entries.idx >= ?1 ORDER BY entries.idx LIMIT ?2"
            ))
            .map_err(failed)?;
        let rows = statement.query_map([signed(first), signed(count as u64)], entry);
        rows.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        let connection = self.connection();
        // By range, so that a gap cannot be filled by the leaves after it.
        let end = first.saturating_add(count as u64);
        let mut statement = connection
            .prepare_cached(
                "SELECT idx, hash FROM leaves WHERE idx >= ?1 AND idx < ?2 ORDER BY idx",
            )
            .map_err(failed)?;
        let leaf = |row: &rusqlite::Row<'_>| Ok((unsigned(row.get(0)?), row.get::<_, Leaf>(1)?));
        let leaves = statement.query_map([signed(first), signed(end)], leaf).map_err(failed)?;
        let mut found = Vec::with_capacity(count);
        for (expected, leaf) in (first..).zip(leaves) {
            match leaf.map_err(failed)? {
                (index, leaf) if index == expected => found.push(leaf),
                _ => break,
            }
        }
        Ok(found)
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        last_checkpoint(&self.connection()).map_err(failed)
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        let connection = self.connection();
        // Ids have no gaps: nothing is ever deleted and a failed insert takes no id.
        let sql = "SELECT size, at, note FROM checkpoints WHERE id > ?1 ORDER BY id LIMIT ?2";
        let mut statement = connection.prepare_cached(sql).map_err(failed)?;
        let all = statement.query_map([signed(skip), signed(count as u64)], checkpoint);
        all.map_err(failed)?.collect::<Result<_, _>>().map_err(failed)
    }
}

impl LogStorage for SqliteLog {
    /// The folder is this process's alone, so there is nobody to be kept out.
    fn claim(&mut self) -> Result<u64, LedgerError> {
        self.size()
    }

    fn release(&mut self) {}

    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        match &self.sealed {
            Some(sealed) => sealed.keep(parts),
            None => Err(LedgerError::Storage("sealed parts cannot be kept here".to_owned())),
        }
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        append(&mut self.connection(), rows, None)
    }

    fn signs_along(&self) -> bool {
        true
    }

    fn append_signed(&mut self, rows: &[Row], next: &StoredCheckpoint) -> Result<(), LedgerError> {
        append(&mut self.connection(), rows, Some(next))
    }

    fn prune(&mut self, minimum: u64) -> Result<(), LedgerError> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // The size is that of the last entry: one has to stay.
        if minimum >= size(&transaction).map_err(failed)? {
            return Err(LedgerError::Storage("nothing would be left".to_owned()));
        }
        transaction.execute("UPDATE pruned SET minimum = ?1", [signed(minimum)]).map_err(failed)?;
        transaction
            .execute("DELETE FROM entries WHERE idx < ?1", [signed(minimum)])
            .map_err(failed)?;
        transaction.commit().map_err(failed)?;
        // What was deleted is overwritten in the database; its write-ahead log goes too.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed)
    }

    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        if last_checkpoint(&transaction).map_err(failed)?.as_ref() != last {
            return Ok(false);
        }
        insert_checkpoint(&transaction, next).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        Ok(true)
    }
}

/// Appends rows and a checkpoint over them in one commit. The folder is this process's alone: the size that is checked
/// leaves no other checkpoint between.
fn append(
    connection: &mut Connection,
    rows: &[Row],
    next: Option<&StoredCheckpoint>,
) -> Result<(), LedgerError> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let held = size(&transaction).map_err(failed)?;
    if (held..).zip(rows).any(|(index, row)| row.index != index) {
        return Err(LedgerError::Storage(format!("the log has grown to {held} meanwhile")));
    }
    insert(&transaction, rows).map_err(failed)?;
    if let Some(next) = next {
        insert_checkpoint(&transaction, next).map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

fn insert_checkpoint(
    connection: &Connection,
    StoredCheckpoint { size, at, note }: &StoredCheckpoint,
) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached("INSERT INTO checkpoints (size, at, note) VALUES (?1, ?2, ?3)")?
        .execute(params![signed(*size), signed(at.0), note])?;
    Ok(())
}

fn insert(connection: &Connection, rows: &[Row]) -> Result<(), rusqlite::Error> {
    let mut entry = connection
        .prepare_cached("INSERT INTO entries (idx, time, actor, body) VALUES (?1, ?2, ?3, ?4)")?;
    let mut leaf = connection.prepare_cached("INSERT INTO leaves (idx, hash) VALUES (?1, ?2)")?;
    for row in rows {
        let index = signed(row.index);
        entry.execute(params![index, signed(row.time.0), row.actor, row.body])?;
        leaf.execute(params![index, row.leaf])?;
    }
    Ok(())
}
