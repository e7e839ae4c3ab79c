//! The tracked files, and those that are about to be.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::command::command;

/// Every file git knows or would add, in order of path.
pub(super) struct Tree {
    files: Vec<File>,
}

/// A file; a picture or the like has an empty text.
pub(super) struct File {
    /// From the workspace's folder, with `/` between the parts.
    pub(super) path: String,
    pub(super) text: String,
}

impl Tree {
    pub(super) fn load(root: &Path) -> anyhow::Result<Self> {
        let listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let output = command("git", root).args(listing).output().context("`git` does not start")?;
        if !output.status.success() {
            bail!(
                "`git ls-files` ended with {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let mut files = Vec::new();
        for path in output.stdout.split(|&byte| byte == 0).filter(|path| !path.is_empty()) {
            let path = String::from_utf8(path.to_vec()).context("a file's name is not UTF-8")?;
            let full = root.join(&path);
            // A tracked file may be deleted and not yet committed; a link's target is judged where it lies.
            if !full.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                continue;
            }
            let bytes = fs::read(&full).with_context(|| format!("`{path}` cannot be read"))?;
            // A picture has no text, but other files may speak of it.
            let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
            files.push(File { path, text: text.unwrap_or_default() });
        }
        Ok(Self::new(files))
    }

    fn new(mut files: Vec<File>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        Self { files }
    }

    /// A tree as a test writes it: pairs of path and text.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self::new(
            files
                .iter()
                .map(|&(path, text)| File { path: path.to_owned(), text: text.to_owned() })
                .collect(),
        )
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.is("rs"))
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files().find(|file| file.path == path)
    }

    /// Whether `path` is a file or a folder with a file in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files().any(|file| {
            file.path
                .strip_prefix(path)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The line, from 1, of the first line of `path` that `wanted` accepts; 0 when there is none.
    pub(super) fn line(&self, path: &str, wanted: impl Fn(&str) -> bool) -> usize {
        self.file(path)
            .and_then(|file| file.text.lines().position(wanted))
            .map_or(0, |index| index + 1)
    }
}

impl File {
    /// Whether the name ends in `.` and `extension`.
    pub(super) fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }

    /// The crate whose source this is, by its folder.
    pub(super) fn krate(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match (parts.next()?, parts.next()?) {
            ("crates", name) => Some(name),
            ("xtask", _) => Some("xtask"),
            _ => None,
        }
    }

    /// Whether the whole file is there for tests.
    pub(super) fn is_test(&self) -> bool {
        let path = self.path.as_str();
        ["e2e/", "fuzz/"].iter().any(|folder| path.starts_with(folder))
            || ["/benches/", "/examples/", "/tests/"].iter().any(|folder| path.contains(folder))
            || path.ends_with("/tests.rs")
            || path.ends_with("_tests.rs")
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn a_folder_is_there_when_a_file_is_in_it() {
        let tree = Tree::of(&[("crates/web/src/lib.rs", "")]);
        assert!(
            tree.has("crates/web") && tree.has("crates/web/") && tree.has("crates/web/src/lib.rs")
        );
        assert!(!tree.has("crates/we") && !tree.has("web"));
    }

    #[test]
    fn test_files_are_known_by_their_place() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", ""),
            ("crates/a/src/mask/tests.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
            ("xtask/src/test/mod.rs", ""),
        ]);
        let tests: Vec<&str> =
            tree.files().filter(|file| file.is_test()).map(|file| file.path.as_str()).collect();
        assert_eq!(tests, ["crates/a/src/mask/tests.rs", "crates/a/tests/it/main.rs"]);
    }
}
