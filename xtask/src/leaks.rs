//! Others' tests of a gateway, against the gate as it is built now.

use std::path::{Path, PathBuf};

use crate::command::{cargo, command, run};
use crate::test::tools::python;

/// `pii-leak-benchmark`, its streaming profile v2, and `chunk-invariance`, all pinned.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    run(cargo(root).args(["build", "--package", "portcullis", "--locked"]))?;
    let python = python(root, "e2e/leaks")?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut tests = command(python, root);
    tests.arg("e2e/leaks/run.py").env("PORTCULLIS_BINARY", target.join("debug/portcullis"));
    run(&mut tests)
}
