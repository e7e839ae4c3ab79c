//! The local engine as a model: no network, no weights, the same answer every time.

#[cfg(test)]
mod tests;

use std::fmt;

use boundary::{Dispatch, Tool, Turn};
use command::{Engine, SchemaView, Step};
use futures_util::stream;
use jiff::civil::Date;
use serde_json::Value;

use crate::{AnswerStream, Delta, Finish, ModelError, ToolCall};

/// The engine, with what one person may name on one day.
pub struct LocalModel {
    name: String,
    engine: Engine,
    today: Date,
}

impl LocalModel {
    /// The engine as the endpoint called `name` in the configuration. `today` is the person's.
    pub fn new(name: String, schema: SchemaView, today: Date) -> Self {
        Self { name, engine: Engine::new(schema), today }
    }

    /// The endpoint's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// See [`crate::ModelClient::answer`].
    pub fn answer(&self, dispatch: &Dispatch) -> Result<AnswerStream, ModelError> {
        let cleared = dispatch.endpoint().name();
        if cleared != self.name {
            let (cleared, here) = (cleared.to_owned(), self.name.clone());
            return Err(ModelError::WrongEndpoint { cleared, here });
        }
        let turns: Vec<_> = dispatch.turns().filter_map(turn).collect();
        let deltas = match self.engine.next(&turns, self.today) {
            Step::Calls(calls) => match calls.iter().find(|call| !offers(dispatch, &call.name)) {
                None => called(calls),
                Some(missing) => said(&format!(
                    "For that I need the tool `{}`, which I do not have here.",
                    missing.name
                )),
            },
            Step::Say(text) => said(&text),
        };
        Ok(AnswerStream::new(stream::iter(deltas.into_iter().map(Ok))))
    }
}

impl fmt::Debug for LocalModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalModel({} on {})", self.name, self.today)
    }
}

/// A turn as the engine knows it. What the application adds is not for it: it takes commands
/// from the person alone.
fn turn(turn: &Turn) -> Option<command::Turn> {
    Some(match turn {
        Turn::Client(_) => return None,
        Turn::Person(text) => command::Turn::User(text.as_str().to_owned()),
        Turn::Model { text, calls } => {
            let calls = calls.iter().map(|call| command::Call {
                id: call.id.clone(),
                name: call.name.clone(),
                arguments: serde_json::from_str(call.arguments.as_str()).unwrap_or(Value::Null),
            });
            command::Turn::Assistant { text: text.as_str().to_owned(), calls: calls.collect() }
        }
        Turn::Tool { call, name, result } => command::Turn::ToolResult {
            call_id: call.clone(),
            name: name.clone(),
            content: result.as_str().to_owned(),
        },
    })
}

fn offers(dispatch: &Dispatch, wanted: &str) -> bool {
    dispatch.tools().iter().any(|tool| match tool {
        Tool::Own { name, .. } => *name == wanted,
        // A client's tool of the same name is another tool.
        Tool::Client { .. } => false,
    })
}

fn called(calls: Vec<command::Call>) -> Vec<Delta> {
    let calls = calls.into_iter().map(|call| {
        let arguments = call.arguments.to_string();
        Delta::Call(ToolCall { id: call.id, name: call.name, arguments })
    });
    calls.chain([Delta::Done(Finish::Calls)]).collect()
}

/// A text word by word, as other models send theirs.
fn said(text: &str) -> Vec<Delta> {
    let words = text.split_inclusive(char::is_whitespace).map(|it| Delta::Text(it.to_owned()));
    words.chain([Delta::Done(Finish::Stop)]).collect()
}
