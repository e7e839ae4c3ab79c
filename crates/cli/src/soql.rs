//! Checking SOQL and SOSL without an org, and telling what the matrix would do to a query.

mod explain;
mod lines;
mod schema;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use soql::{ErrorCode, ForClause, Mention, SoqlError, StaticSchema, Touched, UpdateClause};

use crate::args::SoqlCheckArgs;
use crate::output::{self, Exit};

pub(crate) use explain::explain;
use lines::{Line, Lines};
use schema::read_schema;

/// Answers every line of standard input with one line, so that a program can pair them.
pub(crate) fn check(args: &SoqlCheckArgs) -> anyhow::Result<Exit> {
    let schema = args.schema.as_ref().map(|path| read_schema(path)).transpose()?;
    let mut exit = Exit::Good;
    let mut lines = Lines::new(std::io::stdin().lock());
    while let Some(line) = lines.next()? {
        let verdict = match line {
            Line::Text(query) => verdict(&query, schema.as_ref()),
            Line::NotText { column } => {
                invalid(ErrorCode::MalformedQuery, "the line is not UTF-8", 1, column)
            }
            Line::TooLong => {
                invalid(ErrorCode::MalformedQuery, "the line is longer than any query", 1, 0)
            }
        };
        if !is_valid(&verdict) {
            exit = Exit::Failed;
        }
        output::line(&if args.json { verdict.to_string() } else { in_words(&verdict) })?;
    }
    // One wrong query among many is an answer, not a failure of the checker, for a program.
    Ok(if args.json { Exit::Good } else { exit })
}

fn verdict(text: &str, schema: Option<&StaticSchema>) -> Value {
    let verdict = if is_search(text) { of_search(text, schema) } else { of_query(text, schema) };
    verdict.unwrap_or_else(|error| {
        invalid(error.code, &error.to_string(), error.at.row, error.at.column)
    })
}

fn invalid(code: ErrorCode, message: &str, line: u32, column: u32) -> Value {
    let code = code.as_str();
    json!({ "valid": false, "code": code, "message": message, "line": line, "column": column })
}

/// SOSL begins with `FIND`, and no SOQL does.
fn is_search(text: &str) -> bool {
    let word = text.trim_start().get(..4);
    word.is_some_and(|word| word.eq_ignore_ascii_case("FIND"))
}

fn of_query(text: &str, schema: Option<&StaticSchema>) -> Result<Value, SoqlError> {
    let query = soql::parse(text)?;
    soql::check_form(&query)?;
    let mut verdict = match schema {
        Some(schema) => resolved(&soql::touched(&query, schema)?),
        None => mentioned(
            [query.from.object.to_string()],
            &soql::mentions(&query)?,
            &query.for_clauses,
            &query.updates,
        ),
    };
    // It is SOQL; Salesforce would still not run it.
    if let (Err(error), Some(verdict)) = (soql::check_run(&query), verdict.as_object_mut()) {
        verdict.insert("will_not_run".to_owned(), json!(error.to_string()));
    }
    Ok(verdict)
}

fn of_search(text: &str, schema: Option<&StaticSchema>) -> Result<Value, SoqlError> {
    let search = soql::parse_search(text)?;
    let objects = search.returning.iter().map(|it| it.object.to_string());
    let mut verdict = match schema {
        Some(schema) => resolved(&soql::resolve_search(&search, schema)?),
        None => mentioned(objects, &soql::search_mentions(&search)?, &[], &search.updates),
    };
    if let (true, Some(verdict)) = (search.returning.is_empty(), verdict.as_object_mut()) {
        verdict.insert("everything".to_owned(), json!(true));
    }
    Ok(verdict)
}

fn resolved(touched: &Touched) -> Value {
    let mut fields: Vec<String> =
        touched.fields.iter().map(|touch| format!("{}.{}", touch.object, touch.field)).collect();
    fields.dedup();
    let writes: Vec<String> = touched.writes.iter().map(|write| format!("{write:?}")).collect();
    json!({ "valid": true, "objects": touched.objects, "fields": fields, "writes": writes })
}

/// What the text names, as it names it: without a schema nobody knows where a path leads.
fn mentioned(
    from: impl IntoIterator<Item = String>,
    mentions: &[Mention],
    views: &[ForClause],
    updates: &[UpdateClause],
) -> Value {
    let named = mentions.iter().map(|it| it.object.clone());
    let objects: BTreeSet<String> = named.chain(from).collect();
    let fields: BTreeSet<String> =
        mentions.iter().map(|it| format!("{}.{}", it.object, it.path)).collect();
    let views = views.iter().map(|clause| match clause {
        ForClause::View(_) => "View",
        ForClause::Reference(_) => "Reference",
    });
    let updates = updates.iter().map(|clause| match clause {
        UpdateClause::Tracking(_) => "Tracking",
        UpdateClause::ViewStat(_) => "ViewStat",
    });
    let writes: Vec<&str> = views.chain(updates).collect();
    json!({ "valid": true, "objects": objects, "fields": fields, "writes": writes })
}

fn is_valid(verdict: &Value) -> bool {
    verdict.get("valid").is_some_and(|valid| *valid == true)
}

fn in_words(verdict: &Value) -> String {
    let list = |name: &str| {
        let items = verdict.get(name).and_then(Value::as_array);
        let items = items.into_iter().flatten().filter_map(Value::as_str);
        items.collect::<Vec<_>>().join(", ")
    };
    let text = |name: &str| verdict.get(name).and_then(Value::as_str).unwrap_or_default();
    if is_valid(verdict) {
        let writes = list("writes");
        let writes = if writes.is_empty() { String::new() } else { format!("; writes {writes}") };
        let not = match text("will_not_run") {
            "" => String::new(),
            why => format!("; Salesforce would not run it: {why}"),
        };
        return format!("good: {} ({}){writes}{not}", list("objects"), list("fields"));
    }
    // The message says where.
    format!("{}: {}", text("code"), text("message"))
}
