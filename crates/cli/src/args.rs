//! What can be typed.

mod ledger;
mod matrix;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

pub(crate) use ledger::*;
pub(crate) use matrix::*;

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
    /// values from the table that masking wrote. That is a sealed file that ends after 90 days, of the
    /// last run when nobody names one. `portcullis mask < a | portcullis mask --restore` prints a.
    ///
    /// --forget takes people out of that table, for good.
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

#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct MaskArgs {
    /// Answer every line with JSON, plain ones too.
    #[arg(long)]
    pub(crate) json: bool,
    /// Put the values back where tokens stand.
    #[arg(long, conflicts_with_all = ["known", "org", "countries", "layers", "rules", "conversation", "keep_days"])]
    pub(crate) restore: bool,
    /// Forget people: what standard input names, a line each, leaves the table with everything of theirs.
    ///
    /// A line is the id of a record, or a value as it was written, in any case: a name, an e-mail address. Their tokens
    /// stand for nothing from then on, and are not given out again. The number of a line that names nobody in the table is
    /// told on standard error, and the command ends with 1.
    #[arg(long, conflicts_with_all = ["restore", "known", "org", "countries", "layers", "rules", "conversation", "keep_days"])]
    pub(crate) forget: bool,
    /// Only these layers, by comma; all when left out, but for `memory`.
    #[arg(long, value_delimiter = ',', value_name = "LAYERS")]
    pub(crate) layers: Vec<LayerName>,
    /// Countries whose telephone numbers to expect where one is written as it is dialled at home, by comma: two letters
    /// as in ISO 3166 [default: nineteen common ones].
    #[arg(long, value_delimiter = ',', value_name = "COUNTRIES")]
    pub(crate) countries: Vec<String>,
    /// Contacts to know: JSON lines with `Id`, `AccountId`, `FirstName`, `LastName`, `Name`,
    /// `Email`, `Phone`, `Account`, `AccountNumber`, `Street`, `City`, `Zip`, each of which may be missing.
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// Know what this org knows: contacts, leads, accounts and users, read through the gate of `--config`, as the user
    /// that the app runs as. Each reading is recorded in its ledger; the gate must not run.
    #[arg(long, value_name = "URL", conflicts_with = "known")]
    pub(crate) org: Option<String>,
    /// The configuration that names the org of `--org` and the app that may read it.
    #[arg(long, default_value = "portcullis.toml", value_name = "FILE", requires = "org")]
    pub(crate) config: PathBuf,
    /// Folder with the recogniser's files, for names that nobody knows [default: `target/model`, or `recogniser` beside the binary].
    #[arg(long, value_name = "DIR", env = "PORTCULLIS_RECOGNISER")]
    pub(crate) recogniser: Option<PathBuf>,
    /// Rules of the house: a TOML file of `[[pattern]]`, `[[words]]` and `[[protected]]`.
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// The lines are one conversation: what was masked in one is masked in all that follow.
    #[arg(long)]
    pub(crate) conversation: bool,
    /// Standard input is one text of any lines, and comes out as it comes in, but for what is masked; with `--restore`
    /// too.
    ///
    /// What may still become a part of a value or a token is held back: nothing after a line that ends with a sentence,
    /// or a blank one, at the end of other lines their last five words, 12,000 bytes at most. What was covered once, also
    /// earlier in the `--table`, is covered in all that follows.
    #[arg(long, conflicts_with_all = ["json", "forget", "conversation"])]
    pub(crate) stream: bool,
    /// The sealed table of values: made if missing, gone on with if there.
    ///
    /// When left out, each run makes a new one in the place of the last run's, in
    /// `$XDG_STATE_HOME/portcullis` or `~/.local/state/portcullis`.
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,
    /// Days that a new table lasts. One that has ended is destroyed by the run that meets it, and nothing in it comes
    /// back; a run that goes on with a table does not make it last longer.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=3650))]
    pub(crate) keep_days: u64,
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
    /// What the CRM knows (with --known or --org).
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
