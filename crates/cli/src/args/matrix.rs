//! What can be typed after `matrix` and `soql`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::ConfigArgs;

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
    /// Check queries from standard input, one a line: plain, or JSON strings; SOSL too.
    ///
    /// Every line is answered with one line, an empty one too.
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
