//! Verifying the ledger without trusting the gate.

pub(crate) mod search;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ledger::{Report, VerifyingKeys};
use serde_json::json;
use store::Backend;

use crate::args::{ConfigArgs, LedgerArgs};
use crate::backend;
use crate::folders;
use crate::output::{self, Exit};
use crate::serve::read_config;

pub(crate) fn verify(args: &LedgerArgs) -> anyhow::Result<Exit> {
    let kept = Kept::of(args.config.as_deref(), args.data.as_deref())?;
    let data = kept.data.as_path();
    let keys = read_keys(&args.vkey.clone().unwrap_or_else(|| data.join("ledger.vkey")))?;
    let elsewhere =
        args.checkpoint.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let report = if let Some(tiles) = &args.offline {
        ledger::verify_offline(tiles, &keys, &elsewhere)
    } else if let Some(backend) = &kept.backend {
        ledger::verify_sealed(backend.log(), backend.sealed(), &keys, &elsewhere)
    } else {
        let log = store::SqliteLog::read_only(data)?;
        match store::SealedStore::read_only(data)? {
            Some(parts) => ledger::verify_sealed(&log, &parts, &keys, &elsewhere),
            None => ledger::verify(&log, &keys, &elsewhere),
        }
    };
    match report {
        Ok(report) => {
            output::line(&if args.json { good_json(&report) } else { good(&report) })?;
            Ok(Exit::Good)
        }
        Err(error) => {
            if args.json {
                output::line(&json!({ "valid": false, "problem": error.to_string() }).to_string())?;
            } else {
                output::line(&format!("The ledger is not what was signed: {error}"))?;
            }
            Ok(Exit::Failed)
        }
    }
}

/// Where a gate keeps its record.
struct Kept {
    data: PathBuf,
    backend: Option<Box<dyn Backend>>,
}

impl Kept {
    /// As a configuration says, or in a data folder; the demo's when there is neither.
    fn of(config: Option<&Path>, data: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(config) = config {
            let args = ConfigArgs { config: config.to_owned(), json: false };
            let config = read_config(&args)?;
            let backend = backend::connect(&config)?;
            return Ok(Self { data: config.data, backend });
        }
        let data = match data {
            Some(data) => data.to_owned(),
            None => folders::demo()?.join("gate"),
        };
        Ok(Self { data, backend: None })
    }
}

fn read_keys(path: &Path) -> anyhow::Result<VerifyingKeys> {
    let text = read(path)?;
    let keys: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    Ok(VerifyingKeys::parse(&keys)?)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn good(report: &Report) -> String {
    let Report { size, root, checkpoints, signed, open, unknown, sealed, erased } = report;
    let mut text = format!(
        "The ledger holds {size} entries, and all of them are as they were written.\n  root         {root}\n  checkpoints  {checkpoints}, the last signs {signed} entries"
    );
    if *sealed > 0 {
        let there = format!("\n  sealed       {sealed} parts, {erased} of them erased on record");
        text.push_str(&there);
    }
    if !open.is_empty() {
        let open = open.len().to_string();
        let note = " intents without an outcome: under way, or cut off by a crash";
        text.extend(["\n  open         ", &open, note]);
    }
    if !unknown.is_empty() {
        let unknown = unknown.len().to_string();
        let note = " writes of which nobody knows what came; look in the org";
        text.extend(["\n  unknown      ", &unknown, note]);
    }
    text
}

fn good_json(report: &Report) -> String {
    let Report { size, root, checkpoints, signed, open, unknown, sealed, erased } = report;
    json!({ "valid": true, "size": size, "root": root, "checkpoints": checkpoints, "signed": signed, "open": open, "unknown": unknown, "sealed": sealed, "erased": erased })
        .to_string()
}
