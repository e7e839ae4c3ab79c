//! The tables of state and sealed parts, for a database other than SQLite.

use crate::{sealed, state};

/// A group of tables, and the steps that lead from nothing to its present form. A step that was
/// released is never changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tables {
    /// What the group is called.
    pub name: &'static str,
    /// SQL in the words of SQLite: `INTEGER` has 64 bits, `TEXT` sorts by its bytes, `BLOB` is bytes,
    /// and `STRICT` says that a column holds nothing else.
    pub steps: &'static [&'static str],
}

/// The tables of [`crate::State`] and of [`crate::SealedStore`].
pub fn tables() -> [Tables; 2] {
    [
        Tables { name: "state", steps: state::SCHEMA.steps },
        Tables { name: "sealed", steps: sealed::SCHEMA.steps },
    ]
}
