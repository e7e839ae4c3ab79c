//! Words that must not be in the tracked text.

use super::Violation;
use super::rules::{self, Allowed};
use super::tree::{File, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in tree.files() {
        for (word, _, instead) in
            rules::WORDS.iter().filter(|(_, allowed, _)| !is_allowed(*allowed, file))
        {
            let lines = file.text.lines().enumerate().filter(|(_, line)| line.contains(word));
            found.extend(lines.map(|(index, _)| {
                Violation::at(&file.path, index + 1, format!("`{word}` in tracked text"), *instead)
            }));
        }
    }
    found
}

fn is_allowed(allowed: Allowed, file: &File) -> bool {
    match allowed {
        Allowed::Lock => file.path.ends_with("Cargo.lock"),
        Allowed::Nowhere => false,
        Allowed::Tests => file.is_test(),
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::rules::WORDS;
    use crate::tidy::tree::Tree;

    #[test]
    fn each_word_is_found_where_it_is_not_allowed() {
        for (word, _, _) in WORDS {
            let text = format!("fine\nhere: {word} there\n");
            let found = check(&Tree::of(&[("docs/use.md", text.as_str())]));
            assert_eq!((found[0].path.as_str(), found[0].line), ("docs/use.md", 2), "{word}");
        }
    }

    #[test]
    fn some_places_may() {
        let (host, folder) = (concat!("crates", ".io"), concat!("/tm", "p/x"));
        assert!(
            check(&Tree::of(&[("Cargo.lock", host), ("crates/a/src/tests.rs", folder)])).is_empty()
        );
        assert_eq!(
            check(&Tree::of(&[("README.md", host), ("crates/a/src/lib.rs", folder)])).len(),
            2
        );
    }
}
