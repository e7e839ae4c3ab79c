//! After the fact: how to take a write back. That is another write, and waits like any other.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::draft::{
    WAITS_MILLIS, deletable, kind_of, lost, name_of, version_of, writable_field, writable_object,
};
use super::landed::{agrees, same};
use super::risk::Mark;
use super::{Change, DraftError, Operation, Proposal};
use crate::entry::UnixMillis;
use crate::fetch::RecordRef;
use crate::matrix::Matrix;
use crate::principal::{Principal, Viewer};
use crate::records::Records;

/// What every record has, and nobody misses in another one.
const BOOKKEEPING: [&str; 5] =
    ["Id", "IsDeleted", "LastReferencedDate", "LastViewedDate", "SystemModstamp"];

/// What an undo is made from.
#[derive(Debug)]
pub struct Undo<'a> {
    /// Fresh id of the proposal.
    pub id: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Who asks for it, through what.
    pub principal: &'a Principal,
    /// The record that was changed or made, as it is now; one that was deleted has none.
    pub current: Option<(&'a RecordRef, &'a Records)>,
    /// The request that asks for it.
    pub batch: &'a str,
    /// The present moment.
    pub now: UnixMillis,
}

/// What an undo writes.
struct Way {
    operation: Operation,
    record: Option<String>,
    name: Option<String>,
    changes: Vec<Change>,
    version: Option<String>,
    lost: Vec<String>,
}

impl Proposal {
    /// The write that takes this one back, against the record as it is now: of a change the old values as
    /// new ones, of a creation the deletion of the record, of a deletion a new record with the values that
    /// went. Refused when a value is no longer the one that this write put there.
    pub fn undo(
        &self,
        undo: Undo<'_>,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Self, DraftError> {
        if viewer.person != &self.owner {
            return Err(DraftError::NoUndo);
        }
        let way = match (self.operation, undo.current) {
            (Operation::Update, Some((_, current))) => self.change_back(current, viewer, matrix)?,
            (Operation::Create, Some((record, current))) => {
                self.delete_again(record, current, viewer, matrix)?
            }
            (Operation::Delete, None) => self.make_again(viewer, matrix)?,
            _ => return Err(DraftError::NoUndo),
        };
        let mut body = Vec::new();
        if way.operation != Operation::Delete {
            let values = way.changes.iter().map(|it| (it.field.clone(), it.new.clone()));
            let values: Map<String, Value> = values.collect();
            body = serde_json::to_vec(&values).map_err(|_| DraftError::Encode)?;
        }
        let principal = undo.principal;
        Ok(Self {
            id: undo.id,
            owner: self.owner.clone(),
            door: principal.door().name().to_owned(),
            client: principal.client().to_owned(),
            operation: way.operation,
            object: self.object.clone(),
            record: way.record,
            name: way.name,
            changes: way.changes,
            body: Zeroizing::new(body),
            version: way.version,
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
            lost: way.lost,
            // Back the straight way, whatever way it went.
            via: None,
        })
    }

    fn change_back(
        &self,
        current: &Records,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Way, DraftError> {
        let version = version_of(current).ok_or(DraftError::NoRecord)?;
        let mut changes = Vec::new();
        for change in &self.changes {
            let field =
                writable_field(&self.object, &change.field, Operation::Update, viewer, matrix)?;
            let now = current.only_value(&field).ok_or(DraftError::NoRecord)?;
            if !same(now, &change.new) {
                return Err(DraftError::Moved { field });
            }
            let Some(before) = change.old.clone() else { return Err(DraftError::NoUndo) };
            let mark = Mark { kind: change.mark.kind.clone(), ..Mark::default() };
            changes.push(Change { field, old: Some(now.clone()), new: before, mark });
        }
        Ok(Way {
            operation: Operation::Update,
            record: self.record.clone(),
            name: name_of(current),
            changes,
            version: Some(version),
            lost: Vec::new(),
        })
    }

    fn delete_again(
        &self,
        record: &RecordRef,
        current: &Records,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Way, DraftError> {
        writable_object(&self.object, Operation::Delete, viewer)?;
        deletable(&self.object, matrix)?;
        let version = version_of(current).ok_or(DraftError::NoRecord)?;
        let row = current.rows().first().ok_or(DraftError::NoRecord)?;
        let moved = self.changes.iter().find(|change| agrees(row, change) == Some(false));
        if let Some(change) = moved {
            return Err(DraftError::Moved { field: change.field.clone() });
        }
        let mut changes: Vec<Change> = lost(current).collect();
        for change in &mut changes {
            change.mark.kind = kind_of(viewer, &self.object, &change.field);
        }
        Ok(Way {
            operation: Operation::Delete,
            record: Some(record.id().to_owned()),
            name: name_of(current),
            changes,
            version: Some(version),
            lost: Vec::new(),
        })
    }

    /// Salesforce brings a record back from its recycle bin for SOAP and Apex, and not over REST.
    fn make_again(&self, viewer: &Viewer<'_>, matrix: &Matrix) -> Result<Way, DraftError> {
        writable_object(&self.object, Operation::Create, viewer)?;
        let (mut changes, mut lost) = (Vec::new(), Vec::new());
        for change in &self.changes {
            let Some(before) = change.old.clone() else { continue };
            match writable_field(&self.object, &change.field, Operation::Create, viewer, matrix) {
                Ok(field) => {
                    let mark = Mark { kind: change.mark.kind.clone(), ..Mark::default() };
                    changes.push(Change { field, old: None, new: before, mark });
                }
                Err(_) if BOOKKEEPING.contains(&change.field.as_str()) => {}
                Err(_) => lost.push(change.field.clone()),
            }
        }
        if changes.is_empty() {
            return Err(DraftError::NoUndo);
        }
        Ok(Way {
            operation: Operation::Create,
            record: None,
            name: None,
            changes,
            version: None,
            lost,
        })
    }
}
