//! From a query that a model or a program wrote to one that may be sent: parsed, narrowed, capped,
//! printed.

pub(crate) mod explaining;
mod guessing;
pub(crate) mod probing;
mod search;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use boundary::{
    Cell, Clearance, Columns, Matrix, Rights, Source, Statement, Touch, Treatment, Usage, Withheld,
};
use soql::{
    Column, Expr, Function, Name, Query, Schema, SelectItem, SoqlError, StringUse, Touched, Use,
};

pub(crate) use guessing::refuse_guesses;
pub(crate) use search::{nameable, plan_recent, plan_search, plan_sosl};

/// A read that the person and the matrix allow, with tokens where values belong.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// How it is asked.
    pub(crate) asked: Asked,
    /// The statement, printed from the tree.
    pub(crate) statement: String,
    /// Everything it touches.
    pub(crate) touches: Vec<Touch>,
    /// What the columns of its answer are.
    pub(crate) columns: Columns,
    /// What was dropped from it, and why.
    pub(crate) dropped: BTreeSet<Withheld>,
    /// The object it is about, for people.
    pub(crate) about: String,
    /// The rows it was cut to, when it asked for more.
    pub(crate) cap: Option<u64>,
}

/// How a read is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// SOQL.
    Query,
    /// SOQL, deleted records too.
    QueryAll,
    /// SOSL.
    Search,
    /// The next page of a query; the statement is its path.
    Page,
    /// What was looked at last, at most so many.
    Recent(u16),
}

impl Plan {
    pub(crate) fn statement(&self) -> Statement<'_> {
        let text = self.statement.as_str();
        match self.asked {
            Asked::Query => Statement::Soql(text),
            Asked::QueryAll => Statement::SoqlAll(text),
            Asked::Search => Statement::Sosl(text),
            Asked::Page => Statement::NextPage(text),
            Asked::Recent(most) => Statement::Recent(most),
        }
    }
}

/// Why a read is refused: a code as Salesforce has it, and words for a model.
#[derive(Debug)]
pub(crate) struct ReadRefusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Salesforce's words for what does not exist, where the policy is what refuses.
    pub(crate) native: Option<String>,
    /// The rule that decided.
    pub(crate) rule: &'static str,
}

impl ReadRefusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), native: None, rule: "request" }
    }

    /// A field that exists for the person and is kept from what asks.
    fn of_policy(object: &str, field: &str, why: &str, error: &SoqlError) -> Self {
        Self {
            code: "INVALID_FIELD",
            message: format!("{object}.{field} may not be used here: {why}"),
            native: Some(error.to_string()),
            rule: if why == NOT_CLEARED { "clearance" } else { "matrix" },
        }
    }
}

/// What a plan is made against.
#[derive(Clone, Copy)]
pub(crate) struct Against<'a> {
    pub(crate) schema: &'a dyn Schema,
    pub(crate) rights: &'a Rights,
    pub(crate) matrix: &'a Matrix,
    /// Rows that one read may bring.
    pub(crate) rows: u64,
    /// What a client outside the gate is cleared for; models are judged with their whole prompt.
    pub(crate) clearance: Option<&'a Clearance>,
}

/// Records that one list of children may hold: Salesforce puts so many into one page at least, so that
/// no list has a page of its own.
const CHILDREN: u32 = 200;

/// Why a client does not get what a better trusted one would.
const NOT_CLEARED: &str = "this client is not cleared for it";

/// Plans a SOQL query.
pub(crate) fn plan_query(text: &str, against: Against<'_>) -> Result<Plan, ReadRefusal> {
    let query = soql::parse(text).map_err(|error| of_soql(&error))?;
    let mut refused = None;
    let narrowed = soql::narrow(query, against.schema, &mut |touch| {
        let why = reason_against(touch, against);
        if refused.is_none() {
            refused = why.clone().map(|why| (touch.object.clone(), touch.field.clone(), why));
        }
        why.is_none()
    });
    let mut narrowed = narrowed.map_err(|error| match refused {
        // Salesforce's words are for what does not exist; this exists and is kept from models.
        Some((object, field, why)) => ReadRefusal::of_policy(&object, &field, &why, &error),
        None => of_soql(&error),
    })?;
    if !narrowed.touched.writes.is_empty() {
        return Err(ReadRefusal::new(
            "MALFORMED_QUERY",
            "FOR VIEW, FOR REFERENCE and UPDATE change records; a read may not",
        ));
    }
    refuse_tokens_in_formulas(&mut narrowed.query)?;
    refuse_unsure_names(&narrowed.query)?;
    refuse_computed_rounds(&narrowed.query, &narrowed.touched, against.matrix)?;
    let rows = u32::try_from(against.rows).unwrap_or(u32::MAX);
    let cap = soql::cap_limit(&mut narrowed.query, rows).then_some(against.rows);
    soql::cap_children(&mut narrowed.query, rows.min(CHILDREN));
    let dropped = narrowed.dropped.iter().map(|touch| Withheld {
        object: touch.object.clone(),
        field: touch.field.clone(),
        why: reason_against(touch, against).unwrap_or_default(),
    });
    Ok(Plan {
        asked: Asked::Query,
        statement: narrowed.query.to_string(),
        touches: touches_of(&narrowed.touched),
        columns: columns_of(&narrowed.query, &narrowed.touched, against.matrix),
        dropped: dropped.collect(),
        about: narrowed.query.from.object.to_string(),
        cap,
    })
}

/// Why the matrix does not let this use of a field pass; `None` when it does.
fn reason_against(touch: &soql::Touch, against: Against<'_>) -> Option<String> {
    if !touch.known {
        return Some("nothing is known of it".to_owned());
    }
    let Some(cell) = against.matrix.cell(&touch.object, &touch.field) else {
        // A compound field has a row of its own; its parts need none beside it.
        return if touch.implied { None } else { Some("the matrix has no row for it".to_owned()) };
    };
    let why = |or: &str| Some(if cell.why.is_empty() { or.to_owned() } else { cell.why.clone() });
    if !cell.read {
        return why("the matrix says no");
    }
    if touch.implied && !whole_covers(touch, cell, against) {
        return Some("a compound field that holds it is kept less closely".to_owned());
    }
    match cell.treatment {
        Treatment::Strip => why("the matrix keeps it from models"),
        Treatment::Encrypt => {
            Some("it asks for encryption, and this gate has no encryptor".to_owned())
        }
        _ if !covered(cell, against.clearance) => Some(NOT_CLEARED.to_owned()),
        Treatment::Round if touch.used != Use::Select => Some(
            "it comes back rounded; choosing or ordering rows by it would tell more".to_owned(),
        ),
        Treatment::Shift if touch.used != Use::Select => Some(
            "it comes back as another date; choosing or ordering rows by it would tell more"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Whether the compound field that Salesforce says a part belongs to is kept at least as closely. The
/// matrix sees to that by the names of the parts; this goes by what the org says.
fn whole_covers(part: &soql::Touch, cell: &Cell, against: Against<'_>) -> bool {
    let object = against.schema.object(&part.object);
    let whole = object.and_then(|it| it.field(&part.field)?.part_of.as_deref());
    let whole = whole.and_then(|it| against.matrix.cell(&part.object, it));
    whole.is_some_and(|whole| whole.covers(cell))
}

/// Whether what is left of the field is covered. A token leaves nothing in the clear.
pub(crate) fn covered(cell: &Cell, clearance: Option<&Clearance>) -> bool {
    let level = match cell.treatment {
        Treatment::Pass => cell.level,
        Treatment::Round => cell.level.rounded(),
        _ => return true,
    };
    clearance.is_none_or(|clearance| clearance.admits(level, &cell.compliance).is_ok())
}

fn touches_of(touched: &Touched) -> Vec<Touch> {
    let used = |used: Use| match used {
        Use::Select => Usage::Select,
        Use::Filter | Use::Group | Use::Having | Use::Order | Use::Hop => Usage::Decide,
    };
    let of_named = touched.fields.iter().filter(|touch| !touch.implied).map(|touch| Touch {
        object: touch.object.clone(),
        field: touch.field.clone(),
        usage: used(touch.used),
    });
    of_named.collect()
}

/// The columns whose names do not say what they hold.
fn columns_of(query: &Query, touched: &Touched, matrix: &Matrix) -> Columns {
    let counts = counted(query, touched);
    let mut columns = Columns::new();
    for output in &touched.outputs {
        let Some(last) = output.path.last() else { continue };
        let key = output.path.join(".").to_ascii_lowercase();
        // The strictest of several sources speaks for them all.
        let strictest = output.sources.iter().max_by_key(|(object, field)| {
            matrix.cell(object, field).map(|cell| (cell.treatment != Treatment::Pass, cell.level))
        });
        let source = match strictest {
            _ if output.path.len() == 1 && counts.contains(&key) => Source::Count,
            Some((object, field)) if output.computed || !field.eq_ignore_ascii_case(last) => {
                Source::Field { object: object.clone(), field: field.clone() }
            }
            _ if query.is_aggregate() => match output.sources.first() {
                Some((object, field)) => {
                    Source::Field { object: object.clone(), field: field.clone() }
                }
                None => Source::Count,
            },
            _ => continue,
        };
        columns.insert(key, source);
    }
    for output in &touched.outputs {
        for length in 1..output.path.len() {
            let way = output.path.get(..length).unwrap_or_default().join(".");
            columns.entry(way.to_ascii_lowercase()).or_insert(Source::Related);
        }
    }
    columns
}

/// Keys of the columns that hold a number of rows: `expr0` or an alias, lower case.
fn counted(query: &Query, touched: &Touched) -> BTreeSet<String> {
    let counts = |expr: &Expr| {
        matches!(expr, Expr::Call(call) if matches!(
            call.function,
            Function::Count | Function::CountDistinct | Function::Grouping
        ))
    };
    let counted = aggregated(query, touched).filter(|(expr, _)| counts(expr));
    counted.map(|(_, output)| output.path.join(".").to_ascii_lowercase()).collect()
}

/// The columns of an aggregate query: there, each has one output, in the same order.
fn aggregated<'a>(
    query: &'a Query,
    touched: &'a Touched,
) -> impl Iterator<Item = (&'a Expr, &'a soql::Output)> {
    let columns = query.select.iter().filter_map(|item| match item {
        SelectItem::Column(column) => Some(&column.expr),
        _ => None,
    });
    columns.zip(&touched.outputs).filter(|_| query.is_aggregate())
}

/// Nothing documents how Salesforce counts `expr0`, `expr1` beside `toLabel` and its like, and a
/// column taken for another one would be treated as that.
fn refuse_unsure_names(query: &Query) -> Result<(), ReadRefusal> {
    let unsure = query.select.iter().any(|item| match item {
        SelectItem::Column(Column { expr: Expr::Call(call), alias: None }) => {
            !call.function.is_aggregate() && !call.function.is_date()
        }
        _ => false,
    });
    if unsure && query.is_aggregate() {
        let message = "in a grouped query FORMAT, toLabel and convertCurrency need an alias";
        return Err(ReadRefusal::new("MALFORMED_QUERY", message));
    }
    Ok(())
}

/// Two digits of a value are rough; two digits of what was computed from it, such as the day of a
/// date or the difference to a number, are not.
fn refuse_computed_rounds(
    query: &Query,
    touched: &Touched,
    matrix: &Matrix,
) -> Result<(), ReadRefusal> {
    let plain = |expr: &Expr| {
        matches!(expr, Expr::Call(call) if call.function.is_aggregate()
            && matches!(*call.argument, Expr::Field(_)))
    };
    let known: BTreeSet<_> = aggregated(query, touched)
        .filter(|(expr, _)| plain(expr))
        .map(|(_, output)| &output.path)
        .collect();
    for output in touched.outputs.iter().filter(|it| it.computed && !known.contains(&it.path)) {
        for (object, field) in output.sources.iter() {
            let rough = [Treatment::Round, Treatment::Shift];
            if matrix.cell(object, field).is_some_and(|it| rough.contains(&it.treatment)) {
                let message = format!(
                    "{object}.{field} does not come back as it is; it can be selected as it is or in MIN, MAX, SUM and AVG"
                );
                return Err(ReadRefusal::new("INVALID_FIELD", message));
            }
        }
    }
    Ok(())
}

/// A formula is a small program; a value put into one could become a part of it.
fn refuse_tokens_in_formulas(query: &mut Query) -> Result<(), ReadRefusal> {
    let mut found = false;
    soql::for_each_string(query, &mut |text, used| {
        found |= used == StringUse::Formula && text.to_string().contains('{');
    });
    if found {
        return Err(ReadRefusal::new("MALFORMED_QUERY", "a token may not stand in a FORMULA"));
    }
    Ok(())
}

fn of_soql(error: &SoqlError) -> ReadRefusal {
    ReadRefusal::new(error.code.as_str(), error.to_string())
}

/// A plain name of an object or field, for what a model wrote.
pub(crate) fn plain_name(name: &str) -> Option<&str> {
    Name::new(name).map(|_| name)
}
