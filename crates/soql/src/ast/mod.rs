//! The shape of a parsed query.
//!
//! The tree owns its text and keeps names as they were written; [`crate::resolve()`] gives the canonical ones.
//! Positions ([`At`]) say where things stood in the source and never take part in comparison, so a tree equals
//! the tree read back from its own print.

mod clause;
mod condition;
mod expr;
mod function;
mod literal;
mod name;
mod search;
mod text;

pub use clause::{
    Binding, CategoryFilter, CategoryReach, Direction, ForClause, Group, GroupKind, Nulls, Order,
    UpdateClause, Using, With,
};
pub use condition::{CompareOp, Condition, InList};
pub use expr::{Call, Distance, DistanceUnit, Expr, FieldSum, Formula, Sign};
pub use function::Function;
pub(crate) use literal::Named;
pub use literal::{Currency, DateLiteral, DateUnit, Literal, Moment, Number};
pub use name::{At, FieldPath, Name};
pub use search::{
    Returning, Search, SearchGroup, SearchTerm, SearchUsing, SearchValue, SearchWith,
};
pub use text::{LikePiece, StringLiteral};

/// One SOQL query, or one sub-query of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What is asked for; never empty.
    pub select: Vec<SelectItem>,
    /// Where from.
    pub from: From,
    /// `USING SCOPE` or `USING LOOKUP`.
    pub using: Option<Using>,
    /// `WHERE`.
    pub filter: Option<Condition>,
    /// `WITH`.
    pub with: Option<With>,
    /// `GROUP BY`.
    pub group: Option<Group>,
    /// `HAVING`.
    pub having: Option<Condition>,
    /// `ORDER BY`; empty when absent.
    pub order: Vec<Order>,
    /// `LIMIT`.
    pub limit: Option<u32>,
    /// `OFFSET`.
    pub offset: Option<u32>,
    /// `BIND` at the end of the query; empty when absent.
    pub bind: Vec<Binding>,
    /// `FOR VIEW`, `FOR REFERENCE`: both write to the records read.
    pub for_clauses: Vec<ForClause>,
    /// `UPDATE TRACKING`, `UPDATE VIEWSTAT`: both write statistics.
    pub updates: Vec<UpdateClause>,
}

/// One item of a `SELECT` list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectItem {
    /// A field or a function, with its alias.
    Column(Column),
    /// `COUNT()`, always alone in the list: answers with a total and no records.
    Count(At),
    /// `FIELDS(ALL)`, `FIELDS(STANDARD)`, `FIELDS(CUSTOM)`.
    Fields(FieldSet, At),
    /// `TYPEOF .. END`.
    TypeOf(TypeOf),
    /// `(SELECT .. FROM ChildRelationship)`.
    Children(Box<Query>),
}

/// A field or function in a `SELECT` list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What is computed.
    pub expr: Expr,
    /// The name it is given.
    pub alias: Option<Name>,
}

/// The argument of `FIELDS()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSet {
    /// Every field.
    All,
    /// The fields whose names do not end in `__c` and the like.
    Standard,
    /// The custom fields.
    Custom,
}

/// `TYPEOF Owner WHEN User THEN Id, Email ELSE Name END`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeOf {
    /// The polymorphic relationship.
    pub relationship: FieldPath,
    /// At least one.
    pub whens: Vec<When>,
    /// `ELSE`; empty when absent.
    pub otherwise: Vec<FieldPath>,
}

/// `WHEN User THEN Id, Email`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The object the record must be of.
    pub object: Name,
    /// Where the object is named.
    pub at: At,
    /// Fields of that object; never empty.
    pub fields: Vec<FieldPath>,
}

/// `FROM Contact c, c.Account a`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// The object, or in a child sub-query the relationship (`Contacts`, `Account.Contacts`).
    pub object: FieldPath,
    /// Its alias.
    pub alias: Option<Name>,
    /// Further aliases for parent relationships.
    pub more: Vec<FromAlias>,
}

/// `c.Account a`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromAlias {
    /// The relationship, beginning with the alias or the name of the main object.
    pub path: FieldPath,
    /// What it is called in the query.
    pub alias: Option<Name>,
}

impl Query {
    /// A query of columns from one object, for callers who build queries.
    pub fn new(object: FieldPath, select: Vec<SelectItem>) -> Self {
        Self {
            select,
            from: From { object, alias: None, more: Vec::new() },
            using: None,
            filter: None,
            with: None,
            group: None,
            having: None,
            order: Vec::new(),
            limit: None,
            offset: None,
            bind: Vec::new(),
            for_clauses: Vec::new(),
            updates: Vec::new(),
        }
    }

    /// Whether the answer is a bare total (`SELECT COUNT() ..`).
    pub fn is_count(&self) -> bool {
        matches!(self.select.first(), Some(SelectItem::Count(_)))
    }

    /// Whether the answer is made of aggregate results and not of records.
    pub fn is_aggregate(&self) -> bool {
        self.group.is_some()
            || self.select.iter().any(
                |item| matches!(item, SelectItem::Column(column) if column.expr.is_aggregate()),
            )
    }
}

impl SelectItem {
    /// A plain field, for callers who build queries.
    pub fn field(path: FieldPath) -> Self {
        Self::Column(Column { expr: Expr::Field(path), alias: None })
    }
}

impl FieldSet {
    /// As written in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Standard => "STANDARD",
            Self::Custom => "CUSTOM",
        }
    }
}
