//! One entry's wait: the writer holds the ticket, the caller the pending receipt.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use boundary::Receipt;

use crate::LedgerError;

/// The wait for a receipt: await it, or block on [`Pending::wait`].
///
/// Ends by itself after the ledger's own deadline. Whoever stops waiting gets no receipt, though
/// the entry may still be written.
#[must_use = "only the receipt tells that the entry is durable"]
pub struct Pending(Arc<Slot>);

/// The writer's end. Dropped unanswered, it refuses: a writer that died records nothing.
pub(super) struct Ticket(Arc<Slot>);

/// For the one that watches deadlines.
pub(super) struct Watched(Weak<Slot>);

struct Slot {
    state: Mutex<State>,
    answered: Condvar,
}

enum State {
    Waiting(Option<Waker>),
    Answered(Result<Receipt, LedgerError>),
    Over,
}

pub(super) fn pair() -> (Ticket, Pending) {
    let state = Mutex::new(State::Waiting(None));
    let slot = Arc::new(Slot { state, answered: Condvar::new() });
    (Ticket(Arc::clone(&slot)), Pending(slot))
}

impl Pending {
    /// Blocks until the receipt is there or `deadline` has passed, whichever is first.
    pub fn wait(self, deadline: Duration) -> Result<Receipt, LedgerError> {
        let end = Instant::now().checked_add(deadline);
        let mut state = self.0.lock();
        loop {
            if let Some(answer) = state.take() {
                return answer;
            }
            let left =
                end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                *state = State::Over;
                return Err(LedgerError::Late);
            }
            let waited = self.0.answered.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn watched(&self) -> Watched {
        Watched(Arc::downgrade(&self.0))
    }
}

impl Future for Pending {
    type Output = Result<Receipt, LedgerError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        if let Some(answer) = state.take() {
            return Poll::Ready(answer);
        }
        *state = State::Waiting(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Ticket {
    pub(super) fn accept(self, receipt: Receipt) {
        self.0.answer(Ok(receipt));
    }

    pub(super) fn refuse(self, error: LedgerError) {
        self.0.answer(Err(error));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.answer(Err(LedgerError::Closed));
    }
}

impl Watched {
    /// Whether somebody still waits for an answer.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.upgrade().is_some_and(|slot| matches!(*slot.lock(), State::Waiting(_)))
    }

    pub(super) fn expire(self) {
        if let Some(slot) = self.0.upgrade() {
            slot.answer(Err(LedgerError::Late));
        }
    }
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first answer counts; a receipt that comes after a refusal is dropped.
    fn answer(&self, answer: Result<Receipt, LedgerError>) {
        let mut state = self.lock();
        if !matches!(*state, State::Waiting(_)) {
            return;
        }
        let waiting = std::mem::replace(&mut *state, State::Answered(answer));
        drop(state);
        self.answered.notify_one();
        if let State::Waiting(Some(waker)) = waiting {
            waker.wake();
        }
    }
}

impl State {
    fn take(&mut self) -> Option<Result<Receipt, LedgerError>> {
        if matches!(self, Self::Waiting(_)) {
            return None;
        }
        match std::mem::replace(self, Self::Over) {
            Self::Answered(answer) => Some(answer),
            // Polled again after its end: there is no second receipt.
            _ => Some(Err(LedgerError::Closed)),
        }
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
