//! Waiting on a thread for what the driver does.
//!
//! The store is called from threads of a runtime and from threads of none. Neither is handed to the driver's
//! own runtime: a caller waits where it is, and never longer than it may.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Drives a future on this thread until it is done; `None` when that takes too long.
pub(crate) fn wait<F: Future>(future: F, patience: Duration) -> Option<F::Output> {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let begin = Instant::now();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return Some(output);
        }
        let left = patience.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return None;
        }
        std::thread::park_timeout(left);
    }
}

/// Does work that waits for a network. On a thread of a runtime, the runtime's other work goes on
/// elsewhere meanwhile.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
    if matches!(flavor, Ok(RuntimeFlavor::MultiThread)) {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_given_up() {
        assert_eq!(wait(std::future::pending::<()>(), Duration::from_millis(5)), None);
        assert_eq!(wait(std::future::ready(3), Duration::ZERO), Some(3));
    }

    #[test]
    fn another_thread_ends_the_wait() {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let other = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(10));
            sender.send(7).unwrap();
        });
        assert_eq!(wait(receiver, Duration::from_secs(20)), Some(Ok(7)));
        other.join().unwrap();
    }

    #[tokio::test]
    async fn work_is_done_within_a_runtime_too() {
        assert_eq!(aside(|| wait(std::future::ready(3), Duration::ZERO)), Some(3));
        let other = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let task = other.spawn(async { aside(|| wait(std::future::ready(4), Duration::ZERO)) });
        assert_eq!(task.await.unwrap(), Some(4));
        other.shutdown_background();
    }
}
