//! `/composite/sobjects`: up to 200 records at once.

use http::Method;
use serde_json::{Map, Value as Json, json};

use super::objects::named;
use super::{Call, Outcome, records};
use crate::access::Rights;
use crate::exchange::{ApiError, Reply};
use crate::id::Id;
use crate::render;
use crate::save;
use crate::schema::Object;
use crate::state::State;

/// Records of one call that writes.
const MOST: usize = 200;
/// Records of one call that reads.
const MOST_READ: usize = 2000;

pub(super) fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        ["sobjects", name] => {
            let list = |name: &str| -> Vec<String> {
                let text = call.request.parameter(name).unwrap_or_default();
                text.split(',').filter(|one| !one.is_empty()).map(str::to_owned).collect()
            };
            retrieve(call, state, named(call, state, name)?, &list("ids"), &list("fields"))
        }
        _ => Err(ApiError::not_found()),
    }
}

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    let method = &call.request.method;
    match path {
        [] if method == Method::DELETE => delete(call, state),
        [] if method == Method::POST || method == Method::PATCH => save_all(call, state),
        [name] if method == Method::POST => {
            let body = records::body(call.request.json()?)?;
            retrieve(
                call,
                state,
                named(call, state, name)?,
                &texts(body.get("ids")),
                &texts(body.get("fields")),
            )
        }
        [name, key] if method == Method::PATCH => {
            upsert(call, state, named(call, state, name)?, key)
        }
        _ => Err(ApiError::method_not_allowed(method)),
    }
}

fn texts(json: Option<&Json>) -> Vec<String> {
    let all = json.and_then(Json::as_array).into_iter().flatten();
    all.filter_map(Json::as_str).map(str::to_owned).collect()
}

fn retrieve(
    call: Call<'_>,
    state: &State,
    object: &'static Object,
    ids: &[String],
    fields: &[String],
) -> Outcome {
    if ids.len() > MOST_READ {
        return Err(ApiError::new(
            400,
            "EXCEEDED_ID_LIMIT",
            "record limit reached. cannot process more than 2000 ids",
        ));
    }
    let mut wanted = Vec::new();
    for name in fields {
        let field = call.actor.field(object, name.trim()).ok_or_else(|| {
            let message =
                format!("No such column '{}' on sobject of type {}", name.trim(), object.name);
            ApiError::new(400, "INVALID_FIELD", message)
        })?;
        wanted.push(field);
    }
    let rights = Rights::new(state, call.actor);
    let shown = ids.iter().map(|id| {
        let row = Id::parse(id)
            .and_then(|id| rights.visible(id))
            .filter(|(of, _)| of.index == object.index);
        let Some((_, row)) = row else { return Json::Null };
        let mut out = Map::new();
        out.insert("attributes".to_owned(), render::attributes(object, row.id(), call.version));
        for field in &wanted {
            out.insert(field.name.clone(), render::field(object, field, row, call.version));
        }
        Json::Object(out)
    });
    Ok(Reply::ok(Json::Array(shown.collect())))
}

/// What became of one record.
type Saved = Result<(Option<Id>, Option<bool>), ApiError>;

/// Runs one step per record. With `all_or_none` the first failure undoes everything and fails the others too.
fn each<T>(
    state: &mut State,
    all_or_none: bool,
    items: Vec<T>,
    mut step: impl FnMut(&mut State, T) -> Saved,
) -> Result<Json, ApiError> {
    if items.len() > MOST {
        return Err(ApiError::new(
            400,
            "EXCEEDED_ID_LIMIT",
            "record limit reached. cannot process more than 200 records",
        ));
    }
    let whole = state.mark();
    let mut results: Vec<Saved> = Vec::new();
    for item in items {
        let mark = state.mark();
        let result = step(state, item);
        if result.is_err() {
            state.rollback(mark);
        }
        results.push(result);
    }
    if all_or_none && results.iter().any(Result::is_err) {
        state.rollback(whole);
        let rolled_back = || {
            let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
            ApiError::new(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
        };
        results = results
            .into_iter()
            .map(|result| Err(result.err().unwrap_or_else(rolled_back)))
            .collect();
    }
    Ok(Json::Array(results.into_iter().map(|result| saved(&result)).collect()))
}

pub(super) fn saved(result: &Saved) -> Json {
    match result {
        Ok((id, created)) => {
            let mut out = Map::new();
            if let Some(id) = id {
                out.insert("id".to_owned(), json!(id.to_string()));
            }
            out.insert("success".to_owned(), json!(true));
            out.insert("errors".to_owned(), json!([]));
            if let Some(created) = created {
                out.insert("created".to_owned(), json!(created));
            }
            Json::Object(out)
        }
        Err(error) => json!({ "success": false, "errors": [error.to_save_error()] }),
    }
}

fn records_of(body: &Map<String, Json>) -> Result<Vec<Json>, ApiError> {
    let records = body.get("records").and_then(Json::as_array).cloned();
    records.ok_or_else(|| ApiError::new(400, "INVALID_INPUT", "a list named records is wanted"))
}

fn flag(body: &Map<String, Json>) -> bool {
    body.get("allOrNone").and_then(Json::as_bool).unwrap_or(false)
}

fn object_of(call: Call<'_>, state: &State, record: &Json) -> Result<&'static Object, ApiError> {
    let name = record
        .get("attributes")
        .and_then(|attributes| attributes.get("type"))
        .and_then(Json::as_str);
    let name = name.ok_or_else(|| {
        ApiError::new(400, "INVALID_TYPE", "Unable to find sObject type in the record's attributes")
    })?;
    named(call, state, name).map_err(|_| {
        let message = format!("sObject type '{name}' is not supported.");
        ApiError::new(400, "INVALID_TYPE", message)
    })
}

fn save_all(call: Call<'_>, state: &mut State) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let updating = call.request.method == Method::PATCH;
    let results = each(state, flag(&body), records_of(&body)?, |state, record| {
        let object = object_of(call, state, &record)?;
        let fields = records::body(record)?;
        if !updating {
            return Ok((Some(save::create(state, records::writer(call), object, &fields)?), None));
        }
        let id = fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("id"))
            .and_then(|(_, id)| id.as_str());
        let id = id.ok_or_else(|| {
            ApiError::new(400, "MISSING_ARGUMENT", "Id not specified in an update call")
        })?;
        let id = records::id_of(object, id)
            .map_err(|_| ApiError::new(400, "MALFORMED_ID", "malformed id"))?;
        save::update(state, records::writer(call), object, id, &fields)?;
        Ok((Some(id), None))
    })?;
    Ok(Reply::ok(results))
}

fn upsert(call: Call<'_>, state: &mut State, object: &'static Object, key: &str) -> Outcome {
    let body = records::body(call.request.json()?)?;
    let results = each(state, flag(&body), records_of(&body)?, |state, record| {
        let fields = records::body(record)?;
        let value =
            fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value);
        let value = match value {
            Some(Json::String(text)) => text.clone(),
            Some(Json::Number(number)) => number.to_string(),
            _ => {
                return Err(ApiError::new(400, "MISSING_ARGUMENT", format!("{key} not specified")));
            }
        };
        let (id, created) = records::upsert_one(call, state, object, key, &value, fields)?;
        Ok((Some(id), Some(created)))
    })?;
    Ok(Reply::ok(results))
}

fn delete(call: Call<'_>, state: &mut State) -> Outcome {
    let ids = call.request.parameter("ids").unwrap_or_default();
    let ids: Vec<String> =
        ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
    let all_or_none = call.request.parameter("allOrNone") == Some("true");
    let results = each(state, all_or_none, ids, |state, id| {
        let bad = || ApiError::new(400, "MALFORMED_ID", "malformed id");
        let id = Id::parse(&id).ok_or_else(bad)?;
        let object = state
            .schema
            .object_of(id)
            .filter(|object| call.actor.sees_object(object))
            .ok_or_else(bad)?;
        save::remove(state, records::writer(call), object, id).map_err(|mut error| {
            // Here a missing record is an error of the entry, in its own words.
            if error.code == "NOT_FOUND" {
                error =
                    ApiError::new(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
            }
            error
        })?;
        Ok((Some(id), None))
    })?;
    Ok(Reply::ok(results))
}
