//! Other people's clients and checks against the door of tools.

use std::path::{Path, PathBuf};

use crate::command::{cargo, command, run};
use crate::test::tools;

/// Conformance suites, SSRF checks, and the official Python and TypeScript clients, old and new, against
/// a demo of the gate as it is built now; and that demo in front of the official server for trying clients.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    crate::test::release(root)?;
    tools::node(root, "e2e/mcp")?;
    let new = tools::python(root, "e2e/mcp/new")?;
    let old = tools::python(root, "e2e/mcp/old")?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let binary = target.join("release/portcullis");
    run(command("node", &root.join("e2e/mcp")).arg("run.mjs").args([binary, new, old]))?;
    // The other way round: the gate as the client of somebody else's server.
    let every = "e2e/mcp/node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    let test = ["test", "--workspace", "--all-features", "--locked", "--test", "it"];
    let name = "the_official_server_for_trying_clients";
    run(cargo(root).args(test).arg(name).env("PORTCULLIS_EVERYTHING", root.join(every)))
}
