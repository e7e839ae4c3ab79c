//! The engine as a model would be used: utterances in, tool calls and answers out.

mod org;
mod properties;
mod statements;
mod table;
