//! `WHERE`: conditions bound to fields, and whether a row meets them.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use soql::{At, CompareOp, Condition, Expr, InList, Literal};

use super::View;
use super::bind::Binder;
use super::dates::{Range, range};
use super::evaluate::Bound;
use super::like::Pattern;
use super::plan::Plan;
use crate::exchange::ApiError;
use crate::id::Id;
use crate::save::instant;
use crate::schema::{Kind, Object};
use crate::state::Row;
use crate::value::{Value, fold};

/// A condition on a row. Two-valued: a comparison with null is false, and `NOT` of it true.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare(Bound, CompareOp, Operand),
    Among(Bound, Arc<HashSet<String>>, Vec<Range>),
    /// Each inner list must be there as a whole.
    Includes(Bound, Vec<Vec<String>>),
}

/// What a value is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Value(Value),
    Days(Range),
    Like(Pattern),
}

impl Binder<'_> {
    pub(crate) fn condition(&self, condition: &Condition) -> Result<Test, ApiError> {
        let all = |list: &[Condition]| {
            list.iter().map(|one| self.condition(one)).collect::<Result<Vec<_>, _>>()
        };
        match condition {
            Condition::And(list) => Ok(Test::All(all(list)?)),
            Condition::Or(list) => Ok(Test::Any(all(list)?)),
            Condition::Not(inner) => Ok(Test::Not(Box::new(self.condition(inner)?))),
            Condition::Compare { left, op, right } => {
                let bound = self.filterable(left)?;
                let operand = self.operand(bound.kind(), *op, right, left)?;
                Ok(Test::Compare(bound, *op, operand))
            }
            Condition::In { left, negated, list } => {
                let bound = self.filterable(left)?;
                let test = self.among(bound, left, list)?;
                Ok(if *negated { Test::Not(Box::new(test)) } else { test })
            }
            Condition::Includes { left, negated, values } => {
                let bound = self.filterable(left)?;
                if !matches!(bound.kind(), Kind::MultiPicklist(_)) {
                    let words = "includes and excludes are only for multi-select picklists";
                    return Err(self.complain("INVALID_QUERY_FILTER_OPERATOR", left.at(), words));
                }
                let wanted = values.iter().filter_map(|value| match value {
                    Literal::Text(text) => {
                        Some(text.value().split(';').map(|part| fold(part.trim())).collect())
                    }
                    _ => None,
                });
                let test = Test::Includes(bound, wanted.collect());
                Ok(if *negated { Test::Not(Box::new(test)) } else { test })
            }
        }
    }

    fn filterable(&self, expr: &Expr) -> Result<Bound, ApiError> {
        let bound = self.expr(expr)?;
        match bound.field().filter(|field| !field.filterable) {
            None => Ok(bound),
            Some(field) => {
                let words = format!("field '{}' can not be filtered in a query call", field.name);
                Err(self.complain("INVALID_FIELD", expr.at(), &words))
            }
        }
    }

    fn among(&self, bound: Bound, left: &Expr, list: &InList) -> Result<Test, ApiError> {
        let mut keys = HashSet::new();
        let mut ranges = Vec::new();
        match list {
            InList::Values(values) => {
                for value in values {
                    match self.operand(bound.kind(), CompareOp::Equal, value, left)? {
                        Operand::Value(value) => {
                            keys.insert(value.key());
                        }
                        Operand::Days(days) => ranges.push(days),
                        Operand::Like(_) => {}
                    }
                }
            }
            InList::Query(query, at) => {
                if !matches!(bound.kind(), Kind::Id | Kind::Reference { .. }) {
                    let words = "the left of a semi-join must be an id or a reference";
                    return Err(self.complain("MALFORMED_QUERY", *at, words));
                }
                let plan = Plan::of_join(self, query)?;
                keys.extend(
                    plan.column(self.view)?.iter().filter(|value| !value.is_null()).map(Value::key),
                );
            }
        }
        Ok(Test::Among(bound, Arc::new(keys), ranges))
    }

    /// The literal as a value of the field's type.
    pub(crate) fn operand(
        &self,
        kind: &Kind,
        op: CompareOp,
        literal: &Literal,
        left: &Expr,
    ) -> Result<Operand, ApiError> {
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual | CompareOp::Like);
        if ordered && matches!(kind, Kind::Boolean | Kind::MultiPicklist(_)) {
            return Err(self.complain(
                "INVALID_QUERY_FILTER_OPERATOR",
                left.at(),
                "invalid operator on boolean field",
            ));
        }
        if op == CompareOp::Like {
            return match literal {
                Literal::Text(text) if kind.is_textual() => Ok(Operand::Like(Pattern::new(text))),
                _ => {
                    let words = format!("invalid operator on {} field", kind.describe_name());
                    Err(self.complain("INVALID_QUERY_FILTER_OPERATOR", left.at(), &words))
                }
            };
        }
        let value = match (kind, literal) {
            (_, Literal::Null) => Some(Value::Null),
            (Kind::Id | Kind::Reference { .. }, Literal::Text(text)) => {
                return self.id_operand(kind, &text.value(), left.at());
            }
            (Kind::Date | Kind::DateTime, Literal::Relative(relative)) => {
                let days = range(*relative, self.view.now);
                return days.map(Operand::Days).ok_or_else(|| {
                    self.complain(
                        "MALFORMED_QUERY",
                        left.at(),
                        "the date literal leaves the calendar",
                    )
                });
            }
            (Kind::Boolean, Literal::Bool(flag)) => Some(Value::Bool(*flag)),
            (kind, Literal::Number(number)) if kind.is_number() => {
                Some(Value::Number(number.as_f64()))
            }
            (kind, Literal::Currency(currency)) if kind.is_number() => {
                Some(Value::Number(currency.amount.as_f64()))
            }
            (Kind::Date, Literal::Date(date)) => date.as_str().parse().ok().map(Value::Date),
            (Kind::DateTime, Literal::DateTime(at)) => instant(at.as_str()).map(Value::Instant),
            (Kind::Time, Literal::Time(time)) => {
                time.as_str().trim_end_matches('Z').parse().ok().map(Value::Time)
            }
            (kind, Literal::Text(text)) if kind.is_textual() => {
                Some(Value::text(text.value().as_ref()))
            }
            _ => None,
        };
        value.map(Operand::Value).ok_or_else(|| {
            let name = left_name(left);
            let (wanted, quotes) = match kind {
                kind if kind.is_textual() => ("string", "should be enclosed in quotes"),
                kind => (
                    kind.soap_name().trim_start_matches("xsd:"),
                    "should not be enclosed in quotes",
                ),
            };
            let words = format!(
                "value of filter criterion for field '{name}' must be of type {wanted} and {quotes}"
            );
            self.complain("INVALID_FIELD", left.at(), &words)
        })
    }

    fn id_operand(&self, kind: &Kind, text: &str, at: At) -> Result<Operand, ApiError> {
        if let Kind::Reference { targets, .. } = kind
            && targets.iter().any(|target| target == "EntityDefinition")
        {
            return Ok(Operand::Value(Value::text(text)));
        }
        if text.is_empty() {
            return Ok(Operand::Value(Value::Null));
        }
        let id = Id::parse(text).map(|id| Operand::Value(Value::Id(id)));
        id.ok_or_else(|| {
            let words = format!("invalid ID field: {}", text.chars().take(40).collect::<String>());
            self.complain("INVALID_QUERY_FILTER_OPERATOR", at, &words)
        })
    }
}

fn left_name(left: &Expr) -> String {
    let mut name = String::new();
    left.for_each_field(&mut |path| path.to_string().clone_into(&mut name));
    name
}

impl Test {
    pub(crate) fn holds(&self, view: &View<'_>, object: &'static Object, row: &Arc<Row>) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(view, object, row)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(view, object, row)),
            Self::Not(test) => !test.holds(view, object, row),
            Self::Compare(bound, op, operand) => {
                compare(&bound.value(view, object, row), *op, operand)
            }
            Self::Among(bound, keys, ranges) => {
                let value = bound.value(view, object, row);
                keys.contains(&value.key())
                    || ranges.iter().any(|range| range.place(&value) == Some(Ordering::Equal))
            }
            Self::Includes(bound, wanted) => {
                let value = bound.value(view, object, row);
                let has: Vec<String> = value
                    .as_str()
                    .unwrap_or_default()
                    .split(';')
                    .map(|part| fold(part.trim()))
                    .collect();
                wanted.iter().any(|all| all.iter().all(|one| has.contains(one)))
            }
        }
    }
}

/// One comparison.
pub(crate) fn compare(value: &Value, op: CompareOp, operand: &Operand) -> bool {
    let order = match operand {
        Operand::Like(pattern) => return value.as_str().is_some_and(|text| pattern.matches(text)),
        Operand::Days(days) => days.place(value),
        Operand::Value(wanted) => {
            match op {
                CompareOp::Equal => return value.same(wanted),
                CompareOp::NotEqual => return !value.same(wanted),
                _ => {}
            }
            value.compare(wanted)
        }
    };
    match op {
        CompareOp::Equal => order == Some(Ordering::Equal),
        CompareOp::NotEqual => order != Some(Ordering::Equal),
        CompareOp::Less => order == Some(Ordering::Less),
        CompareOp::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        CompareOp::Greater => order == Some(Ordering::Greater),
        CompareOp::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        CompareOp::Like => false,
    }
}
