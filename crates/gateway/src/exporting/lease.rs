//! Which of several gates tells a collector: the one that has the lease, a row of the database with a time in it.
//!
//! Whoever has it takes it again long before that time. A gate that dies lets it run out, and another goes on from the
//! collector's place; one that was only silent finds that it has lost it, and that its place has moved.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use boundary::UnixMillis;

use super::Export;
use crate::gate::Inner;

/// Between two looks at the lease.
pub(super) const EVERY: Duration = Duration::from_secs(5);
/// How long it is had. Clocks of gates may differ by less.
const MILLIS: u64 = 30_000;

#[derive(Default)]
pub(super) struct Lease {
    /// Until when this gate has it, by its own clock; 0 for not at all.
    until: AtomicU64,
    /// Set when the gate closes: it takes none any more.
    over: AtomicBool,
}

impl Export {
    /// Whether this gate tells the collector: always, unless the database is shared.
    pub(super) fn is_mine(&self, inner: &Inner) -> Result<bool, String> {
        if !inner.is_shared() {
            return Ok(true);
        }
        if self.lease.over.load(Ordering::SeqCst) {
            return Ok(false);
        }
        if self.lease.until.load(Ordering::Relaxed) > inner.now().0 {
            return Ok(true);
        }
        self.take(inner)
    }

    /// Tells it no more, so that another gate may.
    pub(crate) fn leave(&self) {
        self.lease.over.store(true, Ordering::SeqCst);
        self.lease.until.store(0, Ordering::Relaxed);
    }

    /// Takes the lease, or goes on having it.
    fn take(&self, inner: &Inner) -> Result<bool, String> {
        let now = inner.now();
        let until = UnixMillis(now.0.saturating_add(MILLIS));
        let taken = inner.store.state().lease(&self.place(), now, until);
        let taken = taken.map_err(|error| error.to_string())?;
        self.lease.until.store(if taken { until.0 } else { 0 }, Ordering::Relaxed);
        Ok(taken)
    }
}

/// Keeps what this gate has, also while a collector takes its time to answer.
pub(super) async fn keep(gate: Weak<Inner>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(inner) = gate.upgrade() else { return };
        let work = move || renew(&inner);
        // A database that is away is told of by the round that needs it.
        let _ = tokio::task::spawn_blocking(work).await;
    }
}

fn renew(inner: &Arc<Inner>) {
    let had = |it: &&Export| it.lease.until.load(Ordering::Relaxed) > 0;
    for export in inner.exports.iter().filter(had) {
        if let Err(problem) = export.take(inner) {
            tracing::warn!(
                export = export.name,
                problem,
                "the lease of a collector is not renewed"
            );
        }
    }
}
