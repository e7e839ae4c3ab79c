//! The map: `ARCHITECTURE.md` names every crate, and prose names only what is there.

use super::Violation;
use super::house::House;
use super::rules;
use super::tree::{File, Tree};

const MAP: &str = "ARCHITECTURE.md";

pub(super) fn check(house: &House, tree: &Tree) -> Vec<Violation> {
    let mut found = crates_on_the_map(house, tree);
    for page in tree.files().filter(|file| file.is("md")) {
        for (index, line) in page.text.lines().enumerate() {
            let names = names(line).chain(links(line, page));
            found.extend(
                names
                    .filter_map(|name| missing(&name, tree))
                    .map(|(what, expected)| Violation::at(&page.path, index + 1, what, expected)),
            );
        }
    }
    found
}

fn crates_on_the_map(house: &House, tree: &Tree) -> Vec<Violation> {
    let Some(map) = tree.file(MAP) else {
        return vec![Violation::at(
            MAP,
            0,
            "there is no map",
            "a picture, the crates, the laws and two walks",
        )];
    };
    let lines = map.text.lines().count();
    let long = (lines > rules::LONGEST_MAP).then(|| {
        Violation::at(
            MAP,
            lines,
            format!("{lines} lines"),
            format!("at most {}", rules::LONGEST_MAP),
        )
    });
    let absent =
        house.crates.iter().filter(|krate| !map.text.contains(&format!("`{}`", krate.name)));
    long.into_iter()
        .chain(absent.map(|krate| {
            Violation::at(
                MAP,
                0,
                format!("`{}` is not on the map", krate.name),
                "every crate, in backticks",
            )
        }))
        .collect()
}

/// Paths of ours in backticks, with what follows `::` if a test is named: `crates/a/tests/it/b.rs::name`.
fn names(line: &str) -> impl Iterator<Item = String> {
    const TOPS: &[&str] = &[".ci/", "crates/", "docs/", "e2e/", "extension/", "fuzz/", "xtask/"];
    let quoted = line.split('`').skip(1).step_by(2);
    quoted
        .filter(|name| TOPS.iter().any(|top| name.starts_with(top)))
        .filter(|name| !name.contains(['*', '<', '{', ' ', '…']) && !name.contains(".."))
        .map(str::to_owned)
}

/// Targets of links to files of ours, from the workspace's folder.
fn links(line: &str, page: &File) -> impl Iterator<Item = String> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    line.split("](").skip(1).filter_map(move |rest| {
        let target = rest
            .split([')', '#', ' '])
            .next()
            .filter(|target| !target.is_empty() && !target.contains(':'))?;
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    })
}

/// What is not there of `path` or `path::test`, and what was expected.
fn missing(name: &str, tree: &Tree) -> Option<(String, String)> {
    let (path, test) =
        name.split_once("::").map_or((name, None), |(path, test)| (path, Some(test)));
    if !path.is_empty() && !tree.has(path) {
        return Some((
            format!("`{path}` does not exist"),
            "the path of a file or folder".to_owned(),
        ));
    }
    let test = test?.rsplit("::").next()?;
    let declares = tree.file(path).is_some_and(|file| file.text.contains(&format!("fn {test}(")));
    (!declares).then(|| {
        (format!("`{path}` has no `{test}`"), "the name of a test in that file".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::house::{Crate, House};
    use crate::tidy::tree::Tree;

    const TEST: (&str, &str) = ("crates/a/tests/it/leaks.rs", "#[test]\nfn nothing_leaks() {}\n");

    fn found(map: &str) -> Vec<String> {
        let krate = Crate { name: "a".to_owned(), ..Crate::default() };
        let tree = Tree::of(&[
            ("ARCHITECTURE.md", map),
            ("docs/use.md", "[map](../ARCHITECTURE.md)"),
            TEST,
        ]);
        check(&House { crates: vec![krate] }, &tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_true_map_passes() {
        let map = "| `a` | first |\nPinned by `crates/a/tests/it/leaks.rs::nothing_leaks`, see [use](docs/use.md#top), `crates/*`";
        assert_eq!(found(map), Vec::<String>::new());
    }

    #[test]
    fn a_missing_crate_is_found() {
        assert!(found("crate a without backticks")[0].contains("`a` is not on the map"));
    }

    #[test]
    fn names_of_what_is_not_there_are_found() {
        assert!(
            found("`a` `crates/b/src`")[0]
                .starts_with("ARCHITECTURE.md:1: `crates/b/src` does not exist")
        );
        assert!(
            found("`a`\n[gone](docs/gone.md)")[0]
                .starts_with("ARCHITECTURE.md:2: `docs/gone.md` does not exist")
        );
        assert!(found("`a` `crates/a/tests/it/leaks.rs::renamed`")[0].contains("has no `renamed`"));
    }

    #[test]
    fn a_long_map_is_found() {
        assert!(found(&"`a`\n".repeat(201))[0].contains("201 lines"));
    }

    #[test]
    fn no_map_at_all_is_found() {
        let found = check(&House { crates: Vec::new() }, &Tree::of(&[]));
        assert!(found[0].to_string().contains("there is no map"));
    }
}
