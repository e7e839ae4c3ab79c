//! Other people's clients and checks against the door of tools.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::command::{answer, cargo, command, run};

/// Conformance suite, SSRF checks, and the official Python and TypeScript clients, old and new, against
/// a demo of the gate as it is built now.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    run(cargo(root).args(["build", "--package", "portcullis", "--locked"]))?;
    let folder = root.join("e2e/mcp");
    if !folder.join("node_modules").is_dir() {
        run(command("npm", &folder).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    let new = python(root, "new")?;
    let old = python(root, "old")?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let binary = target.join("debug/portcullis");
    run(command("node", &folder).arg("run.mjs").args([binary, new, old]))
}

/// The Python of a virtual environment with the packages of `e2e/mcp/<list>.txt`.
fn python(root: &Path, list: &str) -> anyhow::Result<PathBuf> {
    let folder = root.join("target").join(format!("mcp-python-{list}"));
    let python = folder.join("bin/python");
    let wanted = root.join("e2e/mcp").join(format!("{list}.txt"));
    let stamp = folder.join("installed.txt");
    let wanted_text = std::fs::read(&wanted).context("the list of packages cannot be read")?;
    if answer(command(&python, root).arg("--version")).is_none()
        || std::fs::read(&stamp).ok().as_ref() != Some(&wanted_text)
    {
        run(command("python3", root).args(["-m", "venv", "--clear"]).arg(&folder))?;
        let pip =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(command(&python, root).args(pip).arg(&wanted))?;
        std::fs::write(&stamp, wanted_text).context("the environment cannot be marked")?;
    }
    Ok(python)
}
