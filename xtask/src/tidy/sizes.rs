//! How long files are.

use std::fmt;

use super::Violation;
use super::rules;
use super::tree::Tree;
use crate::stats::{median, percentile};

/// The lines of our Rust files.
pub(super) struct Sizes {
    files: usize,
    lines: usize,
    median: usize,
    p95: usize,
    longest: usize,
}

impl Sizes {
    pub(super) fn of(tree: &Tree) -> Self {
        let lines: Vec<usize> = tree.rust().map(|file| file.text.lines().count()).collect();
        Self {
            files: lines.len(),
            lines: lines.iter().sum(),
            median: median(&lines).unwrap_or(0),
            p95: percentile(&lines, 0.95).unwrap_or(0),
            longest: lines.iter().copied().max().unwrap_or(0),
        }
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, lines, median, p95, longest } = self;
        write!(
            formatter,
            "{files} Rust files, {lines} lines; a file: median {median}, p95 {p95}, longest {longest}"
        )
    }
}

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > rules::LONGEST_FILE {
            let expected = format!("at most {}; one idea a file", rules::LONGEST_FILE);
            found.push(Violation::at(&file.path, lines, format!("{lines} lines"), expected));
        }
    }
    let sizes = Sizes::of(tree);
    if sizes.p95 > rules::LONG_FILE {
        let what = format!("one Rust file in twenty has {} lines or more", sizes.p95);
        found.push(Violation::at(
            ".",
            0,
            what,
            format!("95 of 100 files within {} lines", rules::LONG_FILE),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Sizes, check};
    use crate::tidy::tree::Tree;

    #[test]
    fn a_file_too_long_is_found_and_one_at_the_limit_is_not() {
        let (at_limit, over) = ("\n".repeat(800), "\n".repeat(801));
        let mut files =
            vec![("a.rs", at_limit.as_str()), ("b.rs", over.as_str()), ("c.md", over.as_str())];
        let short: Vec<String> = (0..60).map(|number| format!("{number}.rs")).collect();
        files.extend(short.iter().map(|path| (path.as_str(), "//! Short.\n")));
        let found: Vec<String> = check(&Tree::of(&files)).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["b.rs:801: 801 lines; expected at most 800; one idea a file"]);
    }

    #[test]
    fn many_long_files_are_found_though_each_is_allowed() {
        let long = "\n".repeat(451);
        let found = check(&Tree::of(&[("a.rs", long.as_str()), ("b.rs", "")]));
        assert!(found[0].to_string().contains("451 lines or more"));
    }

    #[test]
    fn sizes_read_well() {
        let tree = Tree::of(&[("a.rs", "x\n"), ("b.rs", "x\nx\n"), ("c.rs", "x\nx\nx\n")]);
        assert_eq!(
            Sizes::of(&tree).to_string(),
            "3 Rust files, 6 lines; a file: median 2, p95 3, longest 3"
        );
    }
}
