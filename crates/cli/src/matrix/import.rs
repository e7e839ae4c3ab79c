//! `matrix import`: Salesforce's own classification as a floor under the matrix.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use boundary::{Cell, Hint, Matrix, Treatment};
use detect::{FieldSigns, Sampler};
use gateway::Gate;
use serde_json::{Value, json};

use super::classify::{Definition, Verdict, closeness, judge};
use crate::args::MatrixImportArgs;
use crate::output::{self, Exit};
use crate::serve::{detection, read_config};

const HEADER: &str = "object,field,read,create,update,label,treatment,why";

/// One row, by object and field in lower case.
type Rows = BTreeMap<(String, String), Row>;

/// What was found in samples, by object and field.
type Signs = BTreeMap<String, BTreeMap<String, FieldSigns>>;

struct Row {
    object: String,
    field: String,
    may: [bool; 3],
    /// Whether records of the object may be deleted; only a row of `Id` says so.
    delete: bool,
    /// What a model may know beside the token.
    hint: Option<Hint>,
    verdict: Verdict,
}

pub(crate) async fn run(args: &MatrixImportArgs) -> anyhow::Result<Exit> {
    let definitions = definitions(args).await?;
    let mut rows = match &args.merge {
        Some(path) => present(path)?,
        None => Rows::new(),
    };
    let before = rows.len();
    let (mut raised, mut review) = (0_usize, Rows::new());
    let signs = sampled(args, &definitions).await?;
    for (object, field) in &definitions {
        let signs = signs.get(object).and_then(|of| of.get(&field.qualified_api_name));
        let verdict = judge(object, field, signs);
        let key = (object.to_ascii_lowercase(), field.qualified_api_name.to_ascii_lowercase());
        if let Some(row) = rows.get_mut(&key) {
            raised += usize::from(verdict.said && raise(&mut row.verdict, verdict));
            continue;
        }
        // A new row lets nothing be written: that is for people to allow.
        let may = [true, false, false];
        let name = field.qualified_api_name.clone();
        let row =
            Row { object: object.clone(), field: name, may, delete: false, hint: None, verdict };
        if row.verdict.said {
            rows.insert(key, row)
        } else {
            review.insert(key, row)
        };
    }
    let added = rows.len() - before;
    let matrix = text(&rows);
    // What cannot be read back is no matrix; nothing is written then.
    Matrix::parse(&matrix).context("the rows made are not a matrix")?;
    write(args.out.as_deref(), &matrix)?;
    if let Some(path) = &args.review {
        write(Some(path), &text(&review))?;
    }
    if args.out.is_some() {
        let unsaid = review.len();
        let told = if args.config.json {
            json!({ "rows": rows.len(), "added": added, "raised": raised, "to_review": unsaid })
                .to_string()
        } else {
            format!(
                "{} rows: {added} added, {raised} raised; {unsaid} fields have no classification{}",
                rows.len(),
                if args.review.is_some() { ", see the review list" } else { " and no row" },
            )
        };
        output::line(&told)?;
    }
    Ok(Exit::Good)
}

/// What a few values of the fields are like, by object and field. Kinds and counts, never values.
async fn sampled(
    args: &MatrixImportArgs,
    definitions: &[(String, Definition)],
) -> anyhow::Result<Signs> {
    let mut signs = Signs::new();
    let Some(person) = &args.sample_as else { return Ok(signs) };
    let config = read_config(&args.config)?;
    let detection = detection(&config.detect)?;
    let detector = Arc::clone(&detection.detector);
    let gate = Gate::open(config, detection, gateway::system_clock())
        .await
        .context("the gate cannot be opened; one that runs has to be stopped first")?;
    let objects: BTreeSet<&String> = definitions.iter().map(|(object, _)| object).collect();
    let mut failed = None;
    for object in objects {
        let sampler = Sampler::new(Arc::clone(&detector));
        if let Err(error) = gate.sample(person, object, &sampler).await {
            failed = Some(anyhow::Error::from(error).context(format!("`{object}`")));
            break;
        }
        signs.insert(object.clone(), sampler.into_signs()?);
    }
    gate.close().await?;
    failed.map_or(Ok(signs), Err)
}

/// The fields, from a file or from the org.
async fn definitions(args: &MatrixImportArgs) -> anyhow::Result<Vec<(String, Definition)>> {
    let Some(path) = &args.from else {
        let config = read_config(&args.config)?;
        let matrix = std::fs::read_to_string(&config.matrix).ok();
        let matrix = matrix.and_then(|text| Matrix::parse(&text).ok());
        let mut objects = args.object.clone();
        if objects.is_empty() {
            let of = |cell: &Cell| cell.object.clone();
            objects = matrix.iter().flat_map(Matrix::cells).map(of).collect();
            objects.dedup();
        }
        if objects.is_empty() {
            bail!("which objects? give `--object`, or a matrix that names some");
        }
        let mut all = Vec::new();
        for object in objects {
            let answer = gateway::classification(&config, &object).await?;
            let answer = serde_json::from_slice(&answer)?;
            all.extend(read(answer, Some(&object)).with_context(|| format!("`{object}`"))?);
        }
        return Ok(all);
    };
    let shown = path.display();
    let file = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    let answer = serde_json::from_slice(&file).with_context(|| format!("`{shown}` is not JSON"))?;
    read(answer, None).with_context(|| format!("`{shown}`"))
}

/// Reads the answer of a query, what the `sf` command makes of it, or the list alone.
fn read(answer: Value, object: Option<&str>) -> anyhow::Result<Vec<(String, Definition)>> {
    const EXPECTED: &str =
        "expected `records` of `FieldDefinition`, as the Tooling API answers them";
    let result = match answer {
        Value::Object(mut outer) => match outer.remove("result") {
            Some(Value::Object(mut result)) => result.remove("records"),
            _ => outer.remove("records"),
        },
        list => Some(list),
    };
    let Some(Value::Array(list)) = result else { bail!(EXPECTED) };
    let mut read = Vec::with_capacity(list.len());
    for (place, record) in list.into_iter().enumerate() {
        let definition: Definition = serde_json::from_value(record)
            .with_context(|| format!("record {place}: {EXPECTED}"))?;
        let entity = definition.entity.as_ref();
        let of = entity.map(|it| it.qualified_api_name.as_str()).or(object);
        let of = of.with_context(|| {
            format!("record {place}: expected `EntityDefinition.QualifiedApiName`")
        })?;
        for name in [of, definition.qualified_api_name.as_str()] {
            if !name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') || name.is_empty() {
                bail!("record {place}: expected API names");
            }
        }
        read.push((of.to_owned(), definition));
    }
    Ok(read)
}

/// The rows of the matrix that is to be raised.
fn present(path: &Path) -> anyhow::Result<Rows> {
    let shown = path.display();
    let file = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let matrix = Matrix::parse(&file).with_context(|| format!("`{shown}`"))?;
    let rows = matrix.cells().map(|cell| {
        let verdict = Verdict {
            level: cell.level,
            compliance: cell.compliance.clone(),
            integrity: cell.integrity,
            treatment: cell.treatment,
            why: cell.why.clone(),
            said: true,
        };
        let key = (cell.object.to_ascii_lowercase(), cell.field.to_ascii_lowercase());
        let may = [cell.read, cell.create, cell.update];
        let (object, field) = (cell.object.clone(), cell.field.clone());
        (key, Row { object, field, may, delete: cell.delete, hint: cell.hint, verdict })
    });
    Ok(rows.collect())
}

/// Raises a row to a floor; never lowers it. Answers whether anything changed.
fn raise(row: &mut Verdict, floor: Verdict) -> bool {
    let before = row.clone();
    row.level = row.level.max(floor.level);
    row.compliance.extend(floor.compliance);
    row.integrity = row.integrity.min(floor.integrity);
    if closeness(floor.treatment) > closeness(row.treatment) {
        row.treatment = floor.treatment;
    }
    let changed = *row != before;
    if changed && row.why.is_empty() {
        row.why = floor.why;
    }
    changed
}

fn text(rows: &Rows) -> String {
    // The column is there when something may be deleted, as in the matrix that was merged.
    let deletes = rows.values().any(|row| row.delete);
    let lines = rows.values().map(|Row { object, field, may, delete, hint, verdict }| {
        let may = may.map(|yes| if yes { "yes" } else { "no" }).join(",");
        let groups: String = verdict.compliance.iter().flat_map(|it| [" ", it.name()]).collect();
        let label = format!("{}{groups} {}", verdict.level, verdict.integrity.name());
        // A hint is beside a token alone: a floor that strips or rounds takes it away.
        let hint = hint.filter(|_| verdict.treatment == Treatment::Token);
        let hint = hint.map_or_else(String::new, |hint| format!("+{}", hint.name()));
        let (treatment, why) = (verdict.treatment.name(), quoted(&verdict.why));
        let delete = if *delete { ",yes" } else { "" };
        format!("{object},{field},{may},{label},{treatment}{hint},{why}{delete}\n")
    });
    let delete = if deletes { ",delete" } else { "" };
    std::iter::once(format!("{HEADER}{delete}\n")).chain(lines).collect()
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Writes a file beside its place and moves it there, or prints.
fn write(path: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let Some(path) = path else { return output::line(text.trim_end()) };
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let shown = path.display();
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    written.with_context(|| format!("cannot write `{shown}`"))
}
