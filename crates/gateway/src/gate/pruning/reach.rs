//! How far entries may be dropped, and what goes with them.

use std::collections::BTreeSet;

use boundary::UnixMillis;
use ledger::Envelope;

use crate::conversations::internal;
use crate::error::GateError;
use crate::gate::Inner;

/// Entries read in one go.
const CHUNK: usize = 512;

/// How far it may go.
pub(super) struct Reach {
    pub(super) minimum: u64,
    pub(super) kept_for: Option<String>,
}

impl Reach {
    pub(super) fn at_most(&mut self, end: u64, why: impl FnOnce() -> String) {
        if end < self.minimum {
            (self.minimum, self.kept_for) = (end, Some(why()));
        }
    }
}

/// What goes with the entries of a span.
pub(super) struct Below {
    /// Digests of the parts that they commit to, and no entry after them does.
    pub(super) parts: BTreeSet<String>,
    /// Records that no entry after them is about.
    pub(super) records: BTreeSet<String>,
    /// The first entry that was not looked at.
    next: u64,
}

impl Inner {
    /// The first entry that is not older, or that concerns somebody under a legal hold.
    pub(super) fn older_than(&self, before: UnixMillis, from: u64) -> Result<Reach, GateError> {
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
                let envelope = row.entry().map_err(internal)?;
                if concerned(&envelope).any(|subject| held.contains(subject)) {
                    let kept_for = Some("a legal hold is on somebody they concern".to_owned());
                    return Ok(Reach { minimum: row.index, kept_for });
                }
                next = row.index + 1;
            }
        }
    }

    /// What goes with the entries from `from` to below `minimum`, as far as the log tells now.
    pub(super) fn only_below(&self, from: u64, minimum: u64) -> Result<Below, GateError> {
        let (parts, records) = (BTreeSet::new(), BTreeSet::new());
        let mut below = Below { parts, records, next: from };
        self.spare(&mut below, minimum)?;
        Ok(below)
    }

    /// Looks through the entries that came since, and keeps what they are about.
    pub(super) fn spare(&self, below: &mut Below, minimum: u64) -> Result<(), GateError> {
        loop {
            let rows = self.store.log().rows(below.next, CHUNK).map_err(internal)?;
            let Some(last) = rows.last() else { return Ok(()) };
            below.next = last.index + 1;
            for row in rows {
                let envelope = row.entry().map_err(internal)?;
                let sealed = envelope.annex.sealed.iter();
                if row.index < minimum {
                    below.parts.extend(sealed.map(|part| part.sha256.clone()));
                    below.records.extend(envelope.annex.subjects.iter().cloned());
                } else {
                    for part in sealed {
                        below.parts.remove(&part.sha256);
                    }
                    for subject in concerned(&envelope) {
                        below.records.remove(subject);
                    }
                }
            }
        }
    }
}

/// Pseudonyms of all whom an entry concerns.
fn concerned(envelope: &Envelope) -> impl Iterator<Item = &str> {
    let actor = std::iter::once(envelope.facts.actor.as_str());
    let sealed = envelope.annex.sealed.iter().map(|part| part.key.as_str());
    actor.chain(envelope.annex.subjects.iter().map(String::as_str)).chain(sealed)
}
