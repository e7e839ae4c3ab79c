//! Several records as a small table, and counts and sums.

use serde_json::Value;

use super::cells::{cell, label, money, number, safe};
use super::describe::{calendar, describe};
use super::{counted, withheld_note};
use crate::intent::{Group, Measure, Tally};
use crate::lexicon::{main_amount, object_noun};
use crate::query;
use crate::records::{Rows, at, text};
use crate::schema::{FieldType, ObjectView, SchemaView};
use crate::search::{DEFAULT_LIMIT, Search};

/// Columns beside the number; more do not fit a chat.
const MAX_COLUMNS: usize = 8;

/// The rows of a search.
pub(crate) fn list(schema: &SchemaView, search: &Search, found: &Rows<'_>) -> String {
    let Some(object) = schema.object(&search.object) else { return String::new() };
    let what = heading(schema, search, object, found.records.len());
    let note = withheld_note(schema, &found.withheld);
    if found.records.is_empty() {
        let none = if search.offset > 0 {
            "There are no more".to_owned()
        } else {
            "I found no".to_owned()
        };
        return format!(
            "{none} {}.{note}",
            parenthesis(&object_noun(object, 2), &describe(schema, search))
        );
    }
    let mut columns = query::columns(schema, search);
    columns.retain(|c| {
        (c != "Id" || search.with_ids) && found.records.iter().any(|r| at(r, c).is_some())
    });
    // One condition on every row says it in the heading; the column would only repeat it.
    let asked = |c: &String| search.columns.contains(c);
    while columns.len() > MAX_COLUMNS {
        let Some(drop) = columns.iter().rposition(|c| !asked(c) && c != "Id") else { break };
        columns.remove(drop);
    }
    let mut lines = vec![format!(
        "| # | {} |",
        columns.iter().map(|c| safe(&label(schema, object, c), 40)).collect::<Vec<_>>().join(" | ")
    )];
    lines.push(format!(
        "|--:|{}|",
        columns.iter().map(|c| rule(schema, object, c)).collect::<Vec<_>>().join("|")
    ));
    for (record, number) in found.records.iter().zip(search.offset as usize + 1..) {
        let cells: Vec<String> = columns.iter().map(|c| shown(schema, object, record, c)).collect();
        lines.push(format!("| {number} | {} |", cells.join(" | ")));
    }
    let total = total(schema, object, search, found);
    let limit = search.limit.unwrap_or(DEFAULT_LIMIT) as usize;
    let asked_for = search.limit.is_some();
    let more = if found.records.len() >= limit && !asked_for {
        "\n\nThere may be more: say `more`."
    } else {
        ""
    };
    format!("{what}:\n\n{}{total}{more}{note}", lines.join("\n"))
}

fn heading(schema: &SchemaView, search: &Search, object: &ObjectView, count: usize) -> String {
    let noun = object_noun(object, count);
    let count = if search.offset > 0 {
        format!("{} {noun} from number {}", count, search.offset + 1)
    } else {
        counted(count, &object_noun(object, 1), &object_noun(object, 2))
    };
    parenthesis(&count, &describe(schema, search))
}

fn parenthesis(what: &str, describe: &str) -> String {
    if describe.is_empty() { what.to_owned() } else { format!("{what} ({describe})") }
}

fn rule(schema: &SchemaView, object: &ObjectView, path: &str) -> &'static str {
    if schema.path(object, path).is_some_and(|f| f.kind.is_number()) { "--:" } else { "---" }
}

fn shown(schema: &SchemaView, object: &ObjectView, record: &Value, path: &str) -> String {
    let kind = schema.path(object, path).map_or(FieldType::String, |f| f.kind);
    let text = at(record, path).map(|v| cell(schema, kind, v)).unwrap_or_default();
    if text.chars().count() > 80 { safe(&text.replace('\\', ""), 80) } else { text }
}

/// The sum of the amounts shown, when there are several.
fn total(schema: &SchemaView, object: &ObjectView, search: &Search, found: &Rows<'_>) -> String {
    let Some(field) =
        main_amount(object).filter(|f| f.kind == FieldType::Currency && f.name == "Amount")
    else {
        return String::new();
    };
    let amounts: Vec<f64> =
        found.records.iter().filter_map(|r| r.get(&field.name).and_then(Value::as_f64)).collect();
    if amounts.len() < 2 || search.offset > 0 {
        return String::new();
    }
    let of = if amounts.len() < found.records.len() {
        format!(" of the {} with one", amounts.len())
    } else {
        String::new()
    };
    format!(
        "\n\nTotal {} of these{of}: **{}**",
        field.label.to_lowercase(),
        money(schema, amounts.iter().sum())
    )
}

/// Counts, sums and averages, in groups or over all.
pub(crate) fn tally(
    schema: &SchemaView,
    search: &Search,
    tally: &Tally,
    found: &Rows<'_>,
) -> String {
    let Some(object) = schema.object(&search.object) else { return String::new() };
    let note = withheld_note(schema, &found.withheld);
    let what = describe(schema, search);
    match &tally.group {
        None => {
            let empty = Value::Null;
            let row = found.records.first().copied().unwrap_or(&empty);
            format!("{}{note}", single(schema, object, tally, row, &what))
        }
        Some(group) => format!("{}{note}", groups(schema, object, tally, group, found, &what)),
    }
}

/// The value of the measure at `place`: by its alias, or by SOQL's own `expr0`.
fn measured(row: &Value, tally: &Tally, place: usize) -> Option<f64> {
    let measure = tally.measures.get(place)?;
    let named = at(row, query::alias(measure)).or_else(|| at(row, &format!("expr{place}")));
    match named? {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn single(
    schema: &SchemaView,
    object: &ObjectView,
    tally: &Tally,
    row: &Value,
    what: &str,
) -> String {
    let count = tally
        .measures
        .iter()
        .position(|m| *m == Measure::Count)
        .and_then(|i| measured(row, tally, i));
    let noun = |n: f64| {
        let one = (n - 1.0).abs() < 0.5;
        format!("{} {}", number(n), object_noun(object, if one { 1 } else { 2 }))
    };
    let across = count.map(|n| format!(" over {}", noun(n))).unwrap_or_default();
    match (tally.measures.first(), measured(row, tally, 0)) {
        (Some(Measure::Count), Some(n)) => {
            format!("**{}**.", parenthesis(&noun(n), what)).replace("**.", "**")
        }
        (Some(Measure::Count), None) => "The count was withheld.".to_owned(),
        (Some(measure), value) => {
            let (word, path) = word(measure);
            let label = label(schema, object, path).to_lowercase();
            let shown = value.map(|v| amount(schema, object, path, v));
            let rest = if what.is_empty() { String::new() } else { format!(" ({what})") };
            match shown {
                Some(shown) => format!("{word} {label}: **{shown}**{across}{rest}"),
                None if count.is_none_or(|n| n == 0.0) => format!(
                    "I found no {}{rest}, so there is no {} {label}.",
                    object_noun(object, 2),
                    word.to_lowercase()
                ),
                None => format!(
                    "The {} {label} is not known{across}{rest}: no record has one, or it was withheld.",
                    word.to_lowercase()
                ),
            }
        }
        (None, _) => String::new(),
    }
}

fn word(measure: &Measure) -> (&'static str, &str) {
    match measure {
        Measure::Count => ("Number", "Id"),
        Measure::Sum(path) => ("Total", path),
        Measure::Average(path) => ("Average", path),
        Measure::Max(path) => ("Highest", path),
        Measure::Min(path) => ("Lowest", path),
    }
}

fn amount(schema: &SchemaView, object: &ObjectView, path: &str, value: f64) -> String {
    match schema.path(object, path).map(|f| f.kind) {
        Some(FieldType::Currency) => money(schema, value),
        Some(FieldType::Percent) => format!("{}%", number(value)),
        _ => number(value),
    }
}

fn groups(
    schema: &SchemaView,
    object: &ObjectView,
    tally: &Tally,
    group: &Group,
    found: &Rows<'_>,
    what: &str,
) -> String {
    let (Group::Field(path) | Group::Calendar(_, path)) = group;
    let title = label(schema, object, path);
    if found.records.is_empty() {
        return format!("I found no {}.", parenthesis(&object_noun(object, 2), what));
    }
    let mut rows: Vec<&Value> = found.records.clone();
    // Stages read best in the order of the sales process.
    let order = schema.path(object, path).map(|f| f.picklist.clone()).unwrap_or_default();
    if matches!(group, Group::Field(p) if p == "StageName") {
        rows.sort_by_key(|r| {
            key(r, group).and_then(|k| order.iter().position(|v| *v == k)).unwrap_or(order.len())
        });
    }
    let titles: Vec<String> = tally
        .measures
        .iter()
        .map(|m| match m {
            Measure::Count => capital(&object_noun(object, 2)),
            other => {
                let (word, path) = word(other);
                format!("{word} {}", label(schema, object, path).to_lowercase())
            }
        })
        .collect();
    let mut lines = vec![format!("| {} | {} |", safe(&title, 40), titles.join(" | "))];
    lines.push(format!("|---|{}|", vec!["--:"; titles.len()].join("|")));
    let mut totals = vec![0.0; titles.len()];
    for row in &rows {
        let name = key(row, group).map_or_else(|| "(none)".to_owned(), |k| safe(&k, 60));
        let cells: Vec<String> = tally
            .measures
            .iter()
            .enumerate()
            .map(|(i, m)| {
                let value = measured(row, tally, i);
                if let (Some(total), Some(v)) = (totals.get_mut(i), value) {
                    *total += v;
                }
                value.map(|v| amount(schema, object, word(m).1, v)).unwrap_or_default()
            })
            .collect();
        lines.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    let adds_up = tally.measures.iter().all(|m| matches!(m, Measure::Count | Measure::Sum(_)));
    if adds_up && rows.len() > 1 {
        let cells: Vec<String> = tally
            .measures
            .iter()
            .zip(&totals)
            .map(|(m, v)| format!("**{}**", amount(schema, object, word(m).1, *v)))
            .collect();
        lines.push(format!("| **Total** | {} |", cells.join(" | ")));
    }
    let heading = parenthesis(
        &format!("{} by {}", capital(&object_noun(object, 2)), by(group, &title)),
        what,
    );
    format!("{heading}:\n\n{}", lines.join("\n"))
}

fn by(group: &Group, title: &str) -> String {
    match group {
        Group::Field(_) => title.to_lowercase(),
        Group::Calendar(unit, _) => {
            format!("{} of {}", unit.literal().to_lowercase(), title.to_lowercase())
        }
    }
}

/// The group's name: under the path, its last part, or SOQL's aliases for the calendar.
fn key(row: &Value, group: &Group) -> Option<String> {
    match group {
        Group::Field(path) => {
            let last = path.rsplit('.').next().unwrap_or(path);
            at(row, path).or_else(|| at(row, last)).and_then(text)
        }
        Group::Calendar(unit, _) => {
            let whole = |names: [&str; 2]| {
                names
                    .iter()
                    .find_map(|n| at(row, n))
                    .and_then(|v| v.as_i64().or_else(|| v.as_str()?.parse().ok()))
            };
            Some(calendar(
                *unit,
                whole(["year", "expr0"])?,
                whole(["part", "expr1"])
                    .filter(|_| at(row, "part").is_some() || at(row, "year").is_none()),
            ))
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
