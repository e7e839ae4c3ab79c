//! Every field that a query touches, wherever it is named.
//!
//! A gate that looks only at the `SELECT` list is no gate: a hidden field can be read out bit by bit through
//! `WHERE`, through the order of rows, through a relationship, a semi-join or the string of a `FORMULA`.

mod formula;
mod mention;
mod path;
mod term;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use mention::{Mention, mentions, search_mentions};
pub(crate) use path::Scope;
pub use term::{Term, Test};
pub(crate) use walk::{Walk, fields_of};

use crate::ast::{At, Query, Search};
use crate::error::SoqlError;
use crate::schema::Schema;

/// What a query touches. Names are those of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Every object read, also those of parents, children and sub-queries.
    pub objects: BTreeSet<String>,
    /// Every field and how it is used, sorted by object, field and use, without repetition.
    pub fields: Vec<Touch>,
    /// What the answer will hold; empty for `COUNT()`.
    pub outputs: Vec<Output>,
    /// Every expression, in the order of the text, and what it is held against.
    pub terms: Vec<Term>,
    /// What the query changes while it reads.
    pub writes: BTreeSet<Write>,
    /// Whether a search without `RETURNING` looks through every object.
    pub everything: bool,
}

/// One use of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The object the field is of.
    pub object: String,
    /// The field.
    pub field: String,
    /// What for.
    pub used: Use,
    /// Not named in the query, but part of a compound field that is.
    pub implied: bool,
    /// Whether the schema has the field. It may lack one possible target of a polymorphic relationship, and has no
    /// data categories; a gate should let neither pass unseen.
    pub known: bool,
    /// Where it is first used so.
    pub at: At,
}

/// What a field is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// It is in the answer.
    Select,
    /// Rows are chosen by it; also what a semi-join selects, for that is in no answer.
    Filter,
    /// Rows are grouped by it.
    Group,
    /// Groups are chosen by it.
    Having,
    /// Rows are ordered by it.
    Order,
    /// It is a foreign key, followed to a parent or back to children.
    Hop,
}

/// One value of each record in the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its keys in the JSON of a record, from outside in: `Account`, `Owner`, `Name`. A key that leads to children
    /// leads to their `records`.
    pub path: Vec<String>,
    /// The fields it comes from, as object and field.
    pub sources: Arc<[(String, String)]>,
    /// Whether a function has changed the value: an aggregate, a date part, a distance.
    pub computed: bool,
}

/// A side effect of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Write {
    /// `FOR VIEW`: the records count as viewed by the user.
    View,
    /// `FOR REFERENCE`: the records count as referenced by the user.
    Reference,
    /// `UPDATE TRACKING`: the search words are kept for statistics.
    Tracking,
    /// `UPDATE VIEWSTAT`: the articles' view counts go up.
    ViewStat,
}

/// Finds every field that the query touches, and refuses the query as Salesforce would: [`crate::check`], then
/// unknown names.
///
/// A [`crate::Reason::NoSuchObject`] names an object that the schema lacks; a schema that is filled on demand can load
/// it and try again.
pub fn resolve(query: &Query, schema: &dyn Schema) -> Result<Touched, SoqlError> {
    crate::check(query)?;
    touched(query, schema)
}

/// The same without [`crate::check`], for a query that went through the parts of it that matter.
pub fn touched(query: &Query, schema: &dyn Schema) -> Result<Touched, SoqlError> {
    let mut walk = Walk::new(schema);
    walk.top(query)?;
    Ok(walk.finish())
}

/// The same for a search. An object returned without fields gives its ids.
pub fn resolve_search(search: &Search, schema: &dyn Schema) -> Result<Touched, SoqlError> {
    let mut walk = Walk::new(schema);
    walk.search(search)?;
    Ok(walk.finish())
}
