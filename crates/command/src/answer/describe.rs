//! A search in words, so that the person sees what was understood.

use super::cells::{label, money, number, safe};
use crate::grammar::dates::Unit;
use crate::schema::{FieldType, ObjectView, SchemaView};
use crate::search::{Condition, Op, Search, Value};

/// The conditions of a search: `amount over $100,000, close date this quarter`.
pub(super) fn describe(schema: &SchemaView, search: &Search) -> String {
    let Some(object) = schema.object(&search.object) else { return String::new() };
    let mut parts: Vec<String> =
        search.conditions.iter().filter_map(|c| condition(schema, object, c)).collect();
    // What the conditions say better than the words did is not said twice.
    parts.extend(search.said.iter().filter(|s| s.starts_with("of ")).cloned());
    parts.join(", ")
}

fn condition(schema: &SchemaView, object: &ObjectView, of: &Condition) -> Option<String> {
    match of {
        Condition::Any(list) => joined(schema, object, list, " or "),
        Condition::All(list) => joined(schema, object, list, " and "),
        Condition::Is { path, op, value } => one(schema, object, path, *op, value),
    }
}

fn joined(
    schema: &SchemaView,
    object: &ObjectView,
    list: &[Condition],
    by: &str,
) -> Option<String> {
    let parts: Vec<String> = list.iter().filter_map(|c| condition(schema, object, c)).collect();
    // The same text looked for in several fields is said once: `account or name contains "Acme"`.
    let tail = |p: &String| p.split_once(" contains ").map(|(a, b)| (a.to_owned(), b.to_owned()));
    let split: Vec<(String, String)> = parts.iter().filter_map(tail).collect();
    if split.len() == parts.len()
        && split.len() > 1
        && split.iter().all(|(_, b)| Some(b) == split.first().map(|(_, b)| b))
    {
        let fields: Vec<&str> = split.iter().map(|(a, _)| a.as_str()).collect();
        return split.first().map(|(_, text)| format!("{} contains {text}", fields.join(" or ")));
    }
    (!parts.is_empty()).then(|| parts.join(by))
}

fn one(
    schema: &SchemaView,
    object: &ObjectView,
    path: &str,
    op: Op,
    value: &Value,
) -> Option<String> {
    let name = label(schema, object, path).to_lowercase();
    let kind = schema.path(object, path).map_or(FieldType::String, |f| f.kind);
    if *value == Value::Me {
        return Some(if op == Op::Ne { "not yours" } else { "yours" }.to_owned());
    }
    if let Value::Bool(yes) = value {
        let yes = *yes == (op != Op::Ne);
        return Some(match (path, yes) {
            ("IsClosed", true) => "closed".to_owned(),
            ("IsClosed", false) => "open".to_owned(),
            ("IsWon", true) => "won".to_owned(),
            ("IsWon", false) => "not won".to_owned(),
            (_, true) => name,
            (_, false) => format!("not {name}"),
        });
    }
    let text = match value {
        Value::Text(text)
        | Value::Contains(text)
        | Value::StartsWith(text)
        | Value::EndsWith(text)
        | Value::Loosely(text) => safe(text, 60),
        Value::Number(n) if kind == FieldType::Currency => money(schema, *n),
        Value::Number(n) if kind == FieldType::Percent => format!("{}%", number(*n)),
        Value::Number(n) => number(*n),
        Value::Date(text) => date(text),
        Value::OneOf(list) => list.iter().map(|v| safe(v, 60)).collect::<Vec<_>>().join(" or "),
        Value::Null => {
            return Some(if op == Op::Ne {
                format!("with {name}")
            } else {
                format!("without {name}")
            });
        }
        Value::From { .. } | Value::Me | Value::Bool(_) => return None,
    };
    let id = path.ends_with("Id");
    if id {
        return None;
    }
    Some(match (op, value) {
        (Op::Like, Value::StartsWith(_)) => format!("{name} starts with {text}"),
        (Op::Like, Value::EndsWith(_)) => format!("{name} ends with {text}"),
        (Op::Like, _) => format!("{name} contains {text}"),
        (Op::NotLike, _) => format!("{name} does not contain {text}"),
        (Op::Lt, Value::Date(_)) => format!("{name} before {text}"),
        (Op::Gt, Value::Date(_)) => format!("{name} after {text}"),
        (Op::Ge, Value::Date(_)) => format!("{name} from {text}"),
        (Op::Le, Value::Date(_)) => format!("{name} up to {text}"),
        (Op::Eq | Op::In, _) => format!("{name} {text}"),
        (Op::Ne, _) => format!("{name} not {text}"),
        (Op::Lt, _) => format!("{name} under {text}"),
        (Op::Le, _) => format!("{name} at most {text}"),
        (Op::Gt, _) => format!("{name} over {text}"),
        (Op::Ge, _) => format!("{name} at least {text}"),
    })
}

/// `this quarter` for `THIS_QUARTER`, `last 30 days` for `LAST_N_DAYS:30`.
fn date(literal: &str) -> String {
    if let Some((name, count)) =
        literal.split_once(':').filter(|_| literal.contains("_N_") || literal.contains("_AGO"))
    {
        let words = name.to_lowercase().replace('_', " ");
        return match words.strip_prefix("n ") {
            Some(rest) => format!("{count} {rest}"),
            None => words.replace(" n ", &format!(" {count} ")),
        };
    }
    if literal.contains("T00:00:00Z") {
        return literal.replace("T00:00:00Z", "");
    }
    literal.to_lowercase().replace('_', " ")
}

/// The name of a stretch of the calendar in a grouped answer.
pub(super) fn calendar(unit: Unit, year: i64, part: Option<i64>) -> String {
    match (unit, part) {
        (Unit::Month, Some(month)) => {
            let name = usize::try_from(month - 1)
                .ok()
                .and_then(|m| crate::lexicon::MONTHS.get(m))
                .copied()
                .unwrap_or("?");
            let mut chars = name.chars();
            let name: String =
                chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default();
            format!("{name} {year}")
        }
        (Unit::Quarter, Some(quarter)) => format!("Q{quarter} {year}"),
        _ => year.to_string(),
    }
}
