//! What is looked for: an object, conditions, order and limits, before it becomes SOQL.

/// Rows shown when nobody says how many.
pub(crate) const DEFAULT_LIMIT: u32 = 20;
/// The most rows one answer asks for.
pub(crate) const MAX_LIMIT: u32 = 200;

/// A request for records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) object: String,
    pub(crate) conditions: Vec<Condition>,
    /// Columns the person asked for by name, besides the usual ones.
    pub(crate) columns: Vec<String>,
    pub(crate) order: Option<Order>,
    pub(crate) limit: Option<u32>,
    pub(crate) offset: u32,
    /// Whether record Ids were asked for.
    pub(crate) with_ids: bool,
    /// What these are beside their object, such as `open` or `overdue`, for the heading.
    pub(crate) said: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) path: String,
    pub(crate) descending: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Is { path: String, op: Op, value: Value },
    Any(Vec<Condition>),
    All(Vec<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Like,
    NotLike,
    In,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// Text that must occur somewhere in the field, or at its start.
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    /// Words that must occur in this order with anything between them.
    Loosely(String),
    Number(f64),
    Bool(bool),
    Null,
    /// A date, an instant or a date literal, as SOQL writes it.
    Date(String),
    /// The Id of the acting person, known when it runs.
    Me,
    OneOf(Vec<String>),
    /// Ids taken from another object: `IN (SELECT field FROM object WHERE Id = '..')`.
    From {
        field: String,
        object: String,
        id: String,
    },
}

impl Search {
    pub(crate) fn of(object: &str) -> Self {
        Self {
            object: object.to_owned(),
            conditions: Vec::new(),
            columns: Vec::new(),
            order: None,
            limit: None,
            offset: 0,
            with_ids: false,
            said: Vec::new(),
        }
    }

    /// Whether a condition needs to know who asks.
    pub(crate) fn needs_me(&self) -> bool {
        self.conditions.iter().any(Condition::needs_me)
    }

    /// Adds conditions; one on the same field replaces the older one, as in `what about last month`.
    pub(crate) fn refine(&mut self, conditions: Vec<Condition>) {
        let fresh: Vec<Vec<String>> = conditions.iter().map(Condition::paths).collect();
        self.conditions.retain(|old| {
            let old = old.paths();
            !fresh.iter().any(|new| new.iter().any(|p| old.contains(p)))
        });
        self.conditions.extend(conditions);
    }
}

impl Condition {
    pub(crate) fn is(path: &str, op: Op, value: Value) -> Self {
        Self::Is { path: path.to_owned(), op, value }
    }

    pub(crate) fn contains(path: &str, text: &str) -> Self {
        Self::is(path, Op::Like, Value::Contains(text.to_owned()))
    }

    /// One condition as it is, several in an `Any`.
    pub(crate) fn any(mut of: Vec<Self>) -> Option<Self> {
        if of.len() > 1 { Some(Self::Any(of)) } else { of.pop() }
    }

    pub(crate) fn needs_me(&self) -> bool {
        match self {
            Self::Is { value, .. } => *value == Value::Me,
            Self::Any(of) | Self::All(of) => of.iter().any(Self::needs_me),
        }
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        match self {
            // Whose a record is can be said by Id or by name: both are one subject.
            Self::Is { path, .. } if path == "OwnerId" => vec!["Owner.Name".to_owned()],
            Self::Is { path, .. } => vec![path.clone()],
            Self::Any(of) | Self::All(of) => of.iter().flat_map(Self::paths).collect(),
        }
    }
}
