//! Records as the REST API shows them.

use serde_json::{Map, Value as Json, json};

use crate::access::Actor;
use crate::id::Id;
use crate::schema::{ADDRESS_PARTS, Field, Kind, Object, system};
use crate::state::Row;
use crate::value::{Value, instant_text};

/// A value in the form its field's type has. `version` is the caller's, such as `v68.0`.
pub(crate) fn field(object: &Object, field: &Field, row: &Row, version: &str) -> Json {
    match &field.kind {
        Kind::Address(prefix) => address(object, prefix, row),
        Kind::Base64 if !row.get(field.at).is_null() => {
            let id = row.id().map(|id| id.to_string()).unwrap_or_default();
            json!(format!("/services/data/{version}/sobjects/{}/{id}/{}", object.name, field.name))
        }
        kind => value(kind, row.get(field.at)),
    }
}

/// A value on its own.
pub(crate) fn value(kind: &Kind, value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(number) if matches!(kind, Kind::Int) => whole(*number),
        Value::Number(number) => json!(number),
        Value::Text(text) => json!(text),
        Value::Id(id) => json!(id.to_string()),
        Value::Date(date) => json!(date.to_string()),
        Value::Instant(at) => json!(instant_text(*at)),
        Value::Time(time) => json!(time.strftime("%H:%M:%S.%3fZ").to_string()),
    }
}

/// A whole number without a decimal point.
pub(crate) fn whole(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "only numbers in the range are cast")]
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

fn address(object: &Object, prefix: &str, row: &Row) -> Json {
    let parts: Vec<(&str, &Value)> = ADDRESS_PARTS
        .iter()
        .map(|(key, suffix)| (*key, row.named(object, &format!("{prefix}{suffix}"))))
        .collect();
    if parts.iter().all(|(_, value)| value.is_null()) {
        return Json::Null;
    }
    let mut out = Map::new();
    for (key, part) in parts {
        out.insert(key.to_owned(), value(&Kind::Text(255), part));
        if key == "country" {
            for none in ["geocodeAccuracy", "latitude", "longitude"] {
                out.insert(none.to_owned(), Json::Null);
            }
        }
    }
    Json::Object(out)
}

/// The `attributes` of a record.
pub(crate) fn attributes(object: &Object, id: Option<Id>, version: &str) -> Json {
    match id {
        Some(id) => json!({
            "type": object.name,
            "url": format!("/services/data/{version}/sobjects/{}/{id}", object.name)
        }),
        None => json!({ "type": object.name }),
    }
}

/// A whole record, as far as the user may see its fields.
pub(crate) fn record(actor: &Actor, object: &Object, row: &Row, version: &str) -> Json {
    let mut out = Map::new();
    out.insert("attributes".to_owned(), attributes(object, row.id(), version));
    for field in object.fields.iter().filter(|field| actor.sees(object, field)) {
        out.insert(field.name.clone(), self::field(object, field, row, version));
    }
    Json::Object(out)
}

/// The entity tag of a record: it changes whenever the record does.
pub(crate) fn etag(row: &Row) -> String {
    let stamp =
        if let Value::Instant(at) = row.get(system::STAMP) { at.as_millisecond() } else { 0 };
    format!("\"{stamp:x}\"")
}
