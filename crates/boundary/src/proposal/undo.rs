//! After the fact: whether a write landed, and how to take it back.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::draft::{WAITS_MILLIS, name_of, version_of, writable_field};
use super::risk::Mark;
use super::{Change, DraftError, Operation, Proposal, plain_text};
use crate::entry::UnixMillis;
use crate::matrix::Matrix;
use crate::principal::{Principal, Viewer};
use crate::records::Records;

/// What an undo is made from.
#[derive(Debug)]
pub struct Undo<'a> {
    /// Fresh id of the proposal.
    pub id: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Who asks for it, through what.
    pub principal: &'a Principal,
    /// The record as it is now.
    pub current: &'a Records,
    /// The request that asks for it.
    pub batch: &'a str,
    /// The present moment.
    pub now: UnixMillis,
}

/// What the record tells of a write whose end nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// Every value is there.
    Yes,
    /// The record was not touched since it was proposed.
    No,
    /// It was changed since, and not to these values alone.
    Unclear,
}

impl Proposal {
    /// Looks in the record for a write whose end nobody knows.
    pub fn landed(&self, current: &Records) -> Landed {
        let there = |change: &Change| {
            current.only_value(&change.field).is_some_and(|now| same(now, &change.new))
        };
        if self.operation != Operation::Update || current.total() != 1 {
            return Landed::Unclear;
        }
        let version = version_of(current);
        if version.is_some() && version == self.version {
            return Landed::No;
        }
        if self.changes.iter().all(there) { Landed::Yes } else { Landed::Unclear }
    }

    /// The change that takes this one back: the old values as new ones, against the record as it is
    /// now. Refused when a value is no longer the one that this write put there.
    pub fn undo(
        &self,
        undo: Undo<'_>,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Self, DraftError> {
        if self.operation != Operation::Update || viewer.person != &self.owner {
            return Err(DraftError::NoUndo);
        }
        let version = version_of(undo.current).ok_or(DraftError::NoRecord)?;
        let mut changes = Vec::new();
        for change in &self.changes {
            let field =
                writable_field(&self.object, &change.field, Operation::Update, viewer, matrix)?;
            let now = undo.current.only_value(&field).ok_or(DraftError::NoRecord)?;
            if !same(now, &change.new) {
                return Err(DraftError::Moved { field });
            }
            let Some(before) = change.old.clone() else { return Err(DraftError::NoUndo) };
            let mark = Mark { kind: change.mark.kind.clone(), ..Mark::default() };
            changes.push(Change { field, old: Some(now.clone()), new: before, mark });
        }
        let body: Map<String, Value> =
            changes.iter().map(|it| (it.field.clone(), it.new.clone())).collect();
        let principal = undo.principal;
        Ok(Self {
            id: undo.id,
            owner: self.owner.clone(),
            door: principal.door().name().to_owned(),
            client: principal.client().to_owned(),
            operation: Operation::Update,
            object: self.object.clone(),
            record: self.record.clone(),
            name: name_of(undo.current),
            changes,
            body: Zeroizing::new(serde_json::to_vec(&body).map_err(|_| DraftError::Encode)?),
            version: Some(version),
            policy: matrix.version().as_str().to_owned(),
            tainted: self.tainted,
            created: undo.now,
            expires: undo.now.plus(WAITS_MILLIS),
            salt: undo.salt,
            replaces: None,
            said: String::new(),
            read: Vec::new(),
            batch: undo.batch.to_owned(),
            undoes: Some(self.id.clone()),
        })
    }
}

/// Salesforce gives back `250.0` for `250`, and nothing for an empty text.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9 * one.abs().max(1.0),
        _ => plain_text(one) == plain_text(other),
    }
}
