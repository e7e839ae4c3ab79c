//! Our crates and what they use, read from `cargo metadata`.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::command::cargo;

/// The workspace.
pub(super) struct House {
    pub(super) crates: Vec<Crate>,
}

/// One of our crates, with what it uses when it ships: dependencies of tests and build scripts are left out.
#[derive(Default)]
pub(super) struct Crate {
    /// The name of its folder.
    pub(super) name: String,
    /// The path of its manifest, from the workspace's folder.
    pub(super) manifest: String,
    /// The root files of its library and binaries, from the workspace's folder.
    pub(super) roots: Vec<String>,
    pub(super) uses: Vec<Use>,
    /// Each package it reaches at any depth, with the package that brings it in.
    pub(super) reaches: BTreeMap<String, String>,
}

/// A dependency that a crate names itself.
pub(super) struct Use {
    pub(super) package: String,
    /// The features it asks for.
    pub(super) features: Vec<String>,
}

impl House {
    pub(super) fn load(root: &Path) -> anyhow::Result<Self> {
        let arguments = ["metadata", "--format-version", "1", "--locked"];
        let output = cargo(root).args(arguments).output().context("`cargo` does not start")?;
        if !output.status.success() {
            bail!(
                "`cargo metadata` ended with {}: {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let metadata =
            serde_json::from_slice(&output.stdout).context("`cargo metadata` is no JSON")?;
        Self::parse(&metadata).context("`cargo metadata` has another shape than format version 1")
    }

    fn parse(metadata: &Value) -> Option<Self> {
        let root = metadata["workspace_root"].as_str()?;
        let packages: BTreeMap<&str, &Value> = metadata["packages"]
            .as_array()?
            .iter()
            .map(|package| Some((package["id"].as_str()?, package)))
            .collect::<Option<_>>()?;
        let nodes: BTreeMap<&str, &Value> = metadata
            .pointer("/resolve/nodes")?
            .as_array()?
            .iter()
            .map(|node| Some((node["id"].as_str()?, node)))
            .collect::<Option<_>>()?;
        let crates = metadata["workspace_members"]
            .as_array()?
            .iter()
            .map(|id| {
                let id = id.as_str()?;
                Crate::parse(root, packages.get(id)?, reaches(id, &nodes, &packages)?)
            })
            .collect::<Option<_>>()?;
        Some(Self { crates })
    }

    pub(super) fn krate(&self, name: &str) -> Option<&Crate> {
        self.crates.iter().find(|krate| krate.name == name)
    }
}

impl Crate {
    fn parse(root: &str, package: &Value, reaches: BTreeMap<String, String>) -> Option<Self> {
        let manifest = below(root, package["manifest_path"].as_str()?)?;
        let folder = manifest.strip_suffix("/Cargo.toml")?;
        let roots = package["targets"]
            .as_array()?
            .iter()
            .filter(|target| {
                target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(is_shipped))
            })
            .map(|target| below(root, target["src_path"].as_str()?))
            .collect::<Option<_>>()?;
        let uses = package["dependencies"]
            .as_array()?
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(Use::parse)
            .collect::<Option<_>>()?;
        let name = folder.rsplit('/').next()?.to_owned();
        Some(Self { name, manifest, roots, uses, reaches })
    }

    /// How this crate comes to reach `package`, as `a -> b -> c`.
    pub(super) fn chain(&self, package: &str) -> String {
        let mut chain = vec![package];
        let mut last = package;
        while let Some(before) =
            self.reaches.get(last).filter(|before| !chain.contains(&before.as_str()))
        {
            chain.push(before);
            last = before;
        }
        chain.reverse();
        chain.join(" -> ")
    }
}

impl Use {
    fn parse(dependency: &Value) -> Option<Self> {
        let features = dependency["features"].as_array()?;
        Some(Self {
            package: dependency["name"].as_str()?.to_owned(),
            features: features
                .iter()
                .map(|feature| feature.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        })
    }
}

/// Every package that `start` reaches by dependencies that ship, breadth first, so that chains are short.
fn reaches(
    start: &str,
    nodes: &BTreeMap<&str, &Value>,
    packages: &BTreeMap<&str, &Value>,
) -> Option<BTreeMap<String, String>> {
    let name = |id: &str| packages.get(id)?["name"].as_str();
    let mut found = BTreeMap::new();
    let mut queue = VecDeque::from([start.to_owned()]);
    while let Some(id) = queue.pop_front() {
        for dependency in nodes.get(id.as_str())?["deps"].as_array()? {
            let target = dependency["pkg"].as_str()?;
            let ships =
                dependency["dep_kinds"].as_array()?.iter().any(|kind| kind["kind"].is_null());
            if ships && !found.contains_key(name(target)?) {
                found.insert(name(target)?.to_owned(), name(&id)?.to_owned());
                queue.push_back(target.to_owned());
            }
        }
    }
    Some(found)
}

fn below(root: &str, path: &str) -> Option<String> {
    Some(path.strip_prefix(root)?.trim_start_matches(['/', '\\']).replace('\\', "/"))
}

fn is_shipped(kind: &Value) -> bool {
    matches!(kind.as_str(), Some("bin" | "cdylib" | "lib" | "proc-macro" | "rlib" | "staticlib"))
}

#[cfg(test)]
mod tests {
    use super::House;
    use serde_json::json;

    #[test]
    fn what_tests_use_does_not_count() {
        let normal = json!([{ "kind": null }]);
        let dev = json!([{ "kind": "dev" }]);
        let metadata = json!({
            "workspace_root": "/house",
            "workspace_members": ["a"],
            "packages": [
                { "id": "a", "name": "a", "manifest_path": "/house/crates/a/Cargo.toml",
                  "targets": [
                    { "kind": ["lib"], "src_path": "/house/crates/a/src/lib.rs" },
                    { "kind": ["test"], "src_path": "/house/crates/a/tests/it/main.rs" }
                  ],
                  "dependencies": [
                    { "name": "b", "kind": null, "features": ["x"] },
                    { "name": "c", "kind": "dev", "features": [] }
                  ] },
                { "id": "b", "name": "b" }, { "id": "c", "name": "c" }, { "id": "d", "name": "d" }
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [{ "pkg": "b", "dep_kinds": normal }, { "pkg": "c", "dep_kinds": dev }] },
                { "id": "b", "deps": [{ "pkg": "d", "dep_kinds": normal }] },
                { "id": "c", "deps": [] },
                { "id": "d", "deps": [{ "pkg": "b", "dep_kinds": normal }] }
            ] }
        });
        let house = House::parse(&metadata).unwrap();
        let krate = house.krate("a").unwrap();
        assert_eq!(krate.manifest, "crates/a/Cargo.toml");
        assert_eq!(krate.roots, ["crates/a/src/lib.rs"]);
        assert_eq!(krate.uses.iter().map(|used| used.package.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(krate.reaches.keys().collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(krate.chain("d"), "a -> b -> d");
    }

    #[test]
    fn another_shape_is_refused() {
        assert!(House::parse(&json!({ "workspace_root": "/house" })).is_none());
    }
}
