//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// The gate between AI assistants and a company's Salesforce data.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    /// Log what the gate does to standard error, without values.
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Ask a running gate a question.
    ///
    /// Prints the answer, and the address of every write that waits for your approval.
    Ask(AskArgs),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Run everything on this machine: a practice org, the gate and its doors.
    ///
    /// Needs no account and no network. The practice org is an invented company with five users;
    /// what you change in it stays until `--fresh`.
    Demo(DemoArgs),
    /// Look for what is wrong with an installation, and say what to mend.
    ///
    /// With `--mcp`, looks at a gate from outside instead, as an assistant does that wants to come
    /// in: the challenge, the metadata, the audience, redirects.
    Doctor(DoctorArgs),
    /// Work with the audit ledger.
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Put tokens in the place of personal data in texts, and go back.
    ///
    /// Reads one text a line from standard input and answers each at once with one line: the masked
    /// text. A line that is a JSON object with `text` (and with --json every line) is answered
    /// with `{"masked":..,"spans":[{"start":..,"end":..,"type":..,"layer":..,"token":..}]}`; offsets
    /// are Unicode code points of the input. One value has one token in the whole run, and the
    /// values of one record share a number: `{NAME_3}`, `{EMAIL_3}`.
    ///
    /// --restore goes back, byte for byte: it reads masked lines, or such answers, and takes the
    /// values from the table that masking wrote. That is a sealed file, of the last run when
    /// nobody names one. `portcullis mask < a | portcullis mask --restore` prints a.
    ///
    /// A line that cannot be read is told on standard error with its number and answered with an
    /// empty line or `{"error":..}`; the others are answered, and the command ends with 1.
    Mask(MaskArgs),
    /// Work with the data-access matrix.
    Matrix {
        #[command(subcommand)]
        command: MatrixCommand,
    },
    /// Be an MCP server on standard input and output, for desktop assistants.
    ///
    /// Hands each message to a running gate, with your API key, and its answer back.
    Mcp(McpArgs),
    /// Run the practice org alone: an invented company that speaks Salesforce's API.
    ///
    /// For trying a Salesforce client, or a gate that is set up by hand, without an account and without a network.
    Practice(PracticeArgs),
    /// Run the gate in front of an org.
    Serve(ConfigArgs),
    /// Give a person a copy of what concerns them, or forget them.
    ///
    /// Needs the gate's data folder for itself: stop the gate first. Each call is recorded.
    Subject {
        #[command(subcommand)]
        command: SubjectCommand,
    },
    /// Work with SOQL.
    Soql {
        #[command(subcommand)]
        command: SoqlCommand,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AskArgs {
    /// The question, in plain words.
    #[arg(required = true)]
    pub(crate) question: Vec<String>,
    /// Address of the gate.
    #[arg(long, env = "PORTCULLIS_URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// Where your API key is: `env:NAME` or `file:/path`.
    #[arg(long, default_value = "env:PORTCULLIS_KEY")]
    pub(crate) key: String,
    /// The endpoint to use; the gate chooses when left out.
    #[arg(long, default_value = "portcullis")]
    pub(crate) model: String,
    /// Print the whole answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// Port of the page and the API; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,
    /// Folder for everything the demo keeps.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Forget what an earlier demo kept in the folder.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// The number that the practice org is made from.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Answer over HTTPS as well, on free ports, for clients that speak nothing else.
    ///
    /// The greeting names the addresses, and the file of the authority that such a client has to trust.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Also offer a model server on this machine, such as `http://127.0.0.1:11434/v1`.
    ///
    /// It speaks OpenAI's protocol (Ollama, llama.cpp, vLLM) and is cleared up to Confidential
    /// with personal data.
    #[arg(long, value_name = "URL", requires = "model")]
    pub(crate) model_url: Option<String>,
    /// The model's name at that server.
    #[arg(long, value_name = "NAME", requires = "model_url")]
    pub(crate) model: Option<String>,
    /// Folder of the recogniser, which finds names that nothing else knows; docs/recogniser.md says where it comes from [default: `target/model`, or `recogniser` beside the binary].
    #[arg(long, value_name = "DIR", env = "PORTCULLIS_RECOGNISER")]
    pub(crate) recogniser: Option<PathBuf>,
    /// Greet with one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PracticeArgs {
    /// Port for plain HTTP; 0 picks a free one.
    #[arg(long, default_value_t = 8090)]
    pub(crate) port: u16,
    /// Port for HTTPS; 0 picks a free one.
    #[arg(long, value_name = "PORT", default_value_t = 8453)]
    pub(crate) tls_port: u16,
    /// Folder for everything the org keeps.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Forget what the folder kept.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// The number that the org is made from.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// The RSA public key whose owner may ask for tokens with signed assertions (JWT bearer), as PEM.
    ///
    /// `openssl rsa -in app.key -RSAPublicKey_out` writes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) app_key: Option<PathBuf>,
    /// Greet with one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct McpArgs {
    /// Address of the gate.
    #[arg(long, env = "PORTCULLIS_URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// Where your API key is: `env:NAME` or `file:/path`.
    #[arg(long, default_value = "env:PORTCULLIS_KEY")]
    pub(crate) key: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub(crate) common: ConfigArgs,
    /// Look at the door of tools at this address, such as `https://gate.example.com/mcp`.
    #[arg(long, value_name = "URL")]
    pub(crate) mcp: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigArgs {
    /// The configuration.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SubjectCommand {
    /// Print all that concerns a person or a record, with proofs, as JSON.
    Access(SubjectArgs),
    /// Forget a person or a record: sealed parts, key, mapping and index rows are destroyed.
    ///
    /// Entries of the ledger stay and say a pseudonym that stands for nobody. Prints the receipt.
    Erase(SubjectArgs),
    /// Lay a legal hold: nothing of them can be erased until it is lifted.
    Hold {
        #[command(flatten)]
        args: SubjectArgs,
        /// The matter it is for, such as a case number.
        #[arg(long)]
        reason: String,
    },
    /// Lift a legal hold.
    Release(SubjectArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SubjectArgs {
    /// A user name, a name, a pseudonym, or the id of a record.
    pub(crate) who: String,
    /// The configuration.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The folder of a demo, in place of a configuration.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    pub(crate) demo: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

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
    /// Hold the ledger's writes against Salesforce's own log of requests.
    ///
    /// Says what only one side has, and ends with 1 when there is any. Reads the org's event
    /// log files as the user that the app runs as. The gate has to be stopped.
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
    #[arg(long)]
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
    #[arg(long)]
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

#[derive(Debug, ClapArgs)]
pub(crate) struct MaskArgs {
    /// Answer every line with JSON, plain ones too.
    #[arg(long)]
    pub(crate) json: bool,
    /// Put the values back where tokens stand.
    #[arg(long, conflicts_with_all = ["known", "layers", "rules", "conversation"])]
    pub(crate) restore: bool,
    /// Only these layers, by comma; all when left out, but for `memory`.
    #[arg(long, value_delimiter = ',', value_name = "LAYERS")]
    pub(crate) layers: Vec<LayerName>,
    /// Contacts to know: JSON lines with `Id`, `AccountId`, `FirstName`, `LastName`, `Name`,
    /// `Email`, `Phone`, `Account`, `AccountNumber`, `Street`, `City`, `Zip`, each of which may be missing.
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// Folder with the recogniser's files, for names that nobody knows [default: `target/model`, or `recogniser` beside the binary].
    #[arg(long, value_name = "DIR", env = "PORTCULLIS_RECOGNISER")]
    pub(crate) recogniser: Option<PathBuf>,
    /// Rules of the house: a TOML file of `[[pattern]]`, `[[words]]` and `[[protected]]`.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// The lines are one conversation: what was masked in one is masked in all that follow.
    #[arg(long)]
    pub(crate) conversation: bool,
    /// The sealed table of values: made if missing, gone on with if there.
    ///
    /// When left out, each run makes a new one in the place of the last run's, in
    /// `$XDG_STATE_HOME/portcullis` or `~/.local/state/portcullis`.
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
    /// The key that seals tables: 32 bytes, made if missing; `mask.key` in the same folder when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

/// A layer of detection, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LayerName {
    /// What the text itself says a value is: keys of JSON, columns, labels.
    #[value(alias = "field")]
    Construction,
    /// What the CRM knows (with --known).
    Known,
    /// What an earlier line held; makes the lines one conversation.
    Memory,
    /// Patterns with proof.
    Pattern,
    /// Names, organisations and places that nobody knows.
    Model,
    /// Rules of the house.
    House,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MatrixCommand {
    /// Check a matrix; every problem is told with its line.
    Check(MatrixCheckArgs),
    /// Say what the matrix does with one field.
    Explain(MatrixExplainArgs),
    /// Make rows from Salesforce's own classification of its fields.
    ///
    /// What Salesforce says is a floor: rows of `--merge` are raised to it, never lowered. Fields that it
    /// says nothing of get no row, so assistants cannot use them; `--review` lists them with a guess
    /// from name, type and sample, in the form of the matrix, for somebody to look over.
    Import(MatrixImportArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MatrixCheckArgs {
    /// The matrix.
    #[arg(default_value = "matrix.csv")]
    pub(crate) file: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MatrixImportArgs {
    /// JSON of a Tooling query of FieldDefinition, as the API or `sf data query --json` answers it. Without
    /// it the org of the configuration is asked, as the user that the app runs as.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// An object to ask the org for; can be given several times. Without it, those of the matrix in force.
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub(crate) object: Vec<String>,
    /// A matrix whose rows are kept, and raised where Salesforce says more.
    #[arg(long, value_name = "FILE")]
    pub(crate) merge: Option<PathBuf>,
    /// Where the matrix goes; without it, to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Look at a few values of each text, under the grant of this person, and count what kinds of data they
    /// are: a guess then says so. Values stay in memory and are printed nowhere; the gate must not run.
    #[arg(long, value_name = "USER")]
    pub(crate) sample_as: Option<String>,
    /// Where the fields without a classification go, with a guess for each.
    #[arg(long, value_name = "FILE")]
    pub(crate) review: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MatrixExplainArgs {
    /// `Object.Field`, such as `Contact.Email`.
    pub(crate) field: String,
    /// The matrix.
    #[arg(long, default_value = "matrix.csv", value_name = "FILE")]
    pub(crate) matrix: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SoqlCommand {
    /// Check queries from standard input, one a line: plain, or JSON strings.
    ///
    /// `valid` says whether it is SOQL. `will_not_run` names a rule that Salesforce holds it against
    /// only when it runs it, such as the LIMIT that FIELDS() needs.
    Check(SoqlCheckArgs),
    /// Say what the matrix would do to a query: every field it touches, and what would be sent.
    ///
    /// Plans it as the gate does, and sends nothing. With --url a gate that runs is asked, and plans it
    /// with what Salesforce lets the person of the key see, or the person of --as; with --config and --as
    /// a gate that does not run.
    Explain(SoqlExplainArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SoqlExplainArgs {
    /// The query.
    pub(crate) query: String,
    /// The matrix.
    #[arg(long, default_value = "matrix.csv", value_name = "FILE")]
    pub(crate) matrix: PathBuf,
    /// What the person sees of the org, in the format of `soql check --schema`; all that the matrix
    /// names, without relationships, when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// For whom: a user name. An auditor's key may name others than its own person.
    #[arg(long = "as", value_name = "USER")]
    pub(crate) person: Option<String>,
    /// The configuration of a gate that does not run now; its matrix and its grant of the person are used.
    #[arg(long, value_name = "FILE", requires = "person", conflicts_with_all = ["matrix", "schema", "url"])]
    pub(crate) config: Option<PathBuf>,
    /// Address of a gate that runs; its matrix is used.
    #[arg(long, conflicts_with_all = ["matrix", "schema"])]
    pub(crate) url: Option<String>,
    /// Where your API key of that gate is: `env:NAME` or `file:/path`.
    #[arg(long, default_value = "env:PORTCULLIS_KEY")]
    pub(crate) key: String,
    /// Rows that one read may bring.
    #[arg(long, default_value_t = 200)]
    pub(crate) rows: u64,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SoqlCheckArgs {
    /// Objects and fields of an org, as JSON: `{"objects":[{"name":..,"fields":[..]}]}`.
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}
