//! Checking and explaining the matrix.

mod classify;
mod import;

use std::path::Path;

use anyhow::{Context as _, bail};
use boundary::{Cell, Matrix, MatrixError, Treatment};
use serde_json::{Value, json};

use crate::args::{MatrixCheckArgs, MatrixExplainArgs};
use crate::output::{self, Exit};

pub(crate) use import::run as import;

pub(crate) fn check(args: &MatrixCheckArgs) -> anyhow::Result<Exit> {
    let file = args.file.display().to_string();
    // Rules about approvals lie beside a matrix, where there are any.
    let rules = args.file.parent().map(|folder| folder.join("policy")).filter(|it| it.is_dir());
    let rules = rules.map(|folder| crate::policy::read(&folder)).transpose()?;
    match read(&args.file)? {
        Ok(matrix) => {
            let cells = matrix.cells().count();
            let version = matrix.version();
            if args.json {
                output::line(
                    &json!({ "valid": true, "rows": cells, "version": version.as_str() })
                        .to_string(),
                )?;
            } else {
                output::line(&format!("{file}: {cells} rows, version {version}: good"))?;
                if let Some(rules) = rules {
                    output::line(&format!(
                        "policy: {} rules about approvals: good",
                        rules.count()
                    ))?;
                }
            }
            Ok(Exit::Good)
        }
        Err(error) => {
            if args.json {
                let list = error.problems.iter();
                let list: Vec<Value> = list
                    .map(|(line, problem)| json!({ "line": line, "problem": problem }))
                    .collect();
                output::line(&json!({ "valid": false, "problems": list }).to_string())?;
            } else {
                for (line, problem) in &error.problems {
                    output::line(&format!("{file}:{line}: {problem}"))?;
                }
            }
            Ok(Exit::Failed)
        }
    }
}

pub(crate) fn explain(args: &MatrixExplainArgs) -> anyhow::Result<Exit> {
    let Some((object, field)) = args.field.split_once('.') else {
        bail!("`{}` names no field, expected `Object.Field`", args.field);
    };
    let matrix = read(&args.matrix)?.with_context(|| format!("`{}`", args.matrix.display()))?;
    let cell = matrix.cell(object, field);
    if args.json {
        output::line(
            &cell.map_or_else(|| json!({ "row": null, "read": false }), as_json).to_string(),
        )?;
    } else {
        output::line(&cell.map_or_else(|| no_row(&matrix, object, field), in_words))?;
    }
    Ok(Exit::Good)
}

fn read(path: &Path) -> anyhow::Result<Result<Matrix, MatrixError>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Matrix::parse(&text))
}

fn no_row(matrix: &Matrix, object: &str, field: &str) -> String {
    let others = matrix.of(object).count();
    let of = if others == 0 {
        "no field of it has one".to_owned()
    } else {
        format!("{others} other fields of it have one")
    };
    format!("{object}.{field} has no row ({of}): assistants can neither read nor write it.")
}

fn in_words(cell: &Cell) -> String {
    let gets = match (cell.read, cell.treatment) {
        (false, _) => "never sees it",
        (true, Treatment::Pass) => "sees it, except what the detectors cover in it",
        (true, Treatment::Token) => {
            "gets a token that stands for it; filters and writes may use the token"
        }
        (true, Treatment::Strip) => "is told that it exists and was withheld",
        (true, Treatment::Round) => {
            "gets two digits of a number, the nearest ten below a hundred, the month of a date; rows cannot be chosen by it"
        }
        (true, Treatment::Shift) => {
            "gets another date, moved with all dates of the record; rows cannot be chosen by it"
        }
        (true, Treatment::Encrypt) => {
            "gets a ciphertext to compute on; without an encryptor it is withheld"
        }
    };
    let hint = cell.hint.filter(|_| cell.read);
    let gets = hint
        .map_or_else(|| gets.to_owned(), |hint| format!("{gets}; beside it the {}", hint.name()));
    let may = |yes: bool, what: &str| {
        if yes { format!("may propose {what}") } else { format!("may not propose {what}") }
    };
    let compliance: String = cell.compliance.iter().flat_map(|it| [" ", it.name()]).collect();
    let why = if cell.why.is_empty() { "no reason is given".to_owned() } else { cell.why.clone() };
    let deletes = if cell.delete {
        format!(
            "\n  records   a program at the Salesforce door may propose to delete a {}",
            cell.object
        )
    } else {
        String::new()
    };
    format!(
        "{}.{} (line {})\n  label     {}{compliance}, written by {}\n  a model   {gets}\n  a model   {}; {}{deletes}\n  why       {why}",
        cell.object,
        cell.field,
        cell.line,
        cell.level,
        cell.integrity.name(),
        may(cell.create, "it in a new record"),
        may(cell.update, "a change of it"),
    )
}

fn as_json(cell: &Cell) -> Value {
    json!({
        "row": cell.line,
        "object": cell.object,
        "field": cell.field,
        "read": cell.read,
        "create": cell.create,
        "update": cell.update,
        "delete": cell.delete,
        "level": cell.level,
        "compliance": cell.compliance,
        "integrity": cell.integrity,
        "treatment": cell.treatment.name(),
        "why": cell.why,
    })
}
