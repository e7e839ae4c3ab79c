//! Writing records: what is checked, what the server fills in, and what follows from it.

mod convert;
mod derive;
mod follow;
mod remove;
mod rules;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

pub(crate) use convert::{convert, day, from_text, instant, midnight};
pub(crate) use derive::{STAGES, derive};
pub(crate) use follow::{audit, is_tracked, login as login_row};
pub(crate) use remove::{erase, remove, restore};

use crate::access::{Actor, Level, Rights};
use crate::exchange::ApiError;
use crate::id::Id;
use crate::schema::{Field, Kind, Object, system};
use crate::state::{Row, State};
use crate::value::Value;

/// Who writes, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

/// Makes a record from the fields of a request body.
pub(crate) fn create(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    body: &Map<String, Json>,
) -> Result<Id, ApiError> {
    if !writer.actor.profile.object(object).create {
        let message = format!("entity type cannot be inserted: {}", object.label);
        return Err(ApiError::new(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message));
    }
    let given = read_body(state, writer, object, body, true)?;
    let mut row = Row::empty(object);
    for field in &object.fields {
        if let Some(default) = &field.default {
            row.set(field.at, default.clone());
        }
    }
    if object.owned {
        row.set(system::OWNER, Value::Id(writer.actor.user));
    }
    for (field, value) in &given {
        row.set(field.at, value.clone());
    }
    let (id, number) = state.next_id(object).ok_or_else(ApiError::unknown)?;
    for field in &object.fields {
        if let Kind::Auto(width) = field.kind {
            row.set(field.at, Value::text(format!("{number:0width$}")));
        }
    }
    row.set(system::ID, Value::Id(id));
    row.set(system::IS_DELETED, Value::Bool(false));
    row.set(system::CREATED_BY, Value::Id(writer.actor.user));
    row.set(system::CREATED, Value::Instant(writer.now));
    finish(state, writer, object, None, row, &given)?;
    Ok(id)
}

/// Changes a record the user may edit.
pub(crate) fn update(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    id: Id,
    body: &Map<String, Json>,
) -> Result<(), ApiError> {
    let old = editable(state, writer, object, id)?;
    let given = read_body(state, writer, object, body, false)?;
    let mut row = old.clone();
    for (field, value) in &given {
        row.set(field.at, value.clone());
    }
    finish(state, writer, object, Some(&old), row, &given)
}

/// The record as it is, if the user may edit it; otherwise the error that says no more than the user may know.
fn editable(state: &State, writer: Writer<'_>, object: &Object, id: Id) -> Result<Row, ApiError> {
    let found = state
        .row(id)
        .filter(|_| state.schema.object_of(id).is_some_and(|of| of.index == object.index));
    let row = found.ok_or_else(ApiError::no_record)?;
    match Rights::new(state, writer.actor).level(object, row) {
        Level::None => Err(ApiError::no_record()),
        _ if row.is_deleted() => Err(ApiError::deleted()),
        Level::Read => Err(ApiError::insufficient()),
        Level::Edit | Level::All if object.fixed => Err(ApiError::insufficient()),
        Level::Edit | Level::All => Ok(row.as_ref().clone()),
    }
}

type Given<'a> = Vec<(&'a Field, Value)>;

fn read_body(
    state: &State,
    writer: Writer<'_>,
    object: &'static Object,
    body: &Map<String, Json>,
    creating: bool,
) -> Result<Given<'static>, ApiError> {
    let mut given = Vec::new();
    let mut refused = Vec::new();
    for (name, json) in body {
        if name == "attributes" || name.eq_ignore_ascii_case("id") && !creating {
            continue;
        }
        if let (Json::Object(key), Some(field)) = (json, object.lookup(name)) {
            let id = by_external_key(state, writer.actor, field, key)?;
            given.push((field, Value::Id(id)));
            continue;
        }
        let field = writer.actor.field(object, name).ok_or_else(|| {
            let message = format!("No such column '{name}' on sobject of type {}", object.name);
            ApiError::new(400, "INVALID_FIELD", message)
        })?;
        let open = if creating { field.createable } else { field.updateable };
        if !open || !writer.actor.may_write(object, field) {
            refused.push(field.name.clone());
            continue;
        }
        given.push((field, convert(field, json)?));
    }
    if refused.is_empty() {
        return Ok(given);
    }
    let message = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set.",
        refused.join(", ")
    );
    let mut error = ApiError::new(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message);
    error.fields = refused;
    Err(error)
}

/// `"Account": {"External_Key__c": "A-1"}` names a parent by its own key.
fn by_external_key(
    state: &State,
    actor: &Actor,
    field: &Field,
    key: &Map<String, Json>,
) -> Result<Id, ApiError> {
    let Kind::Reference { targets, .. } = &field.kind else { return Err(ApiError::unknown()) };
    let wanted = key.iter().find(|(name, _)| *name != "attributes");
    let found = wanted.and_then(|(name, value)| {
        let target = targets.iter().find_map(|target| state.schema.object(target))?;
        let external = actor.field(target, name).filter(|field| field.external)?;
        let value = convert(external, value).ok()?;
        let rights = Rights::new(state, actor);
        state
            .rows(target)
            .find(|row| {
                !row.is_deleted() && row.get(external.at).same(&value) && rights.sees(target, row)
            })?
            .id()
    });
    found.ok_or_else(|| {
        let message = format!("Foreign key external ID not found for field {}", field.name);
        ApiError::new(400, "INVALID_FIELD", message)
    })
}

fn finish(
    state: &mut State,
    writer: Writer<'_>,
    object: &'static Object,
    old: Option<&Row>,
    mut row: Row,
    given: &Given<'_>,
) -> Result<(), ApiError> {
    row.set(system::MODIFIED_BY, Value::Id(writer.actor.user));
    row.set(system::MODIFIED, Value::Instant(writer.now));
    row.set(system::STAMP, Value::Instant(writer.now));
    let given_names: Vec<&str> = given.iter().map(|(field, _)| field.name.as_str()).collect();
    derive(state, object, old, &mut row, &given_names, writer.now);
    rules::required(object, &row)?;
    rules::references(state, writer.actor, object, old, &row, given)?;
    rules::unique(state, object, &row)?;
    rules::custom(object, old, &row, writer.now)?;
    rules::owner(state, writer.actor, object, old, &row)?;
    state.store(object, row.clone());
    follow::up(state, writer, object, old, &row);
    Ok(())
}
