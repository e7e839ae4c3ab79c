//! What the matrix would do to a query.

use anyhow::Context as _;
use boundary::{FieldRights, Matrix, ObjectRights, Rights};
use gateway::{Explanation, Judged};
use serde_json::{Value, json};
use soql::StaticSchema;

use super::schema::read_schema;
use crate::args::SoqlExplainArgs;
use crate::output::{self, Exit};

pub(crate) fn explain(args: &SoqlExplainArgs) -> anyhow::Result<Exit> {
    let shown = args.matrix.display();
    let text =
        std::fs::read_to_string(&args.matrix).with_context(|| format!("cannot read `{shown}`"))?;
    let matrix = Matrix::parse(&text).with_context(|| format!("`{shown}`"))?;
    let schema = match &args.schema {
        Some(path) => read_schema(path)?,
        None => schema_of(&matrix),
    };
    let rights = rights_of(&schema);
    let explained = gateway::explain_query(&args.query, &schema, &rights, &matrix, args.rows);
    output::line(&if args.json { as_json(&explained).to_string() } else { in_words(&explained) })?;
    Ok(if explained.outcome.is_ok() { Exit::Good } else { Exit::Failed })
}

/// Without a schema, what the matrix names is taken to exist, without relationships.
fn schema_of(matrix: &Matrix) -> StaticSchema {
    let mut schema = StaticSchema::default();
    let mut names: Vec<&str> = matrix.cells().map(|cell| cell.object.as_str()).collect();
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    for name in names {
        let fields = matrix.of(name).map(|cell| soql::Field::new(&cell.field));
        schema.insert(fields.fold(soql::Object::new(name), soql::Object::with_field));
    }
    schema
}

/// Somebody who sees everything that the schema names.
fn rights_of(schema: &StaticSchema) -> Rights {
    let mut rights = Rights::none();
    for object in schema.objects() {
        let fields = object.fields().iter().map(|field| {
            let rights = FieldRights { name: field.name.clone(), ..FieldRights::default() };
            (field.name.to_ascii_lowercase(), rights)
        });
        rights.learn(ObjectRights {
            name: object.name().to_owned(),
            queryable: true,
            fields: fields.collect(),
            ..ObjectRights::default()
        });
    }
    rights
}

fn in_words(explained: &Explanation) -> String {
    let mut lines: Vec<String> = explained.touches.iter().map(line).collect();
    if !explained.writes.is_empty() {
        lines.push(format!("writes   {}", explained.writes.join(", ")));
    }
    match &explained.outcome {
        Ok(statement) => {
            lines.push(format!("sends    {statement}"));
            lines.push(format!("rows     at most {}", explained.rows));
        }
        Err(refusal) => lines.push(format!("refused  {}: {}", refusal.code, refusal.message)),
    }
    lines.extend(explained.probes.iter().map(|why| format!("values   {why}")));
    lines.join("\n")
}

fn line(judged: &Judged) -> String {
    let Judged { object, field, used, decision, why, treatment, level } = judged;
    let row = match (treatment, level) {
        (Some(treatment), Some(level)) => format!("{level}, {}", treatment.name()),
        _ => "no row".to_owned(),
    };
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    format!("{decision:<8} {used:<6} {object}.{field} ({row}){why}")
}

fn as_json(explained: &Explanation) -> Value {
    let touches = explained.touches.iter().map(|it| {
        json!({
            "object": it.object,
            "field": it.field,
            "use": it.used,
            "decision": it.decision,
            "why": it.why,
            "treatment": it.treatment.map(boundary::Treatment::name),
            "level": it.level,
        })
    });
    let touches: Vec<Value> = touches.collect();
    let (sends, refused) = match &explained.outcome {
        Ok(statement) => (json!(statement), Value::Null),
        Err(it) => (Value::Null, json!({ "code": it.code, "message": it.message })),
    };
    json!({
        "touches": touches,
        "writes": explained.writes,
        "sends": sends,
        "refused": refused,
        "rows": explained.rows,
        "values": explained.probes,
    })
}
