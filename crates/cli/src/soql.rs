//! Checking SOQL without an org, and telling what the matrix would do to it.

mod explain;
mod schema;

use std::collections::BTreeSet;
use std::io::BufRead as _;

use serde_json::{Value, json};
use soql::StaticSchema;

use crate::args::SoqlCheckArgs;
use crate::output::{self, Exit};

pub(crate) use explain::explain;
use schema::read_schema;

pub(crate) fn check(args: &SoqlCheckArgs) -> anyhow::Result<Exit> {
    let schema = args.schema.as_ref().map(|path| read_schema(path)).transpose()?;
    let mut exit = Exit::Good;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let query = serde_json::from_str::<String>(&line).unwrap_or(line);
        let verdict = verdict(&query, schema.as_ref());
        if !is_valid(&verdict) {
            exit = Exit::Failed;
        }
        output::line(&if args.json { verdict.to_string() } else { in_words(&verdict) })?;
    }
    // One wrong query among many is an answer, not a failure of the checker, for a program.
    Ok(if args.json { Exit::Good } else { exit })
}

fn verdict(query: &str, schema: Option<&StaticSchema>) -> Value {
    let parsed = soql::parse(query).and_then(|query| {
        soql::check_form(&query)?;
        let mut verdict = match schema {
            Some(schema) => resolved(&query, schema),
            None => mentioned(&query),
        }?;
        // It is SOQL; Salesforce would still not run it.
        if let (Err(error), Some(verdict)) = (soql::check_run(&query), verdict.as_object_mut()) {
            verdict.insert("will_not_run".to_owned(), json!(error.to_string()));
        }
        Ok(verdict)
    });
    parsed.unwrap_or_else(|error| {
        json!({
            "valid": false,
            "code": error.code.as_str(),
            "message": error.to_string(),
            "line": error.at.row,
            "column": error.at.column,
        })
    })
}

fn resolved(query: &soql::Query, schema: &StaticSchema) -> Result<Value, soql::SoqlError> {
    let touched = soql::touched(query, schema)?;
    let mut fields: Vec<String> =
        touched.fields.iter().map(|touch| format!("{}.{}", touch.object, touch.field)).collect();
    fields.dedup();
    let writes: Vec<String> = touched.writes.iter().map(|write| format!("{write:?}")).collect();
    Ok(json!({ "valid": true, "objects": touched.objects, "fields": fields, "writes": writes }))
}

/// What the query names, as it names it: without a schema nobody knows where a path leads.
fn mentioned(query: &soql::Query) -> Result<Value, soql::SoqlError> {
    let mentions = soql::mentions(query)?;
    let objects: BTreeSet<&str> = mentions.iter().map(|it| it.object.as_str()).collect();
    let fields: BTreeSet<String> =
        mentions.iter().map(|it| format!("{}.{}", it.object, it.path)).collect();
    let mut writes: Vec<&str> = Vec::new();
    for clause in &query.for_clauses {
        writes.push(match clause {
            soql::ForClause::View(_) => "View",
            soql::ForClause::Reference(_) => "Reference",
        });
    }
    for clause in &query.updates {
        writes.push(match clause {
            soql::UpdateClause::Tracking(_) => "Tracking",
            soql::UpdateClause::ViewStat(_) => "ViewStat",
        });
    }
    Ok(json!({ "valid": true, "objects": objects, "fields": fields, "writes": writes }))
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
