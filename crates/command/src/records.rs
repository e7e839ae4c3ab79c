//! Records as tools give them: rows with an Id and a name, values at the end of a path, what was withheld.

use serde_json::Value;

use crate::schema::SchemaView;

/// A record that can be pointed at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) object: String,
    pub(crate) id: String,
    pub(crate) name: String,
    /// Every other shown value, for telling candidates apart.
    pub(crate) about: Vec<String>,
}

/// A field that the gate kept back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Withheld {
    pub(crate) object: String,
    pub(crate) field: String,
    pub(crate) why: String,
}

/// The answer to a query.
#[derive(Debug, Clone)]
pub(crate) struct Rows<'v> {
    pub(crate) total: usize,
    pub(crate) records: Vec<&'v Value>,
    pub(crate) withheld: Vec<Withheld>,
}

/// Reads a query's result; anything that is not one has no records.
pub(crate) fn read(result: &Value) -> Rows<'_> {
    let records: Vec<&Value> = result
        .get("records")
        .and_then(Value::as_array)
        .map(|r| r.iter().filter(|v| v.is_object()).collect())
        .unwrap_or_default();
    let total = result
        .get("totalSize")
        .and_then(Value::as_u64)
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(records.len());
    let mut withheld: Vec<Withheld> = result
        .get("withheld")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|w| {
            let text =
                |name: &str| w.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            Withheld { object: text("object"), field: text("field"), why: text("why") }
        })
        .filter(|w| !w.field.is_empty())
        .collect();
    withheld.sort();
    withheld.dedup_by(|a, b| a.object == b.object && a.field == b.field);
    Rows { total, records, withheld }
}

/// The rows that can be pointed at.
pub(crate) fn rows_of(schema: &SchemaView, records: Option<&Vec<Value>>) -> Vec<Row> {
    records.into_iter().flatten().filter_map(|r| row(schema, r, "")).collect()
}

/// One record as a row; `object` when the record does not say what it is.
pub(crate) fn row(schema: &SchemaView, record: &Value, object: &str) -> Option<Row> {
    let said = record
        .get("attributes")
        .and_then(|a| a.get("type"))
        .and_then(Value::as_str)
        .unwrap_or(object);
    let view = schema.object(said).or_else(|| schema.object(object))?;
    let id = record.get("Id").and_then(Value::as_str)?.to_owned();
    let name = at(record, &view.name_field)
        .and_then(text)
        .or_else(|| at(record, "Name").and_then(text))
        .unwrap_or_default();
    let about = record
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| !matches!(key.as_str(), "attributes" | "Id") && **key != view.name_field)
        .filter_map(|(_, value)| text(value).or_else(|| value.get("Name").and_then(text)))
        .collect();
    Some(Row { object: view.name.clone(), id, name, about })
}

/// The value at the end of a path such as `Account.Name`, nested or flat; nothing for null.
pub(crate) fn at<'v>(record: &'v Value, path: &str) -> Option<&'v Value> {
    let found = if let Some(value) = record.get(path) {
        Some(value)
    } else {
        let (hop, rest) = path.split_once('.')?;
        at(record.get(hop)?, rest)
    };
    found.filter(|v| !v.is_null())
}

/// A value as text, when it is one value.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}
