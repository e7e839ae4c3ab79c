//! What programs may do that come through the door of tools.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::ConfigError;

/// `[mcp]`: assistants that speak the Model Context Protocol.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct McpConfig {
    /// Rows a day that a client reads for one person before an administrator has let it in.
    pub quarantine_rows: u64,
    /// Rows a day for a client that was let in, unless the administrator says another number.
    pub rows: u64,
    /// Whether metadata documents of clients may lie on this machine, without TLS: for a demo.
    pub machine_documents: bool,
    /// Origins of browser pages that may call the door, beside the gate's own, such as
    /// `https://inspector.example.com`.
    pub origins: BTreeSet<String>,
    /// Seconds that a retried write waits for a person who decides elsewhere.
    pub wait_seconds: u64,
}

impl Default for McpConfig {
    fn default() -> Self {
        Self {
            quarantine_rows: 50,
            rows: 2_000,
            machine_documents: false,
            origins: BTreeSet::new(),
            wait_seconds: 20,
        }
    }
}

impl McpConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for origin in &self.origins {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            if host.is_none_or(|host| host.is_empty() || host.contains(['/', '*'])) {
                let problem = format!(
                    "`mcp.origins` has `{origin}`, expected scheme and host such as `https://tool.example.com`"
                );
                return Err(ConfigError(problem));
            }
        }
        if self.wait_seconds > 120 {
            let problem = "`mcp.wait_seconds` is above 120: no client waits so long";
            return Err(ConfigError(problem.to_owned()));
        }
        Ok(())
    }
}
