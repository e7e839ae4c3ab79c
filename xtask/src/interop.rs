//! Real, unchanged Salesforce clients against the practice org and through the gate.
//!
//! The clients are pinned in `interop/package-lock.json` and `interop/requirements.txt`; `interop/run.js` drives them.

use std::path::Path;

use crate::command::{command, run};
use crate::test::tools;

const FOLDER: &str = "interop";

/// `words` are options and clients for `interop/run.js`; none means all.
pub(crate) fn run_clients(root: &Path, words: &[&str]) -> anyhow::Result<()> {
    tools::node(root, FOLDER)?;
    let python = tools::python(root, FOLDER)?;
    let mut clients = command("node", &root.join(FOLDER));
    run(clients.arg("run.js").args(words).env("INTEROP_PYTHON", python))
}
