//! `/sobjects`: the list, describes, and the paths of single records.

use http::Method;
use serde_json::{Value as Json, json};

use super::{Call, Outcome, records};
use crate::exchange::{ApiError, Reply};
use crate::id::Id;
use crate::save::instant;
use crate::schema::{Object, describe, system};
use crate::state::State;
use crate::value::{Value, instant_text};

/// The object of a path; hidden and missing are the same.
pub(super) fn named(
    call: Call<'_>,
    state: &State,
    name: &str,
) -> Result<&'static Object, ApiError> {
    let object = state.schema.object(name).filter(|object| call.actor.sees_object(object));
    object.ok_or_else(ApiError::not_found)
}

pub(super) fn read(call: Call<'_>, state: &State, path: &[&str]) -> Outcome {
    match path {
        [] => Ok(list(call, state)),
        [name, "describe"] => Ok(described(call, state, named(call, state, name)?)),
        [name, "describe", "layouts" | "compactLayouts", ..] => {
            Ok(layouts(call, named(call, state, name)?))
        }
        [name, "listviews"] => {
            let object = named(call, state, name)?;
            let views = json!({ "done": true, "listviews": [], "nextRecordsUrl": null, "size": 0, "sobjectType": object.name });
            Ok(Reply::ok(views))
        }
        [name, "deleted"] => changed(call, state, named(call, state, name)?, true),
        [name, "updated"] => changed(call, state, named(call, state, name)?, false),
        [name] => {
            let object = named(call, state, name)?;
            let recent = recent_of(call, state, Some(object), 10);
            Ok(Reply::ok(
                json!({ "objectDescribe": describe::brief(call.actor, object, call.version), "recentItems": recent }),
            ))
        }
        [name, id] => records::get(call, state, named(call, state, name)?, id),
        [name, key, value] => {
            let object = named(call, state, name)?;
            match Id::parse(key) {
                Some(_) => records::part(call, state, object, key, value),
                None => records::get_by_key(call, state, object, key, value),
            }
        }
        _ => Err(ApiError::not_found()),
    }
}

pub(super) fn write(call: Call<'_>, state: &mut State, path: &[&str]) -> Outcome {
    let method = &call.request.method;
    match path {
        [name] if method == Method::POST => {
            let object = named(call, state, name)?;
            records::create(call, state, object)
        }
        ["User", id, "password"] => records::set_password(call, state, id),
        [name, id] => {
            let object = named(call, state, name)?;
            match *method {
                Method::PATCH => records::update(call, state, object, id),
                // Some clients can only POST and say what they mean.
                Method::POST if call.request.parameter("_HttpMethod") == Some("PATCH") => {
                    records::update(call, state, object, id)
                }
                Method::DELETE => records::delete(call, state, object, id),
                _ => Err(ApiError::method_not_allowed(method)),
            }
        }
        [name, key, value] => {
            let object = named(call, state, name)?;
            match *method {
                Method::PATCH | Method::POST => records::upsert(call, state, object, key, value),
                Method::DELETE => records::delete_by_key(call, state, object, key, value),
                _ => Err(ApiError::method_not_allowed(method)),
            }
        }
        _ => Err(ApiError::method_not_allowed(method)),
    }
}

fn list(call: Call<'_>, state: &State) -> Reply {
    let seen = state.schema.objects().iter().filter(|object| call.actor.sees_object(object));
    let all: Vec<Json> =
        seen.map(|object| describe::brief(call.actor, object, call.version)).collect();
    Reply::ok(json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": all }))
}

/// The schema is the program's, so what can change a describe is the user's permissions: the tag is over the content.
fn described(call: Call<'_>, state: &State, object: &'static Object) -> Reply {
    use base64::Engine;
    use sha2::{Digest, Sha256};
    let body = describe::full(state.schema, call.actor, object, call.version);
    let text = body.to_string();
    let digest = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()));
    let tag = format!("\"{digest}\"");
    let unchanged =
        call.request.header("if-none-match").map(|wanted| wanted.contains(&tag)).or_else(|| {
            let since = http_date(call.request.header("if-modified-since")?)?;
            Some(since >= described_since(call, state))
        });
    let modified = described_since(call, state).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if unchanged == Some(true) {
        return Reply::empty(304).with("etag", tag).with("last-modified", modified);
    }
    Reply::text(200, "application/json;charset=UTF-8", text)
        .with("etag", tag)
        .with("last-modified", modified)
}

/// When the org was made.
fn described_since(call: Call<'_>, state: &State) -> jiff::Timestamp {
    let created = state.row(call.org.id()).map(|row| row.get(system::CREATED).clone());
    if let Some(Value::Instant(at)) = created { at } else { jiff::Timestamp::default() }
}

pub(super) fn http_date(text: &str) -> Option<jiff::Timestamp> {
    let plain = text.trim().trim_end_matches("GMT").trim();
    let at = jiff::civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S", plain).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(at).ok()
}

fn layouts(call: Call<'_>, object: &'static Object) -> Reply {
    let shown = object
        .fields
        .iter()
        .filter(|field| call.actor.sees(object, field) && field.at > system::STAMP);
    let items: Vec<Json> = shown
        .map(|field| {
            json!({
                "label": field.label,
                "editableForNew": field.createable && call.actor.may_write(object, field),
                "editableForUpdate": field.updateable && call.actor.may_write(object, field),
                "required": field.required,
                "layoutComponents": [{ "type": "Field", "value": field.name, "details": { "name": field.name, "type": field.kind.describe_name() } }]
            })
        })
        .collect();
    let rows: Vec<Json> = items
        .chunks(2)
        .map(|pair| json!({ "numItems": pair.len(), "layoutItems": pair }))
        .collect();
    let section =
        json!({ "heading": "Information", "columns": 2, "rows": rows.len(), "layoutRows": rows });
    let layout = json!({ "id": null, "detailLayoutSections": [section], "editLayoutSections": [section], "relatedLists": [] });
    let types = json!([{
        "available": true, "defaultRecordTypeMapping": true, "master": true, "name": "Master",
        "developerName": "Master", "recordTypeId": describe::MASTER_RECORD_TYPE, "layoutId": null, "picklistsForRecordType": []
    }]);
    Reply::ok(
        json!({ "layouts": [layout], "recordTypeMappings": types, "recordTypeSelectorRequired": [false] }),
    )
}

/// `updated` and `deleted`: ids of a stretch of time.
fn changed(call: Call<'_>, state: &State, object: &'static Object, deleted: bool) -> Outcome {
    let moment = |name: &str| {
        let text = call.request.parameter(name);
        text.and_then(instant).ok_or_else(|| {
            ApiError::new(400, "MISSING_ARGUMENT", format!("{name} must be a date and time"))
        })
    };
    let (start, end) = (moment("start")?, moment("end")?);
    if end < start {
        return Err(ApiError::new(400, "INVALID_REPLICATION_DATE", "endDate before startDate"));
    }
    let rights = crate::access::Rights::new(state, call.actor);
    let inside = |row: &crate::state::Row| {
        matches!(row.get(system::STAMP), Value::Instant(at) if *at >= start && *at < end)
            && row.is_deleted() == deleted
    };
    let found = state.rows(object).filter(|row| inside(row) && rights.sees(object, row));
    let covered = json!(instant_text(end));
    if deleted {
        let records: Vec<Json> = found
            .filter_map(|row| {
                let Value::Instant(at) = row.get(system::STAMP) else { return None };
                Some(json!({ "id": row.id()?.to_string(), "deletedDate": instant_text(*at) }))
            })
            .collect();
        let earliest = json!(instant_text(described_since(call, state)));
        return Ok(Reply::ok(json!({
            "deletedRecords": records, "earliestDateAvailable": earliest, "latestDateCovered": covered
        })));
    }
    let ids: Vec<String> = found.filter_map(|row| row.id().map(|id| id.to_string())).collect();
    Ok(Reply::ok(json!({ "ids": ids, "latestDateCovered": covered })))
}

/// `/recent`: what the user changed last.
pub(super) fn recent(call: Call<'_>, state: &State) -> Reply {
    let limit = call.request.parameter("limit").and_then(|limit| limit.parse().ok()).unwrap_or(200);
    Reply::ok(Json::Array(recent_of(call, state, None, limit)))
}

fn recent_of(
    call: Call<'_>,
    state: &State,
    only: Option<&'static Object>,
    limit: usize,
) -> Vec<Json> {
    let me = Value::Id(call.actor.user);
    let rights = crate::access::Rights::new(state, call.actor);
    let mut found = Vec::new();
    for object in state
        .schema
        .objects()
        .iter()
        .filter(|object| object.searched && call.actor.sees_object(object))
    {
        if only.is_some_and(|only| only.index != object.index) {
            continue;
        }
        for row in state
            .rows(object)
            .filter(|row| !row.is_deleted() && row.get(system::MODIFIED_BY) == &me)
        {
            if rights.sees(object, row)
                && let Value::Instant(at) = row.get(system::MODIFIED)
            {
                found.push((*at, object, row));
            }
        }
    }
    found.sort_by(|(a, ..), (b, ..)| b.cmp(a));
    found
        .into_iter()
        .take(limit.min(200))
        .filter_map(|(_, object, row)| {
            let name = object.name_field().filter(|field| call.actor.sees(object, field))?;
            Some(json!({
                "attributes": crate::render::attributes(object, row.id(), call.version),
                "Id": row.id()?.to_string(),
                "Name": crate::render::value(&name.kind, row.get(name.at))
            }))
        })
        .collect()
}
