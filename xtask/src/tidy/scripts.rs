//! The JavaScript we ship, and the lock of the JavaScript that tests use.

use super::Violation;
use super::rules;
use super::tree::Tree;

const LOCK: &str = "e2e/package-lock.json";

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    budget(tree).into_iter().chain(hosts(tree)).collect()
}

fn budget(tree: &Tree) -> Option<Violation> {
    let scripts = tree.files().filter(|file| {
        file.path.starts_with(rules::PAGE_SCRIPTS_FOLDER) && (file.is("js") || file.is("mjs"))
    });
    let lines: usize = scripts.map(|file| file.text.lines().count()).sum();
    (lines > rules::PAGE_SCRIPT).then(|| {
        let what = format!("{lines} lines of JavaScript on the pages");
        Violation::at(
            rules::PAGE_SCRIPTS_FOLDER,
            0,
            what,
            format!("at most {}", rules::PAGE_SCRIPT),
        )
    })
}

/// A lock that names where a package was downloaded from ties every machine to that place.
fn hosts(tree: &Tree) -> Vec<Violation> {
    let Some(lock) = tree.file(LOCK) else { return Vec::new() };
    let named = lock
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("\"resolved\": \"http"));
    named
        .map(|(index, _)| {
            let expected = "no `resolved`; write the lock in e2e/, whose .npmrc leaves it out";
            Violation::at(LOCK, index + 1, "a download address", expected)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Tree;

    #[test]
    fn the_budget_counts_every_script_of_the_pages() {
        let (half, more) = ("x;\n".repeat(450), "x;\n".repeat(451));
        let within = [
            ("crates/web/assets/a.js", half.as_str()),
            ("crates/web/assets/deep/b.js", half.as_str()),
        ];
        assert!(check(&Tree::of(&within)).is_empty());
        let over = [
            ("crates/web/assets/a.js", half.as_str()),
            ("crates/web/assets/deep/b.js", more.as_str()),
        ];
        assert!(check(&Tree::of(&over))[0].to_string().contains("901 lines"));
    }

    #[test]
    fn a_download_address_in_the_lock_is_found() {
        let lock = "{\n  \"resolved\": \"https://example.org/a.tgz\",\n}";
        assert_eq!(check(&Tree::of(&[("e2e/package-lock.json", lock)]))[0].line, 2);
    }
}
