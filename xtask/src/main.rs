//! Build tasks: test, tidy, bench, interop.
//!
//! `cargo xtask test` is the whole of what a change must pass; the other tasks are parts of it or
//! measurements beside it. Only the standard library, `anyhow` and `serde_json`: a fresh clone builds
//! this in seconds.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a build task speaks on the terminal"
)]

mod bench;
mod command;
mod fuzz;
mod interop;
mod leaks;
mod mcp;
mod model;
mod stats;
mod test;
mod tidy;
mod train;

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

const USAGE: &str = "\
Usage: cargo xtask <TASK>

Tasks:
  test [--fast | STEP...]  Everything a change must pass; `--fast` leaves out the slow steps and says which
  crash [--postgres] [--kills N]
                           Kills what writes a ledger at random points, 1,000 times unless told otherwise; with
                           `--postgres` two gates on one database, 100 times
  tidy                     The rules of the house: arrows, file sizes, witness types, the map
  model                    Fetch the recogniser's files into target/model
  train [--check | SETTING...]
                           Fine-tune the recogniser into target/train, some five minutes; `--check` asks in seconds whether
                           what is kept was learned from the texts and settings that are here
  bench [NAME...]          Measurements, as tables; none fails a build
  interop [--target org|gate] [CLIENT...]
                           Salesforce's real clients against the practice org and through the gate
  fuzz                     Every fuzz target over the inputs kept for it; needs no nightly compiler
  leaks                    Others' tests of a gateway: does it leak, does it restore, whatever the pieces
  mcp                      Conformance, SSRF checks, and the official clients against the door of tools

Exit codes: 0 passed, 1 failed, 2 wrong usage.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Misuse>() => {
            eprintln!("error: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> anyhow::Result<()> {
    match words {
        [] | ["help" | "--help" | "-h", ..] => {
            println!("{USAGE}");
            Ok(())
        }
        ["bench", names @ ..] => bench::run(&root()?, names),
        ["fuzz"] => fuzz::check(&root()?),
        ["leaks"] => leaks::check(&root()?),
        ["mcp"] => mcp::check(&root()?),
        ["model"] => model::fetch(&root()?),
        ["train", "--check"] => train::check(&root()?),
        ["train", more @ ..] => train::train(&root()?, more),
        ["crash", words @ ..] => crash(&root()?, words),
        ["test", choice @ ..] => test::run(&root()?, choice),
        ["interop", words @ ..] => {
            if env::var_os("PORTCULLIS_BINARY").is_none() {
                test::release(&root()?)?;
            }
            interop::run_clients(&root()?, words)
        }
        ["tidy"] => tidy::run(&root()?),
        [task, ..] => Err(Misuse(format!("`{task}` is not a task")).into()),
    }
}

/// Every entry with a receipt is there after each kill, no index is given twice, and what was signed
/// stays true.
fn crash(root: &Path, words: &[&str]) -> anyhow::Result<()> {
    let (postgres, words) = match words {
        ["--postgres", words @ ..] => (true, words),
        words => (false, words),
    };
    let (package, test, usual) = if postgres {
        ("postgresql", "killed::gates_are_killed_at_random", "100")
    } else {
        ("store", "crash::killed_at_random_points", "1000")
    };
    let kills = match words {
        [] => usual,
        ["--kills", kills] if kills.parse::<u32>().is_ok() => kills,
        _ => return Err(Misuse("`crash` takes `--postgres` and `--kills N`".to_owned()).into()),
    };
    if postgres {
        test::tools::postgres(root)?;
    }
    let arguments = ["test", "--release", "--locked", "-p", package, "--test", "it"];
    command::run(
        command::cargo(root)
            .args(arguments)
            .args([test, "--", "--exact", "--nocapture"])
            .env("STORE_CRASH_KILLS", kills)
            .env("POSTGRES_CRASH_KILLS", kills),
    )
}

/// The folder of the workspace.
fn root() -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(folder.parent().context("xtask lies in the workspace's folder")?.to_path_buf())
}

/// The caller's words make no sense to us; leads to exit code 2 and the usage.
#[derive(Debug)]
struct Misuse(String);

impl fmt::Display for Misuse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}
