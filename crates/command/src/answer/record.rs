//! One record, whole or some fields of it.

use serde_json::Value;

use super::cells::{cell, label, safe};
use super::withheld_note;
use crate::lexicon::object_noun;
use crate::records::{Withheld, at, text};
use crate::schema::{FieldType, ObjectView, SchemaView};

/// Every filled field of a record.
pub(crate) fn record(
    schema: &SchemaView,
    object: &ObjectView,
    columns: &[String],
    record: &Value,
    withheld: &[Withheld],
) -> String {
    let mut lines = Vec::new();
    for path in columns.iter().filter(|p| **p != object.name_field) {
        let kind = kind(schema, object, path);
        if let Some(value) = at(record, path) {
            lines.push(format!(
                "- {}: {}",
                safe(&label(schema, object, path), 60),
                cell(schema, kind, value)
            ));
        }
    }
    format!(
        "{}\n{}{}",
        title(schema, object, record),
        lines.join("\n"),
        withheld_note(schema, withheld)
    )
}

/// The fields that were asked for, with what is empty or withheld said so.
pub(crate) fn fields(
    schema: &SchemaView,
    object: &ObjectView,
    columns: &[String],
    record: &Value,
    withheld: &[Withheld],
) -> String {
    let shown: Vec<(String, String)> = columns
        .iter()
        .map(|path| {
            let text = match at(record, path) {
                Some(value) => cell(schema, kind(schema, object, path), value),
                None if is_withheld(path, record, withheld) => "withheld".to_owned(),
                None => "not filled in".to_owned(),
            };
            (label(schema, object, path), text)
        })
        .collect();
    let title = title(schema, object, record);
    match shown.as_slice() {
        [] => format!("{title}: there is no such field."),
        [(label, text)] => format!("{title}, {}: {text}", label.to_lowercase()),
        many => format!(
            "{title}\n{}",
            many.iter()
                .map(|(label, text)| format!("- {label}: {text}"))
                .collect::<Vec<_>>()
                .join("\n")
        ),
    }
}

fn is_withheld(path: &str, record: &Value, withheld: &[Withheld]) -> bool {
    let (hop, field) = path.rsplit_once('.').map_or(("", path), |(a, b)| (a, b));
    let named = withheld
        .iter()
        .any(|w| w.field == path || (w.field == field && (hop.is_empty() || w.object == hop)));
    // Missing is not the same as null: the query asked for it.
    let missing = if hop.is_empty() {
        record.get(path).is_none()
    } else {
        record.get(path).is_none() && record.get(hop).is_none()
    };
    named || missing
}

fn title(schema: &SchemaView, object: &ObjectView, record: &Value) -> String {
    let _ = schema;
    let name = at(record, &object.name_field)
        .and_then(text)
        .map_or_else(|| "(name withheld)".to_owned(), |n| safe(&n, 100));
    format!("**{name}** ({})", object_noun(object, 1))
}

fn kind(schema: &SchemaView, object: &ObjectView, path: &str) -> FieldType {
    schema.path(object, path).map_or(FieldType::String, |f| f.kind)
}
