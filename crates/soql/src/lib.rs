//! SOQL and SOSL, the query languages of Salesforce, as its REST API (version 68.0) takes them.
//!
//! Everything here is a pure function of its arguments. [`parse()`] reads a query into a tree whose `Display` is
//! canonical text; [`resolve()`] finds every field the query touches; [`narrow()`] drops what may not be seen.

#![forbid(unsafe_code)]

mod ast;
mod check;
mod conceal;
mod error;
mod lexer;
mod parser;
mod print;
mod resolve;
mod rewrite;
mod schema;
mod strings;

pub use ast::*;
pub use check::{MAX_FIELDS_LIMIT, MAX_OFFSET, check, check_form, check_run};
pub use error::{ErrorCode, Reason, SoqlError};
pub use parser::{MAX_DEPTH, MAX_LENGTH, parse, parse_search};
pub use resolve::{
    Mention, Output, Term, Test, Touch, Touched, Use, Write, mentions, resolve, resolve_search,
    search_mentions, touched,
};
pub use rewrite::{
    Narrowed, NarrowedSearch, cap_children, cap_limit, expand_fields, narrow, narrow_search,
};
pub use schema::{Children, Field, Object, Reference, Schema, StaticSchema};
pub use strings::{StringUse, Visit, for_each_search_string, for_each_string};
