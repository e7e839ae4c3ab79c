//! Entries whose time is over: dropped from below, as c2sp.org/tlog-tiles defines pruning. The tree stays, and
//! every proof about what is left.

use std::collections::BTreeSet;

use boundary::{Action, Facts, Purpose, UnixMillis, Verdict};
use ledger::{Envelope, PRUNE};

use super::{Gate, Inner};
use crate::conversations::internal;
use crate::error::GateError;

/// Entries read in one go.
const CHUNK: usize = 512;
/// Entries go by whole bundles.
const BUNDLE: u64 = 256;
const DAY_MILLIS: u64 = 24 * 60 * 60 * 1_000;

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

/// How far it may go.
struct Reach {
    minimum: u64,
    kept_for: Option<String>,
}

impl Reach {
    fn at_most(&mut self, end: u64, why: impl FnOnce() -> String) {
        if end < self.minimum {
            (self.minimum, self.kept_for) = (end, Some(why()));
        }
    }
}

impl Gate {
    /// Drops the entries before a moment, with what they commit to: whole bundles of 256, as far as they
    /// are older than the retention, under no legal hold, copied, and told to every collector.
    ///
    /// Refuses without a configured retention: a log without a policy is not pruned.
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
        inner.prune(before).await
    }
}

impl Inner {
    pub(crate) async fn prune(&self, before: UnixMillis) -> Result<Pruned, GateError> {
        let sequencer = self.recorder.sequencer();
        let old = self.store.log().minimum().map_err(internal)?;
        // Changes nothing: a storage that cannot prune says so before anything is stated.
        self.store.log_storage().map_err(internal)?.prune(old).map_err(internal)?;
        self.copying.round(self).await;
        let mut reach = self.older_than(before, old)?;
        reach.at_most(sequencer.checkpoint().size, || "they are not signed yet".to_owned());
        reach.at_most(self.copying.standing().size, || "they are not copied yet".to_owned());
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
        sequencer.sign_now().map_err(internal)?;
        let (parts, subjects) = self.only_below(old, minimum)?;
        self.store.index().prune(minimum).map_err(internal)?;
        self.store.sealed().drop_parts(&parts).map_err(internal)?;
        let mut log = self.store.log_storage().map_err(internal)?;
        log.prune(minimum).map_err(internal)?;
        drop(log);
        for pseudonym in &subjects {
            self.store.sealed().forget(pseudonym).map_err(internal)?;
            self.recorder.sealing().forget(pseudonym);
        }
        let mut facts = Facts::new(Purpose::Outcome, Action::Erase, Verdict::Done, &act)
            .rule(PRUNE)
            .answers(&intent);
        facts.counts.rows = minimum;
        self.recorder.record(facts).await?;
        sequencer.sign_now().map_err(internal)?;
        self.copying.round(self).await;
        Ok(Pruned { minimum, dropped: minimum - old, kept_for: reach.kept_for })
    }

    /// The first entry that is not older, or that concerns somebody under a legal hold.
    fn older_than(&self, before: UnixMillis, from: u64) -> Result<Reach, GateError> {
        let holds = self.store.sealed().holds().map_err(internal)?;
        let held: BTreeSet<&str> = holds.iter().map(|hold| hold.pseudonym.as_str()).collect();
        let mut next = from;
        loop {
            let rows = self.store.log().rows(next, CHUNK).map_err(internal)?;
            if rows.is_empty() {
                return Ok(Reach { minimum: next, kept_for: None });
            }
            for row in rows {
                if row.time >= before {
                    return Ok(Reach { minimum: row.index, kept_for: None });
                }
                let envelope = Envelope::parse(&row.body).map_err(internal)?;
                if concerned(&envelope).any(|subject| held.contains(subject)) {
                    let kept_for = Some("a legal hold is on somebody they concern".to_owned());
                    return Ok(Reach { minimum: row.index, kept_for });
                }
                next = row.index + 1;
            }
        }
    }

    /// Where a collector stands, also when it was not told anything since the start.
    fn taken_by(&self, export: &str) -> Result<u64, GateError> {
        let kept = self.store.state().setting(&format!("export/{export}")).map_err(internal)?;
        Ok(kept.and_then(|kept| kept.parse().ok()).unwrap_or(0))
    }

    /// Digests of the parts that entries of this span commit to, and the records that no entry after it
    /// is about.
    fn only_below(
        &self,
        from: u64,
        minimum: u64,
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), GateError> {
        let (mut parts, mut subjects) = (BTreeSet::new(), BTreeSet::new());
        let mut next = from;
        loop {
            let rows = self.store.log().rows(next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { break };
            next = last.index + 1;
            for row in rows {
                let envelope = Envelope::parse(&row.body).map_err(internal)?;
                let sealed = envelope.annex.sealed.iter();
                if row.index < minimum {
                    parts.extend(sealed.map(|part| part.sha256.clone()));
                    subjects.extend(envelope.annex.subjects.iter().cloned());
                } else {
                    for part in sealed {
                        parts.remove(&part.sha256);
                    }
                    for subject in concerned(&envelope) {
                        subjects.remove(subject);
                    }
                }
            }
        }
        let mut records = BTreeSet::new();
        for pseudonym in subjects {
            let subject = self.store.sealed().subject(&pseudonym).map_err(internal)?;
            if subject.is_some_and(|subject| subject.mark.is_some()) {
                records.insert(pseudonym);
            }
        }
        Ok((parts, records))
    }
}

/// Pseudonyms of all whom an entry concerns.
fn concerned(envelope: &Envelope) -> impl Iterator<Item = &str> {
    let actor = std::iter::once(envelope.facts.actor.as_str());
    let sealed = envelope.annex.sealed.iter().map(|part| part.key.as_str());
    actor.chain(envelope.annex.subjects.iter().map(String::as_str)).chain(sealed)
}

/// Drops what is too old once a day, for as long as the gate is there.
pub(crate) async fn keep_pruning(gate: std::sync::Weak<Inner>) {
    loop {
        tokio::time::sleep(std::time::Duration::from_millis(DAY_MILLIS)).await;
        let Some(inner) = gate.upgrade() else { return };
        match Gate(inner).prune(None).await {
            Ok(pruned) => tracing::info!(pruned.dropped, pruned.minimum, "old entries are dropped"),
            Err(error) => tracing::error!(%error, "old entries are not dropped"),
        }
    }
}
