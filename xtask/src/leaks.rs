//! Others' tests of a gateway, against the gate as it is built now.

use std::path::{Path, PathBuf};

use crate::command::{cargo, command, run};

/// `pii-leak-benchmark`, its streaming profile v2, and `chunk-invariance`, all pinned.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    run(cargo(root).args(["build", "--package", "portcullis", "--locked"]))?;
    let folder = root.join("target/leaks-python");
    let python = folder.join("bin/python");
    if !python.exists() {
        run(command("python3", root).args(["-m", "venv", "--clear"]).arg(&folder))?;
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run(command(&python, root).args(pip).arg("e2e/leaks/requirements.txt"))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut tests = command(&python, root);
    tests.arg("e2e/leaks/run.py").env("PORTCULLIS_BINARY", target.join("debug/portcullis"));
    run(&mut tests)
}
