//! Values on their way to being hashed, on every core.
//!
//! They are gathered in batches. While threads hash one batch, the hashes of the batch before it go to the table, in the
//! order the values came, and the batch after it is gathered.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{Key, Known, learn::Learnt, seen::Seen, variants::Scratch};

/// Values of a batch: less than a megabyte of text.
const BATCH: usize = 16_384;
/// Values that a thread takes at once.
const PORTION: usize = 512;
/// More threads would wait for the one that fills the table.
const MOST_THREADS: usize = 8;

/// A batch that is gathered, one that is hashed, and the threads that do it.
pub(super) struct Gang {
    batch: Batch,
    /// What is hashed, and by how many of the helpers.
    running: Option<(Arc<Work>, usize)>,
    helpers: Vec<Helper>,
    hashing: Hashing,
    /// A batch that was hashed, kept for its room.
    room: Batch,
    pub(super) threads: usize,
}

impl std::fmt::Debug for Gang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The batch holds values in the clear.
        f.debug_struct("Gang").field("threads", &self.threads).finish_non_exhaustive()
    }
}

impl Gang {
    /// As many threads as there are cores, or as many as said; this one is among them.
    pub(super) fn new(key: Key, threads: Option<usize>, seen: Seen) -> Self {
        let threads =
            threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get));
        Self {
            batch: Batch::default(),
            running: None,
            helpers: Vec::new(),
            hashing: Hashing { key, spare: Arc::default(), scratch: Scratch::default(), seen },
            room: Batch::default(),
            threads: threads.clamp(1, MOST_THREADS),
        }
    }

    /// Adds a value; tells whether the batch is full.
    pub(super) fn push(&mut self, value: &Known<'_>, record: u32) -> bool {
        self.batch.push(value, record)
    }

    /// Begins to hash the batch, and gives what the one before it came to.
    pub(super) fn turn(&mut self) -> Vec<Learnt> {
        let learnt = self.outcome();
        self.start();
        learnt
    }

    /// Takes back what is empty: its room serves the next batch, and memory is asked for once.
    pub(super) fn spare(&self, empty: Vec<Learnt>) {
        self.hashing.spare.lock().unwrap_or_else(PoisonError::into_inner).extend(empty);
    }

    fn start(&mut self) {
        let portions = self.batch.values.len().div_ceil(PORTION);
        if portions == 0 {
            return;
        }
        while self.helpers.len() + 1 < self.threads.min(portions) {
            // Where the system grants no thread, this one does its work.
            let Ok(helper) = Helper::new(self.hashing.clone()) else { break };
            self.helpers.push(helper);
        }
        let batch = std::mem::replace(&mut self.batch, std::mem::take(&mut self.room));
        let work = Arc::new(Work { batch, next: AtomicUsize::new(0) });
        let asked = self.helpers.len().min(portions - 1);
        for helper in self.helpers.iter().take(asked) {
            // One that ended has left no outcome, which is told there.
            let _ = helper.orders.send(Arc::clone(&work));
        }
        self.running = Some((work, asked));
    }

    /// What the batch came to that was begun, in the order of its values.
    fn outcome(&mut self) -> Vec<Learnt> {
        let Some((work, asked)) = self.running.take() else { return Vec::new() };
        let mut learnt = self.hashing.hash(&work);
        for at in 0..asked {
            match self.helpers.get(at).map(Helper::outcome) {
                Some(Ok(more)) => learnt.extend(more),
                Some(Err(mpsc::RecvError)) | None => self.give_up(at),
            }
        }
        if let Some(Work { mut batch, .. }) = Arc::into_inner(work) {
            batch.text.clear();
            batch.values.clear();
            self.room = batch;
        }
        learnt.sort_unstable_by_key(|(portion, _)| *portion);
        learnt.into_iter().map(|(_, learnt)| learnt).collect()
    }

    /// A helper that ended before its work did has panicked: so does this thread.
    fn give_up(&mut self, at: usize) -> ! {
        let panic = self.helpers.swap_remove(at).thread.join().err();
        std::panic::resume_unwind(panic.unwrap_or_else(|| Box::new("a thread ended early")))
    }
}

/// A thread that hashes what it is sent, until nobody can send any more.
struct Helper {
    orders: mpsc::Sender<Arc<Work>>,
    /// One thread waits for it; the lock lets the index that is being loaded be shared.
    done: Mutex<mpsc::Receiver<Vec<(usize, Learnt)>>>,
    thread: thread::JoinHandle<()>,
}

impl Helper {
    fn new(mut hashing: Hashing) -> std::io::Result<Self> {
        let (orders, ordered) = mpsc::channel::<Arc<Work>>();
        let (finished, done) = mpsc::channel();
        let thread = thread::Builder::new().spawn(move || {
            for work in ordered {
                let learnt = hashing.hash(&work);
                // Before it is told, for whoever hears it takes the batch back.
                drop(work);
                if finished.send(learnt).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { orders, done: Mutex::new(done), thread })
    }

    /// What it made of what it was sent, once it is done.
    fn outcome(&self) -> Result<Vec<(usize, Learnt)>, mpsc::RecvError> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).recv()
    }
}

/// A batch that several threads take portions of.
struct Work {
    batch: Batch,
    next: AtomicUsize,
}

/// What every thread hashes with.
#[derive(Clone)]
struct Hashing {
    key: Key,
    /// What was taken in, kept for its room.
    spare: Arc<Mutex<Vec<Learnt>>>,
    /// Each thread's own.
    scratch: Scratch,
    seen: Seen,
}

impl Hashing {
    /// Hashes portions until none is left.
    fn hash(&mut self, work: &Work) -> Vec<(usize, Learnt)> {
        let mut done = Vec::new();
        loop {
            let portion = work.next.fetch_add(1, Ordering::Relaxed);
            let Some(values) = work.batch.values.chunks(PORTION).nth(portion) else { return done };
            let room = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut learnt = room.unwrap_or_else(|| Learnt::with_room(values.len()));
            let Self { key, scratch, seen, .. } = self;
            for held in values {
                learnt.learn(key, (scratch, seen), &work.batch.value(held), held.record);
            }
            done.push((portion, learnt));
        }
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
