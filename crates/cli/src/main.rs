//! Portcullis: the gate between AI assistants and a company's Salesforce data.

#![forbid(unsafe_code)]

mod args;
mod ask;
mod backend;
mod demo;
mod doctor;
mod folders;
mod ledger;
mod mask;
mod matrix;
mod mcp;
mod output;
mod policy;
mod practice_org;
mod recogniser;
mod rules;
mod serve;
mod soql;
mod subject;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use args::{Args, Command, LedgerCommand, MatrixCommand, SoqlCommand};
use output::Exit;

fn main() -> ExitCode {
    let args = Args::parse();
    logs(args.verbose);
    let result = match args.command {
        Command::Ask(args) => wait(ask::run(&args)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "portcullis", &mut script);
            output::raw(&script).map(|()| Exit::Good)
        }
        Command::Demo(args) => wait(demo::run(args)),
        Command::Doctor(args) => wait(doctor::run(&args)),
        Command::Ledger { command: LedgerCommand::Fetch(args) } => wait(ledger::fetch(&args)),
        Command::Ledger { command: LedgerCommand::Verify(args) } => ledger::verify(&args),
        Command::Ledger { command: LedgerCommand::Prune(args) } => wait(ledger::prune(&args)),
        Command::Ledger { command: LedgerCommand::Reconcile(args) } => {
            wait(ledger::reconcile::run(&args))
        }
        Command::Ledger { command: LedgerCommand::RotateKey(args) } => wait(ledger::rotate(&args)),
        Command::Ledger { command: LedgerCommand::Search(args) } => ledger::search::run(&args),
        Command::Mask(args) => wait(mask::run(&args)),
        Command::Matrix { command: MatrixCommand::Check(args) } => matrix::check(&args),
        Command::Matrix { command: MatrixCommand::Explain(args) } => matrix::explain(&args),
        Command::Matrix { command: MatrixCommand::Import(args) } => wait(matrix::import(&args)),
        Command::Mcp(args) => wait(mcp::run(&args)),
        Command::Practice(args) => wait(practice_org::run(args)),
        Command::Serve(args) => wait(serve::run(&args)),
        Command::Subject { command } => wait(subject::run(&command)),
        Command::Soql { command: SoqlCommand::Check(args) } => soql::check(&args),
        Command::Soql { command: SoqlCommand::Explain(args) } => wait(soql::explain(&args)),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::error(&error);
            Exit::Failed.into()
        }
    }
}

fn wait(work: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Logs go to standard error; they hold codes and names, never values.
fn logs(verbose: bool) {
    let level = if verbose { tracing::Level::INFO } else { tracing::Level::WARN };
    // The protocol's SDK repeats what clients send it, and the gate says itself what it refuses.
    let told = Targets::new().with_default(level).with_target("rmcp", LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // A line that cannot be written, as on a full disk, must not end the request that it is about.
        .log_internal_errors(false)
        .without_time();
    tracing_subscriber::registry().with(lines.with_filter(told)).init();
}
