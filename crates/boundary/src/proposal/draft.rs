//! Drafting a write: every field allowed, every token resolved, the bytes fixed.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::risk::{self, Mark};
use super::{Change, Operation, Proposal};
use crate::conversation::{Conversation, each_string};
use crate::entry::UnixMillis;
use crate::fetch::RecordRef;
use crate::fill::{Quoting, UnknownToken, fill};
use crate::foreign::Via;
use crate::matrix::{Cell, Matrix};
use crate::principal::{FieldRights, Principal, Viewer};
use crate::raw::Raw;
use crate::records::Records;

/// How long a proposal waits: one day.
pub(super) const WAITS_MILLIS: u64 = 24 * 60 * 60 * 1000;

/// What a draft is made from.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Fresh id of the proposal.
    pub id: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Who asks, through what.
    pub principal: &'a Principal,
    /// API name of the object.
    pub object: &'a str,
    /// The record, for an update or a deletion, with its present values.
    pub target: Option<(&'a RecordRef, &'a Records)>,
    /// Field names and values, with tokens where values belong; `None` to delete the record.
    pub body: Option<&'a Map<String, Value>>,
    /// The words that led to it, masked.
    pub said: &'a str,
    /// The request that asks for it: 32 hexadecimal digits.
    pub batch: &'a str,
    /// The tool of another server that the write goes through.
    pub via: Option<Via>,
    /// The present moment.
    pub now: UnixMillis,
}

/// Why a write cannot even be proposed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Nothing to write.
    #[error("the write names no field")]
    Empty,
    /// The record is not there, or not visible.
    #[error("there is no such record")]
    NoRecord,
    /// The person may not write the object at all.
    #[error("you may not {operation} `{object}` in Salesforce")]
    Object {
        /// What was tried.
        operation: &'static str,
        /// Object.
        object: String,
    },
    /// The person may not write the field, or cannot see it.
    #[error("no such column `{field}` on entity `{object}`, or it is read only for you")]
    Field {
        /// Object.
        object: String,
        /// Field.
        field: String,
    },
    /// The matrix does not let assistants write it.
    #[error("`{object}.{field}` may not be written through this gate: {why}")]
    Matrix {
        /// Object.
        object: String,
        /// Field.
        field: String,
        /// The matrix's words.
        why: String,
    },
    /// The matrix does not let assistants delete records of the object.
    #[error("records of `{object}` may not be deleted through this gate: {why}")]
    Kept {
        /// Object.
        object: String,
        /// The matrix's words.
        why: String,
    },
    /// Only values can be edited, and a deletion writes none.
    #[error("a deletion writes no value that could be edited")]
    NoValue,
    /// A value is neither text, number, yes or no, nor empty.
    #[error("the value of `{field}` has to be text, a number, true, false or null")]
    Value {
        /// Field.
        field: String,
    },
    /// A field is named twice, in two spellings: what is looked at would not be what is written.
    #[error("the write names `{field}` twice")]
    Twice {
        /// Field.
        field: String,
    },
    /// A token that stands for nothing.
    #[error(transparent)]
    Token(#[from] UnknownToken),
    /// The bytes could not be written.
    #[error("the write could not be put into JSON")]
    Encode,
    /// A write that cannot be taken back: its old values are not known, or none of them may be written.
    #[error("this write cannot be undone here")]
    NoUndo,
    /// A value is no longer the one that the write put there.
    #[error("`{field}` has been changed since; undoing would overwrite that")]
    Moved {
        /// Field.
        field: String,
    },
}

impl Proposal {
    /// Drafts a write that a model asked for.
    pub fn draft(
        draft: Draft<'_>,
        conversation: &Conversation,
        viewer: &Viewer<'_>,
        matrix: &Matrix,
    ) -> Result<Self, DraftError> {
        let operation = match (draft.body, draft.target) {
            (None, _) => Operation::Delete,
            (Some(_), Some(_)) => Operation::Update,
            (Some(_), None) => Operation::Create,
        };
        let object = writable_object(draft.object, operation, viewer)?;
        let current = draft.target.map(|(_, records)| records);
        let version = current.and_then(version_of);
        let mut body = Vec::new();
        let mut changes = Vec::new();
        if let Some(values) = draft.body {
            let mut written = Map::new();
            for (name, value) in values {
                let field = writable_field(&object, name, operation, viewer, matrix)?;
                if written.contains_key(&field) {
                    return Err(DraftError::Twice { field });
                }
                let new = resolved(value, &field, conversation, viewer)?;
                let old = current.and_then(|records| records.only_value(&field).cloned());
                written.insert(field.clone(), new.clone());
                let kind = kind_of(viewer, &object, &field);
                let mark = risk::mark(&kind, value, &new, old.as_ref(), conversation);
                changes.push(Change { field, old, new, mark });
            }
            if changes.is_empty() {
                return Err(DraftError::Empty);
            }
            body = match &draft.via {
                None => serde_json::to_vec(&written).map_err(|_| DraftError::Encode)?,
                Some(via) => {
                    let record = draft.target.map(|(record, _)| record.id());
                    super::call::of_record(&draft.id, via, &object, record, written)?.to_vec()
                }
            };
        } else {
            deletable(&object, matrix)?;
            changes.extend(current.into_iter().flat_map(lost));
            for change in &mut changes {
                change.mark.kind = kind_of(viewer, &object, &change.field);
            }
        }
        if operation != Operation::Create && version.is_none() {
            return Err(DraftError::NoRecord);
        }
        let (door, client) = (draft.principal.door().name(), draft.principal.client());
        Ok(Self {
            id: draft.id,
            owner: draft.principal.person().clone(),
            door: door.to_owned(),
            client: client.to_owned(),
            operation,
            object,
            record: draft.target.map(|(record, _)| record.id().to_owned()),
            name: current.and_then(name_of),
            body: Zeroizing::new(body),
            changes,
            version,
            policy: matrix.version().as_str().to_owned(),
            tainted: conversation.label().is_tainted(),
            created: draft.now,
            expires: draft.now.plus(WAITS_MILLIS),
            salt: draft.salt,
            replaces: None,
            said: draft.said.to_owned(),
            read: risk::read_so_far(conversation),
            batch: draft.batch.to_owned(),
            undoes: None,
            lost: Vec::new(),
            via: draft.via,
        })
    }

    /// The same write with other values for some of its fields, typed by the approver. Its
    /// digest is another one, and it keeps the link to the old one.
    pub fn edit(
        mut self,
        salt: [u8; 16],
        edits: Vec<(String, Raw<String>)>,
        now: UnixMillis,
    ) -> Result<Self, DraftError> {
        if self.operation == Operation::Delete {
            return Err(DraftError::NoValue);
        }
        let before = self.digest();
        for (field, raw) in edits {
            let change = self.changes.iter_mut().find(|change| change.field == field);
            let Some(change) = change else {
                return Err(DraftError::Field { object: self.object, field });
            };
            change.new = like(&change.new, raw.into_value(), &field)?;
            // A person typed it, and looked at it.
            change.mark = Mark { kind: std::mem::take(&mut change.mark.kind), ..Mark::default() };
        }
        self.body = self.bytes()?;
        self.renew(before, salt, now);
        Ok(self)
    }

    /// The same write against the record as it is now and under this matrix, for people to look at
    /// again. A new record has no `current`.
    pub fn refresh(
        mut self,
        current: Option<&Records>,
        matrix: &Matrix,
        salt: [u8; 16],
        now: UnixMillis,
    ) -> Result<Self, DraftError> {
        let before = self.digest();
        if self.operation == Operation::Delete {
            deletable(&self.object, matrix)?;
            let known = std::mem::take(&mut self.changes);
            let known = known.into_iter().map(|it| (it.field, it.mark));
            let mut known: std::collections::BTreeMap<_, _> = known.collect();
            self.changes = current.into_iter().flat_map(lost).collect();
            for change in &mut self.changes {
                change.mark = known.remove(&change.field).unwrap_or_default();
            }
        } else if self.operation != Operation::Call {
            for change in &mut self.changes {
                lets_write(&self.object, &change.field, self.operation, matrix)?;
                change.old = current.and_then(|it| it.only_value(&change.field).cloned());
            }
        }
        if matches!(self.operation, Operation::Update | Operation::Delete) {
            self.version = Some(current.and_then(version_of).ok_or(DraftError::NoRecord)?);
        }
        matrix.version().as_str().clone_into(&mut self.policy);
        self.renew(before, salt, now);
        Ok(self)
    }

    fn renew(&mut self, before: String, salt: [u8; 16], now: UnixMillis) {
        self.replaces = Some(before);
        self.salt = salt;
        self.created = now;
        self.expires = now.plus(WAITS_MILLIS);
    }
}

/// The record's version: when it was last changed.
pub(super) fn version_of(records: &Records) -> Option<String> {
    let value =
        records.only_value("SystemModstamp").or_else(|| records.only_value("LastModifiedDate"));
    value?.as_str().map(str::to_owned)
}

/// Salesforce's type of a field, as its person sees it.
pub(super) fn kind_of(viewer: &Viewer<'_>, object: &str, field: &str) -> String {
    viewer.rights.field(object, field).map(|it| it.kind.clone()).unwrap_or_default()
}

/// What a deletion takes away: every value there is, as the approver shall see it.
pub(super) fn lost(current: &Records) -> impl Iterator<Item = Change> {
    let values = current.rows().first().into_iter().flatten();
    let there = values.filter(|(name, value)| *name != "attributes" && !value.is_null());
    there.map(|(field, value)| Change {
        field: field.clone(),
        old: Some(value.clone()),
        new: Value::Null,
        mark: Mark::default(),
    })
}

pub(super) fn name_of(records: &Records) -> Option<String> {
    ["Name", "Subject", "CaseNumber"]
        .iter()
        .find_map(|field| records.only_value(field)?.as_str().map(str::to_owned))
}

pub(super) fn writable_object(
    object: &str,
    operation: Operation,
    viewer: &Viewer<'_>,
) -> Result<String, DraftError> {
    let allowed = viewer.rights.object(object).filter(|rights| match operation {
        Operation::Create => rights.createable,
        Operation::Update => rights.updateable,
        Operation::Delete => rights.deletable,
        Operation::Call => false,
    });
    allowed.map(|rights| rights.name.clone()).ok_or_else(|| DraftError::Object {
        operation: operation.name(),
        object: object.to_owned(),
    })
}

/// Whether the matrix lets records of the object be proposed for deletion: its row of `Id` says so.
pub(super) fn deletable(object: &str, matrix: &Matrix) -> Result<(), DraftError> {
    if matrix.deletes(object) {
        return Ok(());
    }
    let row = matrix.cell(object, "Id");
    let why = row.map(|cell| cell.why.as_str()).filter(|why| !why.is_empty());
    let why = why.unwrap_or("the matrix says no").to_owned();
    Err(DraftError::Kept { object: object.to_owned(), why })
}

pub(super) fn writable_field(
    object: &str,
    field: &str,
    operation: Operation,
    viewer: &Viewer<'_>,
    matrix: &Matrix,
) -> Result<String, DraftError> {
    let may = |rights: &&FieldRights| match operation {
        Operation::Create => rights.createable,
        Operation::Update => rights.updateable,
        Operation::Delete | Operation::Call => false,
    };
    let rights = viewer
        .rights
        .field(object, field)
        .filter(may)
        .ok_or_else(|| DraftError::Field { object: object.to_owned(), field: field.to_owned() })?;
    lets_write(object, &rights.name, operation, matrix)?;
    Ok(rights.name.clone())
}

/// Whether the matrix lets assistants write a field.
fn lets_write(
    object: &str,
    field: &str,
    operation: Operation,
    matrix: &Matrix,
) -> Result<(), DraftError> {
    let refused = |why: &str| {
        let (object, field) = (object.to_owned(), field.to_owned());
        DraftError::Matrix { object, field, why: why.to_owned() }
    };
    let may = |cell: &&Cell| match operation {
        Operation::Create => cell.create,
        Operation::Update => cell.update,
        Operation::Delete => cell.delete,
        Operation::Call => false,
    };
    match matrix.cell(object, field) {
        None => Err(refused("the matrix has no row for it")),
        Some(cell) if may(&cell) => Ok(()),
        Some(cell) => {
            Err(refused(if cell.why.is_empty() { "the matrix says no" } else { &cell.why }))
        }
    }
}

fn resolved(
    value: &Value,
    field: &str,
    conversation: &Conversation,
    viewer: &Viewer<'_>,
) -> Result<Value, DraftError> {
    if value.is_array() || value.is_object() {
        return Err(DraftError::Value { field: field.to_owned() });
    }
    filled(value, conversation, viewer)
}

/// A value of what was written with values where tokens stood, at any depth.
pub(super) fn filled(
    written: &Value,
    conversation: &Conversation,
    viewer: &Viewer<'_>,
) -> Result<Value, DraftError> {
    let mut value = written.clone();
    let mut failure = None;
    each_string(&mut value, &mut |text| match fill(
        conversation.table(),
        viewer,
        text,
        Quoting::Plain,
    ) {
        Ok(filled) => filled.as_str().clone_into(text),
        Err(error) => failure = Some(error),
    });
    failure.map_or(Ok(value), |error| Err(error.into()))
}

/// What the approver typed, as a value of the type that the field had.
fn like(model: &Value, typed: String, field: &str) -> Result<Value, DraftError> {
    let wrong = || DraftError::Value { field: field.to_owned() };
    match model {
        _ if typed.is_empty() => Ok(Value::Null),
        Value::Number(_) => {
            let bare: String = typed.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
            let number: Value = serde_json::from_str(&bare).map_err(|_| wrong())?;
            if number.is_number() { Ok(number) } else { Err(wrong()) }
        }
        Value::Array(_) | Value::Object(_) => serde_json::from_str(&typed).map_err(|_| wrong()),
        Value::Bool(_) => typed.trim().parse::<bool>().map(Value::Bool).map_err(|_| wrong()),
        _ => Ok(Value::String(typed)),
    }
}
