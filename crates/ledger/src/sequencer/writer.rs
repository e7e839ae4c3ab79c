//! The thread that writes.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError, RwLockWriteGuard};
use std::time::{Duration, Instant};

use crate::tree::leaf_of;
use crate::{Flaw, Head, Leaf, LedgerError, LogStorage, Row, SealedPart, Signer, StoredCheckpoint};

use super::{Clock, Item, Limits, Message, Published, Shared};

pub(super) struct Writer {
    storage: Box<dyn LogStorage>,
    signer: Signer,
    clock: Clock,
    limits: Limits,
    shared: Arc<Shared>,
    signed_at: Instant,
    /// The leaves of a batch whose commit failed. Until the storage is asked, nobody knows whether
    /// it took them after all.
    doubted: Option<Vec<Leaf>>,
    /// Set once the storage holds what this writer did not write. Only a restart clears it.
    flaw: Option<Flaw>,
}

impl Writer {
    pub(super) fn new(
        storage: Box<dyn LogStorage>,
        signer: Signer,
        clock: Clock,
        limits: Limits,
        shared: Arc<Shared>,
    ) -> Self {
        let signed_at = Instant::now();
        Self { storage, signer, clock, limits, shared, signed_at, doubted: None, flaw: None }
    }

    pub(super) fn run(mut self, receiver: &Receiver<Message>) {
        let mut batch = Vec::with_capacity(self.limits.batch);
        loop {
            let mut control = None;
            match self.next(receiver) {
                Ok(Message::Append(item)) => batch.push(*item),
                Ok(other) => control = Some(other),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => control = Some(Message::Stop),
            }
            while control.is_none() && !batch.is_empty() && batch.len() < self.limits.batch {
                match receiver.try_recv() {
                    Ok(Message::Append(item)) => batch.push(*item),
                    Ok(other) => control = Some(other),
                    Err(_) => break,
                }
            }
            if !batch.is_empty() {
                self.shared.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
                self.commit(std::mem::take(&mut batch));
            }
            match control {
                Some(Message::Sign(answer)) => {
                    // Nobody may be listening any more.
                    let _ = answer.send(self.sign());
                }
                Some(_) => {
                    let _ = self.sign();
                    return;
                }
                None if self.until_signing().is_some_and(|left| left.is_zero()) => {
                    let _ = self.sign();
                }
                None => {}
            }
        }
    }

    fn next(&self, receiver: &Receiver<Message>) -> Result<Message, RecvTimeoutError> {
        match self.until_signing() {
            Some(left) => receiver.recv_timeout(left),
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Time left until the next checkpoint is due; `None` while there is nothing new to sign.
    fn until_signing(&self) -> Option<Duration> {
        let published = self.shared.published.read().unwrap_or_else(PoisonError::into_inner);
        let grown = published.tree.size() > published.checkpoint.size;
        grown.then(|| self.limits.checkpoint_every.saturating_sub(self.signed_at.elapsed()))
    }

    fn commit(&mut self, mut batch: Vec<Item>) {
        match self.write(&mut batch) {
            Ok(first) => {
                for (index, item) in (first..).zip(batch) {
                    item.ticket.accept(item.entry.attest_durable(index));
                }
            }
            Err(error) => {
                self.published().trouble = Some(error.clone());
                for item in batch {
                    item.ticket.refuse(error.clone());
                }
            }
        }
    }

    /// Makes a batch durable and gives the index of its first entry.
    fn write(&mut self, batch: &mut [Item]) -> Result<u64, LedgerError> {
        self.settle_doubt()?;
        let parts: Vec<SealedPart> =
            batch.iter_mut().flat_map(|item| std::mem::take(&mut item.parts)).collect();
        if !parts.is_empty() {
            self.storage.keep(&parts)?;
        }
        let first = self.size();
        let rows: Vec<_> =
            (first..).zip(batch.iter()).map(|(index, item)| self.row(index, item)).collect();
        let leaves: Vec<_> = rows.iter().map(|row| row.leaf).collect();
        if let Err(error) = self.storage.append(&rows) {
            self.doubted = Some(leaves);
            return Err(error);
        }
        self.grow(&leaves)?;
        Ok(first)
    }

    fn row(&self, index: u64, item: &Item) -> Row {
        let time = (self.clock)();
        let body = item.body.placed(index, time);
        let actor = item.entry.facts().actor.clone();
        Row { index, leaf: leaf_of(&body), body, time, actor }
    }

    fn grow(&mut self, leaves: &[Leaf]) -> Result<(), LedgerError> {
        let mut published = self.published();
        for leaf in leaves {
            published.tree.push(*leaf)?;
        }
        published.trouble = None;
        Ok(())
    }

    /// After a failed commit: takes over what the storage kept of it all the same.
    ///
    /// A commit may fail after its bytes were written. Numbering on as if they were not there would give
    /// an index twice.
    fn settle_doubt(&mut self) -> Result<(), LedgerError> {
        if let Some(flaw) = &self.flaw {
            return Err(flaw.clone().into());
        }
        let Some(doubted) = &self.doubted else { return Ok(()) };
        let size = self.size();
        let held = self.storage.size()?;
        if held != size {
            let leaves = self.storage.leaves(size, doubted.len() + 1)?;
            if leaves != *doubted {
                let flaw = Flaw::Missing(size.min(held));
                self.flaw = Some(flaw.clone());
                return Err(flaw.into());
            }
            self.grow(&leaves)?;
        }
        self.doubted = None;
        Ok(())
    }

    /// Signs what is durable. The checkpoint is stored before anyone sees it: one that was
    /// shown and then forgotten could be contradicted after a crash.
    fn sign(&mut self) -> Result<StoredCheckpoint, LedgerError> {
        let signed = self.settle_doubt().and_then(|()| self.sign_settled());
        self.signed_at = Instant::now();
        if let Err(error) = &signed {
            self.published().trouble = Some(error.clone());
        }
        signed
    }

    fn sign_settled(&mut self) -> Result<StoredCheckpoint, LedgerError> {
        let head = {
            let published = self.published();
            if published.tree.size() == published.checkpoint.size {
                return Ok(published.checkpoint.clone());
            }
            Head { size: published.tree.size(), root: published.tree.root()?.0 }
        };
        let checkpoint = store_signed(self.storage.as_mut(), &self.signer, &self.clock, head)?;
        let mut published = self.published();
        published.checkpoint = checkpoint.clone();
        published.trouble = None;
        Ok(checkpoint)
    }

    fn size(&self) -> u64 {
        self.shared.published.read().unwrap_or_else(PoisonError::into_inner).tree.size()
    }

    fn published(&self) -> RwLockWriteGuard<'_, Published> {
        self.shared.published.write().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn store_signed(
    storage: &mut dyn LogStorage,
    signer: &Signer,
    clock: &Clock,
    head: Head,
) -> Result<StoredCheckpoint, LedgerError> {
    let note = signer.sign(head)?;
    let checkpoint = StoredCheckpoint { size: head.size, at: clock(), note };
    storage.store_checkpoint(&checkpoint)?;
    Ok(checkpoint)
}
