//! One record: read, make, change, delete; by id or by an external key; with conditions.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::objects::http_date;
use super::{Call, Outcome};
use crate::access::Rights;
use crate::exchange::{ApiError, Body, Reply};
use crate::id::Id;
use crate::query::View;
use crate::render;
use crate::save::{self, Writer, from_text};
use crate::schema::{Field, Kind, Object, system};
use crate::state::{Row, State};
use crate::value::Value;

pub(super) fn writer(call: Call<'_>) -> Writer<'_> {
    Writer { actor: call.actor, now: call.org.now() }
}

/// The id in a path. What is no id of this object cannot be there.
pub(super) fn id_of(object: &Object, text: &str) -> Result<Id, ApiError> {
    let Some(id) = Id::parse(text) else {
        let long = matches!(text.len(), 15 | 18);
        return Err(if long {
            ApiError::new(404, "NOT_FOUND", "The requested resource does not exist")
        } else {
            ApiError::new(
                404,
                "NOT_FOUND",
                "Provided external ID field does not exist or is not accessible: ".to_owned()
                    + &clip(text),
            )
        });
    };
    if object.prefix == Some(id.prefix()) { Ok(id) } else { Err(ApiError::no_record()) }
}

fn clip(text: &str) -> String {
    text.chars().take(40).collect()
}

fn visible(call: Call<'_>, state: &State, object: &Object, id: Id) -> Result<Arc<Row>, ApiError> {
    if object.computed {
        let view = View::new(call.org, state, call.actor, call.version, false);
        return view.follow(id).map(|(_, row)| row).ok_or_else(ApiError::no_record);
    }
    let row = state.row(id).cloned().ok_or_else(ApiError::no_record)?;
    if !Rights::new(state, call.actor).sees(object, &row) {
        return Err(ApiError::no_record());
    }
    if row.is_deleted() { Err(ApiError::deleted()) } else { Ok(row) }
}

pub(super) fn get(call: Call<'_>, state: &State, object: &'static Object, id: &str) -> Outcome {
    let row = visible(call, state, object, id_of(object, id)?)?;
    shown(call, object, &row)
}

fn shown(call: Call<'_>, object: &'static Object, row: &Row) -> Outcome {
    let body = match call.request.parameter("fields") {
        None => render::record(call.actor, object, row, call.version),
        Some(fields) => {
            let mut out = Map::new();
            out.insert("attributes".to_owned(), render::attributes(object, row.id(), call.version));
            for name in fields.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                let field = field_of(call, object, name)?;
                out.insert(field.name.clone(), render::field(object, field, row, call.version));
            }
            out.entry("Id").or_insert_with(|| json!(row.id().map(|id| id.to_string())));
            Json::Object(out)
        }
    };
    let tag = render::etag(row);
    let modified = modified(row);
    let stale =
        match (call.request.header("if-none-match"), call.request.header("if-modified-since")) {
            (Some(tags), _) => tags.contains(&tag),
            (None, Some(since)) => modified
                .zip(http_date(since))
                .is_some_and(|(at, since)| at.as_second() <= since.as_second()),
            _ => false,
        };
    let reply = if stale { Reply::empty(304) } else { Reply::ok(body) };
    Ok(reply.with("etag", tag).with("last-modified", last_modified(row)))
}

fn modified(row: &Row) -> Option<jiff::Timestamp> {
    if let Value::Instant(at) = row.get(system::STAMP) { Some(*at) } else { None }
}

fn last_modified(row: &Row) -> String {
    modified(row).map(|at| at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).unwrap_or_default()
}

fn field_of(
    call: Call<'_>,
    object: &'static Object,
    name: &str,
) -> Result<&'static Field, ApiError> {
    call.actor.field(object, name).ok_or_else(|| {
        let message = format!("No such column '{}' on sobject of type {}", clip(name), object.name);
        ApiError::new(400, "INVALID_FIELD", message)
    })
}

/// A blob's content, or the record a lookup leads to.
pub(super) fn part(
    call: Call<'_>,
    state: &State,
    object: &'static Object,
    id: &str,
    name: &str,
) -> Outcome {
    use base64::Engine;
    let row = visible(call, state, object, id_of(object, id)?)?;
    if let Some(field) = call.actor.field(object, name).filter(|field| field.kind == Kind::Base64) {
        let text = row.get(field.at).as_str().unwrap_or_default();
        let bytes =
            base64::prelude::BASE64_STANDARD.decode(text).map_err(|_| ApiError::unknown())?;
        // Never what the uploader claims: the reply must not run as a page.
        let body = Body::Bytes("application/octet-stream".to_owned(), bytes);
        return Ok(Reply {
            status: 200,
            headers: vec![("x-content-type-options", "nosniff".to_owned())],
            body,
        });
    }
    if let Some(child) = object.child(name) {
        let of = state
            .schema
            .at(child.object)
            .filter(|of| call.actor.sees_object(of))
            .ok_or_else(ApiError::not_found)?;
        let rights = Rights::new(state, call.actor);
        let found = state.rows(of).filter(|other| {
            !other.is_deleted()
                && other.get(child.field).as_id() == row.id()
                && rights.sees(of, other)
        });
        let records: Vec<Json> =
            found.map(|row| render::record(call.actor, of, row, call.version)).collect();
        return Ok(Reply::ok(
            json!({ "totalSize": records.len(), "done": true, "records": records }),
        ));
    }
    let lookup = object
        .lookup(name)
        .filter(|field| call.actor.sees(object, field))
        .ok_or_else(ApiError::not_found)?;
    let parent = row.get(lookup.at).as_id().ok_or_else(ApiError::not_found)?;
    let of = state.schema.object_of(parent).ok_or_else(ApiError::not_found)?;
    let row = visible(call, state, of, parent)?;
    shown(call, of, &row)
}

/// The live record with this value in an external key.
fn by_key(
    call: Call<'_>,
    state: &State,
    object: &'static Object,
    key: &str,
    value: &str,
) -> Result<(&'static Field, Value, Option<Id>), ApiError> {
    let field =
        call.actor.field(object, key).filter(|field| field.external || field.kind == Kind::Id);
    let field = field.ok_or_else(|| {
        let message = format!(
            "Provided external ID field does not exist or is not accessible: {}",
            clip(key)
        );
        ApiError::new(404, "NOT_FOUND", message)
    })?;
    let value = from_text(field, value)?;
    let rights = Rights::new(state, call.actor);
    let found = state
        .rows(object)
        .find(|row| !row.is_deleted() && row.get(field.at).same(&value) && rights.sees(object, row))
        .and_then(|row| row.id());
    Ok((field, value, found))
}

pub(super) fn get_by_key(
    call: Call<'_>,
    state: &State,
    object: &'static Object,
    key: &str,
    value: &str,
) -> Outcome {
    let (_, _, found) = by_key(call, state, object, key, value)?;
    let row = visible(call, state, object, found.ok_or_else(ApiError::no_record)?)?;
    shown(call, object, &row)
}

pub(super) fn body(json: Json) -> Result<Map<String, Json>, ApiError> {
    match json {
        Json::Object(body) => Ok(body),
        _ => Err(ApiError::parser("Cannot deserialize instance of SObject: an object is wanted")),
    }
}

pub(super) fn create(call: Call<'_>, state: &mut State, object: &'static Object) -> Outcome {
    json_only(call)?;
    let body = body(call.request.json()?)?;
    let id = save::create(state, writer(call), object, &body)?;
    let location = format!("/services/data/{}/sobjects/{}/{id}", call.version, object.name);
    Ok(Reply::json(201, json!({ "id": id.to_string(), "success": true, "errors": [] }))
        .with("location", location))
}

fn json_only(call: Call<'_>) -> Result<(), ApiError> {
    let kind = call.request.header("content-type").unwrap_or("application/json");
    if kind.trim_start().to_ascii_lowercase().starts_with("application/json") {
        return Ok(());
    }
    Err(ApiError::new(
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "Content type is not supported. Supported: application/json",
    ))
}

/// `If-Match` and `If-Unmodified-Since`, against the record as it is now.
fn preconditions(call: Call<'_>, row: &Row) -> Result<(), ApiError> {
    let failed = || {
        ApiError::new(
            412,
            "PRECONDITION_FAILED",
            "The record was changed since it was last retrieved",
        )
    };
    let tag = render::etag(row);
    if let Some(wanted) = call.request.header("if-match") {
        if !wanted.contains('"') && wanted.trim() != "*" {
            return Err(ApiError::new(400, "INVALID_HEADER", "If-Match is not an entity tag"));
        }
        if wanted.trim() != "*" && !wanted.split(',').any(|one| one.trim() == tag) {
            return Err(failed());
        }
    }
    if let Some(text) = call.request.header("if-unmodified-since") {
        let since = http_date(text);
        let since = since.ok_or_else(|| {
            ApiError::new(400, "INVALID_HEADER", "If-Unmodified-Since is not a date")
        })?;
        if modified(row).is_some_and(|at| at.as_second() > since.as_second()) {
            return Err(failed());
        }
    }
    if call
        .request
        .header("if-none-match")
        .is_some_and(|tags| tags.contains(&tag) || tags.trim() == "*")
    {
        return Err(failed());
    }
    Ok(())
}

pub(super) fn update(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    id: &str,
) -> Outcome {
    json_only(call)?;
    let id = id_of(object, id)?;
    let row = visible(call, state, object, id)?;
    preconditions(call, &row)?;
    save::update(state, writer(call), object, id, &body(call.request.json()?)?)?;
    Ok(Reply::empty(204))
}

pub(super) fn delete(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    id: &str,
) -> Outcome {
    let id = id_of(object, id)?;
    save::remove(state, writer(call), object, id)?;
    Ok(Reply::empty(204))
}

pub(super) fn delete_by_key(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    key: &str,
    value: &str,
) -> Outcome {
    let (_, _, found) = by_key(call, state, object, key, value)?;
    save::remove(state, writer(call), object, found.ok_or_else(ApiError::no_record)?)?;
    Ok(Reply::empty(204))
}

pub(super) fn upsert(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    key: &str,
    value: &str,
) -> Outcome {
    json_only(call)?;
    let body = body(call.request.json()?)?;
    let (id, created) = upsert_one(call, state, object, key, value, body)?;
    let reply = json!({ "id": id.to_string(), "success": true, "errors": [], "created": created });
    Ok(Reply::json(if created { 201 } else { 200 }, reply))
}

/// Changes the record with this key, or makes it.
pub(super) fn upsert_one(
    call: Call<'_>,
    state: &mut State,
    object: &'static Object,
    key: &str,
    value: &str,
    mut body: Map<String, Json>,
) -> Result<(Id, bool), ApiError> {
    let (field, value, found) = by_key(call, state, object, key, value)?;
    body.retain(|name, _| {
        !name.eq_ignore_ascii_case(&field.name) && !name.eq_ignore_ascii_case("Id")
    });
    match found {
        Some(id) => {
            save::update(state, writer(call), object, id, &body)?;
            Ok((id, false))
        }
        // An id cannot be chosen.
        None if field.kind == Kind::Id => Err(ApiError::no_record()),
        None => {
            body.insert(field.name.clone(), render::value(&field.kind, &value));
            Ok((save::create(state, writer(call), object, &body)?, true))
        }
    }
}

/// `POST /sobjects/User/{id}/password`: one's own, or for an administrator anyone's.
pub(super) fn set_password(call: Call<'_>, state: &mut State, id: &str) -> Outcome {
    let object = state.schema.object("User").ok_or_else(ApiError::unknown)?;
    let id = id_of(object, id)?;
    visible(call, state, object, id)?;
    if id != call.actor.user && !call.actor.profile.object(object).modify_all {
        return Err(ApiError::new(
            403,
            "INSUFFICIENT_ACCESS",
            "insufficient access rights on object id",
        ));
    }
    let body = body(call.request.json()?)?;
    let password = body.get("NewPassword").and_then(Json::as_str).unwrap_or_default();
    if password.chars().count() < 8 {
        let message = "Your password must be at least 8 characters long.";
        return Err(ApiError::new(400, "INVALID_NEW_PASSWORD", message));
    }
    let hash = crate::oauth::hash(password).map_err(|_| ApiError::unknown())?;
    call.org.with_vault(|vault| vault.set_password(id, hash)).map_err(|_| ApiError::unknown())?;
    save::audit(state, writer(call), "Manage Users", "changedpassword", "changed a password");
    Ok(Reply::empty(204))
}
