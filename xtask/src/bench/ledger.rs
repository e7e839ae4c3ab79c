//! What a durable entry costs, and what it costs to find one among a million.

use std::path::Path;

use super::table::Table;
use crate::command::{cargo, run as shown};

/// The programs print their own tables: they measure the crates, not the binary.
pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    crate::test::tools::postgres(root)?;
    for (package, example) in
        [("store", "append_rate"), ("postgresql", "shared_append_rate"), ("store", "search_rate")]
    {
        let arguments = ["run", "--release", "--locked", "-p", package, "--example", example];
        shown(cargo(root).args(arguments))?;
    }
    Ok(Vec::new())
}
