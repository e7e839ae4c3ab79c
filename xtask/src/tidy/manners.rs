//! What every crate and every module begins with.

use super::Violation;
use super::house::House;
use super::tree::Tree;

pub(super) fn check(house: &House, tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for krate in &house.crates {
        for root in &krate.roots {
            if tree.line(root, |line| line == "#![forbid(unsafe_code)]") == 0 {
                found.push(Violation::at(
                    root,
                    1,
                    "a crate root that may hold unsafe code",
                    "`#![forbid(unsafe_code)]`",
                ));
            }
        }
        if !takes_our_lints(tree.file(&krate.manifest).map_or("", |file| file.text.as_str())) {
            let expected = "`[lints]` with `workspace = true`";
            found.push(Violation::at(
                &krate.manifest,
                0,
                "a crate without the lints of the house",
                expected,
            ));
        }
    }
    for file in tree.rust().filter(|file| !file.is_test() && file.krate().is_some()) {
        if !file.text.starts_with("//!") {
            let expected = "`//!` and what the module is for";
            found.push(Violation::at(
                &file.path,
                1,
                "a module that does not say what it is",
                expected,
            ));
        }
    }
    found
}

fn takes_our_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines.find(|line| !line.is_empty()) == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::house::{Crate, House};
    use crate::tidy::tree::Tree;

    fn found(manifest: &str, root: &str) -> Vec<String> {
        let tree = Tree::of(&[("crates/a/Cargo.toml", manifest), ("crates/a/src/lib.rs", root)]);
        let krate = Crate {
            name: "a".to_owned(),
            manifest: "crates/a/Cargo.toml".to_owned(),
            roots: vec!["crates/a/src/lib.rs".to_owned()],
            ..Crate::default()
        };
        check(&House { crates: vec![krate] }, &tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn manners_are_kept_or_missed() {
        let manifest = "[package]\n\n[lints]\nworkspace = true\n";
        let root = "//! A crate.\n\n#![forbid(unsafe_code)]\n";
        assert_eq!(found(manifest, root), Vec::<String>::new());
        assert!(found("[package]\n", root)[0].contains("without the lints"));
        assert!(
            found(manifest, "//! A crate.\n// #![forbid(unsafe_code)]\n")[0]
                .contains("unsafe code")
        );
        assert!(
            found(manifest, "#![forbid(unsafe_code)]\n")[0].contains("does not say what it is")
        );
    }
}
