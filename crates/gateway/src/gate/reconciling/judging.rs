//! What the org's records say of the writes of the ledger: a comparison that asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use boundary::{Operation, UnixMillis};
use salesforce::Changed;

use super::records::{Beside, RecordState};
use super::short;
use crate::error::GateError;

/// A write that the ledger says is done.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// The entry that has its outcome.
    pub(super) index: u64,
    /// When the ledger had it, in milliseconds since 1970.
    pub(super) done: u64,
    pub(super) operation: Operation,
    /// Id of the record.
    pub(super) record: String,
    /// Id of the user under whose grant it went out.
    pub(super) user: String,
    /// API names of the fields that were sent.
    pub(super) fields: Vec<String>,
    /// It happened between these two, in milliseconds since 1970.
    pub(super) from: u64,
    pub(super) until: u64,
    /// Whether it is in the time that is asked about.
    pub(super) judged: bool,
}

/// What the org says of one object.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Records that the people of the gate changed last.
    pub(super) changed: Vec<Changed>,
    /// Fields that they changed, where there is a history.
    pub(super) fields: Vec<Changed>,
    /// Who changed the written records last. One that is gone, or hidden, is not among them.
    pub(super) last: Vec<Changed>,
}

/// Whether the org shows a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// Its record's last change is this write.
    Record,
    /// The field history has it, whatever became of the record.
    History,
    /// It does not.
    Not(RecordState),
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// Records that somebody changed beside the gate.
    pub(super) org_only: Vec<Beside>,
    /// Fields that somebody changed and the ledger did not send.
    pub(super) fields: Vec<Beside>,
    /// By the entry of the write, for those in the time that is asked about.
    pub(super) shows: BTreeMap<u64, Shows>,
}

impl Written {
    fn is(&self, change: &Changed) -> bool {
        short(&self.record) == short(&change.record) && short(&self.user) == short(&change.user)
    }

    fn at(&self, moment: u64, tolerance: u64) -> bool {
        moment.saturating_add(tolerance) >= self.from
            && moment <= self.until.saturating_add(tolerance)
    }

    /// Field histories call a lookup by its relationship: `Owner` for `OwnerId`.
    fn sent(&self, field: &str) -> bool {
        let lookup = format!("{field}Id");
        self.fields
            .iter()
            .any(|it| it.eq_ignore_ascii_case(field) || it.eq_ignore_ascii_case(&lookup))
    }

    /// What the record says; `None` when it shows the write.
    fn state(
        &self,
        last: Option<&Changed>,
        tolerance: u64,
    ) -> Result<Option<RecordState>, GateError> {
        let deletes = self.operation == Operation::Delete;
        let Some(last) = last else { return Ok((!deletes).then_some(RecordState::Gone)) };
        if deletes {
            return Ok(Some(RecordState::There));
        }
        let at = moment(&last.at)?;
        if self.is(last) && self.at(at, tolerance) {
            return Ok(None);
        }
        if at.saturating_add(tolerance) < self.from {
            return Ok(Some(RecordState::Unchanged));
        }
        Ok(Some(RecordState::Later { user: last.user.clone(), time: UnixMillis(at) }))
    }
}

/// Holds the writes of an object against what the org says of it. `tolerance` is by how many milliseconds the
/// clocks may differ. Fails on a moment that cannot be read.
pub(super) fn judge(
    object: &str,
    written: &[&Written],
    told: &Told,
    tolerance: u64,
) -> Result<Judged, GateError> {
    let mut judged = Judged::default();
    let near = |change: &Changed, at: u64| -> Vec<&Written> {
        let near = written.iter().filter(|it| it.is(change) && it.at(at, tolerance));
        near.copied().collect()
    };
    for change in &told.changed {
        let at = moment(&change.at)?;
        if near(change, at).is_empty() {
            judged.org_only.push(beside(object, change, at));
        }
    }
    let mut in_history = BTreeSet::new();
    for change in &told.fields {
        // The history begins with a row that a record was made.
        let Some(field) = change.field.as_deref().filter(|it| *it != "created") else { continue };
        let at = moment(&change.at)?;
        let near = near(change, at);
        let of_gate: Vec<u64> =
            near.iter().filter(|it| it.sent(field)).map(|it| it.index).collect();
        if of_gate.is_empty() {
            judged.fields.push(beside(object, change, at));
        }
        in_history.extend(of_gate);
    }
    let last: BTreeMap<String, &Changed> =
        told.last.iter().map(|it| (short(&it.record), it)).collect();
    for write in written.iter().filter(|it| it.judged) {
        let state = write.state(last.get(&short(&write.record)).copied(), tolerance)?;
        let in_history = in_history.contains(&write.index);
        let shows = match state {
            None => Shows::Record,
            Some(RecordState::Later { .. } | RecordState::Gone) if in_history => Shows::History,
            Some(state) => Shows::Not(state),
        };
        judged.shows.insert(write.index, shows);
    }
    Ok(judged)
}

fn beside(object: &str, change: &Changed, at: u64) -> Beside {
    let Changed { record, user, field, .. } = change.clone();
    Beside { object: object.to_owned(), record, field, user, time: UnixMillis(at) }
}

/// `2026-11-22T10:46:59.000+0000`, in milliseconds since 1970.
fn moment(text: &str) -> Result<u64, GateError> {
    let unreadable = || GateError::Salesforce("a moment has another form".to_owned());
    let time = jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text)
        .or_else(|_| text.parse())
        .map_err(|_| unreadable())?;
    u64::try_from(time.as_millisecond()).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests;
