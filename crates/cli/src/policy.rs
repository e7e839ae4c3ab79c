//! Rules about approvals: the files of a folder, read and checked together.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use boundary::{Judge, OwnWrites};
use policy::Rules;

/// Who may approve what: by the rules of this folder, or, without one, whoever asked.
pub(crate) fn judge(folder: Option<&Path>) -> anyhow::Result<Arc<dyn Judge>> {
    match folder {
        Some(folder) => Ok(Arc::new(read(folder)?)),
        None => Ok(Arc::new(OwnWrites)),
    }
}

/// The rules of every `*.cedar` file in a folder.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Rules> {
    let shown = folder.display();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read `{shown}`"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "cedar") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read `{}`", path.display()))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, text));
        }
    }
    if files.is_empty() {
        bail!("`{shown}` has no file that ends in `.cedar`");
    }
    // In the order of their names on every machine: the order is part of their version.
    files.sort();
    Rules::parse(&files).with_context(|| format!("the rules in `{shown}` are not usable"))
}
