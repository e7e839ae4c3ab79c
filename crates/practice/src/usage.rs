//! The count of API requests, for `Sforce-Limit-Info` and `/limits`.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jiff::Timestamp;

/// Requests of the running day against what a day allows.
#[derive(Debug)]
pub(crate) struct Usage {
    used: AtomicU32,
    most: AtomicU32,
    day: AtomicI64,
}

const DAY_SECONDS: i64 = 86_400;

impl Usage {
    pub(crate) fn new(most: u32) -> Self {
        Self { used: AtomicU32::new(0), most: AtomicU32::new(most), day: AtomicI64::new(0) }
    }

    /// Counts one request; false if the day's are used up.
    pub(crate) fn count(&self, now: Timestamp) -> bool {
        let day = now.as_second() / DAY_SECONDS;
        if self.day.swap(day, Ordering::Relaxed) != day {
            self.used.store(0, Ordering::Relaxed);
        }
        let used = self.used.fetch_add(1, Ordering::Relaxed);
        if used < self.most() {
            return true;
        }
        self.used.fetch_sub(1, Ordering::Relaxed);
        false
    }

    pub(crate) fn used(&self) -> u32 {
        self.used.load(Ordering::Relaxed)
    }

    pub(crate) fn most(&self) -> u32 {
        self.most.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, used: u32, most: u32, now: Timestamp) {
        self.day.store(now.as_second() / DAY_SECONDS, Ordering::Relaxed);
        self.used.store(used, Ordering::Relaxed);
        self.most.store(most, Ordering::Relaxed);
    }

    /// The header's text.
    pub(crate) fn header(&self) -> String {
        format!("api-usage={}/{}", self.used(), self.most())
    }
}
