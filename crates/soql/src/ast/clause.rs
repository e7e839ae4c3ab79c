//! The clauses after `FROM`, conditions excepted.

use super::{At, Expr, FieldPath, Literal, Name, StringLiteral};

/// `USING ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Using {
    /// `USING SCOPE mine`
    Scope(Name),
    /// `USING LOOKUP Object.Field__c BIND Other__c = '001..'`: the records a lookup filter admits.
    Lookup {
        /// Object and field.
        path: FieldPath,
        /// Empty when absent.
        bind: Vec<Binding>,
    },
}

/// `Other__c = '001..'` after `BIND`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What is bound.
    pub field: FieldPath,
    /// To what.
    pub value: Literal,
}

/// `WITH ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// `WITH DATA CATEGORY ..`, joined by `AND`; never empty.
    DataCategory(Vec<CategoryFilter>),
    /// `WITH UserId = '005..'`
    UserId(StringLiteral),
    /// `WITH RecordVisibilityContext (maxDescriptorPerRecord=100, ..)`
    RecordVisibility(Vec<(Name, Literal)>),
}

/// `Geography__c ABOVE usa__c`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryFilter {
    /// The category group.
    pub group: Name,
    /// Which way.
    pub reach: CategoryReach,
    /// Never empty.
    pub categories: Vec<Name>,
}

/// Which categories count besides the named one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryReach {
    /// None.
    At,
    /// Its parents.
    Above,
    /// Its children.
    Below,
    /// Both.
    AboveOrBelow,
}

/// `GROUP BY ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Plain, with subtotals or with all combinations.
    pub kind: GroupKind,
    /// Fields and date functions; never empty.
    pub by: Vec<Expr>,
}

/// How groups are formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// `GROUP BY a, b`
    Plain,
    /// `GROUP BY ROLLUP(a, b)`
    Rollup,
    /// `GROUP BY CUBE(a, b)`
    Cube,
}

/// One key of `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What to sort by.
    pub expr: Expr,
    /// Ascending when not said.
    pub direction: Direction,
    /// Salesforce puts nulls first when not said.
    pub nulls: Option<Nulls>,
}

/// Which way to sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// `ASC`
    #[default]
    Ascending,
    /// `DESC`
    Descending,
}

/// Where nulls go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// `NULLS FIRST`
    First,
    /// `NULLS LAST`
    Last,
}

/// What `FOR` asks for. Both forms write: they change when a record was last seen, and the list of recent items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForClause {
    /// `FOR VIEW`
    View(At),
    /// `FOR REFERENCE`
    Reference(At),
}

/// What `UPDATE` asks for. Both forms write statistics of knowledge articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateClause {
    /// `UPDATE TRACKING`: the words searched for.
    Tracking(At),
    /// `UPDATE VIEWSTAT`: the number of views.
    ViewStat(At),
}

impl CategoryReach {
    /// As written in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::At => "AT",
            Self::Above => "ABOVE",
            Self::Below => "BELOW",
            Self::AboveOrBelow => "ABOVE_OR_BELOW",
        }
    }
}
