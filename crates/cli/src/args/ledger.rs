//! What can be typed after `ledger`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Bring the write-once copy from its bucket into a folder, to verify it there.
    ///
    /// Takes what was put first, whatever was put over it since.
    Fetch(LedgerFetchArgs),
    /// Drop entries that are older than the configured retention, with what they commit to.
    ///
    /// The tree stays, and every proof about what is left. Legal holds stop it, and so do entries
    /// that were not copied or told to a collector yet. The gate has to be stopped.
    Prune(LedgerPruneArgs),
    /// Hold the ledger's writes against Salesforce's records, field history and log of requests.
    ///
    /// Says what only one side has, and ends with 1 when there is any. Reads as the user that the
    /// app runs as, and says what that user could not read. The gate has to be stopped.
    Reconcile(LedgerReconcileArgs),
    /// Let a new key sign the ledger's checkpoints.
    ///
    /// At first the new key signs beside the old one, so that whoever verifies with either is
    /// content. Hand out the new line of `ledger.vkey`; then `--finish` retires the old key.
    /// The gate has to be stopped.
    RotateKey(LedgerRotateArgs),
    /// Find entries, newest first. Works beside a running gate.
    Search(Box<LedgerSearchArgs>),
    /// Check every entry, every signature and every link; name the first that is wrong.
    ///
    /// Trusts nothing but the verifier key. Works beside a running gate.
    Verify(LedgerArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerFetchArgs {
    /// Where to.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The configuration, which names the bucket.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The verifier key; `ledger.vkey` in the data folder when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) vkey: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerPruneArgs {
    /// Entries before this day or moment; as old as the retention says when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) before: Option<String>,
    /// The configuration.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerReconcileArgs {
    /// Writes since this day or moment.
    #[arg(long, value_name = "DATE")]
    pub(crate) since: String,
    /// Seconds by which the org's times and the gate's may differ.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) tolerance: u32,
    /// The configuration.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerRotateArgs {
    /// Retire the older of two keys.
    #[arg(long)]
    pub(crate) finish: bool,
    /// The configuration.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerSearchArgs {
    /// Words of rules, objects, fields, endpoints.
    pub(crate) words: Vec<String>,
    /// The gate's data folder; the demo's when left out.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The gate's configuration, for its data folder and its database.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub(crate) config: Option<PathBuf>,
    /// The verifier key, for the log's name; `ledger.vkey` in the data folder when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) vkey: Option<PathBuf>,
    /// Who acted: user name, name or pseudonym.
    #[arg(long)]
    pub(crate) person: Option<String>,
    /// A record that the data is about: its id (needs --seal-key) or its pseudonym.
    #[arg(long)]
    pub(crate) record: Option<String>,
    /// The key that ties records to their pseudonyms.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,
    /// `Object` or `Object.Field`.
    #[arg(long)]
    pub(crate) field: Option<String>,
    /// A key's id or a session's short id.
    #[arg(long)]
    pub(crate) client: Option<String>,
    /// `allowed`, `refused`, `done`, `failed` or `unknown`.
    #[arg(long, value_parser = decision)]
    pub(crate) decision: Option<String>,
    /// The rule that decided.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// A request.
    #[arg(long)]
    pub(crate) trace: Option<String>,
    /// Not before this day or moment.
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Until this day (included) or moment.
    #[arg(long)]
    pub(crate) until: Option<String>,
    /// Entries below this index.
    #[arg(long)]
    pub(crate) before: Option<u64>,
    /// Entries, at most.
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// Print them as `jsonl`, `csv`, `ocsf` or `cef`.
    #[arg(long, value_parser = format)]
    pub(crate) format: Option<String>,
    /// Print one JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerArgs {
    /// The gate's data folder; the demo's when left out.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The gate's configuration, for its data folder and its database.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub(crate) config: Option<PathBuf>,
    /// The verifier key; `ledger.vkey` in the data folder when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) vkey: Option<PathBuf>,
    /// Check a folder of exported tiles instead (needs --vkey).
    #[arg(long, value_name = "DIR", requires = "vkey")]
    pub(crate) offline: Option<PathBuf>,
    /// A checkpoint of the same log that was kept elsewhere; can be given several times.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A decision as entries have it: any other would find nothing, which says something else.
fn decision(text: &str) -> Result<String, String> {
    let known = gateway::is_decision(text).then(|| text.to_owned());
    known.ok_or_else(|| "expected allowed, refused, done, failed or unknown".to_owned())
}

fn format(text: &str) -> Result<String, String> {
    let known = ledger::ExportFormat::named(text).map(|_| text.to_owned());
    known.ok_or_else(|| "expected jsonl, csv, ocsf or cef".to_owned())
}
