//! Detectors that may take long do not hold up the requests that share a worker.

use std::sync::Arc;

use boundary::{Detector, DetectorFailure, Finding, Level, Owned, WordSort};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::block_in_place;

/// A detector whose long looks hand the worker's other tasks to another thread.
///
/// How much is looked at together is bounded twice: requests at work by the gate's own limit, threads that compute by
/// the number of cores.
pub(crate) struct Aside(pub(crate) Arc<dyn Detector>);

impl Aside {
    fn look<T>(&self, text: &str, look: impl FnOnce(&dyn Detector) -> T) -> T {
        // With one thread alone there is nobody to hand them to.
        let many = || {
            Handle::try_current().is_ok_and(|it| it.runtime_flavor() == RuntimeFlavor::MultiThread)
        };
        if self.0.takes_long(text) && many() {
            block_in_place(|| look(self.0.as_ref()))
        } else {
            look(self.0.as_ref())
        }
    }
}

impl Detector for Aside {
    fn detect(&self, text: &str) -> Result<Vec<Finding>, DetectorFailure> {
        self.look(text, |it| it.detect(text))
    }

    fn detect_owned(&self, text: &str) -> Result<Vec<Owned>, DetectorFailure> {
        self.look(text, |it| it.detect_owned(text))
    }

    fn detect_owned_in(&self, text: &str, country: &str) -> Result<Vec<Owned>, DetectorFailure> {
        self.look(text, |it| it.detect_owned_in(text, country))
    }

    fn detect_forms(&self, text: &str, from: usize) -> Result<Vec<Finding>, DetectorFailure> {
        self.0.detect_forms(text, from)
    }

    fn forbids(&self, text: &str) -> Option<String> {
        self.0.forbids(text)
    }

    fn takes_long(&self, text: &str) -> bool {
        self.0.takes_long(text)
    }

    fn sort(&self, word: &str) -> WordSort {
        self.0.sort(word)
    }

    fn unread(&self) -> Option<Level> {
        self.0.unread()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    /// Looks until the task beside it has run, but not for ever.
    #[derive(Default)]
    struct Waits {
        looking: AtomicBool,
        seen: AtomicBool,
    }

    impl Detector for Waits {
        fn detect(&self, _: &str) -> Result<Vec<Finding>, DetectorFailure> {
            self.looking.store(true, Ordering::SeqCst);
            let started = Instant::now();
            while !self.seen.load(Ordering::SeqCst) {
                if started.elapsed() > Duration::from_secs(10) {
                    return Err(DetectorFailure { detector: "test", reason: "alone" });
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(Vec::new())
        }

        fn takes_long(&self, text: &str) -> bool {
            text == "long"
        }
    }

    #[test]
    fn a_long_look_does_not_keep_the_workers_other_tasks_waiting() {
        // One worker: without a thread for it, the other task would wait for the look.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
        let detector = Arc::new(Waits::default());
        let aside = Aside(Arc::clone(&detector) as Arc<dyn Detector>);
        let looked = runtime.unwrap().block_on(async {
            let look = tokio::spawn(async move { aside.detect("long") });
            let other = tokio::spawn(async move {
                while !detector.looking.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                }
                detector.seen.store(true, Ordering::SeqCst);
            });
            other.await.unwrap();
            look.await.unwrap()
        });
        assert_eq!(looked, Ok(Vec::new()));
    }

    #[test]
    fn outside_of_a_runtime_it_just_looks() {
        let waits = Waits::default();
        waits.seen.store(true, Ordering::SeqCst);
        assert!(Aside(Arc::new(waits)).detect("long").is_ok());
    }
}
