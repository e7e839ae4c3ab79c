//! What one command means, before anything is looked up.

use jiff::civil::Date;

use crate::grammar::dates::Unit;
use crate::search::{Condition, Order, Search};

/// One understood command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Intent {
    Help,
    Greeting,
    Thanks,
    Cancel,
    WhoAmI,
    List(Search),
    Tally(Search, Tally),
    /// Changes the request before: `only those over 50k`.
    Refine(Refinement),
    /// The next rows of the request before.
    More,
    /// One record, all of it or some fields.
    Show {
        target: Target,
        columns: Vec<String>,
    },
    /// Records of one object that belong to a target: `its contacts`.
    Related {
        search: Search,
        of: Target,
    },
    /// A text search over several objects.
    Find {
        text: String,
        objects: Vec<String>,
    },
    /// The values a picklist field may take.
    Values {
        object: String,
        field: String,
    },
    Update {
        target: Target,
        changes: Vec<Change>,
    },
    Create(Draft),
    Unknown(Unknown),
}

/// Why nothing is done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unknown {
    /// The part that was not understood, in the person's words.
    pub(crate) heard: String,
    /// What to say instead of the general answer.
    pub(crate) why: Option<String>,
}

impl Unknown {
    pub(crate) fn part(heard: impl Into<String>) -> Intent {
        Intent::Unknown(Self { heard: heard.into(), why: None })
    }

    pub(crate) fn because(heard: impl Into<String>, why: impl Into<String>) -> Intent {
        Intent::Unknown(Self { heard: heard.into(), why: Some(why.into()) })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tally {
    pub(crate) measures: Vec<Measure>,
    pub(crate) group: Option<Group>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Measure {
    Count,
    Sum(String),
    Average(String),
    Max(String),
    Min(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Group {
    Field(String),
    Calendar(Unit, String),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Refinement {
    pub(crate) object: Option<String>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) said: Vec<String>,
    pub(crate) order: Option<Order>,
    pub(crate) limit: Option<u32>,
    pub(crate) columns: Vec<String>,
    pub(crate) with_ids: bool,
    pub(crate) tally: Option<Tally>,
}

/// A record that has to be found before anything happens.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Target {
    /// The objects it may be of, most likely first; empty when the words do not tell.
    pub(crate) objects: Vec<String>,
    pub(crate) who: Who,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Who {
    /// By name, as said.
    Named(String),
    /// The record that was spoken of last.
    Focus,
    /// A place in the list shown last, from 1.
    Nth(usize),
    Last,
    /// Picked by the person among candidates.
    Chosen {
        object: String,
        id: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) field: String,
    pub(crate) value: NewValue,
}

/// A value to write, as far as words go.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NewValue {
    Text(String),
    Number(f64),
    Bool(bool),
    Date(Date),
    Empty,
    /// Adds to the present value; negative takes away.
    Plus(f64),
    PlusPercent(f64),
    /// Moves the present date.
    Later(i64, Unit),
    /// Another record, to be found by name.
    Record {
        objects: Vec<String>,
        name: String,
    },
    /// A record that the person picked among candidates.
    Picked {
        object: String,
        id: String,
    },
    /// The acting person.
    Me,
    /// Not one of the field's values, or not sure: the words to ask with.
    Unclear(String),
}

/// A record to create.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub(crate) object: String,
    pub(crate) values: Vec<Change>,
    /// The records it belongs to.
    pub(crate) links: Vec<Target>,
    /// What happens in words, such as `Logs a call`.
    pub(crate) deed: &'static str,
}
