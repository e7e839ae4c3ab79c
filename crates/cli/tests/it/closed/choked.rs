//! A ledger's storage that stops to take entries when a test says so, and takes them again.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use ledger::{Leaf, LedgerError, LogReader, LogStorage, Row, SealedPart, StoredCheckpoint};
use store::{Backend, Log, SealedStore, StateStore, Store, StoreError};

/// What is wrong with the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// SQLite's words for a file that may only be read.
    ReadOnly,
    /// Its words for a full disk.
    Full,
    /// A commit does not return.
    Stuck,
}

/// Held by the test: what is wrong now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choke(Arc<(Mutex<Option<Fault>>, Condvar)>);

impl Choke {
    pub(crate) fn set(&self, fault: Option<Fault>) {
        *self.0.0.lock().unwrap() = fault;
        self.0.1.notify_all();
    }

    fn pass(&self) -> Result<(), LedgerError> {
        let failed = |words: &str| Err(LedgerError::Storage(words.to_owned()));
        let mut fault = self.0.0.lock().unwrap();
        while *fault == Some(Fault::Stuck) {
            fault = self.0.1.wait_timeout(fault, Duration::from_millis(50)).unwrap().0;
        }
        match *fault {
            Some(Fault::ReadOnly) => failed("attempt to write a readonly database"),
            Some(Fault::Full) => failed("database or disk is full"),
            _ => Ok(()),
        }
    }
}

/// A gate's files, with the choke before the log.
#[derive(Debug)]
pub(crate) struct Choked {
    pub(crate) files: Store,
    pub(crate) choke: Choke,
}

impl Backend for Choked {
    fn state(&self) -> &dyn StateStore {
        self.files.state()
    }

    fn log(&self) -> &dyn Log {
        self.files.log()
    }

    fn sealed(&self) -> &SealedStore {
        self.files.sealed()
    }

    fn log_storage(&self) -> Result<Box<dyn LogStorage>, StoreError> {
        Ok(Box::new(Storage { log: self.files.log_storage()?, choke: self.choke.clone() }))
    }
}

struct Storage {
    log: Box<dyn LogStorage>,
    choke: Choke,
}

impl LogReader for Storage {
    fn size(&self) -> Result<u64, LedgerError> {
        self.log.size()
    }

    fn rows(&self, first: u64, count: usize) -> Result<Vec<Row>, LedgerError> {
        self.log.rows(first, count)
    }

    fn leaves(&self, first: u64, count: usize) -> Result<Vec<Leaf>, LedgerError> {
        self.log.leaves(first, count)
    }

    fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>, LedgerError> {
        self.log.last_checkpoint()
    }

    fn checkpoints(&self, skip: u64, count: usize) -> Result<Vec<StoredCheckpoint>, LedgerError> {
        self.log.checkpoints(skip, count)
    }
}

impl LogStorage for Storage {
    fn claim(&mut self) -> Result<u64, LedgerError> {
        self.log.claim()
    }

    fn release(&mut self) {
        self.log.release();
    }

    fn keep(&mut self, parts: &[SealedPart]) -> Result<(), LedgerError> {
        self.choke.pass()?;
        self.log.keep(parts)
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        self.choke.pass()?;
        self.log.append(rows)
    }

    fn signs_along(&self) -> bool {
        self.log.signs_along()
    }

    fn append_signed(&mut self, rows: &[Row], next: &StoredCheckpoint) -> Result<(), LedgerError> {
        self.choke.pass()?;
        self.log.append_signed(rows, next)
    }

    fn store_checkpoint(
        &mut self,
        last: Option<&StoredCheckpoint>,
        next: &StoredCheckpoint,
    ) -> Result<bool, LedgerError> {
        self.choke.pass()?;
        self.log.store_checkpoint(last, next)
    }
}
