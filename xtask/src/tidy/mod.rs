//! The rules of the house, checked over `cargo metadata` and every tracked file.
//!
//! A rule is a row in [`rules`]; a check is a module here that reads it. Each violation says where it
//! is, what is there, and what was expected.

mod arrows;
mod calls;
mod house;
mod manners;
mod map;
mod rules;
mod rust;
mod scripts;
mod sizes;
mod tree;
mod witnesses;
mod words;

use std::fmt;
use std::path::Path;

use anyhow::bail;

use house::House;
use tree::Tree;

/// Runs every check and fails if any found something.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let house = House::load(root)?;
    let tree = Tree::load(root)?;
    println!("{}", sizes::Sizes::of(&tree));

    let checks = [
        arrows::check(&house, &tree),
        calls::check(&tree),
        manners::check(&house, &tree),
        map::check(&house, &tree),
        scripts::check(&tree),
        sizes::check(&tree),
        witnesses::check(&tree),
        words::check(&tree),
    ];
    let mut violations: Vec<Violation> = checks.into_iter().flatten().collect();
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => Ok(()),
        1 => bail!("1 rule of the house is broken"),
        count => bail!("{count} rules of the house are broken"),
    }
}

/// One broken rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Violation {
    /// From the workspace's folder, with `/` between the parts.
    path: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    what: String,
    expected: String,
}

impl Violation {
    fn at(path: &str, line: usize, what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), expected: expected.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, expected } = self;
        match line {
            0 => write!(formatter, "{path}: {what}; expected {expected}"),
            line => write!(formatter, "{path}:{line}: {what}; expected {expected}"),
        }
    }
}
