//! What tokens survive: a seeded model of what models do to them, for each way of writing one.
//!
//! It lives beside the scanner it measures, in `crates/boundary/src/token/survival.rs`, and prints
//! its own table.

use std::path::Path;

use super::table::Table;
use crate::command::{cargo, run as shown};

pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>> {
    let test = "token::survival::table_of_formats";
    let arguments = [
        "test",
        "--quiet",
        "--package",
        "boundary",
        "--lib",
        "--",
        "--ignored",
        "--exact",
        "--nocapture",
        test,
    ];
    shown(cargo(root).args(arguments))?;
    Ok(Vec::new())
}
