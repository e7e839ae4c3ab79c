//! Fills the index from the log, a step behind the writer. A thread of its own: what is asked of the
//! gate does not wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use boundary::{Mark, PartPlace};
use ledger::{Envelope, Parts as _};
use store::Indexed;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

/// Entries indexed in one commit.
const BATCH: usize = 512;
/// Between two looks at a log that does not grow.
const PAUSE: Duration = Duration::from_millis(200);

/// The thread, to be stopped.
#[derive(Debug, Default)]
pub(crate) struct Indexer {
    stop: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Indexer {
    /// Begins to fill the index of a gate. Ends by itself when the gate is gone.
    pub(crate) fn start(&self, inner: &Arc<Inner>) -> Result<(), GateError> {
        let (gate, stop) = (Arc::downgrade(inner), Arc::clone(&self.stop));
        let thread = std::thread::Builder::new()
            .name("index".to_owned())
            .spawn(move || fill(&gate, &stop))
            .map_err(internal)?;
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// Stops it, after the entries at hand.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            thread.thread().unpark();
            // It panics nowhere; and what it leaves undone, the next start does.
            let _ = thread.join();
        }
    }
}

fn fill(gate: &Weak<Inner>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let Some(inner) = gate.upgrade() else { return };
        let added = inner.index_more();
        drop(inner);
        match added {
            Ok(BATCH) => {}
            Ok(_) => std::thread::park_timeout(PAUSE),
            Err(error) => {
                tracing::warn!(%error, "the index is not filled");
                std::thread::park_timeout(PAUSE * 10);
            }
        }
    }
}

impl Inner {
    /// Indexes the entries that come next; gives their number.
    fn index_more(&self) -> Result<usize, GateError> {
        let next = self.store.index().next().map_err(internal)?;
        if next >= self.recorder.sequencer().size() {
            return Ok(0);
        }
        let rows = self.store.log().rows(next, BATCH).map_err(internal)?;
        let entries: Vec<Indexed> = rows
            .into_iter()
            .map(|row| {
                let envelope = row.entry().map_err(internal)?;
                let marks = self.said(&envelope)?;
                Ok(Indexed { envelope, leaf: row.leaf, marks })
            })
            .collect::<Result<_, GateError>>()?;
        self.store.index().add(&entries).map_err(internal)?;
        Ok(entries.len())
    }

    /// Marks of the words that an entry commits to, as far as they are not erased.
    pub(crate) fn said(&self, envelope: &Envelope) -> Result<Vec<Mark>, GateError> {
        let sealing = self.recorder.sealing();
        let mut marks = std::collections::BTreeSet::new();
        for commitment in &envelope.annex.sealed {
            let bytes = self.store.sealed().part(&commitment.sha256).map_err(internal)?;
            let key = sealing.known_key(&commitment.key)?;
            if let Some((bytes, key)) = bytes.zip(key) {
                let place = PartPlace {
                    part: &commitment.part,
                    trace: &envelope.facts.trace,
                    subject: &commitment.key,
                };
                // One that does not open is `ledger verify`'s to report.
                if let Ok(words) = key.words_of_part(&bytes, place, sealing.marks()) {
                    marks.extend(words);
                }
            }
        }
        Ok(marks.into_iter().collect())
    }
}
