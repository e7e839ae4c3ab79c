//! Taking people out of a table, for good.

use std::io;

use anyhow::{Context as _, bail};

use super::lines::Lines;
use super::table::{self, Forgotten};
use crate::args::MaskArgs;
use crate::output::{self, Exit};

/// Forgets whom standard input names. A line that cannot be read forgets nobody: half a list must not look like the whole.
pub(super) fn run(args: &MaskArgs, now: u64) -> anyhow::Result<Exit> {
    let mut whom = Vec::new();
    let mut lines = Lines::new(io::stdin().lock());
    while let Some(line) = lines.next_line().context("cannot read standard input")? {
        let text = line.text.map_err(|reason| anyhow::anyhow!("line {}: {reason}", line.number))?;
        let text = text.trim();
        if !text.is_empty() {
            whom.push((line.number, text.to_owned()));
        }
    }
    if whom.is_empty() {
        bail!(
            "nobody is named: expected lines with the id of a record or a value, on standard input"
        );
    }
    let Forgotten { values, unknown } = table::forget(args, now, &whom)?;
    if args.json {
        output::line(&serde_json::json!({ "forgotten": values, "unknown": unknown }).to_string())?;
    } else {
        let are = if values == 1 { "value is" } else { "values are" };
        output::line(&format!("{values} {are} forgotten"))?;
    }
    for line in &unknown {
        output::error(&anyhow::anyhow!("line {line} names nobody whose values the table has"));
    }
    Ok(if unknown.is_empty() { Exit::Good } else { Exit::Failed })
}
