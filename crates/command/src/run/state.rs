//! What was spoken of: the list shown last, the record in focus, the open question.

use serde_json::Value;

use super::tools::Round;
use crate::intent::Intent;
use crate::protocol::SOQL_QUERY;
use crate::records::{Row, rows_of};
use crate::schema::SchemaView;
use crate::search::Search;

/// The state of a conversation between two turns of the person.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// The request whose rows were shown last.
    pub(super) last: Option<Search>,
    /// Those rows, in the order shown.
    pub(super) list: Vec<Row>,
    /// The number of the first row in `list`, counted from 0 over all pages.
    pub(super) first: usize,
    pub(super) focus: Option<Row>,
    pub(super) pending: Option<Pending>,
    pub(super) me: Option<Me>,
}

/// The acting person.
#[derive(Debug, Clone)]
pub(super) struct Me {
    pub(super) id: String,
    pub(super) name: String,
}

/// A command that waits for an answer.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) intent: Intent,
    pub(super) question: Question,
    /// What was asked, to ask it again.
    pub(super) text: String,
    /// The commands that come after it, as said.
    pub(super) rest: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Question {
    /// Which record: the target, or the link or value at a place of the intent.
    Which { rows: Vec<Row>, slot: Slot },
    /// The value of the change at this place.
    Value(usize),
    /// Whether to create a record although there is one like it.
    Sure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Target,
    Link(usize),
    Value(usize),
}

impl Pending {
    pub(super) fn new(intent: Intent, question: Question, text: &str) -> Self {
        Self { intent, question, text: text.to_owned(), rest: Vec::new() }
    }
}

/// The state after a turn that another model answered: its last query's rows can be pointed at.
pub(super) fn adopt(schema: &SchemaView, mut state: State, round: &Round<'_>) -> State {
    let queries = round.exchanges.iter().filter(|e| e.call.name == SOQL_QUERY);
    let Some(result) = queries.filter_map(|e| e.result.as_ref()).next_back() else { return state };
    let rows = rows_of(schema, result.get("records").and_then(Value::as_array));
    state.pending = None;
    if let Some(first) = rows.first() {
        state.last = Some(Search::of(&first.object));
        state.focus = (rows.len() == 1).then(|| first.clone());
        state.first = 0;
        state.list = rows;
    }
    state
}
