//! Verifying the ledger without trusting the gate.

pub(crate) mod search;

use std::path::Path;

use anyhow::Context as _;
use ledger::{Report, VerifyingKeys};
use serde_json::json;

use crate::args::LedgerArgs;
use crate::folders;
use crate::output::{self, Exit};

pub(crate) fn verify(args: &LedgerArgs) -> anyhow::Result<Exit> {
    let data = match &args.data {
        Some(data) => data.clone(),
        None => folders::demo()?.join("gate"),
    };
    let keys = read_keys(&args.vkey.clone().unwrap_or_else(|| data.join("ledger.vkey")))?;
    let elsewhere =
        args.checkpoint.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let report = if let Some(tiles) = &args.offline {
        ledger::verify_offline(tiles, &keys, &elsewhere)
    } else {
        let log = store::SqliteLog::read_only(&data)?;
        match store::SealedStore::read_only(&data)? {
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
