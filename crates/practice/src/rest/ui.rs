//! The part of the User Interface API that clients use: object info and records.

use http::Method;
use serde_json::{Map, Value as Json, json};

use super::objects::named;
use super::{Call, Outcome, records};
use crate::exchange::{ApiError, Reply};
use crate::id::Id;
use crate::query::{self, View};
use crate::render;
use crate::save;
use crate::schema::{Kind, Object, describe};
use crate::state::State;

pub(super) fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        ["object-info"] => {
            let all = state.schema.objects().iter().filter(|object| call.actor.sees_object(object));
            let objects: Map<String, Json> = all
                .map(|object| (object.name.clone(), json!({ "apiName": object.name, "label": object.label, "keyPrefix": prefix(object) })))
                .collect();
            Ok(Reply::ok(json!({ "objects": objects })))
        }
        ["object-info", name] => Ok(Reply::ok(object_info(call, named(call, state, name)?))),
        ["records", "batch", ids] => {
            let results: Vec<Json> = ids
                .split(',')
                .map(|id| match record(call, state, id) {
                    Ok(record) => json!({ "result": record, "statusCode": 200 }),
                    Err(error) => {
                        json!({ "result": [error.to_json()], "statusCode": error.status })
                    }
                })
                .collect();
            Ok(Reply::ok(
                json!({ "hasErrors": results.iter().any(|one| one.get("statusCode") != Some(&json!(200))), "results": results }),
            ))
        }
        ["records", id] => Ok(Reply::ok(record(call, state, id)?)),
        _ => Err(ApiError::not_found()),
    }
}

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    let method = &call.request.method;
    match path {
        ["records"] if method == Method::POST => {
            let body = records::body(call.request.json()?)?;
            let name = body.get("apiName").and_then(Json::as_str).unwrap_or_default();
            let object = named(call, state, name)?;
            let id = save::create(state, records::writer(call), object, &fields(&body))?;
            Ok(Reply::json(201, record(call, state, &id.to_string())?))
        }
        ["records", id] if method == Method::PATCH => {
            let body = records::body(call.request.json()?)?;
            let (object, key) = object_of(call, state, id)?;
            save::update(state, records::writer(call), object, key, &fields(&body))?;
            Ok(Reply::ok(record(call, state, id)?))
        }
        ["records", id] if method == Method::DELETE => {
            let (object, key) = object_of(call, state, id)?;
            save::remove(state, records::writer(call), object, key)?;
            Ok(Reply::empty(204))
        }
        _ => Err(ApiError::method_not_allowed(method)),
    }
}

fn fields(body: &Map<String, Json>) -> Map<String, Json> {
    body.get("fields").and_then(Json::as_object).cloned().unwrap_or_default()
}

fn prefix(object: &Object) -> Option<String> {
    object.prefix.map(|prefix| String::from_utf8_lossy(&prefix).into_owned())
}

fn object_of(call: Call<'_>, state: &State, id: &str) -> Result<(&'static Object, Id), ApiError> {
    let id = Id::parse(id).ok_or_else(ApiError::no_record)?;
    let object = state.schema.object_of(id).filter(|object| call.actor.sees_object(object));
    object.map(|object| (object, id)).ok_or_else(ApiError::no_record)
}

/// A record by the query it stands for. `fields` must all be there; of `optionalFields` what is not there is left out.
fn record(call: Call<'_>, state: &State, id: &str) -> Result<Json, ApiError> {
    let (object, key) = object_of(call, state, id)?;
    let view = View::new(call.org, state, call.actor, call.version, false);
    let list = |name: &str| -> Vec<String> {
        let text = call.request.parameter(name).unwrap_or_default();
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names
            .map(|name| name.strip_prefix(&format!("{}.", object.name)).unwrap_or(name).to_owned())
            .collect()
    };
    let select = |fields: &[String]| {
        format!("SELECT {} FROM {} WHERE Id = '{key}'", fields.join(", "), object.name)
    };
    let mut wanted = list("fields");
    for name in list("optionalFields") {
        if query::object_of(&view, &select(std::slice::from_ref(&name))).is_ok() {
            wanted.push(name);
        }
    }
    if wanted.is_empty() && call.request.parameter("optionalFields").is_none() {
        let shown = object.fields.iter().filter(|field| call.actor.sees(object, field));
        wanted = shown
            .filter(|field| !matches!(field.kind, Kind::Address(_)))
            .map(|field| field.name.clone())
            .collect();
    }
    for own in ["Id", "LastModifiedById", "LastModifiedDate", "SystemModstamp"] {
        if !wanted.iter().any(|name| name.eq_ignore_ascii_case(own)) {
            wanted.push(own.to_owned());
        }
    }
    let mut seen = std::collections::HashSet::new();
    wanted.retain(|name| seen.insert(name.to_ascii_lowercase()));
    let rows = query::all(&view, &select(&wanted))?;
    let row = rows.first().ok_or_else(ApiError::no_record)?;
    let tag = state.row(key).map(|row| render::etag(row)).unwrap_or_default();
    Ok(shaped(row, &tag))
}

/// The same record in this API's shape.
fn shaped(row: &Json, tag: &str) -> Json {
    let text = |name: &str| row.get(name).cloned().unwrap_or_default();
    let mut fields = Map::new();
    for (name, value) in
        row.as_object().into_iter().flatten().filter(|(name, _)| *name != "attributes")
    {
        let shown = match value {
            Json::Object(_) if value.get("attributes").is_some() => {
                json!({ "displayValue": value.get("Name"), "value": shaped(value, "") })
            }
            value => json!({ "displayValue": null, "value": value }),
        };
        fields.insert(name.clone(), shown);
    }
    json!({
        "apiName": row.get("attributes").and_then(|attributes| attributes.get("type")),
        "childRelationships": {},
        "eTag": tag.trim_matches('"'),
        "fields": fields,
        "id": text("Id"),
        "lastModifiedById": text("LastModifiedById"),
        "lastModifiedDate": text("LastModifiedDate"),
        "recordTypeId": describe::MASTER_RECORD_TYPE,
        "recordTypeInfo": null,
        "systemModstamp": text("SystemModstamp")
    })
}

fn object_info(call: Call<'_>, object: &'static Object) -> Json {
    let rights = call.actor.profile.object(object);
    let open = !object.fixed;
    let seen = object.fields.iter().filter(|field| call.actor.sees(object, field));
    let fields: Map<String, Json> = seen
        .map(|field| {
            let edit = call.actor.may_write(object, field);
            let (targets, relationship) = match &field.kind {
                Kind::Reference { targets, .. } => (targets.as_slice(), field.relationship()),
                _ => (&[] as &[String], None),
            };
            let info = json!({
                "apiName": field.name,
                "calculated": field.calculated,
                "compound": matches!(field.kind, Kind::Address(_)),
                "compoundFieldName": field.part_of,
                "createable": field.createable && edit,
                "custom": field.is_custom(),
                "dataType": data_type(&field.kind),
                "filterable": field.filterable,
                "label": field.label,
                "length": field.kind.length(),
                "nameField": field.is_name,
                "reference": !targets.is_empty(),
                "referenceToInfos": targets.iter().map(|target| json!({ "apiName": target, "nameFields": ["Name"] })).collect::<Vec<_>>(),
                "relationshipName": relationship,
                "required": field.required,
                "sortable": field.filterable,
                "unique": field.unique,
                "updateable": field.updateable && edit
            });
            (field.name.clone(), info)
        })
        .collect();
    let name = object.name_field().map(|field| field.name.clone());
    json!({
        "apiName": object.name,
        "createable": open && rights.create,
        "custom": object.is_custom(),
        "defaultRecordTypeId": describe::MASTER_RECORD_TYPE,
        "deletable": open && rights.delete,
        "feedEnabled": false,
        "fields": fields,
        "keyPrefix": prefix(object),
        "label": object.label,
        "labelPlural": object.plural,
        "layoutable": open,
        "nameFields": name.into_iter().collect::<Vec<_>>(),
        "queryable": true,
        "searchable": object.searched,
        "updateable": open && rights.edit
    })
}

fn data_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text(_) | Kind::Auto(_) | Kind::Id => "String",
        Kind::LongText(_) => "TextArea",
        Kind::Email => "Email",
        Kind::Phone => "Phone",
        Kind::Url => "Url",
        Kind::Picklist(_) => "Picklist",
        Kind::MultiPicklist(_) => "MultiPicklist",
        Kind::Currency => "Currency",
        Kind::Double => "Double",
        Kind::Percent => "Percent",
        Kind::Int => "Int",
        Kind::Boolean => "Boolean",
        Kind::Date => "Date",
        Kind::DateTime => "DateTime",
        Kind::Time => "Time",
        Kind::Base64 => "Base64",
        Kind::Address(_) => "Address",
        Kind::Any => "AnyType",
        Kind::Reference { .. } => "Reference",
    }
}
