//! How long a query takes to read, beside the parser that people use in JavaScript, on the same queries in the same run.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::table::Table;
use crate::command::{answer, cargo, command, run as shown};
use crate::stats::median;

/// The peer and its version.
const PEER: &str = "@jetstreamapp/soql-parser-js";
const VERSION: &str = "6.3.1";
/// The first has 300 characters; the peer accepts all of them.
const QUERIES: &str = include_str!("soql/queries.json");
const SCRIPT: &str = include_str!("soql/peer.cjs");

pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    let build = ["build", "--release", "--locked", "-p", "soql", "--example", "parse_times"];
    shown(cargo(root).args(build))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let folder = target.join("bench-soql");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("queries.json"), QUERIES)?;
    fs::write(folder.join("peer.cjs"), SCRIPT)?;
    let package = format!("{PEER}@{VERSION}");
    let install = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix", ".", &package];
    shown(command("npm", &folder).args(install))?;
    let own =
        command(target.join("release/examples/parse_times"), &folder).arg("queries.json").output();
    let own = times(&own.context("the own parser does not start")?.stdout)?;
    let peer = answer(command("node", &folder).args(["peer.cjs", "queries.json"]));
    let peer = times(peer.context("the peer's parser failed")?.as_bytes())?;
    if own.len() != peer.len() {
        bail!("{} queries here, {} there", own.len(), peer.len());
    }
    let node = answer(command("node", &folder).arg("--version")).unwrap_or_default();
    let versions = format!("peer: {PEER} {VERSION} on Node.js {node}");
    let middles = |times: &[Vec<f64>]| times.iter().filter_map(|it| median(it)).collect::<Vec<_>>();
    let all = Table::new("one parse: the median of each of the queries", "us")
        .row("portcullis", middles(&own))
        .row(PEER, middles(&peer))
        .note(versions.clone());
    let mut tables = vec![all];
    if let (Some(own), Some(peer)) = (own.into_iter().next(), peer.into_iter().next()) {
        let goal = median(&own).is_some_and(|middle| middle < 10.0);
        let met = if goal { "met" } else { "missed" };
        let one = Table::new("one parse of a query of 300 characters", "us")
            .row("portcullis", own)
            .row(PEER, peer)
            .note(versions)
            .note(format!("goal: under 10 us: {met}"));
        tables.push(one);
    }
    Ok(tables)
}

fn times(output: &[u8]) -> anyhow::Result<Vec<Vec<f64>>> {
    serde_json::from_slice(output).context("the times are no JSON")
}

#[cfg(test)]
mod tests {
    use super::QUERIES;

    #[test]
    fn the_first_query_has_300_characters() {
        let queries: Vec<String> = serde_json::from_str(QUERIES).unwrap();
        assert_eq!(queries.first().map(|it| it.chars().count()), Some(300));
        assert!(queries.len() >= 20);
    }
}
