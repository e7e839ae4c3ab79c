//! Fine-tunes the recogniser, and checks that the changes kept here are those of the texts and settings here.
//!
//! The training itself is `training/`, in Python with JAX, in an environment below `target/`. The check needs neither: it
//! is a test of the loader.

use std::path::Path;

use anyhow::ensure;

use crate::command::{cargo, command, run};
use crate::model;
use crate::test::tools::python;

/// The changes that are kept.
const KEPT: &str = "training/adapter.bin";

/// Trains, with other settings if `more` has some, into `target/train`.
pub(crate) fn train(root: &Path, more: &[&str]) -> anyhow::Result<()> {
    model::fetch(root)?;
    let python = python(root, "training")?;
    let out = root.join("target/train/adapter.bin");
    let mut train = command(python, root);
    // One thread adds numbers in one order: the same settings then give the same file on the same kind of processor.
    train.env("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false").env("PYTHONUNBUFFERED", "1");
    train.args(["-B", "training/train.py"]).arg(model::folder(root)).arg(&out);
    run(train.args(more))?;
    println!(
        "trained into {}. What it brings: `cargo xtask bench mask` with PORTCULLIS_ADAPTER naming it. To keep it:\n\
         cp {} {KEPT}",
        out.display(),
        out.display(),
    );
    Ok(())
}

/// Whether the kept changes were learned on this network, from these texts, with these settings.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    ensure!(root.join(KEPT).is_file(), "`{KEPT}` is not there");
    run(cargo(root).args(["test", "--locked", "-p", "recognise", "--test", "it", "trained::"]))
}
