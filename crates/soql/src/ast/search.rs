//! The shape of a SOSL search.

use super::{CategoryFilter, Column, Condition, Name, Order, StringLiteral, UpdateClause};

/// `FIND {term} IN NAME FIELDS RETURNING Account(Id, Name), Contact LIMIT 10`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub term: SearchTerm,
    /// `IN .. FIELDS`; all fields when not said.
    pub group: Option<SearchGroup>,
    /// `RETURNING`; every searchable object when empty.
    pub returning: Vec<Returning>,
    /// Every `WITH`, in order.
    pub with: Vec<SearchWith>,
    /// `LIMIT`, over all objects.
    pub limit: Option<u32>,
    /// `UPDATE TRACKING`, `UPDATE VIEWSTAT`: both write statistics.
    pub updates: Vec<UpdateClause>,
}

/// The text in braces, kept as written: `\` escapes, `"` phrases, `*` and `?` wild cards, `AND`, `OR`, `AND NOT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchTerm {
    /// INVARIANT: braces and other reserved signs inside are escaped.
    raw: Box<str>,
}

/// Which fields are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the SOSL reference")]
pub enum SearchGroup {
    All,
    Name,
    Email,
    Phone,
    Sidebar,
}

/// `Account(Id, Name USING ListView = Recent WHERE .. ORDER BY .. LIMIT .. OFFSET ..)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning {
    /// The object.
    pub object: super::FieldPath,
    /// Fields wanted; only ids when empty, and then all that follows is absent too.
    pub fields: Vec<Column>,
    /// `USING ListView = name`
    pub using: Option<SearchUsing>,
    /// `WHERE`
    pub filter: Option<Condition>,
    /// `ORDER BY`; empty when absent.
    pub order: Vec<Order>,
    /// `LIMIT`, of this object.
    pub limit: Option<u32>,
    /// `OFFSET`
    pub offset: Option<u32>,
}

/// `USING ListView = MyView`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchUsing {
    /// The list view.
    pub list_view: Name,
}

/// One `WITH` of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchWith {
    /// `WITH DATA CATEGORY ..`
    DataCategory(Vec<CategoryFilter>),
    /// `WITH NETWORK = '0DB..'`, `WITH SNIPPET`, `WITH PricebookId = '01s..'` and the like; others are refused.
    Named {
        /// The filter, as written.
        name: super::FieldPath,
        /// After `=` or `IN`; nothing for `SNIPPET` and `HIGHLIGHT`.
        value: SearchValue,
    },
}

/// The value of a named `WITH` filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchValue {
    /// `WITH HIGHLIGHT`
    None,
    /// `WITH SNIPPET (target_length=120)`
    Settings(Vec<(Name, super::Literal)>),
    /// `WITH SPELL_CORRECTION = false`
    One(super::Literal),
    /// `WITH NETWORK IN ('a', 'b')`
    Many(Vec<StringLiteral>),
}

impl SearchTerm {
    /// A search for this text, with every reserved sign escaped.
    pub fn new(text: &str) -> Self {
        let mut raw = String::with_capacity(text.len());
        for char in text.chars() {
            if "?&|!{}[]()^~*:\\\"'+-".contains(char) {
                raw.push('\\');
            }
            raw.push(char);
        }
        Self { raw: raw.into() }
    }

    pub(crate) fn of_lexed(raw: &str) -> Self {
        Self { raw: raw.into() }
    }

    /// As written between the braces.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl SearchGroup {
    /// As written in a search.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Name => "NAME",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Sidebar => "SIDEBAR",
        }
    }
}
