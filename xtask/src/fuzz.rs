//! The fuzz targets, built by the ordinary compiler, over the inputs that are kept for them.
//!
//! Finding new inputs needs a nightly compiler and `cargo fuzz run NAME`; that the old ones still pass needs neither.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use crate::command::{cargo, command, run};
use crate::test::tools;

/// Every target once over each of its inputs.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    tools::cxx(root)?;
    run(cargo(root).args(["build", "--manifest-path", "fuzz/Cargo.toml", "--locked", "--bins"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("fuzz/target"), PathBuf::from);
    for source in listed(&root.join("fuzz/fuzz_targets"))? {
        let name = source.file_stem().context("a target without a name")?;
        let inputs = listed(&root.join("fuzz/corpus").join(name))?;
        ensure!(!inputs.is_empty(), "`{}` has no inputs", source.display());
        run(command(target.join("debug").join(name), root).args(inputs))?;
    }
    Ok(())
}

fn listed(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.map(|it| it.map(|it| it.path())).collect::<Result<_, _>>()?;
    files.sort();
    Ok(files)
}
