//! Who may approve which write.
//!
//! Rules are written in Cedar (cedarpolicy.com), in files of their own that people review like code.
//! They are checked against [`SCHEMA`] as a whole before they take effect: a misspelt attribute is an
//! error at the start, not a rule that never holds.
//!
//! Three actions exist. `approveAlone`: this person's signature is enough. `approveTogether`: it counts,
//! and a second person's is needed. `approveUnseen`: the person may decide although a value of the
//! write is withheld from them. What no rule permits is refused, and a rule that fails to evaluate
//! permits nothing.
//!
//! This crate reads sums of money in the clear and answers with rulings, so it has neither a socket nor
//! a file nor a logger.

#![forbid(unsafe_code)]

mod judge;
mod rules;

pub use rules::{Problem, RuleError, Rules, SCHEMA};
