//! SOQL text: escapes every literal, names only what the schema has, and always carries a LIMIT where SOQL allows one.

use crate::grammar::dates::Unit;
use crate::intent::{Group, Measure, Tally};
use crate::schema::{FieldType, ObjectView, SchemaView};
use crate::search::{Condition, DEFAULT_LIMIT, MAX_LIMIT, Op, Search, Value};

/// Groups shown in one table.
const GROUP_LIMIT: u32 = 100;

/// The usual columns of an object's rows.
const COLUMNS: &[(&str, &[&str])] = &[
    ("Opportunity", &["Name", "Account.Name", "StageName", "Amount", "CloseDate", "Owner.Name"]),
    ("Account", &["Name", "Industry", "Type", "BillingCity", "BillingCountry", "Phone"]),
    ("Contact", &["Name", "Title", "Account.Name", "Email", "Phone"]),
    ("Lead", &["Name", "Company", "Status", "LeadSource", "Email"]),
    ("Case", &["CaseNumber", "Subject", "Status", "Priority", "Account.Name"]),
    ("Task", &["Subject", "ActivityDate", "Status", "Priority", "Who.Name", "What.Name"]),
    ("Event", &["Subject", "StartDateTime", "Location", "Who.Name", "What.Name"]),
    ("Campaign", &["Name", "Type", "Status", "StartDate", "EndDate"]),
    ("User", &["Name", "Title", "Email"]),
    ("Note", &["Title", "CreatedDate", "Owner.Name"]),
];

/// What is shown of one record.
const DETAILS: &[(&str, &[&str])] = &[
    (
        "Opportunity",
        &[
            "Name",
            "Account.Name",
            "StageName",
            "Amount",
            "Probability",
            "CloseDate",
            "Type",
            "LeadSource",
            "NextStep",
            "Owner.Name",
            "Description",
        ],
    ),
    (
        "Account",
        &[
            "Name",
            "Industry",
            "Type",
            "Rating",
            "Phone",
            "Website",
            "BillingCity",
            "BillingCountry",
            "AnnualRevenue",
            "NumberOfEmployees",
            "Owner.Name",
            "Description",
        ],
    ),
    (
        "Contact",
        &[
            "Name",
            "Title",
            "Department",
            "Account.Name",
            "Email",
            "Phone",
            "MobilePhone",
            "MailingCity",
            "MailingCountry",
            "LeadSource",
            "Owner.Name",
        ],
    ),
    (
        "Lead",
        &[
            "Name",
            "Company",
            "Title",
            "Status",
            "Rating",
            "Email",
            "Phone",
            "LeadSource",
            "Industry",
            "City",
            "Country",
            "Owner.Name",
        ],
    ),
    (
        "Case",
        &[
            "CaseNumber",
            "Subject",
            "Status",
            "Priority",
            "Origin",
            "Type",
            "Account.Name",
            "Contact.Name",
            "CreatedDate",
            "Owner.Name",
            "Description",
        ],
    ),
    (
        "Task",
        &[
            "Subject",
            "Status",
            "Priority",
            "ActivityDate",
            "Who.Name",
            "What.Name",
            "Owner.Name",
            "Description",
        ],
    ),
    (
        "Event",
        &[
            "Subject",
            "StartDateTime",
            "EndDateTime",
            "ActivityDate",
            "Location",
            "Who.Name",
            "What.Name",
            "Owner.Name",
            "Description",
        ],
    ),
];

/// A statement of the rows of a search.
pub(crate) fn rows(schema: &SchemaView, search: &Search, me: Option<&str>) -> Option<String> {
    let object = schema.object(&search.object)?;
    let columns = columns(schema, search);
    let mut text = format!("SELECT {} FROM {}", columns.join(", "), object.name);
    text.push_str(&filter(schema, object, &search.conditions, me));
    text.push_str(&order(schema, object, search));
    let limit = search.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let offset = if search.offset > 0 {
        format!(" OFFSET {}", search.offset.min(2000))
    } else {
        String::new()
    };
    Some(format!("{text} LIMIT {limit}{offset}"))
}

/// The columns of a search: Id, the name, the usual ones, and those asked for.
pub(crate) fn columns(schema: &SchemaView, search: &Search) -> Vec<String> {
    let Some(object) = schema.object(&search.object) else { return Vec::new() };
    let mine = search.needs_me();
    let mut paths = vec!["Id".to_owned(), object.name_field.clone()];
    let usual = usual(schema, object, COLUMNS, 5);
    paths.extend(usual.into_iter().filter(|p| !(mine && p == "Owner.Name")));
    let filtered = search.conditions.iter().flat_map(Condition::paths).filter(|p| worth_showing(p));
    let ordered = search.order.iter().map(|o| o.path.clone());
    paths.extend(search.columns.iter().cloned().chain(ordered).chain(filtered));
    distinct(schema, object, paths)
}

/// A column that says something about rows chosen by it.
fn worth_showing(path: &str) -> bool {
    !path.ends_with("Id") && !path.starts_with("Is") && path != "Owner.Name"
}

/// The columns of one record in full.
pub(crate) fn details(schema: &SchemaView, object: &ObjectView) -> Vec<String> {
    let mut paths = vec![object.name_field.clone()];
    paths.extend(usual(schema, object, DETAILS, 14));
    distinct(schema, object, paths)
}

fn usual(
    schema: &SchemaView,
    object: &ObjectView,
    table: &[(&str, &[&str])],
    most: usize,
) -> Vec<String> {
    if let Some((_, paths)) = table.iter().find(|(name, _)| *name == object.name) {
        paths.iter().map(|p| (*p).to_owned()).collect()
    } else {
        let plain = object.fields.iter().filter(|f| {
            !matches!(
                f.kind,
                FieldType::Id | FieldType::Reference | FieldType::TextArea | FieldType::Other
            ) && !f.name.starts_with("System")
                && !f.name.starts_with("Created")
                && !f.name.starts_with("LastModified")
        });
        let mut paths: Vec<String> = plain.map(|f| f.name.clone()).take(most).collect();
        if schema.has(object, "Owner.Name") {
            paths.push("Owner.Name".to_owned());
        }
        paths
    }
}

fn distinct(schema: &SchemaView, object: &ObjectView, paths: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for path in paths {
        if (path == "Id" || schema.has(object, &path)) && !out.contains(&path) {
            out.push(path);
        }
    }
    out
}

/// One record by its Id, with the given columns.
pub(crate) fn by_id(
    schema: &SchemaView,
    object: &ObjectView,
    id: &str,
    paths: &[String],
) -> String {
    let mut all = vec!["Id".to_owned(), object.name_field.clone()];
    all.extend(paths.iter().cloned());
    let columns = distinct(schema, object, all).join(", ");
    format!("SELECT {columns} FROM {} WHERE Id = {} LIMIT 1", object.name, literal(id))
}

/// Counts and sums, in groups or over all.
pub(crate) fn tally(
    schema: &SchemaView,
    search: &Search,
    tally: &Tally,
    me: Option<&str>,
) -> Option<String> {
    let object = schema.object(&search.object)?;
    let measures: Vec<String> =
        tally.measures.iter().map(|m| format!("{} {}", expression(m), alias(m))).collect();
    let filter = filter(schema, object, &search.conditions, me);
    let groups = match &tally.group {
        None => Vec::new(),
        Some(Group::Field(path)) => vec![schema.has(object, path).then(|| path.clone())?],
        Some(Group::Calendar(unit, path)) => {
            schema.path(object, path)?;
            let year = format!("CALENDAR_YEAR({path})");
            match unit {
                Unit::Month => vec![year, format!("CALENDAR_MONTH({path})")],
                Unit::Quarter => vec![year, format!("CALENDAR_QUARTER({path})")],
                _ => vec![year],
            }
        }
    };
    let first = tally.measures.first()?;
    if groups.is_empty() {
        // SOQL refuses a LIMIT on an aggregate without groups; it answers with one row anyway.
        return Some(format!("SELECT {} FROM {}{filter}", measures.join(", "), object.name));
    }
    let calendar = matches!(tally.group, Some(Group::Calendar(..)));
    let named: Vec<String> = groups
        .iter()
        .zip(["year", "part"])
        .map(|(g, n)| if calendar { format!("{g} {n}") } else { g.clone() })
        .collect();
    let order = if calendar { groups.join(", ") } else { format!("{} DESC", expression(first)) };
    let limit = search.limit.unwrap_or(GROUP_LIMIT).clamp(1, MAX_LIMIT);
    Some(format!(
        "SELECT {}, {} FROM {}{filter} GROUP BY {} ORDER BY {order} LIMIT {limit}",
        named.join(", "),
        measures.join(", "),
        object.name,
        groups.join(", "),
    ))
}

fn expression(measure: &Measure) -> String {
    match measure {
        Measure::Count => "COUNT(Id)".to_owned(),
        Measure::Sum(path) => format!("SUM({path})"),
        Measure::Average(path) => format!("AVG({path})"),
        Measure::Max(path) => format!("MAX({path})"),
        Measure::Min(path) => format!("MIN({path})"),
    }
}

/// The name of a measure in the answer's rows.
pub(crate) fn alias(measure: &Measure) -> &'static str {
    match measure {
        Measure::Count => "howmany",
        Measure::Sum(_) => "total",
        Measure::Average(_) => "average",
        Measure::Max(_) => "highest",
        Measure::Min(_) => "lowest",
    }
}

fn order(schema: &SchemaView, object: &ObjectView, search: &Search) -> String {
    if let Some(order) = &search.order
        && let Some(field) =
            schema.path(object, &order.path).filter(|f| f.kind != FieldType::TextArea)
    {
        let _ = field;
        let direction = if order.descending { "DESC" } else { "ASC" };
        return format!(" ORDER BY {} {direction} NULLS LAST", order.path);
    }
    let usual: &[(&str, &str)] =
        &[("CloseDate", "ASC"), ("ActivityDate", "ASC"), ("StartDateTime", "ASC")];
    let newest: &[(&str, &str)] = &[("CreatedDate", "DESC")];
    let by_name = [(object.name_field.as_str(), "ASC")];
    let choice: Vec<(&str, &str)> = match object.name.as_str() {
        "Lead" | "Case" | "Note" => newest.iter().chain(&by_name).copied().collect(),
        "Account" | "Contact" | "User" | "Campaign" => by_name.to_vec(),
        _ => usual.iter().chain(&by_name).copied().collect(),
    };
    let found = choice
        .into_iter()
        .find(|(path, _)| schema.path(object, path).is_some_and(|f| f.kind != FieldType::TextArea));
    found
        .map(|(path, direction)| format!(" ORDER BY {path} {direction} NULLS LAST"))
        .unwrap_or_default()
}

fn filter(
    schema: &SchemaView,
    object: &ObjectView,
    conditions: &[Condition],
    me: Option<&str>,
) -> String {
    let parts: Vec<String> = conditions
        .iter()
        .flat_map(|c| match c {
            Condition::All(of) => {
                of.iter().filter_map(|c| condition(schema, object, c, me)).collect::<Vec<_>>()
            }
            other => condition(schema, object, other, me).into_iter().collect(),
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!(" WHERE {}", parts.join(" AND ")) }
}

fn condition(
    schema: &SchemaView,
    object: &ObjectView,
    of: &Condition,
    me: Option<&str>,
) -> Option<String> {
    let joined = |list: &[Condition], by: &str| {
        let parts: Vec<String> =
            list.iter().filter_map(|c| condition(schema, object, c, me)).collect();
        match parts.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(format!("({})", parts.join(by))),
        }
    };
    match of {
        Condition::Any(list) => joined(list, " OR "),
        Condition::All(list) => joined(list, " AND "),
        Condition::Is { path, op, value } => {
            if path != "Id" {
                schema.path(object, path)?;
            }
            comparison(path, *op, value, me)
        }
    }
}

fn comparison(path: &str, op: Op, value: &Value, me: Option<&str>) -> Option<String> {
    let sign = match op {
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        Op::Gt => ">",
        Op::Ge => ">=",
        Op::In => "IN",
        Op::Like => "LIKE",
        Op::NotLike => return Some(format!("(NOT {})", comparison(path, Op::Like, value, me)?)),
    };
    let right = match value {
        Value::Text(text) => literal(text),
        Value::Contains(text) => like("%", text, "%"),
        Value::StartsWith(text) => like("", text, "%"),
        Value::EndsWith(text) => like("%", text, ""),
        Value::Loosely(text) => {
            let words: Vec<String> = text.split_whitespace().map(|w| escape(w, true)).collect();
            format!("'%{}%'", words.join("%"))
        }
        Value::Number(number) => plain_number(*number),
        Value::Bool(yes) => yes.to_string(),
        Value::Null => "null".to_owned(),
        Value::Date(text) => text.clone(),
        Value::Me => literal(me?),
        Value::OneOf(list) => {
            format!("({})", list.iter().map(|v| literal(v)).collect::<Vec<_>>().join(", "))
        }
        Value::From { field, object, id } => {
            format!("(SELECT {field} FROM {object} WHERE Id = {})", literal(id))
        }
    };
    Some(format!("{path} {sign} {right}"))
}

/// A number as SOQL reads it.
pub(crate) fn plain_number(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number}") }
}

/// A string literal. Nothing the person or a record says can end it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", escape(text, false))
}

fn like(before: &str, text: &str, after: &str) -> String {
    format!("'{before}{}{after}'", escape(text, true))
}

/// Escapes a text for a literal; in a LIKE pattern also `%` and `_`, but not inside the gate's tokens.
fn escape(text: &str, pattern: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut token_until = 0;
    for (at, c) in text.char_indices() {
        if c == '{' && at >= token_until {
            token_until = token_end(text, at).unwrap_or(token_until);
        }
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '%' | '_' if pattern && at >= token_until => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Where the token that starts at `at` ends, if it is one.
fn token_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    let close = rest.find('}')?;
    let inside = rest.get(..close)?;
    let fits = !inside.is_empty()
        && inside.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    fits.then_some(at + 1 + close + 1)
}
