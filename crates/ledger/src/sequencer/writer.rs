//! The thread that writes.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError, RwLockWriteGuard};
use std::time::{Duration, Instant};

use crate::tree::{Tree, leaf_of};
use crate::{
    Flaw, Head, Leaf, LedgerError, LogStorage, Row, SealedPart, Signer, StoredCheckpoint,
    VerifyingKeys,
};

use super::opening::TRIES;
use super::{Clock, Item, Limits, Message, Published, Shared};

mod following;

/// Of the time between two checkpoints, what a storage that signs along waits for entries to take one with them: an entry that
/// comes while a checkpoint is stored by itself waits for both commits.
const GRACE: u32 = 8;

pub(super) struct Writer {
    storage: Box<dyn LogStorage>,
    signer: Signer,
    keys: VerifyingKeys,
    clock: Clock,
    limits: Limits,
    shared: Arc<Shared>,
    signed_at: Instant,
    /// When it was last looked at what others wrote.
    looked_at: Instant,
    /// The leaves of a batch whose commit failed. Until the storage is asked, nobody knows whether
    /// it took them after all.
    doubted: Option<Vec<Leaf>>,
    /// Set once the storage holds what this writer did not write. Only a restart clears it.
    flaw: Option<Flaw>,
}

impl Writer {
    pub(super) fn new(
        storage: Box<dyn LogStorage>,
        (signer, keys): (Signer, VerifyingKeys),
        clock: Clock,
        limits: Limits,
        shared: Arc<Shared>,
    ) -> Self {
        let signed_at = Instant::now();
        let looked_at = signed_at;
        let (doubted, flaw) = (None, None);
        Self { storage, signer, keys, clock, limits, shared, signed_at, looked_at, doubted, flaw }
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
            if self.until_looking().is_some_and(|left| left.is_zero()) {
                self.look_again();
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
        let due = [self.until_signing(), self.until_looking()].into_iter().flatten().min();
        match due {
            Some(left) => receiver.recv_timeout(left),
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Time left until the next checkpoint is due; `None` while there is nothing new to sign.
    fn until_signing(&self) -> Option<Duration> {
        let published = self.shared.published.read().unwrap_or_else(PoisonError::into_inner);
        let grown = published.tree.size() > published.checkpoint.size;
        let every = self.limits.checkpoint_every;
        let grace = if self.storage.signs_along() { every / GRACE } else { Duration::ZERO };
        grown.then(|| every.saturating_add(grace).saturating_sub(self.signed_at.elapsed()))
    }

    /// The checkpoint that the next batch takes with it, when one is due; with the tree that it covers.
    fn signed_along(
        &self,
        leaves: &[Leaf],
    ) -> Result<Option<(Tree, StoredCheckpoint)>, LedgerError> {
        if !self.storage.signs_along() || self.signed_at.elapsed() < self.limits.checkpoint_every {
            return Ok(None);
        }
        let mut tree = self.published().tree.clone();
        for leaf in leaves {
            tree.push(*leaf)?;
        }
        let note = self.signer.sign(Head { size: tree.size(), root: tree.root()?.0 })?;
        let next = StoredCheckpoint { size: tree.size(), at: (self.clock)(), note };
        Ok(Some((tree, next)))
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
        self.claim()?;
        let written = self.write_claimed(batch);
        if written.is_err() {
            self.storage.release();
        }
        written
    }

    fn write_claimed(&mut self, batch: &mut [Item]) -> Result<u64, LedgerError> {
        let parts: Vec<SealedPart> =
            batch.iter_mut().flat_map(|item| std::mem::take(&mut item.parts)).collect();
        if !parts.is_empty() {
            self.storage.keep(&parts)?;
        }
        let first = self.size();
        let rows: Vec<_> =
            (first..).zip(batch.iter()).map(|(index, item)| self.row(index, item)).collect();
        let leaves: Vec<_> = rows.iter().map(|row| row.leaf).collect();
        let along = self.signed_along(&leaves)?;
        let appended = match &along {
            Some((_, next)) => self.storage.append_signed(&rows, next),
            None => self.storage.append(&rows),
        };
        if let Err(error) = appended {
            self.doubted = Some(leaves);
            return Err(error);
        }
        if let Some((tree, next)) = along {
            let mut published = self.published();
            (published.tree, published.checkpoint) = (tree, next);
            drop(published);
            self.signed_at = Instant::now();
        } else {
            self.grow(&leaves)?;
        }
        self.published().trouble = None;
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
        Ok(())
    }

    /// Signs what is durable. The checkpoint is stored before anyone sees it: one that was
    /// shown and then forgotten could be contradicted after a crash.
    fn sign(&mut self) -> Result<StoredCheckpoint, LedgerError> {
        let signed = self.settle().and_then(|()| self.sign_settled());
        self.signed_at = Instant::now();
        if let Err(error) = &signed {
            self.published().trouble = Some(error.clone());
        }
        signed
    }

    fn sign_settled(&mut self) -> Result<StoredCheckpoint, LedgerError> {
        for _ in 0..TRIES {
            let (head, last) = {
                let published = self.published();
                if published.tree.size() == published.checkpoint.size {
                    return Ok(published.checkpoint.clone());
                }
                let head = Head { size: published.tree.size(), root: published.tree.root()?.0 };
                (head, published.checkpoint.clone())
            };
            let storage = self.storage.as_mut();
            if let Some(next) = store_signed(storage, &self.signer, &self.clock, Some(&last), head)?
            {
                let mut published = self.published();
                published.checkpoint = next.clone();
                published.trouble = None;
                return Ok(next);
            }
            // Another gate was quicker. What it signed is built upon, once it was checked.
            self.look()?;
        }
        Err(LedgerError::Busy)
    }

    fn size(&self) -> u64 {
        self.shared.published.read().unwrap_or_else(PoisonError::into_inner).tree.size()
    }

    fn published(&self) -> RwLockWriteGuard<'_, Published> {
        self.shared.published.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Signs a head and stores it on top of `last`. `None` when that is not the last any more: nobody
/// has seen the new one then.
pub(super) fn store_signed(
    storage: &mut dyn LogStorage,
    signer: &Signer,
    clock: &Clock,
    last: Option<&StoredCheckpoint>,
    head: Head,
) -> Result<Option<StoredCheckpoint>, LedgerError> {
    let note = signer.sign(head)?;
    let next = StoredCheckpoint { size: head.size, at: clock(), note };
    Ok(storage.store_checkpoint(last, &next)?.then_some(next))
}
