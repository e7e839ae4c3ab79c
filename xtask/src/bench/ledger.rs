//! What a durable entry costs, and what it costs to find one among a million.

use std::path::Path;

use super::table::Table;
use crate::command::{cargo, run as shown};

/// The programs print their own tables: they measure the crates, not the binary.
pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    for example in ["append_rate", "search_rate"] {
        shown(cargo(root).args([
            "run",
            "--release",
            "--locked",
            "-p",
            "store",
            "--example",
            example,
        ]))?;
    }
    Ok(Vec::new())
}
