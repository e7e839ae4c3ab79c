//! Plain language to CRM commands: the local engine.
//!
//! [`Engine::next`] reads a conversation and says what comes next: a tool call, or the final answer. It speaks the same
//! tool protocol as any language model, and is none: a fixed grammar over the words of the person, the schema and the
//! day. It has no network, no clock and no state; the same conversation always gives the same step.
//!
//! The way of a sentence: `words` (tokens, spelling, numbers) -> `lexicon` (nouns, fields) -> `grammar` (intent, filters,
//! dates, values) -> `run` (one record found, or a question) -> `query` (SOQL) -> `answer` (Markdown).
//!
//! Two rules hold whatever is said. A write never rests on a guess: the record it changes came back alone from a query
//! of the same turn. And text inside records is only ever shown, never read as a request.

#![forbid(unsafe_code)]

mod answer;
mod error;
mod grammar;
mod intent;
mod lexicon;
mod protocol;
mod query;
mod records;
mod run;
mod schema;
mod search;
mod words;

pub use error::CommandError;
pub use protocol::{
    CREATE_RECORD, Call, FIND, GET_OBJECT_SCHEMA, GET_USER_INFO, SOQL_QUERY, Step, Turn,
    UPDATE_RECORD,
};
pub use run::Engine;
pub use schema::{FieldType, FieldView, ObjectView, SchemaView};
