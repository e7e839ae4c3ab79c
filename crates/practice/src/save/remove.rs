//! Deleting records: into the recycle bin, with what belongs to them.

use super::{Writer, editable, follow};
use crate::access::{Level, Rights};
use crate::exchange::ApiError;
use crate::id::Id;
use crate::schema::{Object, system};
use crate::state::{Row, State};
use crate::value::Value;

/// Deletes a record and its details; lookups to them are cleared.
pub(crate) fn remove(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    id: Id,
) -> Result<(), ApiError> {
    let row = editable(state, writer, object, id)?;
    if Rights::new(state, writer.actor).level(object, &row) < Level::All {
        return Err(ApiError::insufficient());
    }
    held_back(state, object, id)?;
    sweep(state, writer, object, id);
    if object.name == "OpportunityLineItem"
        && let Some(opportunity) = row.named(object, "OpportunityId").as_id()
    {
        follow::roll_up(state, writer, opportunity);
    }
    Ok(())
}

/// Takes a deleted or live record away for good, as a hard delete does.
pub(crate) fn erase(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    id: Id,
) -> Result<(), ApiError> {
    if state.row(id).is_some_and(|row| !row.is_deleted()) {
        remove(state, writer, object, id)?;
    }
    state.erase(object, id);
    Ok(())
}

/// Brings a record back from the recycle bin, with what went into it at the same moment because of it.
/// Lookups that were cleared stay so.
pub(crate) fn restore(state: &mut State, writer: Writer<'_>, id: Id) -> Result<(), ApiError> {
    let object = state.schema.object_of(id).filter(|of| !of.computed && !of.fixed);
    let object = object.ok_or_else(ApiError::no_record)?;
    let row = state.row(id).cloned().ok_or_else(ApiError::no_record)?;
    let failed = |message: &str| ApiError::new(400, "UNDELETE_FAILED", message.to_owned());
    match Rights::new(state, writer.actor).level(object, &row) {
        Level::None => return Err(ApiError::no_record()),
        _ if !row.is_deleted() => return Err(failed("Entity is not in the recycle bin")),
        Level::All => {}
        _ => return Err(ApiError::insufficient()),
    }
    let master = object.fields.iter().filter(|field| field.cascade);
    let mut masters = master.filter_map(|field| row.get(field.at).as_id());
    if masters.any(|id| state.live(id).is_none()) {
        return Err(failed("The record that this one belongs to is deleted"));
    }
    super::rules::unique(state, object, &row)?;
    let moment = row.get(system::STAMP).clone();
    let mut waiting = vec![(object, id)];
    while let Some((object, id)) = waiting.pop() {
        let Some(row) = state.row(id).filter(|row| row.is_deleted()) else { continue };
        let mut row = row.as_ref().clone();
        mark(&mut row, writer, false);
        state.store(object, row);
        for child in &object.children {
            let Some(of) = state.schema.at(child.object).filter(|of| !of.computed) else {
                continue;
            };
            let went_along = |row: &&std::sync::Arc<Row>| {
                row.is_deleted()
                    && row.get(child.field).as_id() == Some(id)
                    && *row.get(system::STAMP) == moment
            };
            let found = state.rows(of).filter(went_along).filter_map(|row| row.id());
            waiting.extend(found.map(|child| (of, child)));
        }
    }
    Ok(())
}

/// Says that a row went into the recycle bin or came back from it, by whom and when.
fn mark(row: &mut Row, writer: Writer<'_>, deleted: bool) {
    row.set(system::IS_DELETED, Value::Bool(deleted));
    row.set(system::MODIFIED_BY, Value::Id(writer.actor.user));
    row.set(system::MODIFIED, Value::Instant(writer.now));
    row.set(system::STAMP, Value::Instant(writer.now));
}

/// Accounts with won business or cases, and contacts with cases, stay.
fn held_back(state: &State, object: &Object, id: Id) -> Result<(), ApiError> {
    let refers = |child: &str, field: &str, only_won: bool| {
        state.schema.object(child).is_some_and(|of| {
            state.rows(of).any(|row| {
                !row.is_deleted()
                    && row.named(of, field).as_id() == Some(id)
                    && (!only_won || row.named(of, "IsWon").is_true())
            })
        })
    };
    let held = match object.name.as_str() {
        "Account" if refers("Case", "AccountId", false) => Some("cases"),
        "Account" if refers("Opportunity", "AccountId", true) => Some("closed won opportunities"),
        "Contact" if refers("Case", "ContactId", false) => Some("cases"),
        _ => None,
    };
    let Some(what) = held else { return Ok(()) };
    let message = format!(
        "Your attempt to delete this {} could not be completed because it is associated with the following {what}.",
        object.label.to_lowercase()
    );
    Err(ApiError::new(400, "DELETE_FAILED", message))
}

fn sweep(state: &mut State, writer: Writer<'_>, object: &'static Object, id: Id) {
    let mut waiting = vec![(object, id)];
    while let Some((object, id)) = waiting.pop() {
        let Some(row) = state.live(id) else { continue };
        let mut row = row.as_ref().clone();
        mark(&mut row, writer, true);
        state.store(object, row);
        for child in &object.children {
            let Some(of) = state.schema.at(child.object).filter(|of| !of.computed) else {
                continue;
            };
            let Some(field) =
                of.fields.get(child.field).filter(|field| field.updateable || field.cascade)
            else {
                continue;
            };
            // Business with an account goes with it; so do activities about a record.
            let belongs = field.cascade
                || object.name == "Account"
                    && matches!(of.name.as_str(), "Contact" | "Opportunity")
                || field.name == "WhatId";
            let found: Vec<Id> = state
                .rows(of)
                .filter(|row| !row.is_deleted() && row.get(field.at).as_id() == Some(id))
                .filter_map(|row| row.id())
                .collect();
            for child in found {
                if belongs {
                    waiting.push((of, child));
                } else if let Some(row) = state.row(child) {
                    let mut row = row.as_ref().clone();
                    row.set(field.at, Value::Null);
                    row.set(system::STAMP, Value::Instant(writer.now));
                    state.store(of, row);
                }
            }
        }
    }
}
