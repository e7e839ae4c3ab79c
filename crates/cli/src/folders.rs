//! Where things lie when nobody says.

use std::path::PathBuf;

use anyhow::Context as _;

/// The demo's folder: `$XDG_DATA_HOME/portcullis/demo`, or below `~/.local/share`.
pub(crate) fn demo() -> anyhow::Result<PathBuf> {
    below("demo")
}

/// The folder of a practice org that runs alone, beside the demo's.
pub(crate) fn practice() -> anyhow::Result<PathBuf> {
    below("practice")
}

fn below(name: &str) -> anyhow::Result<PathBuf> {
    let data =
        std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    let data = data.or_else(home).context("there is no `HOME`; say `--data DIR`")?;
    Ok(data.join("portcullis").join(name))
}

/// For what a command keeps between runs: `$XDG_STATE_HOME/portcullis`, or below `~/.local/state`.
pub(crate) fn state() -> anyhow::Result<PathBuf> {
    let state =
        std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    Ok(state.or_else(home).context("there is no `HOME`")?.join("portcullis"))
}
