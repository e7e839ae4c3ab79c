//! Verifying the ledger without trusting the gate.

pub(crate) mod reconcile;
pub(crate) mod search;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use gateway::{Config, Gate, Pruned, Rotation};
use ledger::{KeptCheckpoint, Report, VerifyingKeys};
use serde_json::json;
use store::{Backend, State};

use crate::args::{ConfigArgs, LedgerArgs, LedgerFetchArgs, LedgerPruneArgs, LedgerRotateArgs};
use crate::backend;
use crate::folders;
use crate::output::{self, Exit};
use crate::serve::{detection, now, read_config};

pub(crate) fn verify(args: &LedgerArgs) -> anyhow::Result<Exit> {
    let kept = Kept::of(args.config.as_deref(), args.data.as_deref())?;
    let data = kept.data.as_path();
    let keys = read_keys(&args.vkey.clone().unwrap_or_else(|| data.join("ledger.vkey")))?;
    let given = |path: &PathBuf| Ok(KeptCheckpoint::new(path.display().to_string(), read(path)?));
    let mut elsewhere = args.checkpoint.iter().map(given).collect::<anyhow::Result<Vec<_>>>()?;
    if args.offline.is_none() {
        elsewhere.extend(kept.beside()?);
    }
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

pub(crate) async fn fetch(args: &LedgerFetchArgs) -> anyhow::Result<Exit> {
    let config = read_config(&ConfigArgs { config: args.config.clone(), json: false })?;
    let vkey = args.vkey.clone().unwrap_or_else(|| config.data.join("ledger.vkey"));
    let files = gateway::fetch_copy(&config, &read_keys(&vkey)?, &args.folder, now()).await?;
    let folder = args.folder.display();
    output::line(&format!("{files} files are in {folder}."))?;
    output::hint(&format!("portcullis ledger verify --offline {folder} --vkey {}", vkey.display()));
    Ok(Exit::Good)
}

pub(crate) async fn prune(args: &LedgerPruneArgs) -> anyhow::Result<Exit> {
    let before = args.before.as_deref().map(|text| search::moment(text, false)).transpose()?;
    let gate = open(read_config(&ConfigArgs { config: args.config.clone(), json: false })?).await?;
    let pruned = gate.prune(before).await;
    gate.close().await?;
    let Pruned { minimum, dropped, kept_for } = pruned?;
    if args.json {
        let said = json!({ "minimum": minimum, "dropped": dropped, "kept_for": kept_for });
        output::line(&said.to_string())?;
    } else {
        output::line(&format!("{dropped} entries are dropped; entry {minimum} is the first."))?;
        if let Some(why) = kept_for {
            output::line(&format!("Later ones stay: {why}."))?;
        }
    }
    Ok(Exit::Good)
}

pub(crate) async fn rotate(args: &LedgerRotateArgs) -> anyhow::Result<Exit> {
    let config = read_config(&ConfigArgs { config: args.config.clone(), json: false })?;
    let gate = open(config.clone()).await?;
    let rotated = gate.rotate_signer(args.finish).await;
    gate.close().await?;
    drop(gate);
    output::line(match rotated? {
        Rotation::Begun => "A new key signs beside the old one. Verifiers need one of these:",
        Rotation::Finished => "The old key is retired. Verifiers need this one from now on:",
    })?;
    // The new signers sign at once.
    open(config.clone()).await?.close().await?;
    output::raw(read(&config.data.join("ledger.vkey"))?.as_bytes())?;
    Ok(Exit::Good)
}

async fn open(config: Config) -> anyhow::Result<Gate> {
    let detection = detection(&config.detect)?;
    let backend = backend::open(&config)?;
    Gate::open_on(backend, config, detection, gateway::system_clock())
        .await
        .context("the gate cannot be opened; one that runs has to be stopped first")
}

/// Where a gate keeps its record.
struct Kept {
    data: PathBuf,
    /// Folder of the copy, unless that is a bucket.
    copy: Option<PathBuf>,
    backend: Option<Box<dyn Backend>>,
}

impl Kept {
    /// As a configuration says, or in a data folder; the demo's when there is neither.
    fn of(config: Option<&Path>, data: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(config) = config {
            let args = ConfigArgs { config: config.to_owned(), json: false };
            let config = read_config(&args)?;
            let backend = backend::connect(&config)?;
            return Ok(Self { copy: gateway::copy_folder(&config), data: config.data, backend });
        }
        let data = match data {
            Some(data) => data.to_owned(),
            None => folders::demo()?.join("gate"),
        };
        Ok(Self { copy: Some(data.join("tiles")), data, backend: None })
    }

    /// The checkpoints that the gate keeps beside its log.
    fn beside(&self) -> anyhow::Result<Vec<KeptCheckpoint>> {
        let copy = self.copy.as_deref();
        let kept = match &self.backend {
            Some(backend) => gateway::kept_checkpoints(&self.data, copy, Some(backend.state())),
            None if self.data.join("state.db").exists() => {
                let state = State::read_only(&self.data)?;
                gateway::kept_checkpoints(&self.data, copy, Some(&state))
            }
            None => gateway::kept_checkpoints(&self.data, copy, None),
        };
        Ok(kept?)
    }
}

fn read_keys(path: &Path) -> anyhow::Result<VerifyingKeys> {
    let text = read(path)?;
    let keys: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let keys = VerifyingKeys::parse(&keys)?;
    // Keys that signed once stand beside those that sign now.
    let retired = path.with_file_name("ledger.retired.vkey");
    if retired.exists() { Ok(gateway::with_retired(keys, &read(&retired)?)?) } else { Ok(keys) }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn good(report: &Report) -> String {
    let Report { size, root, checkpoints, signed, open, unknown, sealed, erased, minimum } = report;
    let mut text = format!(
        "The ledger holds {size} entries, and all of them are as they were written.\n  root         {root}\n  checkpoints  {checkpoints}, the last signs {signed} entries"
    );
    if *sealed > 0 {
        let there = match erased {
            Some(erased) => {
                format!("\n  sealed       {sealed} parts, {erased} of them erased on record")
            }
            None => format!("\n  sealed       {sealed} parts, not looked at: a copy holds none"),
        };
        text.push_str(&there);
    }
    if *minimum > 0 {
        let below = minimum.to_string();
        text.extend(["\n  pruned       entries below ", &below, ", on record"]);
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
    let Report { size, root, checkpoints, signed, open, unknown, sealed, erased, minimum } = report;
    json!({ "valid": true, "size": size, "root": root, "checkpoints": checkpoints, "signed": signed, "open": open, "unknown": unknown, "sealed": sealed, "erased": erased, "minimum": minimum })
        .to_string()
}
