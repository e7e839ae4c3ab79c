//! Who depends on whom.

use super::Violation;
use super::house::{Crate, House, Use};
use super::rules;
use super::tree::Tree;

pub(super) fn check(house: &House, tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for krate in &house.crates {
        found.extend(arrows(krate, house, tree));
        found.extend(guarded(krate, tree));
        if rules::PURE.contains(&krate.name.as_str()) {
            found.extend(pure(krate, tree));
        }
    }
    for &(from, to) in rules::APART {
        if let Some(krate) = house.krate(from).filter(|krate| krate.reaches.contains_key(to)) {
            let what = format!("`{from}` reaches `{to}`: {}", krate.chain(to));
            found.push(Violation::at(&krate.manifest, 0, what, "no way between them"));
        }
    }
    for &(one, other, shared) in rules::STRANGERS {
        found.extend(strangers(house, one, other, shared));
    }
    found
}

fn arrows(krate: &Crate, house: &House, tree: &Tree) -> Vec<Violation> {
    let Some((_, allowed)) = rules::ARROWS.iter().find(|(name, _)| *name == krate.name) else {
        let what = format!("`{}` has no arrows", krate.name);
        return vec![Violation::at(
            &krate.manifest,
            0,
            what,
            "a row in `ARROWS`, xtask/src/tidy/rules.rs",
        )];
    };
    let ours = krate.uses.iter().filter(|used| house.krate(&used.package).is_some());
    ours.filter(|used| !allowed.contains(&used.package.as_str()))
        .map(|used| {
            let what = format!("`{}` uses `{}`", krate.name, used.package);
            let expected = match allowed {
                [] => "none of our crates".to_owned(),
                _ => format!("of our crates only {}", list(allowed)),
            };
            violation(krate, used, tree, what, expected)
        })
        .collect()
}

fn guarded(krate: &Crate, tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for guarded in
        rules::GUARDED.iter().filter(|guarded| !guarded.only.contains(&krate.name.as_str()))
    {
        for used in krate
            .uses
            .iter()
            .filter(|used| guarded.packages.iter().any(|entry| matches(entry, used)))
        {
            let what = format!("`{}` has {}, `{}`", krate.name, guarded.what, used.package);
            let expected = format!("{} only in {}", guarded.what, list(guarded.only));
            found.push(violation(krate, used, tree, what, expected));
        }
    }
    found
}

fn pure(krate: &Crate, tree: &Tree) -> Vec<Violation> {
    let guarded = rules::GUARDED.iter().flat_map(|guarded| guarded.packages);
    let banned = guarded.chain(rules::IMPURE).map(|entry| entry.split('/').next().unwrap_or(entry));
    let mut banned: Vec<&str> = banned.collect();
    banned.sort_unstable();
    banned.dedup();
    banned
        .into_iter()
        .filter(|package| krate.reaches.contains_key(*package))
        .map(|package| {
            let what = format!("`{}` reaches `{package}`: {}", krate.name, krate.chain(package));
            let line = tree.line(&krate.manifest, |line| line.starts_with(package));
            Violation::at(
                &krate.manifest,
                line,
                what,
                "a crate that only computes: no socket, file or runtime under it",
            )
        })
        .collect()
}

fn strangers(house: &House, one: &str, other: &str, shared: &[&str]) -> Vec<Violation> {
    let (Some(first), Some(second)) = (house.krate(one), house.krate(other)) else {
        return Vec::new();
    };
    let both = house.crates.iter().map(|krate| krate.name.as_str()).filter(|name| {
        let reached = |krate: &Crate| krate.name == *name || krate.reaches.contains_key(*name);
        reached(first) && reached(second)
    });
    both.filter(|name| !shared.contains(name))
        .map(|name| {
            let what = format!("`{one}` and `{other}` share `{name}`");
            Violation::at(
                &first.manifest,
                0,
                what,
                format!("of our crates only {} in common", list(shared)),
            )
        })
        .collect()
}

/// Whether `entry`, a `package` or a `package/feature`, is what the crate uses.
fn matches(entry: &str, used: &Use) -> bool {
    match entry.split_once('/') {
        None => used.package == entry,
        Some((package, feature)) => {
            used.package == package
                && used.features.iter().any(|asked| asked == feature || asked == "full")
        }
    }
}

fn violation(krate: &Crate, used: &Use, tree: &Tree, what: String, expected: String) -> Violation {
    let names = |line: &str| {
        line.strip_prefix(used.package.as_str())
            .is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
    };
    Violation::at(&krate.manifest, tree.line(&krate.manifest, names), what, expected)
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
