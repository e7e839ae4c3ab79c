//! What the matrix would do to a query.

use std::path::Path;

use anyhow::{Context as _, bail};
use boundary::{FieldRights, Matrix, ObjectRights, Rights};
use egress::{GateDoor, Limits, Trust};
use gateway::Gate;
use keys::SecretSource;
use serde_json::{Value, json};
use soql::StaticSchema;

use super::schema::read_schema;
use crate::args::{ConfigArgs, SoqlExplainArgs};
use crate::output::{self, Exit};
use crate::serve::{detection, read_config};

pub(crate) async fn explain(args: &SoqlExplainArgs) -> anyhow::Result<Exit> {
    let told = match (&args.url, &args.config) {
        (Some(url), _) => running(args, url).await?,
        (None, Some(path)) => standing(args, path).await?,
        (None, None) if args.person.is_some() => {
            bail!(
                "`--as` needs a gate: `--url` of one that runs, or `--config` of one that does not"
            )
        }
        (None, None) => alone(args)?,
    };
    output::line(&if args.json { told.to_string() } else { in_words(&told) })?;
    let planned = told.get("refused").is_some_and(Value::is_null);
    Ok(if planned { Exit::Good } else { Exit::Failed })
}

/// By the matrix alone, for somebody who sees everything.
fn alone(args: &SoqlExplainArgs) -> anyhow::Result<Value> {
    let shown = args.matrix.display();
    let text =
        std::fs::read_to_string(&args.matrix).with_context(|| format!("cannot read `{shown}`"))?;
    let matrix = Matrix::parse(&text).with_context(|| format!("`{shown}`"))?;
    let schema = match &args.schema {
        Some(path) => read_schema(path)?,
        None => schema_of(&matrix),
    };
    let rights = rights_of(&schema);
    Ok(gateway::explain_query(&args.query, &schema, &rights, &matrix, args.rows).to_json())
}

/// By a gate that runs.
async fn running(args: &SoqlExplainArgs, url: &str) -> anyhow::Result<Value> {
    let source: SecretSource = args.key.parse().context("`--key` has to say where the key is")?;
    let key =
        source.load().inspect_err(|_| output::hint("make a key on the gate's page, under Keys"))?;
    let door = GateDoor::new(url.parse()?, &Trust::default(), Limits::model(), key)?;
    let mut body = json!({ "query": args.query, "rows": args.rows });
    if let (Some(person), Some(body)) = (&args.person, body.as_object_mut()) {
        body.insert("as".to_owned(), json!(person));
    }
    let (status, answer) = door.post("/v1/explain", body.to_string()).await?;
    let answer: Value =
        serde_json::from_slice(&answer).context("the gate did not answer with JSON")?;
    if status != 200 {
        let message = answer.pointer("/error/message").and_then(Value::as_str);
        bail!("{}", message.unwrap_or("the gate refused without a reason"));
    }
    Ok(answer)
}

/// By a gate that does not run: opened for this question. Beside one that runs it would use a refresh
/// token twice, and Salesforce ends a grant for that.
async fn standing(args: &SoqlExplainArgs, path: &Path) -> anyhow::Result<Value> {
    let config = read_config(&ConfigArgs { config: path.to_owned(), json: false })?;
    let detection = detection(&config.detect)?;
    let gate = Gate::open(config, detection, gateway::system_clock())
        .await
        .context("the gate cannot be opened; ask one that runs with `--url`")?;
    let person = args.person.as_deref().unwrap_or_default();
    let told = gate.explain_as(person, &args.query, args.rows).await;
    gate.close().await?;
    Ok(told?.to_json())
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

fn in_words(told: &Value) -> String {
    let list = |name: &str| told.get(name).and_then(Value::as_array).into_iter().flatten();
    let text = |of: &Value, name: &str| {
        of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut lines: Vec<String> =
        list("touches").map(|touch| line(&|name| text(touch, name))).collect();
    let writes: Vec<&str> = list("writes").filter_map(Value::as_str).collect();
    if !writes.is_empty() {
        lines.push(format!("writes   {}", writes.join(", ")));
    }
    match told.get("refused").filter(|it| !it.is_null()) {
        None => {
            lines.push(format!("sends    {}", text(told, "sends")));
            lines.push(format!("rows     at most {}", told.get("rows").unwrap_or(&Value::Null)));
        }
        Some(it) => lines.push(format!("refused  {}: {}", text(it, "code"), text(it, "message"))),
    }
    let values = text(told, "values");
    if !values.is_empty() {
        lines.push(format!("values   {values}"));
    }
    lines.join("\n")
}

fn line(text: &dyn Fn(&str) -> String) -> String {
    let (decision, used, why) = (text("decision"), text("use"), text("why"));
    let row = match (text("level"), text("treatment")) {
        (level, treatment) if !level.is_empty() => format!("{level}, {treatment}"),
        _ => "no row".to_owned(),
    };
    let why = if why.is_empty() { why } else { format!(": {why}") };
    format!("{decision:<8} {used:<6} {}.{} ({row}){why}", text("object"), text("field"))
}
