//! The rows that a program may read for one person in a day, kept over restarts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use boundary::Principal;
use tokio::sync::OwnedMutexGuard;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

const DAY_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// Whose turn it is: requests of one program for one person come one after the other, so that each
/// finds what the one before it left.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    async fn take(&self, name: String) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A turn that nobody waits for is held by the map alone.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(name).or_default())
        };
        turn.lock_owned().await
    }
}

/// Rows of a day, set aside for one request.
pub(super) struct Day {
    number: u64,
    rows: u64,
    _turn: OwnedMutexGuard<()>,
}

impl Day {
    /// Sets aside what is left of `limit`, at most `wanted`; waits for its turn.
    pub(super) async fn begin(
        inner: &Inner,
        who: &Principal,
        wanted: u64,
        limit: u64,
    ) -> Result<Self, GateError> {
        let turn = inner.turns.take(format!("{}/{}", who.person().as_str(), who.client())).await;
        let day = inner.now().0 / DAY_MILLIS;
        let state = inner.store.state();
        let rows = state.reserve_rows(who.client(), who.person(), day, wanted, limit);
        Ok(Self { number: day, rows: rows.map_err(internal)?, _turn: turn })
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Gives back what was not read.
    pub(super) fn end(&self, inner: &Inner, who: &Principal, left: u64) {
        let state = inner.store.state();
        let left = left.min(self.rows);
        if left > 0
            && let Err(error) = state.return_rows(who.client(), who.person(), self.number, left)
        {
            // They count as read, which is the safe side.
            tracing::warn!(%error, "rows that were not read could not be given back");
        }
    }
}
