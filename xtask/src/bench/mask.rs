//! What is found in labelled texts, layer by layer, beside Presidio; how fast, and in how much memory.
//!
//! The texts are made here, from sentences that no rule was written for; a labelled set beside the repository, or in
//! the folder `PORTCULLIS_LABELLED`, is measured too.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::table::Table;
use crate::command::{cargo, command, run as shown};
use crate::test::tools::python;

/// Prints the scorer's own tables.
pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    shown(cargo(root).args(["build", "--release", "--locked", "-p", "detect", "--examples"]))?;
    let example = |name: &str| {
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        target.join("release/examples").join(name)
    };
    let folder = root.join("target/bench/mask");
    fs::create_dir_all(&folder)?;
    shown(command(example("corpus"), root).arg(&folder).args(["test", "2000", "11"]))?;
    let mut sets = vec![(folder.join("texts.json"), folder.join("contacts.jsonl"))];
    let labelled = env::var_os("PORTCULLIS_LABELLED")
        .map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let given = (labelled.join("pii_dev.json"), labelled.join("known_contacts_dev.jsonl"));
    if given.0.exists() && given.1.exists() {
        sets.push(given);
    } else {
        println!("no labelled set in `{}`: only the generated one", labelled.display());
    }
    let presidio = python(root, "xtask/presidio");
    if let Err(error) = &presidio {
        println!("Presidio cannot be compared with: {error:#}");
    }
    for (texts, contacts) in &sets {
        println!("\n### {}", texts.display());
        let score = |more: &[&str]| {
            shown(command(example("score"), root).arg(texts).arg(contacts).args(more))
        };
        score(&[])?;
        score(&["adverse"])?;
        score(&["speed"])?;
        if let Ok(python) = &presidio {
            let found = folder.join("presidio.json");
            let script = root.join("xtask/presidio/analyze.py");
            shown(command(python, root).arg(script).arg(texts).arg(&found))?;
            score(&["given", &found.to_string_lossy()])?;
        }
    }
    shown(&mut command(example("million"), root))?;
    Ok(Vec::new())
}
