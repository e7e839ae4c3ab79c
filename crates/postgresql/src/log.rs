//! The log that several gates share.

mod writer;

use std::sync::Arc;

use ledger::{Envelope, Leaf, LedgerError, LogReader, Row, StoredCheckpoint};
use store::{Log, Statements, StoreError, Value};

use crate::link::Database;

pub(crate) use writer::SharedLogWriter;

/// The log, to read.
#[derive(Debug)]
pub(crate) struct SharedLog(Arc<Database>);

impl SharedLog {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        Self(database)
    }
}

impl Log for SharedLog {
    fn activity(
        &self,
        actor: Option<&str>,
        before: Option<u64>,
        count: usize,
    ) -> Result<Vec<Envelope>, StoreError> {
        let mut values: Vec<Value<'_>> =
            vec![before.unwrap_or(u64::MAX).into(), (count as u64).into()];
        let of = match actor {
            Some(actor) => {
                values.push(actor.into());
                " AND actor = ?3"
            }
            None => "",
        };
        let sql = format!("{ENTRY} WHERE entries.idx < ?1{of} ORDER BY entries.idx DESC LIMIT ?2");
        self.0.rows(&sql, &values)?.iter().map(|row| Ok(entry(row)?.entry()?)).collect()
    }
}

impl LogReader for SharedLog {
    fn size(&self) -> Result<u64, LedgerError> {
        size(self.0.as_ref())
    }

    fn minimum(&self) -> Result<u64, LedgerError> {
        minimum(self.0.as_ref())
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        rows(self.0.as_ref(), first, count)
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        leaves(self.0.as_ref(), first, count)
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        last_checkpoint(self.0.as_ref())
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        checkpoints(self.0.as_ref(), skip, count)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
fn failed(error: StoreError) -> LedgerError {
    LedgerError::Storage(error.to_string())
}

fn size(source: &dyn Statements) -> Result<u64, LedgerError> {
    let sql = "SELECT size FROM head WHERE log = 'log'";
    let size = source.first(sql, &[], |row| row.count(0)).map_err(failed)?;
    size.ok_or_else(|| LedgerError::Storage("the head of the log is gone".to_owned()))
}

fn minimum(source: &dyn Statements) -> Result<u64, LedgerError> {
    let minimum = source.first("SELECT minimum FROM pruned", &[], |row| row.count(0));
    let lost = || LedgerError::Storage("the minimum index of the log is gone".to_owned());
    minimum.map_err(failed)?.ok_or_else(lost)
}

/// Entries with their leaf hashes.
const ENTRY: &str = "SELECT entries.idx, hash, body, time, actor FROM entries JOIN leaves ON leaves.idx = entries.idx";

fn entry(row: &store::Row) -> Result<Row, StoreError> {
    Ok(Row {
        index: row.count(0)?,
        leaf: row.array(1)?,
        body: row.bytes(2)?,
        time: row.millis(3)?,
        actor: row.text(4)?,
    })
}

fn rows(source: &dyn Statements, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
    let sql = format!("{ENTRY} WHERE entries.idx >= ?1 ORDER BY entries.idx LIMIT ?2");
    source.all(&sql, &[first.into(), (count as u64).into()], entry).map_err(failed)
}

/// By range, so that a gap cannot be filled by the leaves after it.
fn leaves(source: &dyn Statements, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
    let sql = "SELECT idx, hash FROM leaves WHERE idx >= ?1 AND idx < ?2 ORDER BY idx";
    let end = first.saturating_add(count as u64);
    let read = |row: &store::Row| Ok((row.count(0)?, row.array(1)?));
    let found = source.all(sql, &[first.into(), end.into()], read).map_err(failed)?;
    let in_order = (first..).zip(found).take_while(|(expected, (index, _))| expected == index);
    Ok(in_order.map(|(_, (_, leaf))| leaf).collect())
}

fn checkpoint(row: &store::Row) -> Result<StoredCheckpoint, StoreError> {
    Ok(StoredCheckpoint { size: row.count(0)?, at: row.millis(1)?, note: row.text(2)? })
}

fn last_checkpoint(source: &dyn Statements) -> Result<Option<StoredCheckpoint>, LedgerError> {
    let sql = "SELECT size, at, note FROM checkpoints ORDER BY id DESC LIMIT 1";
    source.first(sql, &[], checkpoint).map_err(failed)
}

/// Ids have no gaps: each is one more than the last, taken in the step that stores it.
fn checkpoints(
    source: &dyn Statements,
    skip: u64,
    count: usize,
) -> Result<Vec<StoredCheckpoint>, LedgerError> {
    let sql = "SELECT size, at, note FROM checkpoints WHERE id > ?1 ORDER BY id LIMIT ?2";
    source.all(sql, &[skip.into(), (count as u64).into()], checkpoint).map_err(failed)
}
