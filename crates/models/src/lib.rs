//! Models: provider dialects, streaming, the local engine as a model.
//!
//! A model gets a [`boundary::Dispatch`] and nothing else, and answers with a stream of
//! [`Delta`]s. What it says is text of the model: masked, untrusted, and for the gate to treat.

#![forbid(unsafe_code)]

mod answer;
mod client;
mod delta;
mod error;
mod local;
mod openai;

pub use answer::AnswerStream;
pub use client::ModelClient;
pub use delta::{Delta, Finish, ToolCall, Usage};
pub use egress::Fault;
pub use error::ModelError;
pub use local::LocalModel;
pub use openai::{OpenAi, Variant};
