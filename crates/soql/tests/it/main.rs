//! The crate seen from outside.

mod cases;
mod grammar;
