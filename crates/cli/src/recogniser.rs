//! The recogniser's files: read here, checked by `recognise`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use recognise::{File, Limits, NETWORK, Recogniser, VOCABULARY};

/// Where its files lie when nobody says: in the working folder's `target/model`, as `cargo xtask model`
/// leaves them, or in `recogniser` beside the binary. Only the files themselves can be loaded, wherever they lie.
pub(crate) fn nearby() -> Option<PathBuf> {
    let binary = std::env::current_exe().ok();
    let beside = binary.as_deref().and_then(Path::parent).map(|folder| folder.join("recogniser"));
    let complete = |folder: &PathBuf| {
        [&NETWORK, &VOCABULARY].iter().all(|file| folder.join(file.name).is_file())
    };
    [Some(PathBuf::from("target/model")), beside].into_iter().flatten().find(complete)
}

/// Reads the recogniser in `folder`. A text may take it `millis` milliseconds.
pub(crate) fn read(folder: &Path, millis: u64) -> anyhow::Result<Arc<Recogniser>> {
    let bytes = |file: &File| {
        let path = folder.join(file.name);
        std::fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))
    };
    let limits = Limits { budget: Duration::from_millis(millis), ..Limits::default() };
    let recogniser =
        Recogniser::load(&bytes(&NETWORK)?, &bytes(&VOCABULARY)?, limits, std::time::Instant::now)
            .with_context(|| format!("the recogniser in `{}` is not usable", folder.display()))?;
    Ok(Arc::new(recogniser))
}
