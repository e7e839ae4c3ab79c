//! A log that is lost with the process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Leaf, LedgerError, LogReader, LogStorage, Parts, Row, SealedPart, StoredCheckpoint};

/// A log in memory, lost with the process: for tests of whatever needs a ledger.
///
/// Clones share their content, and all of it may be changed by hand: a test that tampers needs that.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    rows: Vec<Row>,
    checkpoints: Vec<StoredCheckpoint>,
    parts: Vec<SealedPart>,
    minimum: u64,
}

impl MemoryLog {
    /// Changes rows and checkpoints behind the ledger's back.
    pub fn tamper(&self, change: impl FnOnce(&mut Vec<Row>, &mut Vec<StoredCheckpoint>)) {
        let mut content = self.content();
        let Content { rows, checkpoints, .. } = &mut *content;
        change(rows, checkpoints);
    }

    /// Changes sealed parts behind the ledger's back.
    pub fn tamper_parts(&self, change: impl FnOnce(&mut Vec<SealedPart>)) {
        change(&mut self.content().parts);
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn window<T: Clone>(all: &[T], skip: u64, count: usize) -> Vec<T> {
    let skip = usize::try_from(skip).unwrap_or(usize::MAX);
    all.iter().skip(skip).take(count).cloned().collect()
}

impl LogReader for MemoryLog {
    fn size(&self) -> Result<u64, LedgerError> {
        Ok(self.content().rows.len() as u64)
    }

    fn minimum(&self) -> Result<u64, LedgerError> {
        Ok(self.content().minimum)
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        let content = self.content();
        Ok(window(&content.rows, first.max(content.minimum), count))
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        Ok(window(&self.content().rows, first, count).into_iter().map(|row| row.leaf).collect())
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        Ok(self.content().checkpoints.last().cloned())
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        Ok(window(&self.content().checkpoints, skip, count))
    }
}

impl Parts for MemoryLog {
    fn part(&self, sha256: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let content = self.content();
        let found = content.parts.iter().find(|part| part.commitment.sha256 == sha256);
        Ok(found.map(|part| part.bytes.clone()))
    }

    /// Keys are not kept here, so none can be missed.
    fn has_key(&self, _: &str) -> Result<bool, LedgerError> {
        Ok(true)
    }
}

impl LogStorage for MemoryLog {
    fn claim(&mut self) -> Result<u64, LedgerError> {
        self.size()
    }

    fn release(&mut self) {}

    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        self.content().parts.extend_from_slice(parts);
        Ok(())
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        let mut content = self.content();
        let next = content.rows.len() as u64..;
        if rows.iter().zip(next).any(|(row, index)| row.index != index) {
            return Err(LedgerError::Storage("the log has grown meanwhile".to_owned()));
        }
        content.rows.extend_from_slice(rows);
        Ok(())
    }

    fn prune(&mut self, minimum: u64) -> Result<(), LedgerError> {
        let mut content = self.content();
        if minimum < content.minimum || minimum >= content.rows.len() as u64 {
            return Err(LedgerError::Storage(
                "a minimum only grows, and one entry stays".to_owned(),
            ));
        }
        content.minimum = minimum;
        for row in content.rows.iter_mut().take_while(|row| row.index < minimum) {
            row.body.clear();
        }
        Ok(())
    }

    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        let mut content = self.content();
        let is_last = content.checkpoints.last() == last;
        if is_last {
            content.checkpoints.push(next.clone());
        }
        Ok(is_last)
    }
}
