//! Checking SOQL without an org.

use std::collections::BTreeSet;
use std::io::BufRead as _;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use soql::{Field, Object, StaticSchema};

use crate::args::SoqlCheckArgs;
use crate::output::{self, Exit};

/// Objects and fields of an org, for checking names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    objects: Vec<ObjectEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectEntry {
    name: String,
    fields: Vec<FieldEntry>,
    #[serde(default)]
    children: Vec<ChildEntry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FieldEntry {
    Name(String),
    Full {
        name: String,
        #[serde(default, alias = "relationshipName")]
        relationship: Option<String>,
        #[serde(default, alias = "referenceTo")]
        reference_to: Vec<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChildEntry {
    relationship: String,
    object: String,
    field: String,
}

pub(crate) fn check(args: &SoqlCheckArgs) -> anyhow::Result<Exit> {
    let schema = args.schema.as_ref().map(read_schema).transpose()?;
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
        soql::check(&query)?;
        match schema {
            Some(schema) => resolved(&query, schema),
            None => mentioned(&query),
        }
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
    let touched = soql::resolve(query, schema)?;
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
    if is_valid(verdict) {
        let writes = list("writes");
        let writes = if writes.is_empty() { String::new() } else { format!("; writes {writes}") };
        return format!("good: {} ({}){writes}", list("objects"), list("fields"));
    }
    let text = |name: &str| verdict.get(name).and_then(Value::as_str).unwrap_or_default();
    // The message says where.
    format!("{}: {}", text("code"), text("message"))
}

fn read_schema(path: &std::path::PathBuf) -> anyhow::Result<StaticSchema> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let file: SchemaFile =
        serde_json::from_str(&text).with_context(|| format!("`{shown}` is no schema"))?;
    Ok(file.objects.into_iter().map(object).collect())
}

fn object(entry: ObjectEntry) -> Object {
    let mut object = Object::new(&entry.name);
    for field in entry.fields {
        object = object.with_field(match field {
            FieldEntry::Full { name, relationship: Some(relationship), reference_to } => {
                let targets: Vec<&str> = reference_to.iter().map(String::as_str).collect();
                Field::new(&name).referring(&relationship, &targets)
            }
            FieldEntry::Name(name) | FieldEntry::Full { name, .. } => Field::new(&name),
        });
    }
    for child in entry.children {
        object = object.with_children(&child.relationship, &child.object, &child.field);
    }
    object
}
