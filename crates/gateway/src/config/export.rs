//! `[[export]]`: collectors that are told what the ledger says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

/// How a collector is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportKind {
    /// Syslog (RFC 5424) through TLS (RFC 5425), or in the clear on this machine.
    Syslog,
    /// Lines, posted.
    Http,
    /// OpenTelemetry's protocol over HTTP, as JSON: traces and metrics.
    Otlp,
}

/// In which form a collector gets entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportForm {
    /// OCSF 1.8.0, one event a line.
    #[default]
    Ocsf,
    /// ArcSight's Common Event Format.
    Cef,
    /// The canonical entries.
    Jsonl,
}

/// A collector.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportConfig {
    /// What its place in the ledger is kept under. Another name begins anew.
    pub name: String,
    /// How it is spoken to.
    pub kind: ExportKind,
    /// `tls://host:port` or `tcp://127.0.0.1:port` for syslog; an `https://` address to post to; for OTLP
    /// the address up to and without `/v1/traces`.
    pub url: String,
    /// The form of entries, for syslog and HTTP.
    #[serde(default)]
    pub form: ExportForm,
    /// Where the value of the `Authorization` header is: `env:NAME` or `file:/path`.
    #[serde(default)]
    pub authorization: Option<String>,
    /// PEM file of an additional certificate authority.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

pub(super) fn check(exports: &[ExportConfig]) -> Result<(), ConfigError> {
    let mut names = BTreeSet::new();
    for ExportConfig { name, kind, authorization, .. } in exports {
        let wrong = |problem: &str| Err(ConfigError(format!("export `{name}`: {problem}")));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            return wrong("expected a name of letters, digits, `-`, `_`, `.`");
        }
        if !names.insert(name) {
            return wrong("it stands twice");
        }
        if *kind == ExportKind::Syslog && authorization.is_some() {
            return wrong("syslog has no `authorization`");
        }
    }
    Ok(())
}
