//! Other servers of the Model Context Protocol that the gate stands in front of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use boundary::{Compliance, Level};
use serde::Deserialize;

use super::ConfigError;

/// What a server's tools are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamKind {
    /// Anything: answers are free text that anyone may have written.
    #[default]
    Other,
    /// Salesforce's hosted server, or one with the same tools: queries go through the matrix, and so does what
    /// comes back.
    Salesforce,
}

/// Whose proof goes with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamGrant {
    /// The grant that the gate has of each person from Salesforce. Never leaves for another house.
    Person,
}

/// Which addresses the server may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamReach {
    /// Public ones, through TLS; this machine where the address names it.
    #[default]
    Public,
    /// Those of the company's own network too, through TLS.
    Premises,
}

/// Another server.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpstreamConfig {
    /// Stands before the names of its tools: lower-case letters, digits and `-`.
    pub name: String,
    /// Its address with the path, such as `https://api.salesforce.com/platform/mcp/v1/platform/sobject-reads`.
    pub url: String,
    /// What its tools are.
    #[serde(default)]
    pub kind: UpstreamKind,
    /// Whose proof goes with a call. Without it, that of `secret`, or none.
    #[serde(default)]
    pub grant: Option<UpstreamGrant>,
    /// Where a fixed token is: `env:NAME`, `file:/path` or `credential:name`.
    #[serde(default)]
    pub secret: Option<String>,
    /// Tools that only read. One that the server does not call so itself counts as writing.
    #[serde(default)]
    pub read: BTreeSet<String>,
    /// Tools whose calls wait for a person.
    #[serde(default)]
    pub write: BTreeSet<String>,
    /// What its answers count as, where they are free text.
    #[serde(default = "default_level")]
    pub level: Level,
    /// The rule books they fall under.
    #[serde(default)]
    pub compliance: BTreeSet<Compliance>,
    /// Which addresses it may have.
    #[serde(default)]
    pub reach: UpstreamReach,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// Seconds that a call may take.
    #[serde(default = "default_seconds")]
    pub seconds: u64,
    /// Bytes that an answer may have.
    #[serde(default = "default_bytes")]
    pub bytes: usize,
}

/// Tools in the manner of Salesforce's hosted servers that the gate can put itself in front of.
const SHAPED_READS: [&str; 3] = ["soqlQuery", "find", "getRelatedRecords"];
/// The same, those that write.
const SHAPED_WRITES: [&str; 2] = ["createSobjectRecord", "updateSobjectRecord"];

/// Whether these servers can be stood in front of, for a gate of this org.
pub fn check(servers: &[UpstreamConfig], instance: &str) -> Result<(), ConfigError> {
    let mut names = BTreeSet::new();
    for server in servers {
        if !names.insert(&server.name) {
            return Err(ConfigError(format!("upstream_mcp `{}` stands twice", server.name)));
        }
        server.check(instance)?;
    }
    Ok(())
}

impl UpstreamConfig {
    fn check(&self, instance: &str) -> Result<(), ConfigError> {
        let wrong =
            |problem: &str| Err(ConfigError(format!("upstream_mcp `{}`: {problem}", self.name)));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > 20 || !self.name.chars().all(plain) {
            return wrong("expected a name of 1 to 20 lower-case letters, digits and `-`");
        }
        if self.grant.is_some() && self.secret.is_some() {
            return wrong("has `grant` and `secret`, expected one of them or none");
        }
        let address: egress::Address = self
            .url
            .parse()
            .map_err(|error: egress::EgressError| ConfigError(error.to_string()))?;
        let org: Option<egress::Address> = instance.parse().ok();
        let own = |host: &str| org.as_ref().is_some_and(|org| org.host() == host);
        // A person's token opens the whole org to whoever gets it.
        let house = address.host();
        let theirs = house == "salesforce.com" || house.ends_with(".salesforce.com") || own(house);
        if self.grant == Some(UpstreamGrant::Person) && !theirs {
            return wrong(
                "`grant = \"person\"` sends Salesforce's token, and the address is not Salesforce's",
            );
        }
        if self.kind == UpstreamKind::Salesforce {
            if self.grant.is_none() {
                return wrong(
                    "`kind = \"salesforce\"` needs `grant = \"person\"`: nobody reads with another's rights",
                );
            }
            let known = |tool: &&String| {
                !SHAPED_READS.iter().chain(&SHAPED_WRITES).any(|known| known == tool)
            };
            if let Some(strange) = self.read.iter().chain(&self.write).find(known) {
                return wrong(&format!("the gate cannot treat what `{strange}` answers"));
            }
            if let Some(write) = self.read.iter().find(|it| SHAPED_WRITES.contains(&it.as_str())) {
                return wrong(&format!("`{write}` writes, and stands under `read`"));
            }
        }
        if self.read.is_empty() && self.write.is_empty() {
            return wrong("expected names of tools under `read` or `write`");
        }
        for tool in self.read.iter().chain(&self.write) {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if tool.is_empty() || tool.len() > 40 || !tool.chars().all(plain) {
                return wrong(&format!(
                    "tool `{tool}`: expected 1 to 40 letters, digits, `_` and `-`"
                ));
            }
        }
        if let Some(twice) = self.read.intersection(&self.write).next() {
            return wrong(&format!("tool `{twice}` stands under `read` and under `write`"));
        }
        if !(1..=300).contains(&self.seconds) || !(1_024..=16 << 20).contains(&self.bytes) {
            return wrong("expected `seconds` from 1 to 300 and `bytes` from 1024 to 16777216");
        }
        Ok(())
    }
}

const fn default_level() -> Level {
    Level::Confidential
}

const fn default_seconds() -> u64 {
    30
}

const fn default_bytes() -> usize {
    1 << 20
}
