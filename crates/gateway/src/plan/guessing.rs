//! Keeping a program from asking for a covered value bit by bit.
//!
//! The gate hears no person at a door for programs, so nobody's words can allow a comparison, as they
//! do for a model of the gate's own. A whole value may be held against a covered field: whoever has it
//! learns nothing but where it stands. A pattern or a bound may not: `Email LIKE 'a%'` tells one
//! letter, and a few such questions tell them all.

use boundary::{Matrix, Treatment};
use soql::{CompareOp, Expr, Function, Literal, Schema, Term, Test};

use super::{Plan, ReadRefusal, of_soql};

/// Refuses a query that holds a covered field against a part of a value. It looks at the very
/// statement that will be sent.
pub(crate) fn refuse_guesses(
    plan: &Plan,
    schema: &dyn Schema,
    matrix: &Matrix,
) -> Result<(), ReadRefusal> {
    let touched = soql::parse(&plan.statement)
        .and_then(|query| soql::resolve(&query, schema))
        .map_err(|error| of_soql(&error))?;
    touched.terms.iter().try_for_each(|term| check(term, matrix))
}

/// Refuses a search for words with gaps among covered names.
pub(crate) fn refuse_gaps(term: &str, plan: &Plan, matrix: &Matrix) -> Result<(), ReadRefusal> {
    let touched = plan.touches.iter().map(|it| (it.object.as_str(), it.field.as_str()));
    let covered = touched.into_iter().find(|(object, field)| is_covered(object, field, matrix));
    match covered {
        Some((object, field)) if has_gap(term) => Err(refusal(object, field)),
        _ => Ok(()),
    }
}

fn check(term: &Term, matrix: &Matrix) -> Result<(), ReadRefusal> {
    let covered = |sources: &[(String, String)]| {
        sources.iter().find(|(object, field)| is_covered(object, field, matrix)).cloned()
    };
    let selected = match &term.test {
        Test::Selected(sources) => covered(sources),
        _ => None,
    };
    let Some((object, field)) = covered(&term.sources).or(selected) else { return Ok(()) };
    let whole = match &term.test {
        // A formula, a distance or a part of a date tells less than the value, bit by bit.
        Test::None | Test::Values(..) if is_computed(&term.expr) => false,
        Test::Values(op, values) if !matches!(op, CompareOp::Equal | CompareOp::NotEqual) => {
            is_count(&term.expr) || values.iter().all(is_whole)
        }
        // Nothing, whole values, or another field of the org.
        Test::None | Test::Values(..) | Test::Parts(_) | Test::Selected(_) => true,
    };
    if whole { Ok(()) } else { Err(refusal(&object, &field)) }
}

fn is_covered(object: &str, field: &str, matrix: &Matrix) -> bool {
    matrix.cell(object, field).is_some_and(|it| it.treatment == Treatment::Token)
}

/// Computed of a value in a way that tells a part of it.
fn is_computed(expr: &Expr) -> bool {
    match expr {
        Expr::Distance(_) | Expr::Formula(_) => true,
        Expr::Call(call) => call.function.is_date() || is_computed(&call.argument),
        Expr::Field(_) | Expr::Sum(_) => false,
    }
}

fn is_count(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(
        call.function,
        Function::Count | Function::CountDistinct | Function::Grouping
    ))
}

/// Nothing, yes or no, or one token and no more than that.
fn is_whole(value: &Literal) -> bool {
    match value {
        Literal::Null | Literal::Bool(_) => true,
        Literal::Text(text) => {
            let text = text.value();
            let inner = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            inner.and_then(|it| it.rsplit_once('_')).is_some_and(|(kind, number)| {
                !kind.is_empty()
                    && kind.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
                    && !number.is_empty()
                    && number.bytes().all(|it| it.is_ascii_digit())
            })
        }
        _ => false,
    }
}

/// A sign that stands for any letters.
fn has_gap(term: &str) -> bool {
    let mut escaped = false;
    term.chars().any(|c| {
        let gap = !escaped && matches!(c, '*' | '?');
        escaped = c == '\\' && !escaped;
        gap
    })
}

fn refusal(object: &str, field: &str) -> ReadRefusal {
    ReadRefusal {
        native: Some(format!("field '{field}' can not be filtered in a query call")),
        rule: "guess",
        ..ReadRefusal::new(
            "INVALID_FIELD",
            format!(
                "{object}.{field} comes as a token: it may be held against whole values and tokens, \
                 not against patterns or bounds"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use boundary::Columns;
    use soql::{Field, Object, StaticSchema};

    use super::*;
    use crate::plan::Asked;

    const MATRIX: &str = "\
object,field,read,create,update,label,treatment,why
Contact,Id,yes,no,no,Internal System,pass,
Contact,Email,yes,no,no,Confidential PII Staff,token,people
Contact,Birthdate,yes,no,no,Confidential PII Staff,token,people
Contact,City,yes,no,no,Internal Staff,pass,
";

    fn judged(query: &str) -> Result<(), ReadRefusal> {
        let matrix = Matrix::parse(MATRIX).unwrap();
        let names = ["Id", "Email", "Birthdate", "City"];
        let contact = names
            .iter()
            .fold(Object::new("Contact"), |object, name| object.with_field(Field::new(name)));
        let schema: StaticSchema = [contact].into_iter().collect();
        let plan = Plan {
            asked: Asked::Query,
            statement: query.to_owned(),
            touches: Vec::new(),
            columns: Columns::new(),
            dropped: BTreeSet::new(),
            about: "Contact".to_owned(),
            cap: None,
        };
        refuse_guesses(&plan, &schema, &matrix)
    }

    #[test]
    fn whole_values_may_be_held_against_a_covered_field() {
        for filter in [
            "Email = 'ana@x.example'",
            "Email IN ('{EMAIL_2}', 'b@x.example')",
            "Email != null",
            "Email LIKE '{EMAIL_2}'",
            "City LIKE 'Lon%'",
        ] {
            let query = format!("SELECT Id, Email FROM Contact WHERE {filter} ORDER BY Email");
            assert!(judged(&query).is_ok(), "{filter}: {:?}", judged(&query));
        }
        assert!(
            judged("SELECT COUNT(Id) FROM Contact GROUP BY Email HAVING COUNT(Email) > 2").is_ok()
        );
    }

    #[test]
    fn parts_of_values_may_not() {
        for filter in [
            "Email LIKE 'a%'",
            "Email LIKE '%{EMAIL_2}%'",
            "Email > 'm'",
            "NOT Email LIKE '%@x.example'",
            "Birthdate > 1980-01-01",
            "CALENDAR_YEAR(Birthdate) = 1980",
        ] {
            let query = format!("SELECT Id FROM Contact WHERE {filter}");
            let refused = judged(&query).expect_err(filter);
            assert_eq!((refused.code, refused.rule), ("INVALID_FIELD", "guess"), "{filter}");
        }
    }

    #[test]
    fn gaps_are_signs_that_are_not_escaped() {
        for (term, gap) in
            [("Gen*", true), ("G?n", true), ("Gen\\*", false), ("\\\\*", true), ("Gen", false)]
        {
            assert_eq!(has_gap(term), gap, "{term}");
        }
    }
}
