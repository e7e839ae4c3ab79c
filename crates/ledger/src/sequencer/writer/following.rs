//! Keeping up with a storage: with what a failed commit left there all the same, and with what other
//! gates write to a shared one.

use std::time::{Duration, Instant};

use crate::verify::{check_row, compare_root};
use crate::{Flaw, LedgerError};

use super::Writer;

/// Entries of others read in one go; more than that are not read while the log is claimed.
const CHUNK: usize = 512;

impl Writer {
    /// Takes the storage for a batch, with the tree at what it holds.
    pub(super) fn claim(&mut self) -> Result<(), LedgerError> {
        self.unflawed()?;
        loop {
            let held = self.storage.claim()?;
            let behind = held.saturating_sub(self.size());
            if behind <= CHUNK as u64 {
                let caught_up = self.catch_up(held);
                if caught_up.is_err() {
                    self.storage.release();
                }
                return caught_up;
            }
            self.storage.release();
            self.catch_up(held)?;
        }
    }

    /// After a failed commit to a storage of one's own: takes over what it kept of it all the same.
    ///
    /// A commit may fail after its bytes were written. Numbering on as if they were not there would give
    /// an index twice. In a shared storage the next claim settles it, for it waits for the end of the commit.
    pub(super) fn settle(&mut self) -> Result<(), LedgerError> {
        self.unflawed()?;
        if self.doubted.is_none() || self.storage.is_shared() {
            return Ok(());
        }
        let held = self.storage.size()?;
        self.catch_up(held)
    }

    /// Brings the tree to the size that the storage has.
    fn catch_up(&mut self, held: u64) -> Result<(), LedgerError> {
        let size = self.size();
        if held < size {
            // Entries with receipts are gone: the database was put back to an old copy.
            return Err(self.flawed(Flaw::Missing(held)));
        }
        if held > size {
            if self.storage.is_shared() {
                self.adopt(held)?;
            } else {
                let doubted = self.doubted.clone().unwrap_or_default();
                let leaves = self.storage.leaves(size, doubted.len() + 1)?;
                if leaves != doubted {
                    return Err(self.flawed(Flaw::Missing(size)));
                }
                self.grow(&leaves)?;
            }
        }
        self.doubted = None;
        Ok(())
    }

    /// Takes over entries of other gates, each checked as at the start.
    fn adopt(&mut self, held: u64) -> Result<(), LedgerError> {
        while self.size() < held {
            let first = self.size();
            let rows = self.storage.rows(first, CHUNK)?;
            if rows.first().is_none_or(|row| row.index != first) {
                self.adopt_pruned(first, held)?;
                continue;
            }
            let mut leaves = Vec::with_capacity(rows.len());
            for (index, row) in (first..held).zip(&rows) {
                check_row(row, index).map_err(|flaw| self.flawed(flaw))?;
                leaves.push(row.leaf);
            }
            self.grow(&leaves)?;
        }
        Ok(())
    }

    /// Takes over entries that others pruned before this gate, cut off for that long, had seen them: by their hashes, as
    /// at the start. The next checkpoint is stored on top of one that signs them, and is compared with them before.
    fn adopt_pruned(&mut self, first: u64, held: u64) -> Result<(), LedgerError> {
        let end = self.storage.minimum()?.min(held);
        let left = usize::try_from(end.saturating_sub(first)).unwrap_or(CHUNK).min(CHUNK);
        let leaves = self.storage.leaves(first, left)?;
        if leaves.is_empty() {
            return Err(self.flawed(Flaw::Missing(first)));
        }
        self.grow(&leaves)
    }

    /// Time left until it is looked at what others wrote; `None` where nobody else writes.
    pub(super) fn until_looking(&self) -> Option<Duration> {
        let left = || self.limits.checkpoint_every.saturating_sub(self.looked_at.elapsed());
        self.storage.is_shared().then(left)
    }

    /// Looks at what others wrote, so that a gate that is idle knows it too.
    pub(super) fn look_again(&mut self) {
        let looked = self.look();
        self.looked_at = Instant::now();
        self.published().trouble = looked.err();
    }

    /// Takes over what others appended and signed.
    pub(super) fn look(&mut self) -> Result<(), LedgerError> {
        self.unflawed()?;
        // Before the size: others append and sign in between.
        let last = self.storage.last_checkpoint()?;
        let held = self.storage.size()?;
        self.catch_up(held)?;
        let Some(last) = last else { return Err(self.flawed(Flaw::Unsigned)) };
        let known = self.published().checkpoint.clone();
        if last == known {
            return Ok(());
        }
        let signed = self.keys.open_stored(&last).map_err(|flaw| self.flawed(flaw))?;
        if signed.size < known.size {
            let reason = format!("it was stored after one for {} entries", known.size);
            return Err(self.flawed(Flaw::Checkpoint { size: signed.size, reason }));
        }
        if signed.size > self.size() {
            return Err(self.flawed(Flaw::Cut { signed: signed.size, held: self.size() }));
        }
        let root = self.published().tree.root_at(signed.size, self.storage.as_ref())?;
        compare_root(root, signed, known.size).map_err(|flaw| self.flawed(flaw))?;
        self.published().checkpoint = last;
        Ok(())
    }

    fn unflawed(&self) -> Result<(), LedgerError> {
        self.flaw.clone().map_or(Ok(()), |flaw| Err(flaw.into()))
    }

    /// From here on nothing is appended or signed: only a restart, which checks everything, clears it.
    fn flawed(&mut self, flaw: Flaw) -> LedgerError {
        self.flaw = Some(flaw.clone());
        flaw.into()
    }
}
