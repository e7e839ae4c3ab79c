//! Rules of the house, from a file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use boundary::Kind;
use detect::HouseRules;
use keys::{OsRandom, Random as _};
use serde::Deserialize;

/// ```toml
/// [[pattern]]
/// name = "project numbers"
/// match = 'PRJ-\d{4}'
/// type = "CUSTOM"
///
/// [[words]]
/// name = "code names"
/// list = ["Blue Heron"]
///
/// [[protected]]
/// name = "pricing model"
/// file = "pricing.txt"
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    pattern: Vec<Pattern>,
    #[serde(default)]
    words: Vec<Words>,
    #[serde(default)]
    protected: Vec<Protected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    name: String,
    #[serde(rename = "match")]
    matches: String,
    #[serde(rename = "type", default = "custom")]
    kind: Kind,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: String,
    list: Vec<String>,
    #[serde(rename = "type", default = "custom")]
    kind: Kind,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Protected {
    name: String,
    /// A text file; beside the rules when its path is relative.
    file: PathBuf,
}

fn custom() -> Kind {
    Kind::Custom
}

/// Reads rules; the documents they protect are read, hashed under a key of this run, and not kept.
pub(crate) fn read(path: &Path) -> anyhow::Result<HouseRules> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let unusable = || format!("`{shown}` is not usable");
    let rules: Rules = toml::from_str(&text).with_context(unusable)?;
    let mut key = [0; 16];
    OsRandom.fill(&mut key)?;
    let mut house = HouseRules::new(key);
    for it in &rules.pattern {
        house.pattern(&it.name, &it.matches, it.kind).with_context(unusable)?;
    }
    for it in &rules.words {
        let words: Vec<&str> = it.list.iter().map(String::as_str).collect();
        house.words(&it.name, &words, it.kind).with_context(unusable)?;
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for it in &rules.protected {
        let file = folder.join(&it.file);
        let shown = file.display();
        let text = fs::read_to_string(&file)
            .map_err(|error| anyhow!("cannot read `{shown}`: {error}"))
            .with_context(unusable)?;
        house.protect(&it.name, &text).with_context(unusable)?;
    }
    Ok(house)
}
