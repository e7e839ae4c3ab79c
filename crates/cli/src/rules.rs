//! Rules of the house, from a file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use boundary::Kind;
use detect::HouseRules;
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
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let document = |file: &Path| {
        let file = folder.join(file);
        let shown = file.display();
        fs::read_to_string(&file).map_err(|error| anyhow!("cannot read `{shown}`: {error}"))
    };
    parse(&text, key, &document).with_context(|| format!("`{shown}` is not usable"))
}

/// Makes rules of a text; `document` reads what it says to protect.
pub(crate) fn parse(
    text: &str,
    key: [u8; 16],
    document: &dyn Fn(&Path) -> anyhow::Result<String>,
) -> anyhow::Result<HouseRules> {
    let rules: Rules = toml::from_str(text)?;
    let mut house = HouseRules::new(key);
    for it in &rules.pattern {
        house.pattern(&it.name, &it.matches, it.kind)?;
    }
    for it in &rules.words {
        let words: Vec<&str> = it.list.iter().map(String::as_str).collect();
        house.words(&it.name, &words, it.kind)?;
    }
    for it in &rules.protected {
        house.protect(&it.name, &document(&it.file)?)?;
    }
    Ok(house)
}
