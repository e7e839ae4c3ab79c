//! `WHERE` and `HAVING`.

use super::{At, Expr, Literal, Query};

/// A condition. `And` and `Or` hold two or more; they nest only through brackets, as SOQL demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of them.
    And(Vec<Condition>),
    /// Any of them.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// `left op right`
    Compare {
        /// What is compared.
        left: Expr,
        /// How.
        op: CompareOp,
        /// With what.
        right: Literal,
    },
    /// `left IN (..)`, `left NOT IN (..)`
    In {
        /// What is looked for.
        left: Expr,
        /// `NOT IN`
        negated: bool,
        /// Among what.
        list: InList,
    },
    /// `left INCLUDES ('A;B', 'C')`, `left EXCLUDES (..)`
    Includes {
        /// A multi-select picklist.
        left: Expr,
        /// `EXCLUDES`
        negated: bool,
        /// Each value may itself join several with `;`.
        values: Vec<Literal>,
    },
}

/// Between the sides of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `LIKE`, `%` for any text and `_` for any one character
    Like,
}

/// What `IN` looks among.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InList {
    /// Given values; never empty.
    Values(Vec<Literal>),
    /// A semi-join or, negated, an anti-join.
    Query(Box<Query>, At),
}

impl Condition {
    /// Calls `visit` with every comparison in it, in order; never with `And`, `Or` or `Not`.
    pub fn for_each_comparison<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.for_each_comparison(visit);
                }
            }
            Self::Not(inner) => inner.for_each_comparison(visit),
            _ => visit(self),
        }
    }

    /// The left side, when it is a comparison.
    pub fn left(&self) -> Option<&Expr> {
        match self {
            Self::Compare { left, .. } | Self::In { left, .. } | Self::Includes { left, .. } => {
                Some(left)
            }
            Self::And(_) | Self::Or(_) | Self::Not(_) => None,
        }
    }

    /// The sub-query of a semi-join or anti-join.
    pub fn semi_join(&self) -> Option<(&Query, At)> {
        match self {
            Self::In { list: InList::Query(query, at), .. } => Some((query, *at)),
            _ => None,
        }
    }
}

impl CompareOp {
    /// As written in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
        }
    }
}
