//! Reading `matrix.csv`: RFC 4180 quoting, every problem reported with its line.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use super::{Cell, Hint, Treatment};
use crate::label::{Compliance, ComplianceSet, Integrity, Level};

const COLUMNS: [&str; 8] =
    ["object", "field", "read", "create", "update", "label", "treatment", "why"];
/// The column that a matrix may have after them. A row that ends before it says no.
const DELETE: &str = "delete";

/// The file is not a matrix; nothing of it takes effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct MatrixError {
    /// Line and problem, in the order of the file.
    pub problems: Vec<(usize, String)>,
}

impl fmt::Display for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (line, problem)) in self.problems.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}line {line}: {problem}")?;
        }
        Ok(())
    }
}

pub(super) fn cells(text: &str) -> Result<BTreeMap<(String, String), Cell>, MatrixError> {
    let mut problems = Vec::new();
    let mut cells = BTreeMap::new();
    let mut rows = records(text.strip_prefix('\u{feff}').unwrap_or(text));
    let header = rows.next().and_then(|(_, header)| header.ok());
    let deletes = header.as_deref().and_then(says_what_deletes);
    if deletes.is_none() {
        let expected = format!(
            "expected the header `{}`, or the same with `,{DELETE}` at its end",
            COLUMNS.join(",")
        );
        problems.push((1, expected));
    }
    for (line, row) in rows {
        match row.and_then(|row| cell(&row, line, deletes.unwrap_or(false))) {
            Ok(None) => {}
            Ok(Some(cell)) => insert(&mut cells, cell, &mut problems),
            Err(problem) => problems.push((line, problem)),
        }
    }
    if problems.is_empty() { Ok(cells) } else { Err(MatrixError { problems }) }
}

/// Whether rows say which records may be deleted; `None` for what is no header.
fn says_what_deletes(row: &[String]) -> Option<bool> {
    let deletes = row.len() == COLUMNS.len() + 1;
    let mut wanted = COLUMNS.into_iter().chain(deletes.then_some(DELETE));
    let same = |have: &String| wanted.next().is_some_and(|it| have.trim().eq_ignore_ascii_case(it));
    (row.iter().all(same) && row.len() >= COLUMNS.len()).then_some(deletes)
}

fn insert(
    cells: &mut BTreeMap<(String, String), Cell>,
    cell: Cell,
    problems: &mut Vec<(usize, String)>,
) {
    let key = (cell.object.to_ascii_lowercase(), cell.field.to_ascii_lowercase());
    match cells.entry(key) {
        Entry::Vacant(place) => {
            place.insert(cell);
        }
        Entry::Occupied(first) => {
            let earlier = first.get().line;
            let name = format!("{}.{}", cell.object, cell.field);
            problems.push((cell.line, format!("`{name}` has a row already, on line {earlier}")));
        }
    }
}

/// One row; `None` for an empty line.
fn cell(row: &[String], line: usize, deletes: bool) -> Result<Option<Cell>, String> {
    if row.iter().all(|value| value.trim().is_empty()) {
        return Ok(None);
    }
    let (row, delete) = match row.split_at_checked(COLUMNS.len()) {
        Some((row, [delete])) if deletes => (row, delete.trim()),
        _ => (row, ""),
    };
    let [object, field, read, create, update, label, treatment, why] = row else {
        return Err(format!("expected {} columns, found {}", COLUMNS.len(), row.len()));
    };
    let delete = !delete.is_empty() && yes_or_no(delete, DELETE)?;
    if delete && !field.trim().eq_ignore_ascii_case("Id") {
        let whole = "`delete` is `yes`, which only a row of `Id` may say: a record goes whole";
        return Err(whole.to_owned());
    }
    let (level, compliance, integrity) = parse_label(label)?;
    let (treatment, hint) = parse_treatment(treatment.trim())?;
    Ok(Some(Cell {
        object: name(object, "object")?,
        field: name(field, "field")?,
        read: yes_or_no(read, "read")?,
        create: yes_or_no(create, "create")?,
        update: yes_or_no(update, "update")?,
        delete,
        level,
        compliance,
        integrity,
        treatment,
        hint,
        why: why.trim().to_owned(),
        line,
    }))
}

/// `token`, or `token+domain` with a hint.
fn parse_treatment(value: &str) -> Result<(Treatment, Option<Hint>), String> {
    let (name, hint) = match value.split_once('+') {
        Some((name, hint)) => (name.trim(), Some(hint.trim())),
        None => (value, None),
    };
    let treatment = name.parse().map_err(|()| {
        let names = Treatment::ALL.map(Treatment::name).join(", ");
        format!("`treatment` is `{name}`, expected one of {names}")
    })?;
    let Some(hint) = hint else { return Ok((treatment, None)) };
    if treatment != Treatment::Token {
        return Err(format!("`treatment` is `{value}`, only token takes a hint"));
    }
    let hint = hint.parse().map_err(|()| {
        let names = Hint::ALL.map(Hint::name).join(", ");
        format!("`treatment` has the hint `{hint}`, expected one of {names}")
    })?;
    Ok((treatment, Some(hint)))
}

fn name(value: &str, column: &str) -> Result<String, String> {
    let value = value.trim();
    let ok = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if ok {
        Ok(value.to_owned())
    } else {
        Err(format!("`{column}` is `{value}`, expected an API name"))
    }
}

fn yes_or_no(value: &str, column: &str) -> Result<bool, String> {
    match value.trim() {
        yes if yes.eq_ignore_ascii_case("yes") => Ok(true),
        no if no.eq_ignore_ascii_case("no") => Ok(false),
        other => Err(format!("`{column}` is `{other}`, expected yes or no")),
    }
}

/// `Confidential PII GDPR Staff`: a level, then rule books and one class of author, in any
/// order. Without an author the least trusted is meant.
fn parse_label(value: &str) -> Result<(Level, ComplianceSet, Integrity), String> {
    let mut level = None;
    let mut compliance = ComplianceSet::new();
    let mut integrity = None;
    for word in value.split_whitespace() {
        if let (Ok(found), None) = (word.parse::<Level>(), level) {
            level = Some(found);
        } else if let Ok(found) = word.parse::<Compliance>() {
            compliance.insert(found);
        } else if let (Ok(found), None) = (word.parse::<Integrity>(), integrity) {
            integrity = Some(found);
        } else {
            return Err(format!("`label` has `{word}`, expected {}", label_words()));
        }
    }
    let level =
        level.ok_or_else(|| format!("`label` names no level, expected {}", label_words()))?;
    Ok((level, compliance, integrity.unwrap_or(Integrity::Outsider)))
}

fn label_words() -> String {
    format!(
        "one of {}, then any of {}, then one of {}",
        Level::ALL.map(Level::name).join(", "),
        Compliance::ALL.map(Compliance::name).join(", "),
        Integrity::ALL.map(Integrity::name).join(", "),
    )
}

/// Records of a CSV text with the line each begins on.
fn records(text: &str) -> impl Iterator<Item = (usize, Result<Vec<String>, String>)> {
    let mut rest = text.chars().peekable();
    let mut line = 1;
    std::iter::from_fn(move || {
        rest.peek()?;
        let begins = line;
        let mut row = vec![String::new()];
        let mut quoted = false;
        let mut fault = None;
        while let Some(c) = rest.next() {
            if c == '\n' {
                line += 1;
            }
            let value = row.last_mut()?;
            match (quoted, c) {
                (true, '"') if rest.peek() == Some(&'"') => {
                    rest.next();
                    value.push('"');
                }
                (true, '"') => {
                    quoted = false;
                    if !matches!(rest.peek(), None | Some(',' | '\n' | '\r')) {
                        fault = Some("a quoted value is followed by more text".to_owned());
                    }
                }
                (false, '"') if value.is_empty() => quoted = true,
                (false, ',') => row.push(String::new()),
                (false, '\n') => break,
                (false, '\r') if rest.peek() == Some(&'\n') => {}
                (_, c) => value.push(c),
            }
        }
        if quoted {
            fault = Some("a quoted value is not closed".to_owned());
        }
        Some((begins, fault.map_or(Ok(row), Err)))
    })
}
