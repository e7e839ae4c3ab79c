//! The engine as a model would be used: utterances in, tool calls and answers out.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on has to fail"
)]

mod answers;
mod org;
mod properties;
mod questions;
mod statements;
mod table;
