//! The recogniser's files: read here, checked by `recognise`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use recognise::{File, Limits, NETWORK, Recogniser, VOCABULARY};

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
