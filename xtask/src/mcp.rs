//! Other people's clients and checks against the door of tools.

use std::path::{Path, PathBuf};

use crate::command::{command, run};
use crate::test::tools;

/// Conformance suites, SSRF checks, and the official Python and TypeScript clients, old and new, against
/// a demo of the gate as it is built now.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    crate::test::release(root)?;
    tools::node(root, "e2e/mcp")?;
    let new = tools::python(root, "e2e/mcp/new")?;
    let old = tools::python(root, "e2e/mcp/old")?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let binary = target.join("release/portcullis");
    run(command("node", &root.join("e2e/mcp")).arg("run.mjs").args([binary, new, old]))
}
