//! After the fact: whether a write whose end nobody knows has landed.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::draft::version_of;
use super::{Change, Operation, Proposal, plain_text};
use crate::entry::{Act, Entry};
use crate::fetch::{Denied, Lookup, RecordRef, Touch, Usage};
use crate::learn::moment;
use crate::principal::Viewer;
use crate::records::{Records, record_id};

/// Records read in search of one that a write may have made.
const SEARCHED: usize = 200;

/// Fields whose values many records share, or that the CRM writes in a form of its own.
const COMMON: [&str; 6] =
    ["boolean", "combobox", "datetime", "multipicklist", "picklist", "reference"];

/// What is known of a write whose end nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// It happened.
    Yes,
    /// It did not happen, and can no longer.
    No,
    /// Nobody can tell.
    Unclear,
}

/// The time in which a write can have landed, as SOQL writes moments: `2026-11-22T07:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<'a> {
    /// From.
    pub from: &'a str,
    /// Until.
    pub to: &'a str,
    /// Whether it is over, so that what is not there will not come.
    pub over: bool,
}

/// What else is known where a record is looked for that a write may have made.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Ids of records that other writes of the gate made.
    pub others: &'a BTreeSet<String>,
    /// API names of fields of which no two records have the same value.
    pub unique: &'a BTreeSet<String>,
}

impl Lookup {
    /// Reads the records in which a write shows whose end nobody knows: what the person who asked made of
    /// this kind at that time, or the record that was to be deleted, deleted or not. For the gate's
    /// own comparison: nobody is shown the answer. `None` for a change, which shows in its record.
    pub fn after_write(
        proposal: &Proposal,
        span: Span<'_>,
        viewer: &Viewer<'_>,
        act: &Act,
    ) -> Option<Result<(Self, Entry), Denied>> {
        let object = &proposal.object;
        let may = |field: &&str| viewer.rights.may_read(object, field);
        let mut fields = vec!["Id", "CreatedDate", "CreatedById"];
        let soql = match proposal.operation {
            // What another server's tool did shows in no record.
            Operation::Update | Operation::Call => return None,
            Operation::Create => {
                fields.extend(proposal.fields().filter(may));
                fields.sort_unstable();
                fields.dedup();
                let (from, to) = match (moment(span.from), moment(span.to)) {
                    (Ok(from), Ok(to)) => (from, to),
                    (Err(error), _) | (_, Err(error)) => return Some(Err(error)),
                };
                format!(
                    "SELECT {} FROM {object} WHERE CreatedById = '{}' AND CreatedDate >= {from} \
                     AND CreatedDate <= {to} ORDER BY CreatedDate LIMIT {SEARCHED}",
                    fields.join(", "),
                    proposal.owner.user(),
                )
            }
            Operation::Delete => {
                fields = vec!["Id", "IsDeleted", "LastModifiedById", "SystemModstamp"];
                let record = proposal.record()?;
                format!("SELECT {} FROM {object} WHERE Id = '{}'", fields.join(", "), record.id())
            }
        };
        let touches = fields.iter().map(|field| Touch {
            object: object.clone(),
            field: (*field).to_owned(),
            usage: Usage::Select,
        });
        let touches: Vec<Touch> = touches.collect();
        let deleted = proposal.operation == Operation::Delete;
        Some(Self::own_query(soql, deleted, &touches, "after-write", viewer, act))
    }
}

impl Proposal {
    /// Looks in the record as it is now for a change whose end nobody knows. `over` says that what is not
    /// there will not come.
    pub fn landed(&self, current: &Records, over: bool) -> Landed {
        if self.operation != Operation::Update || current.total() != 1 {
            return Landed::Unclear;
        }
        let there = |change: &Change| {
            current.only_value(&change.field).is_some_and(|now| same(now, &change.new))
        };
        let version = version_of(current);
        if version.is_some() && version == self.version {
            return if over { Landed::No } else { Landed::Unclear };
        }
        if self.changes.iter().all(there) { Landed::Yes } else { Landed::Unclear }
    }

    /// Looks for a deletion whose end nobody knows in what [`Lookup::after_write`] brought: the record is in
    /// the recycle bin by the hand of the person who asked, since then.
    pub fn deleted(&self, found: &Records, span: Span<'_>) -> Landed {
        let text = |field: &str| found.only_value(field).and_then(Value::as_str);
        match found.only_value("IsDeleted") {
            Some(Value::Bool(true)) => {
                let by = text("LastModifiedById").is_some_and(|by| by == self.owner.user());
                // Moments of this form sort like their texts, as far as the second.
                let at = text("SystemModstamp").and_then(|at| at.get(..19));
                let since = at.zip(span.from.get(..19)).is_some_and(|(at, from)| at >= from);
                if by && since { Landed::Yes } else { Landed::Unclear }
            }
            Some(Value::Bool(false)) if span.over => Landed::No,
            _ => Landed::Unclear,
        }
    }

    /// Looks for the record that a creation whose end nobody knows may have made, among those that
    /// [`Lookup::after_write`] brought. It is named when it is found.
    ///
    /// One record with every value is it, or one with the value of a field that no two records share. None
    /// with any value of its own means that it was not made, once its time is over. All else is unclear:
    /// an automation of the org may have changed a value, and a person may have made the same record twice.
    pub fn made(
        &self,
        found: &Records,
        known: Known<'_>,
        over: bool,
    ) -> (Landed, Option<RecordRef>) {
        let unclear = (Landed::Unclear, None);
        let readable = found.label().readers().admit(&self.owner);
        if self.operation != Operation::Create || !readable {
            return unclear;
        }
        let complete = found.is_done() && found.len() < SEARCHED;
        let own =
            |row: &&Map<String, Value>| record_id(row).is_some_and(|id| !known.others.contains(id));
        let rows: Vec<&Map<String, Value>> = found.rows().iter().filter(own).collect();
        let named = |row: &Map<String, Value>| RecordRef::new(&self.object, record_id(row)?);
        let keyed = |row: &&&Map<String, Value>| {
            let mut keys = self.changes.iter().filter(|it| known.unique.contains(&it.field));
            keys.any(|key| !key.new.is_null() && agrees(row, key) == Some(true))
        };
        if let Some(row) = rows.iter().find(keyed) {
            return (Landed::Yes, named(row));
        }
        let compared = |row: &Map<String, Value>| -> Vec<(bool, bool)> {
            let common = |it: &Change| COMMON.contains(&it.mark.kind.as_str());
            let each = self.changes.iter();
            each.filter_map(|it| Some((agrees(row, it)?, common(it)))).collect()
        };
        let whole = |row: &&&Map<String, Value>| {
            let compared = compared(row);
            !compared.is_empty() && compared.iter().all(|(same, _)| *same)
        };
        let alike = |row: &&&Map<String, Value>| {
            let compared = compared(row);
            compared.is_empty() || compared.iter().any(|(same, common)| *same && !common)
        };
        let all: Vec<_> = rows.iter().filter(whole).collect();
        match all.as_slice() {
            [only] if complete => (Landed::Yes, named(only)),
            [] if complete && over && !rows.iter().any(|row| alike(&row)) => (Landed::No, None),
            _ => unclear,
        }
    }
}

/// Whether a record has the value that a write gave a field; `None` when that cannot be compared.
pub(super) fn agrees(row: &Map<String, Value>, change: &Change) -> Option<bool> {
    let kind = change.mark.kind.as_str();
    if kind == "datetime" || kind == "time" {
        return None;
    }
    let (_, now) = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(&change.field))?;
    if kind == "email" {
        return Some(plain_text(now).eq_ignore_ascii_case(plain_text(&change.new).trim()));
    }
    Some(same(now, &change.new))
}

/// Salesforce gives back `250.0` for `250`, nothing for an empty text, and no space around one.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9 * one.abs().max(1.0),
        _ => plain_text(one).trim() == plain_text(other).trim(),
    }
}
