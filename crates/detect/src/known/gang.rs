//! Values on their way to being hashed, on every core.
//!
//! They are gathered in batches. While threads hash one batch, the hashes of the batch before it go to the table, in the
//! order the values came.

use std::{
    num::NonZero,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::{Key, Known, learn::Learnt, variants::Scratch};

/// Values of a batch: a megabyte or two of text.
const BATCH: usize = 32_768;
/// Values that a thread takes at once.
const PORTION: usize = 1_024;
/// More threads would wait for the one that fills the table.
const MOST_THREADS: usize = 8;

/// A batch, and the threads that hash it.
pub(super) struct Gang {
    batch: Batch,
    /// What was taken in, kept for its room.
    spare: Mutex<Vec<Learnt>>,
    pub(super) threads: usize,
}

impl std::fmt::Debug for Gang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The batch holds values in the clear.
        f.debug_struct("Gang").field("threads", &self.threads).finish_non_exhaustive()
    }
}

impl Gang {
    /// As many threads as there are cores, or as many as said.
    pub(super) fn new(threads: Option<usize>) -> Self {
        let threads =
            threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        let threads = threads.clamp(1, MOST_THREADS);
        Self { batch: Batch::default(), spare: Mutex::default(), threads }
    }

    /// Adds a value; tells whether the batch is full.
    pub(super) fn push(&mut self, value: &Known<'_>, record: u32) -> bool {
        self.batch.push(value, record)
    }

    /// Hashes and empties the batch, while `meanwhile` runs here.
    pub(super) fn hash(&mut self, key: &Key, meanwhile: impl FnOnce()) -> Vec<Learnt> {
        self.batch.hash(key, &self.spare, self.threads, meanwhile)
    }

    /// Takes back what is empty: its room serves the next batch, and memory is asked for once.
    pub(super) fn spare(&mut self, empty: Vec<Learnt>) {
        self.spare.get_mut().unwrap_or_else(PoisonError::into_inner).extend(empty);
    }
}

/// Values in the clear, one after another in one text.
#[derive(Default)]
struct Batch {
    text: String,
    values: Vec<Held>,
}

/// A value in two parts of the text, the second empty but for persons.
struct Held {
    record: u32,
    kind: Known<'static>,
    from: usize,
    middle: usize,
    to: usize,
}

impl Batch {
    /// Adds a value; tells whether the batch is full.
    fn push(&mut self, value: &Known<'_>, record: u32) -> bool {
        let (kind, first, second) = match *value {
            Known::Person { first, last } => (Known::Person { first: "", last: "" }, first, last),
            Known::Org(it) => (Known::Org(""), it, ""),
            Known::Email(it) => (Known::Email(""), it, ""),
            Known::Phone(it) => (Known::Phone(""), it, ""),
            Known::Street(it) => (Known::Street(""), it, ""),
            Known::Town(it) => (Known::Town(""), it, ""),
            Known::Postcode(it) => (Known::Postcode(""), it, ""),
            Known::AccountNumber(it) => (Known::AccountNumber(""), it, ""),
        };
        let from = self.text.len();
        self.text.push_str(first);
        let middle = self.text.len();
        self.text.push_str(second);
        self.values.push(Held { record, kind, from, middle, to: self.text.len() });
        self.values.len() >= BATCH
    }

    /// Hashes and empties the batch, on up to `threads` threads, while `meanwhile` runs here.
    fn hash(
        &mut self,
        key: &Key,
        spare: &Mutex<Vec<Learnt>>,
        threads: usize,
        meanwhile: impl FnOnce(),
    ) -> Vec<Learnt> {
        let batch = &*self;
        let next = AtomicUsize::new(0);
        let threads = threads.min(batch.values.len().div_ceil(PORTION));
        let mut learnt = thread::scope(|scope| {
            // Where the system grants no thread, this one does their work.
            let work =
                || thread::Builder::new().spawn_scoped(scope, || batch.work(key, spare, &next));
            let helpers: Vec<_> = (1..threads).filter_map(|_| work().ok()).collect();
            meanwhile();
            let mut learnt = batch.work(key, spare, &next);
            for helper in helpers {
                match helper.join() {
                    Ok(more) => learnt.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            learnt
        });
        self.text.clear();
        self.values.clear();
        learnt.sort_unstable_by_key(|(portion, _)| *portion);
        learnt.into_iter().map(|(_, learnt)| learnt).collect()
    }

    /// Hashes portions until none is left.
    fn work(
        &self,
        key: &Key,
        spare: &Mutex<Vec<Learnt>>,
        next: &AtomicUsize,
    ) -> Vec<(usize, Learnt)> {
        let mut scratch = Scratch::default();
        let mut done = Vec::new();
        loop {
            let portion = next.fetch_add(1, Ordering::Relaxed);
            let Some(values) = self.values.chunks(PORTION).nth(portion) else { return done };
            let room = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut learnt = room.unwrap_or_else(|| Learnt::with_room(values.len()));
            for held in values {
                learnt.learn(key, &mut scratch, &self.value(held), held.record);
            }
            done.push((portion, learnt));
        }
    }

    fn value(&self, held: &Held) -> Known<'_> {
        let first = self.text.get(held.from..held.middle).unwrap_or_default();
        match held.kind {
            Known::Person { .. } => {
                let last = self.text.get(held.middle..held.to).unwrap_or_default();
                Known::Person { first, last }
            }
            Known::Org(_) => Known::Org(first),
            Known::Email(_) => Known::Email(first),
            Known::Phone(_) => Known::Phone(first),
            Known::Street(_) => Known::Street(first),
            Known::Town(_) => Known::Town(first),
            Known::Postcode(_) => Known::Postcode(first),
            Known::AccountNumber(_) => Known::AccountNumber(first),
        }
    }
}
