//! SOQL and SOSL, the query languages of Salesforce, as its REST API (version 68.0) takes them.
//!
//! Everything here is a pure function of its arguments. [`parse()`] reads a query into a tree whose `Display` is
//! canonical text.

#![forbid(unsafe_code)]

mod ast;
mod error;
mod lexer;
mod parser;
mod print;

pub use ast::*;
pub use error::{ErrorCode, Reason, SoqlError};
pub use parser::{MAX_DEPTH, MAX_LENGTH, parse, parse_search};
