//! Measurements, each a table with medians and ratios. None fails a build: a busy machine is no fault.
//!
//! A new one is a module with `pub(super) fn run(root: &Path) -> anyhow::Result<Vec<Table>>` and a row in [`BENCHES`].
//! It measures the release binary, with what it is compared to in the same run.

mod gate;
mod ledger;
mod mask;
mod process;
mod soql;
mod start;
mod table;
mod tokens;

use std::path::Path;

use crate::Misuse;
use crate::command::{cargo, run as shown};
use table::Table;

/// A measurement that can be run by its name.
struct Bench {
    name: &'static str,
    measures: &'static str,
    /// Whether it measures the release binary, which has to be built first.
    binary: bool,
    run: fn(&Path) -> anyhow::Result<Vec<Table>>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "start",
        measures: "from start to first answer, and memory then",
        binary: true,
        run: start::run,
    },
    Bench {
        name: "gate",
        measures: "what the gate adds to a model called directly, with everything on",
        binary: true,
        run: gate::run,
    },
    Bench {
        name: "soql",
        measures: "how long reading a query takes, beside another parser",
        binary: false,
        run: soql::run,
    },
    Bench {
        name: "tokens",
        measures: "how many tokens survive what models do to them, for each way of writing one",
        binary: false,
        run: tokens::run,
    },
    Bench {
        name: "ledger",
        measures: "durable entries, what one costs, and finding among a million",
        binary: false,
        run: ledger::run,
    },
    Bench {
        name: "mask",
        measures: "what is found in labelled texts, layer by layer, beside Presidio",
        binary: false,
        run: mask::run,
    },
];

/// Runs the benches named, or all.
pub(crate) fn run(root: &Path, names: &[&str]) -> anyhow::Result<()> {
    if let Some(unknown) =
        names.iter().find(|name| !BENCHES.iter().any(|bench| bench.name == **name))
    {
        let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(
            Misuse(format!("`{unknown}` is not a bench; benches: {}", known.join(", "))).into()
        );
    }
    let wanted = |bench: &&Bench| names.is_empty() || names.contains(&bench.name);
    if BENCHES.iter().filter(wanted).any(|bench| bench.binary) {
        shown(cargo(root).args(["build", "--release", "--locked"]))?;
    }
    for bench in BENCHES.iter().filter(wanted) {
        println!("\n{}: {}\n", bench.name, bench.measures);
        for table in (bench.run)(root)? {
            println!("{table}\n");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::Misuse;
    use std::path::Path;

    #[test]
    fn an_unknown_bench_is_misuse() {
        assert!(run(Path::new("."), &["speed"]).unwrap_err().is::<Misuse>());
    }
}
