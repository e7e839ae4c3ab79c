//! Several records at once: collections and trees. Each is authorised, recorded and proposed by itself.

use gateway::{DirectCall, Said};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, of_gate};
use super::error::{self, Place};
use super::resource::{Call, Wants};
use super::write::{Kind, propose, saved};
use super::{Context, Outcome, query};

/// Records of one request, as Salesforce has it.
const MOST: usize = 200;
/// Records that one request may read by their ids.
const MOST_READ: usize = 800;

pub(super) async fn answer(context: &Context<'_>, call: &Call, path: &[&str]) -> Outcome {
    match (call.method.as_str(), path) {
        ("GET", [object]) => {
            let (ids, fields) = (call.list("ids"), call.list("fields"));
            read(context, object, ids.unwrap_or_default(), fields.unwrap_or_default()).await
        }
        ("POST", [object]) => {
            let body = match call.object() {
                Ok(body) => body,
                Err(answer) => return Ok(answer),
            };
            read(context, object, texts(&body, "ids"), texts(&body, "fields")).await
        }
        ("POST", []) => each(context, call, create).await,
        ("PATCH", []) => each(context, call, update).await,
        ("PATCH", [object, field]) => {
            let upsert = |record| upsert(record, object, field);
            each(context, call, upsert).await
        }
        ("DELETE", []) => delete(context, call).await,
        _ => Ok(error::method(&call.method)),
    }
}

fn texts(body: &Map<String, Value>, name: &str) -> Vec<String> {
    let list = body.get(name).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Records in the order of the ids, `null` for those that are not there.
async fn read(
    context: &Context<'_>,
    object: &str,
    ids: Vec<String>,
    mut fields: Vec<String>,
) -> Outcome {
    let plain = |text: &String| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c))
    };
    if ids.is_empty() || fields.is_empty() || ids.len() > MOST_READ {
        let message = format!("ids (at most {MOST_READ}) and fields are wanted");
        return Ok(error::of(400, "MALFORMED_QUERY", &message));
    }
    if !plain(&object.to_owned()) || !fields.iter().all(plain) {
        return Ok(error::not_found());
    }
    if let Some(strange) = ids.iter().find(|id| !matches!(id.len(), 15 | 18) || !plain(id)) {
        let strange: String = strange.chars().take(40).collect();
        return Ok(error::of(400, "MALFORMED_ID", &format!("malformed id {strange}")));
    }
    if !fields.iter().any(|field| field.eq_ignore_ascii_case("Id")) {
        fields.insert(0, "Id".to_owned());
    }
    let list: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    let soql =
        format!("SELECT {} FROM {object} WHERE Id IN ({})", fields.join(", "), list.join(", "));
    let query = DirectCall::Query { soql, deleted: false, page: None };
    let answer = context.direct.run(query).await.map_err(of_gate)?;
    if let Said::Refused(refusal) = &answer.said {
        return Ok(error::refused(&answer, refusal, Place::Query));
    }
    let rows = query::rows(&answer);
    let of = |id: &String| {
        let own = |row: &&Value| {
            let found = row.get("Id").and_then(Value::as_str);
            found.is_some_and(|found| found.get(..15) == id.get(..15))
        };
        rows.iter().find(own).cloned().unwrap_or_default()
    };
    Ok(Answer::ok(ids.iter().map(of).collect()).decided(&answer))
}

/// Proposes one write for each record of the body.
async fn each(
    context: &Context<'_>,
    call: &Call,
    write: impl Fn(Map<String, Value>) -> Result<(DirectCall, Kind), &'static str>,
) -> Outcome {
    let body = match call.object() {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let Some(Value::Array(records)) = body.get("records") else {
        return Ok(error::parser("a list named records is wanted"));
    };
    if let Some(refused) = too_many(records.len(), body.get("allOrNone")) {
        return Ok(refused);
    }
    let mut results = Vec::with_capacity(records.len());
    let mut waits = false;
    for record in records {
        let planned = record.as_object().cloned().ok_or("a record has to be an object");
        let one = match planned.and_then(&write) {
            Ok((call, kind)) => propose(&alone(context), call, kind).await?,
            Err(problem) => error::parser(problem),
        };
        waits |= one.status == StatusCode::ACCEPTED;
        results.push(saved(&one));
    }
    Ok(list(results, waits))
}

/// 202 when something waits for a person; 200 when everything was refused.
fn list(results: Vec<Value>, waits: bool) -> Answer {
    let status = if waits { StatusCode::ACCEPTED } else { StatusCode::OK };
    Answer { wrote: true, ..Answer::new(status, Value::Array(results)) }
}

/// Nobody waits for a decision in the middle of a list: the rest of it has to be proposed first.
pub(super) fn alone<'a>(context: &Context<'a>) -> Context<'a> {
    let wants = Wants { wait: None, ..context.wants.clone() };
    Context { doors: context.doors, direct: context.direct, version: context.version, wants }
}

/// Each write waits for an approval of its own, so several cannot be one.
fn too_many(records: usize, all_or_none: Option<&Value>) -> Option<Answer> {
    if records > MOST {
        let message = format!("record limit reached. cannot submit more than {MOST} records");
        return Some(error::of(400, "EXCEEDED_ID_LIMIT", &message));
    }
    let together = all_or_none.is_some_and(|it| it == &json!(true) || it == &json!("true"));
    (together && records > 1).then(all_or_none_refused)
}

pub(super) fn all_or_none_refused() -> Answer {
    let message = "each write waits for an approval of its own, so all or none cannot be promised; \
                   send allOrNone false";
    error::of(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", message)
}

/// The object of a record, as it says itself.
fn object(record: &Map<String, Value>) -> Result<String, &'static str> {
    let kind = record.get("attributes").and_then(|it| it.get("type")).and_then(Value::as_str);
    kind.map(str::to_owned).ok_or("a record needs attributes with its type")
}

fn create(mut record: Map<String, Value>) -> Result<(DirectCall, Kind), &'static str> {
    let object = object(&record)?;
    record.retain(|name, _| name != "attributes");
    Ok((DirectCall::Create { object, body: record }, Kind::Create))
}

fn update(mut record: Map<String, Value>) -> Result<(DirectCall, Kind), &'static str> {
    let object = object(&record)?;
    let named = record.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
    let id = named.and_then(|(_, id)| id.as_str()).map(str::to_owned);
    let id = id.ok_or("a record to change needs its id")?;
    record.retain(|name, _| name != "attributes" && !name.eq_ignore_ascii_case("id"));
    Ok((DirectCall::Update { object, id, body: record }, Kind::Change))
}

fn upsert(
    mut record: Map<String, Value>,
    object: &str,
    field: &str,
) -> Result<(DirectCall, Kind), &'static str> {
    let named = record.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
    let value = match named.map(|(_, value)| value) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err("a record needs the external id that it is known by"),
    };
    record.retain(|name, _| name != "attributes" && !name.eq_ignore_ascii_case(field));
    let (object, field) = (object.to_owned(), field.to_owned());
    Ok((DirectCall::Upsert { object, field, value, body: record }, Kind::Upsert))
}

/// The object of an id is told by its first characters.
async fn delete(context: &Context<'_>, call: &Call) -> Outcome {
    let ids = call.list("ids").unwrap_or_default();
    let all_or_none = call.one("allOrNone").map(Value::from);
    if let Some(refused) = too_many(ids.len(), all_or_none.as_ref()) {
        return Ok(refused);
    }
    let answer = context.direct.run(DirectCall::Objects).await.map_err(of_gate)?;
    let Said::Objects(objects) = &answer.said else { return Ok(error::not_found()) };
    let mut results = Vec::with_capacity(ids.len());
    let mut waits = false;
    for id in ids {
        let of = |prefix: &String| id.starts_with(prefix.as_str());
        let known = objects.iter().find(|it| it.schema.key_prefix.as_ref().is_some_and(of));
        let one = match known {
            Some(known) => {
                let object = known.schema.summary.name.clone();
                propose(&alone(context), DirectCall::Delete { object, id }, Kind::Change).await?
            }
            None => error::of(400, "MALFORMED_ID", "malformed id"),
        };
        waits |= one.status == StatusCode::ACCEPTED;
        results.push(saved(&one));
    }
    Ok(list(results, waits))
}

/// `composite/tree/Account`: new records. Children would need the id of a parent that is not there yet.
pub(super) async fn tree(context: &Context<'_>, call: &Call, object: &str) -> Outcome {
    if call.method != http::Method::POST {
        return Ok(error::method(&call.method));
    }
    let body = match call.object() {
        Ok(body) => body,
        Err(answer) => return Ok(answer),
    };
    let Some(Value::Array(records)) = body.get("records") else {
        return Ok(error::parser("a list named records is wanted"));
    };
    if let Some(refused) = too_many(records.len(), None) {
        return Ok(refused);
    }
    let nested = |record: &Value| {
        let mut values = record.as_object().into_iter().flat_map(Map::values);
        values.any(|value| value.get("records").is_some())
    };
    if records.iter().any(nested) {
        let message = "children refer to a parent that waits for a person and has no id yet; create \
                       the parent first";
        return Ok(error::of(400, "INVALID_INPUT", message));
    }
    let mut results = Vec::with_capacity(records.len());
    let mut waits = false;
    for record in records {
        let reference = record.pointer("/attributes/referenceId").cloned().unwrap_or_default();
        let mut fields = record.as_object().cloned().unwrap_or_default();
        fields.retain(|name, _| name != "attributes");
        let create = DirectCall::Create { object: object.to_owned(), body: fields };
        let one = propose(&alone(context), create, Kind::Create).await?;
        waits |= one.status == StatusCode::ACCEPTED;
        let mut result = saved(&one);
        if let Some(result) = result.as_object_mut() {
            result.insert("referenceId".to_owned(), reference);
        }
        results.push(result);
    }
    let status = if waits { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST };
    let body = json!({ "hasErrors": true, "results": results });
    Ok(Answer { wrote: true, ..Answer::new(status, body) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &Value) -> Map<String, Value> {
        json.as_object().cloned().unwrap()
    }

    #[test]
    fn a_record_says_what_it_is() {
        let one =
            record(&json!({ "attributes": { "type": "Contact" }, "id": "003", "Phone": "1" }));
        let (call, kind) = update(one.clone()).unwrap();
        assert_eq!(kind, Kind::Change);
        let DirectCall::Update { object, id, body } = call else { panic!("{call:?}") };
        assert_eq!((object.as_str(), id.as_str()), ("Contact", "003"));
        assert_eq!(body, record(&json!({ "Phone": "1" })));
        assert!(create(record(&json!({ "Phone": "1" }))).is_err());
        assert!(update(record(&json!({ "attributes": { "type": "Contact" } }))).is_err());
        assert!(upsert(one, "Contact", "Number__c").is_err());
    }

    #[test]
    fn several_writes_are_not_one() {
        assert!(too_many(2, Some(&json!(true))).is_some());
        assert!(too_many(2, Some(&json!("true"))).is_some());
        assert!(too_many(1, Some(&json!(true))).is_none());
        assert!(too_many(MOST, Some(&json!(false))).is_none());
        assert!(too_many(MOST + 1, None).is_some());
    }
}
