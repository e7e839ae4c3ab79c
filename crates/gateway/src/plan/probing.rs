//! Keeping a model from asking for a covered value bit by bit.
//!
//! `Email LIKE 'a%'` tells one letter of a value that the model got as a token, and a few such
//! questions tell all of it. So a field that comes as a token is held against nothing that a model
//! thought of: only tokens, the person's own words, `null`, booleans, ids where the field is one, and
//! the values of the field's own picklist, which are no secret.
//!
//! Ordering and grouping stay: they tell the order of tokens and which are equal, and hold them
//! against nothing. Where even a place in the order tells too much, the matrix can `strip` or `round`.

mod literal;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use boundary::{Matrix, Treatment};
use salesforce::{FieldSchema, ObjectSchema};
use soql::{CompareOp, Expr, Function, Literal, Schema, Term, Test};

use super::{Plan, ReadRefusal};

/// What a model's statement is looked at with.
#[derive(Clone, Copy)]
pub(crate) struct Probing<'a> {
    pub(crate) schema: &'a dyn Schema,
    pub(crate) matrix: &'a Matrix,
    pub(crate) objects: &'a [Arc<ObjectSchema>],
    /// Whether the person said these words.
    pub(crate) said: &'a dyn Fn(&str) -> bool,
}

impl<'a> Probing<'a> {
    /// Refuses a query that holds a covered field against a value of the model's own. It looks at the
    /// very statement that will be sent.
    pub(crate) fn refuse_query(self, plan: &Plan) -> Result<(), ReadRefusal> {
        let touched = soql::parse(&plan.statement)
            .and_then(|query| soql::resolve(&query, self.schema))
            .map_err(|error| super::of_soql(&error))?;
        touched.terms.iter().try_for_each(|term| self.term(term))
    }

    /// Refuses a search for words of the model's own among covered names.
    pub(crate) fn refuse_search(self, text: &str, plan: &Plan) -> Result<(), ReadRefusal> {
        let touched = plan.touches.iter().map(|it| (it.object.as_str(), it.field.as_str()));
        let covered = touched.into_iter().find(|(object, field)| self.is_covered(object, field));
        let Some((object, field)) = covered else { return Ok(()) };
        let echoes = literal::pieces_of(text).echo(self.said, 1);
        if echoes { Ok(()) } else { Err(refusal(object, field)) }
    }

    fn term(self, term: &Term) -> Result<(), ReadRefusal> {
        let covered: Vec<_> =
            term.sources.iter().filter(|(object, field)| self.is_covered(object, field)).collect();
        let selected = match &term.test {
            Test::Selected(sources) => {
                sources.iter().filter(|(object, field)| self.is_covered(object, field)).collect()
            }
            _ => Vec::new(),
        };
        let Some((object, field)) = covered.first().or(selected.first()) else { return Ok(()) };
        let passes = match &term.test {
            // A formula and a place hold values of their own.
            _ if holds_values(&term.expr) => false,
            Test::None => true,
            // How many rows there are is no value.
            Test::Values(..) if counts(&term.expr) => true,
            Test::Values(op, values) => {
                values.iter().all(|value| self.may_compare(&covered, *op, value))
            }
            Test::Parts(values) => values.iter().all(|value| self.may_include(&covered, value)),
            // What is joined could be a set of the model's choosing.
            Test::Selected(_) => {
                covered.iter().chain(&selected).all(|(object, field)| self.is_id(object, field))
            }
        };
        if passes { Ok(()) } else { Err(refusal(object, field)) }
    }

    fn may_compare(self, covered: &[&(String, String)], op: CompareOp, value: &Literal) -> bool {
        let said = self.said;
        match value {
            Literal::Null | Literal::Bool(_) => true,
            Literal::Number(number) => literal::number_said(number.as_str(), said),
            Literal::Currency(money) => literal::number_said(money.amount.as_str(), said),
            Literal::Date(moment) | Literal::DateTime(moment) | Literal::Time(moment) => {
                literal::moment_said(moment.as_str(), said)
            }
            Literal::Relative(relative) => literal::relative_said(&relative.to_string(), said),
            Literal::Text(text) => match op {
                CompareOp::Equal | CompareOp::NotEqual => self.may_equal(covered, &text.value()),
                CompareOp::Like => {
                    literal::pieces_of_pattern(text.raw()).is_some_and(|it| it.echo(said, SHORTEST))
                }
                _ => literal::pieces_of(&text.value()).echo(said, SHORTEST),
            },
        }
    }

    fn may_include(self, covered: &[&(String, String)], value: &Literal) -> bool {
        let Literal::Text(text) = value else { return false };
        text.value().split(';').all(|part| self.may_equal(covered, part))
    }

    fn may_equal(self, covered: &[&(String, String)], value: &str) -> bool {
        let known = |(object, field): &&(String, String)| {
            self.is_id(object, field) && literal::is_id(value)
                || self.field(object, field).is_some_and(|it| {
                    it.picklist.iter().any(|known| known.value.eq_ignore_ascii_case(value))
                })
        };
        covered.iter().all(known) || literal::pieces_of(value).echo(self.said, 1)
    }

    fn is_covered(self, object: &str, field: &str) -> bool {
        self.matrix.cell(object, field).is_some_and(|it| it.treatment == Treatment::Token)
    }

    fn is_id(self, object: &str, field: &str) -> bool {
        self.field(object, field).is_some_and(|it| it.kind == "id" || it.kind == "reference")
    }

    fn field(self, object: &str, field: &str) -> Option<&'a FieldSchema> {
        let mut objects = self.objects.iter();
        let object = objects.find(|it| it.summary.name.eq_ignore_ascii_case(object))?;
        object.field(field)
    }
}

/// Fewer letters and digits than these in a pattern or a bound are as good as the alphabet, whoever
/// said them.
const SHORTEST: usize = 3;

fn refusal(object: &str, field: &str) -> ReadRefusal {
    ReadRefusal::new(
        "UNSAID_VALUE",
        format!(
            "{object}.{field} comes as a token: it may be held against tokens, against whole words \
             just as the person said them, and against null, but not against values of your own"
        ),
    )
}

fn holds_values(expr: &Expr) -> bool {
    match expr {
        Expr::Distance(_) | Expr::Formula(_) => true,
        Expr::Call(call) => holds_values(&call.argument),
        Expr::Field(_) | Expr::Sum(_) => false,
    }
}

fn counts(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(
        call.function,
        Function::Count | Function::CountDistinct | Function::Grouping
    ))
}
