//! Entries whose time is over: dropped from below, as c2sp.org/tlog-tiles defines pruning. The tree stays, and
//! every proof about what is left.

mod reach;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use boundary::{Action, Facts, Purpose, UnixMillis, Verdict};
use ledger::PRUNE;

use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;

/// Entries go by whole bundles.
const BUNDLE: u64 = 256;
const DAY_MILLIS: u64 = 24 * 60 * 60 * 1_000;
/// Between two looks at whether a day has passed.
const LOOK: Duration = Duration::from_mins(10);
/// Where it is kept when the gates dropped entries by themselves last.
const LAST: &str = "retention/last";

/// What a pruning did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The first entry that is left.
    pub minimum: u64,
    /// Entries dropped now.
    pub dropped: u64,
    /// Why more of them had to stay.
    pub kept_for: Option<String>,
}

impl Gate {
    /// Drops the entries before a moment, with what they commit to: whole bundles of 256, as far as they
    /// are older than the retention, under no legal hold, copied by every gate, and told to every collector.
    ///
    /// Refuses without a configured retention: a log without a policy is not pruned. Refuses while another gate does it.
    pub async fn prune(&self, before: Option<UnixMillis>) -> Result<Pruned, GateError> {
        let inner = &self.0;
        let Some(days) = inner.config.retention.days else {
            let problem =
                "there is no `[retention]` with `days`, and without one nothing is dropped";
            return Err(GateError::invalid(problem, Some("retention.days")));
        };
        let latest = UnixMillis(inner.now().0.saturating_sub(days.saturating_mul(DAY_MILLIS)));
        let before = before.unwrap_or(latest);
        if before > latest {
            let problem = format!("entries are kept for {days} days, as `retention.days` says");
            return Err(GateError::invalid(problem, Some("before")));
        }
        inner.in_turn(inner.prune(before)).await
    }

    /// What gates do by themselves: drop what is old enough, once a day all of them together. `None` when it is not
    /// due, or another gate is at it.
    pub async fn prune_when_due(&self) -> Result<Option<Pruned>, GateError> {
        let state = self.0.store.state();
        let last = state.setting(LAST).map_err(internal)?;
        let last = last.and_then(|last| last.parse::<u64>().ok());
        let now = self.0.now().0;
        if last.is_some_and(|last| now.saturating_sub(last) < DAY_MILLIS) {
            return Ok(None);
        }
        match self.prune(None).await {
            Ok(pruned) => {
                state.put_setting(LAST, &now.to_string()).map_err(internal)?;
                Ok(Some(pruned))
            }
            Err(GateError::Dropping) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Inner {
    async fn prune(self: &Arc<Self>, before: UnixMillis) -> Result<Pruned, GateError> {
        let sequencer = self.recorder.sequencer();
        let old = self.store.log().minimum().map_err(internal)?;
        // Changes nothing: a storage that cannot prune says so before anything is stated.
        self.store.log_storage().map_err(internal)?.prune(old).map_err(internal)?;
        self.copying.round(self).await;
        self.note_copied()?;
        let mut reach = self.apart(move |gate| gate.older_than(before, old)).await?;
        reach.at_most(sequencer.checkpoint().size, || "they are not signed yet".to_owned());
        reach.at_most(self.copying.standing().size, || "they are not copied yet".to_owned());
        if self.is_shared() {
            let others = self.store.state().copied_by_all(self.alive_since()).map_err(internal)?;
            reach
                .at_most(others.unwrap_or(0), || "another gate has not copied them yet".to_owned());
        }
        for export in &self.exports {
            let name = export.standing().name;
            reach.at_most(self.taken_by(&name)?, || format!("`{name}` has not taken them yet"));
        }
        let minimum = reach.minimum - reach.minimum % BUNDLE;
        if minimum <= old {
            return Ok(Pruned { minimum: old, dropped: 0, kept_for: reach.kept_for });
        }
        // Stated and signed for first: entries that are gone without it would be a flaw.
        let act = self.operator()?;
        let mut facts =
            Facts::new(Purpose::Intent, Action::Erase, Verdict::Allowed, &act).rule(PRUNE);
        facts.counts.rows = minimum;
        let intent = self.recorder.record(facts).await?;
        let signed = sequencer.sign_now().map_err(internal)?;
        if signed.size <= intent.index() {
            return Err(internal("the entry about the pruning is not signed"));
        }
        self.apart(move |gate| gate.drop_below(old, minimum)).await?;
        let mut facts = Facts::new(Purpose::Outcome, Action::Erase, Verdict::Done, &act)
            .rule(PRUNE)
            .answers(&intent);
        facts.counts.rows = minimum;
        self.recorder.record(facts).await?;
        sequencer.sign_now().map_err(internal)?;
        self.copying.round(self).await;
        Ok(Pruned { minimum, dropped: minimum - old, kept_for: reach.kept_for })
    }

    /// INVARIANT: the entries go last. They tell what goes with them, so that a pruning that was cut off
    /// is done again from the beginning.
    fn drop_below(&self, old: u64, minimum: u64) -> Result<(), GateError> {
        let mut below = self.only_below(old, minimum)?;
        self.store.index().prune(minimum).map_err(internal)?;
        self.store.sealed().drop_parts(&below.parts).map_err(internal)?;
        // That took its time: records that were met again meanwhile stay.
        self.spare(&mut below, minimum)?;
        self.store.sealed().drop_records(&below.records).map_err(internal)?;
        self.recorder.sealing().forget_all();
        self.store.log_storage().map_err(internal)?.prune(minimum).map_err(internal)
    }

    /// Does work that reads the whole log where it keeps no request waiting.
    async fn apart<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, GateError> + Send + 'static,
    ) -> Result<T, GateError> {
        let gate = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&gate)).await.map_err(internal)?
    }

    /// Where a collector stands, also when it was not told anything since the start.
    fn taken_by(&self, export: &str) -> Result<u64, GateError> {
        let kept = self.store.state().setting(&format!("export/{export}")).map_err(internal)?;
        Ok(kept.and_then(|kept| kept.parse().ok()).unwrap_or(0))
    }
}

/// Drops what is too old once a day, for as long as the gate is there.
pub(crate) async fn keep_pruning(gate: std::sync::Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(inner) = gate.upgrade() else { return };
        match Gate(inner).prune_when_due().await {
            Ok(None) => {}
            Ok(Some(Pruned { minimum, dropped, kept_for })) => {
                let kept_for = kept_for.unwrap_or_default();
                tracing::info!(dropped, minimum, kept_for, "old entries are dropped");
            }
            Err(error) => tracing::error!(%error, "old entries are not dropped"),
        }
    }
}
