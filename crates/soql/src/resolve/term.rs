//! Every expression of a query, and what it is held against.

use std::sync::Arc;

use super::Use;
use super::walk::Walk;
use crate::ast::{CompareOp, Condition, Expr, InList, Literal};

/// One expression of a query: a column, a key of a group or of the order, or the left side of a comparison.
///
/// Plain fields of `TYPEOF` and `FIELDS()` are none: nothing is computed of them and nothing compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What for.
    pub used: Use,
    /// The expression; of an alias in `ORDER BY`, what it stands for.
    pub expr: Expr,
    /// The fields it is made of, as object and field.
    pub sources: Arc<[(String, String)]>,
    /// What it is held against.
    pub test: Test,
}

/// What an expression is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Nothing: it is selected, grouped or ordered by.
    None,
    /// Values; `IN` and `NOT IN` are [`CompareOp::Equal`].
    Values(CompareOp, Vec<Literal>),
    /// `INCLUDES`, `EXCLUDES`: each value may join several with `;`.
    Parts(Vec<Literal>),
    /// What a semi-join or an anti-join selects.
    Selected(Arc<[(String, String)]>),
}

impl Test {
    /// What a comparison without a sub-query holds its left side against.
    pub(super) fn of(comparison: &Condition) -> Self {
        match comparison {
            Condition::Compare { op, right, .. } => Self::Values(*op, vec![right.clone()]),
            Condition::In { list: InList::Values(values), .. } => {
                Self::Values(CompareOp::Equal, values.clone())
            }
            Condition::Includes { values, .. } => Self::Parts(values.clone()),
            _ => Self::None,
        }
    }
}

impl Walk<'_> {
    pub(super) fn term(
        &mut self,
        used: Use,
        expr: &Expr,
        sources: &Arc<[(String, String)]>,
        test: Test,
    ) {
        let sources = Arc::clone(sources);
        self.terms.push(Term { used, expr: expr.clone(), sources, test });
    }
}
