//! `portcullis.toml`: validated as a whole before any of it takes effect.

pub(crate) mod access;
mod answers;
mod approvals;
mod copy;
mod direct;
mod export;
mod ledger;
mod mcp;
#[cfg(test)]
mod tests;
mod upstream;

use std::collections::BTreeSet;
use std::path::PathBuf;

use boundary::{Clearance, Compliance, EndpointSpec, Level, Residency};
use serde::Deserialize;

pub use access::AccessConfig;
pub use answers::{Invented, OpenaiConfig, ScreenConfig, UnknownMembers};
pub use approvals::{ApprovalsConfig, NoticeConfig, NoticeKind};
pub use copy::{BucketConfig, CopyConfig, CopyProfile};
pub(crate) use direct::Terms;
pub use direct::{AfterOutsiders, DirectClientConfig, DirectConfig, Guesses};
pub use export::{ExportConfig, ExportForm, ExportKind};
pub use ledger::LedgerConfig;
pub use mcp::McpConfig;
pub use upstream::{
    UpstreamConfig, UpstreamGrant, UpstreamKind, UpstreamReach, check as check_upstreams,
};

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address the doors listen on.
    #[serde(default = "default_listen")]
    pub listen: String,
    /// Address under which browsers reach the gate. Without it, `http://<listen>`.
    #[serde(default)]
    pub base_url: Option<String>,
    /// Folder of the ledger and the state.
    pub data: PathBuf,
    /// File with the key that seals the state. Without it, `seal.key` beside the data folder.
    #[serde(default)]
    pub seal_key: Option<PathBuf>,
    /// The data-access matrix.
    pub matrix: PathBuf,
    /// Folder with rules, `*.cedar`, about who may approve which write. Without it, whoever asked.
    #[serde(default)]
    pub policy: Option<PathBuf>,
    /// Who decides about writes.
    #[serde(default)]
    pub approvals: ApprovalsConfig,
    /// The upstream org.
    pub org: OrgConfig,
    /// Who sees what of the gate itself.
    #[serde(default)]
    pub access: AccessConfig,
    /// Where the record and the state are kept. Without it, in files of the data folder.
    #[serde(default)]
    pub store: StoreConfig,
    /// Bounds of one request.
    #[serde(default)]
    pub limits: Limits,
    /// What the gate learns of the CRM by itself. Without it, nothing.
    #[serde(default)]
    pub knowledge: Option<KnowledgeConfig>,
    /// What answers may contain.
    #[serde(default)]
    pub screen: ScreenConfig,
    /// What clients of the OpenAI-compatible door may send.
    #[serde(default)]
    pub openai: OpenaiConfig,
    /// What programs may get that ask for records themselves.
    #[serde(default)]
    pub direct: DirectConfig,
    /// How personal data in free text is found.
    #[serde(default)]
    pub detect: DetectConfig,
    /// What assistants may do that come through the door of tools.
    #[serde(default)]
    pub mcp: McpConfig,
    /// Other servers of tools that the gate stands in front of.
    #[serde(default, rename = "upstream_mcp")]
    pub upstreams: Vec<UpstreamConfig>,
    /// What the ledger is called.
    #[serde(default)]
    pub ledger: LedgerConfig,
    /// Witnesses of the ledger.
    #[serde(default, rename = "witness")]
    pub witnesses: Vec<WitnessConfig>,
    /// The write-once copy of the ledger.
    #[serde(default)]
    pub copy: CopyConfig,
    /// Collectors that are told what the ledger says.
    #[serde(default, rename = "export")]
    pub exports: Vec<ExportConfig>,
    /// How long entries of the ledger are kept.
    #[serde(default)]
    pub retention: RetentionConfig,
    /// Who is told that a write waits.
    #[serde(default, rename = "notice")]
    pub notices: Vec<NoticeConfig>,
    /// Who may read the gate's metrics.
    #[serde(default)]
    pub metrics: MetricsConfig,
    /// The models, in order of preference.
    #[serde(default, rename = "endpoint")]
    pub endpoints: Vec<EndpointConfig>,
}

/// The upstream org and the gate's External Client App in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgConfig {
    /// `https://<my domain>.my.salesforce.com`.
    pub instance: String,
    /// Consumer key of the External Client App.
    pub client_id: String,
    /// Where its secret is: `env:NAME` or `file:/path`.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// API version, such as `68.0`.
    #[serde(default = "default_version")]
    pub api_version: String,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// What the gate learns of the CRM by itself: names, organisations, e-mails and phones of contacts,
/// leads, accounts and users, to find them in free text. Read as the user that the External Client App
/// runs as (client credentials flow); kept as keyed hashes in memory.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KnowledgeConfig {
    /// Seconds between two looks at what changed.
    pub every_seconds: u64,
}

impl Default for KnowledgeConfig {
    fn default() -> Self {
        Self { every_seconds: 300 }
    }
}

/// Where the record and the state are kept: in files of the data folder, or in a database that several gates
/// share. The search index is always a file of the gate's own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// `postgresql://user@host:port/database`, without a password. Encrypted, but on this machine.
    #[serde(default)]
    pub postgres: Option<String>,
    /// Where the user's password is: `env:NAME`, `file:/path` or `credential:name`.
    #[serde(default)]
    pub password: Option<String>,
    /// PEM file of the certificate authority that signed the server's certificate; the system's when left out.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// A party who signs that the ledger only grew (c2sp.org/tlog-witness).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessConfig {
    /// Address up to and without `/add-checkpoint`.
    pub url: String,
    /// The key that its cosignatures are checked with.
    pub vkey: String,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// How long entries of the ledger are kept.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Days after which entries are dropped. Without them, never.
    #[serde(default)]
    pub days: Option<u64>,
}

/// Who may read `/metrics`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Where the bearer token is: `env:NAME` or `file:/path`. Without one, metrics are there only
    /// while the gate listens on a loopback address.
    #[serde(default)]
    pub token: Option<String>,
}

/// Bounds of one request.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Rows that one read may bring.
    pub rows: u64,
    /// Rounds between model and tools.
    pub rounds: u32,
    /// Requests at work at once.
    pub concurrent: usize,
    /// Milliseconds to wait for the ledger before refusing.
    pub ledger_millis: u64,
    /// Entries that may wait for the ledger. One more is refused.
    pub ledger_queue: usize,
    /// Proposals of one person that may wait for a decision. One more is refused.
    pub open_proposals: usize,
    /// Days after which a conversation in which nobody spoke is destroyed, its tokens with it.
    pub conversation_days: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 200,
            rounds: 8,
            concurrent: 64,
            ledger_millis: 5_000,
            ledger_queue: 4_096,
            open_proposals: 100,
            conversation_days: 90,
        }
    }
}

/// How personal data in free text is found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DetectConfig {
    /// Folder with the recogniser's files. Without it, names are found by knowledge, writing and surroundings alone.
    pub recogniser: Option<PathBuf>,
    /// Rules of the house: patterns, words and protected documents to look for in every text.
    pub rules: Option<PathBuf>,
    /// Level that free text counts as at least when there is no recogniser to read it.
    pub unread: Level,
    /// Milliseconds the recogniser may take for one text. A text that takes longer is refused.
    pub millis: u64,
    /// Countries (ISO 3166, two letters) whose telephone numbers to expect where one is written as it is dialled at
    /// home. Nineteen common ones when left out.
    pub countries: Option<Vec<String>>,
}

impl Default for DetectConfig {
    fn default() -> Self {
        let unread = Level::Confidential;
        Self { recogniser: None, rules: None, unread, millis: 10_000, countries: None }
    }
}

/// How an endpoint is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// The command engine inside this process.
    Local,
    /// OpenAI's chat completions, as most servers speak it.
    Openai,
    /// The same, in Azure's way.
    Azure,
}

/// One model.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointConfig {
    /// The name clients use.
    pub name: String,
    /// How it is spoken to.
    pub kind: EndpointKind,
    /// Address up to and without `/chat/completions`.
    #[serde(default)]
    pub url: Option<String>,
    /// The model's name at the endpoint.
    #[serde(default)]
    pub model: Option<String>,
    /// Where its key is: `env:NAME` or `file:/path`.
    #[serde(default)]
    pub key: Option<String>,
    /// Version parameter, for Azure.
    #[serde(default)]
    pub api_version: Option<String>,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// `machine`, `premises`, or a region such as `eu`.
    pub residency: String,
    /// The highest level it may get in the clear.
    pub level: Level,
    /// The rule books it is cleared for.
    #[serde(default)]
    pub compliance: BTreeSet<Compliance>,
}

/// The configuration is not usable; nothing of it took effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads a configuration from TOML.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// The address under which browsers reach the gate, without a slash at the end.
    pub fn base_url(&self) -> String {
        let base = self.base_url.clone().unwrap_or_else(|| format!("http://{}", self.listen));
        base.trim_end_matches('/').to_owned()
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |problem: String| Err(ConfigError(problem));
        if self.endpoints.is_empty() {
            return wrong("there is no `[[endpoint]]`, expected at least one".to_owned());
        }
        let mut names = BTreeSet::new();
        for endpoint in &self.endpoints {
            let name = &endpoint.name;
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if name.is_empty() || !name.chars().all(plain) || name == "portcullis" {
                return wrong(format!(
                    "endpoint `{name}`: expected a name of letters, digits, `-`, `_`, `.` other than `portcullis`"
                ));
            }
            if !names.insert(name) {
                return wrong(format!("endpoint `{name}` stands twice"));
            }
            endpoint.check()?;
        }
        if self.knowledge.is_some_and(|it| it.every_seconds < 10) {
            return wrong(
                "`knowledge.every_seconds` is too small, expected at least 10".to_owned(),
            );
        }
        if self.retention.days == Some(0) {
            return wrong("`retention.days` is 0, expected at least 1".to_owned());
        }
        if self.store.postgres.is_none()
            && (self.store.password.is_some() || self.store.ca.is_some())
        {
            return wrong("`store` has `password` or `ca`, but no `postgres`".to_owned());
        }
        self.access.check()?;
        self.mcp.check()?;
        check_upstreams(&self.upstreams, &self.org.instance)?;
        self.ledger.check()?;
        self.copy.check()?;
        export::check(&self.exports)?;
        approvals::check(&self.notices)?;
        for (name, value) in [
            ("limits.rows", self.limits.rows),
            ("limits.rounds", self.limits.rounds.into()),
            ("limits.conversation_days", self.limits.conversation_days),
            ("limits.ledger_millis", self.limits.ledger_millis),
            ("limits.ledger_queue", self.limits.ledger_queue as u64),
            ("limits.open_proposals", self.limits.open_proposals as u64),
        ] {
            if value == 0 {
                return wrong(format!("`{name}` is 0, expected at least 1"));
            }
        }
        self.direct.check()
    }
}

impl EndpointConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let wrong =
            |problem: &str| Err(ConfigError(format!("endpoint `{}`: {problem}", self.name)));
        let local = self.kind == EndpointKind::Local;
        if local && (self.url.is_some() || self.key.is_some() || self.model.is_some()) {
            return wrong("a local one has no `url`, `model` or `key`");
        }
        if local && self.residency != "machine" {
            return wrong("a local one has `residency = \"machine\"`");
        }
        if !local && (self.url.is_none() || self.model.is_none()) {
            return wrong("expected `url` and `model`");
        }
        if self.residency.is_empty() {
            return wrong("`residency` is empty, expected `machine`, `premises` or a region");
        }
        Ok(())
    }

    /// What the configuration says of it.
    pub fn spec(&self) -> EndpointSpec {
        EndpointSpec {
            name: self.name.clone(),
            clearance: Clearance { level: self.level, compliance: self.compliance.clone() },
            residency: match self.residency.as_str() {
                "machine" => Residency::Machine,
                "premises" => Residency::Premises,
                region => Residency::Region(region.to_owned()),
            },
        }
    }
}

fn default_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn default_version() -> String {
    "68.0".to_owned()
}
