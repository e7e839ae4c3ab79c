//! Several gates on one database: each says that it lives, and takes over what a dead one left.

use std::sync::{Arc, Weak};
use std::time::Duration;

use boundary::UnixMillis;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

/// Between two signs of life.
const EVERY: Duration = Duration::from_secs(5);
/// A gate without a sign of life for this long, in milliseconds, is dead. Longer than any write may take, and
/// than clocks of gates may differ.
const SILENCE: u64 = 60_000;
/// A dead gate's name is forgotten after a day.
const FORGOTTEN: u64 = 24 * 60 * 60 * 1000;

impl Inner {
    /// Gates seen since this moment are alive.
    pub(crate) fn alive_since(&self) -> UnixMillis {
        UnixMillis(self.now().0.saturating_sub(SILENCE))
    }

    /// Whether other gates may work on the same database.
    pub(crate) fn is_shared(&self) -> bool {
        self.config.store.postgres.is_some()
    }

    /// Notes that this gate lives.
    pub(crate) fn note_presence(&self) -> Result<(), GateError> {
        let now = self.now();
        let forgotten = UnixMillis(now.0.saturating_sub(FORGOTTEN));
        self.store.state().seen(now, forgotten).map_err(internal)
    }

    /// Notes what this gate's copy of the ledger holds: no gate drops entries that are not in it.
    pub(crate) fn note_copied(&self) -> Result<(), GateError> {
        self.store.state().copied(self.copying.standing().size).map_err(internal)
    }

    /// Drops from this gate's index, and from its memory, what another gate has pruned.
    fn follow_pruning(&self) -> Result<(), GateError> {
        if self.store.index().fit_minimum(self.store.log()).map_err(internal)? {
            self.recorder.sealing().forget_all();
        }
        Ok(())
    }

    /// Refuses while other gates work on the same database: what they hold in memory would outlive
    /// what is destroyed there.
    pub(crate) fn alone(&self) -> Result<(), GateError> {
        match self.store.state().others(self.alive_since()).map_err(internal)? {
            0 => Ok(()),
            others => Err(GateError::OthersAtWork(others)),
        }
    }

    /// Begins to show signs of life, where others look for them.
    pub(crate) fn stay_seen(self: &Arc<Self>) {
        if self.is_shared() {
            tokio::spawn(stay_seen(Arc::downgrade(self)));
        }
    }
}

async fn stay_seen(gate: Weak<Inner>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(inner) = gate.upgrade() else { return };
        let mut done = inner.note_presence();
        if done.is_ok() {
            done = inner.take_over().await;
        }
        if done.is_ok() {
            done = inner.note_copied().and_then(|()| inner.follow_pruning());
        }
        if let Err(error) = done {
            tracing::warn!(%error, "the other gates may take this one for dead");
        }
    }
}
