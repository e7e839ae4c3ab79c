//! Refuses entries that wait too long.
//!
//! A stalled disk blocks the writer's thread inside a system call, so another thread watches the time.
//! Failing closed must not depend on callers that remember to set a timer.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::LedgerError;

use super::pending::{Pending, Watched};

pub(super) struct Deadlines {
    shared: Arc<Shared>,
    after: Duration,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// All wait equally long, so the first to come is the first to end.
    watched: VecDeque<(Instant, Watched)>,
    closed: bool,
}

impl Deadlines {
    pub(super) fn start(after: Duration) -> Result<Self, LedgerError> {
        let shared = Arc::new(Shared { queue: Mutex::default(), changed: Condvar::new() });
        let watcher = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("ledger-deadlines".to_owned())
            .spawn(move || watcher.run())
            .map_err(|error| LedgerError::Storage(error.to_string()))?;
        Ok(Self { shared, after, thread: Some(thread) })
    }

    pub(super) fn watch(&self, pending: &Pending) {
        let Some(end) = Instant::now().checked_add(self.after) else { return };
        let mut queue = self.shared.lock();
        queue.watched.push_back((end, pending.watched()));
        let first = queue.watched.len() == 1;
        drop(queue);
        if first {
            self.shared.changed.notify_one();
        }
    }
}

impl Drop for Deadlines {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut queue = self.lock();
        while !queue.closed {
            let now = Instant::now();
            while let Some((end, watched)) = queue.watched.front() {
                if *end > now && watched.is_waiting() {
                    break;
                }
                if let Some((_, watched)) = queue.watched.pop_front() {
                    watched.expire();
                }
            }
            queue = match queue.watched.front() {
                Some((end, _)) => {
                    let left = end.saturating_duration_since(now);
                    let woken = self.changed.wait_timeout(queue, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
